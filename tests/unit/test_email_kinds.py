"""Every kind of e-mail: listed, with an example that reads well and with the shop's own words."""

import re

import pytest

from shop.emails.examples import EXAMPLES, OF_KIND, example_of
from shop.emails.kinds import GROUPS, KINDS
from shop.emails.messages import EmailText, as_html, render_email
from shop.emails.placeholders import (
    PLACEHOLDERS,
    TEMPLATES,
    facts_of,
    placeholders_of,
    values_of,
)
from shop.emails.words_rules import DELIVERED, Wording, Words
from shop.translations.catalogue import breaks_at_a_sign

URL = "https://comptoir.example"
#: What shows that a name was not replaced, or that a fact was written as Python writes it.
RAW = re.compile(r"\{|\}|%\(|\bNone\b|\bTrue\b|\bFalse\b|\bUndefined\b|\d{4}-\d{2}-\d{2}")
TEMPLATE_NAMES = sorted(KINDS)
LANGUAGES = ("fr", "en")


def example(template: str, language: str, wording: Wording = DELIVERED) -> EmailText:
    return render_email(
        template, example_of(template), language=language, public_url=URL, wording=wording
    )


def own_words(template: str) -> Wording:
    """Words that name everything that may be filled in."""
    names = " ".join(f"{{{name}}}" for name in placeholders_of(template))
    words = Words("", f"Introduction <b> {names}", f"Closing & {names}")
    return Wording(words, words)


def test_every_template_is_a_kind_that_is_listed_once():
    stored = {path.stem for path in TEMPLATES.glob("[!_]*.txt")}
    listed = [kind.template for group in GROUPS for kind in group.kinds]
    assert sorted(listed) == sorted(stored)
    assert len(stored) > 90


def test_no_template_names_a_fact_without_an_example_and_no_example_is_left_over():
    named = frozenset[str]().union(*(facts_of(template) for template in KINDS))
    assert named == EXAMPLES.keys()
    for template, otherwise in OF_KIND.items():
        assert KINDS[template]
        assert facts_of(template) & otherwise.keys(), template


def test_what_may_be_filled_in_is_a_fact_and_means_one_thing():
    assert EXAMPLES.keys() >= PLACEHOLDERS.keys()
    for template in KINDS:
        names = [one.name for fact, one in PLACEHOLDERS.items() if fact in facts_of(template)]
        assert len(names) == len(set(names)), template
    offered = {name for template in KINDS for name in placeholders_of(template)}
    assert not offered & {"token", "guest_key", "code", "key"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATE_NAMES)
def test_its_example_reads_without_a_raw_fact(template: str, language: str):
    text = example(template, language)
    words = re.sub(rf"{URL}\S*", "", f"{text.subject}\n{text.body}")
    assert text.subject and text.body.strip()
    assert not RAW.findall(words)
    if language == "fr":
        assert not [line for line in words.splitlines() if breaks_at_a_sign(line)]
    for look in ("", "light", "dark"):
        assert "</html>" in as_html(text, language=language, look=look)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATE_NAMES)
def test_words_of_the_shop_stand_around_what_stays(template: str, language: str):
    delivered = example(template, language).body.split("\n\n")
    text = example(template, language, own_words(template))
    parts = text.body.split("\n\n")
    (first,) = [one for one in parts if one.startswith("Introduction <b>")]
    (last,) = [one for one in parts if one.startswith("Closing &")]
    assert parts.index(first) == 1
    assert parts.index(last) >= len(parts) - 4
    assert not RAW.findall(first + last)
    left = "\n\n".join(one for one in parts if one not in (first, last)).strip()
    assert left == "\n\n".join(delivered).strip()
    html = as_html(text, language=language)
    assert "Introduction &lt;b&gt;" in html and "Closing &amp;" in html


def test_an_earlier_e_mail_without_a_fact_leaves_its_paragraph_out():
    facts = {"number": "DE-1", "including": 1, "by": "x", "name": "x"}
    words = Words("", "File {number}.\n\nFor {total}.", "")
    wording = Wording(words, words)
    full = render_email("quote_cancelled", facts, language="en", public_url=URL, wording=wording)
    assert "File DE-1." in full.body and "For €0.01." in full.body
    assert values_of("quote_cancelled", {"number": ""}, "en") == {}


def test_a_look_has_no_colours_of_the_other_one():
    text = example("quote_issued", "fr")
    assert "@media all" in as_html(text, language="fr", look="dark")
    assert "@media" not in as_html(text, language="fr", look="light")
    assert "@media (prefers-color-scheme: dark)" in as_html(text, language="fr")
