"""The HTML of an e-mail: the words of its text, escaped, and nothing that is fetched."""

import re

import pytest

from shop.emails.messages import EmailText, as_html

SHOP = "https://shop.example/"
BODY = f"""Hello <b>Anne</b> & Co,

- 2 × Classeur
- 1 × Agrafeuse

{SHOP}devis/DE-2026-000001

https://elsewhere.example/not-of-the-shop
"""


@pytest.fixture
def html() -> str:
    return as_html(EmailText("Your <quote>", BODY, (SHOP,)), language="en")


def test_paragraphs_lists_and_links_of_the_shop_are_made_from_the_text(html: str):
    assert "Hello &lt;b&gt;Anne&lt;/b&gt; &amp; Co," in html and "Your &lt;quote&gt;" in html
    assert len(re.findall("<li ", html)) == 2
    assert re.findall(r'href="([^"]+)"', html) == [f"{SHOP}devis/DE-2026-000001"]


def test_nothing_is_fetched_and_no_reading_is_noted(html: str):
    assert not re.search(r"<(img|link|script|iframe|object|form)\b|\bsrc=|url\(|@import", html)


def test_it_follows_a_dark_look(html: str):
    assert 'name="color-scheme" content="light dark"' in html
    assert "@media (prefers-color-scheme: dark)" in html
