"""The French of the shop: every sentence has one, and every version of Python finds it."""

import gettext
import re

import pytest

from shop.core.paths import ROOT
from shop.translations.catalogue import (
    PO,
    Found,
    breaks_at_a_sign,
    compile_french,
    faults,
    has_lone_sign,
    looked_up_both_ways,
)


def test_every_sentence_has_its_french() -> None:
    assert not list(faults())


def test_a_plural_entry_that_is_looked_up_plainly_is_refused() -> None:
    counted = Found("a.py", 1, ("Issued", "%(num)d notes"))
    plain = Found("b.py", 2, ("Issued",))
    assert list(looked_up_both_ways([counted, plain])) == [
        "b.py:2: 'Issued' is a plural entry, looked up without number"
    ]
    assert not list(looked_up_both_ways([counted, Found("b.py", 2, ("Issued",), context="x")]))
    assert not list(looked_up_both_ways([counted, Found("b.py", 2, ("Sent",))]))


@pytest.mark.parametrize(("sentence", "french"), [("Issued", "Établi"), ("Cart", "Panier")])
def test_a_plain_sentence_is_found_by_a_plain_look_up(sentence: str, french: str) -> None:
    compile_french()
    with PO.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext(sentence) == french


@pytest.mark.parametrize(
    ("french", "breaks"),
    [
        ("Numéro\u00a0: 131", False),
        ("Numéro : 131", True),
        ("«\u00a0Mes commandes\u00a0»", False),
        ("« Mes commandes\u00a0»", True),
        ("Le 3; le 4", True),
        ("https://comptoir.example", False),
    ],
)
def test_a_sign_of_two_parts_begins_no_line(french: str, breaks: bool) -> None:
    assert breaks_at_a_sign(french) is breaks


@pytest.mark.parametrize(
    ("text", "lone"),
    [("Remise en % du prix", True), ("%(num)d devis", False), ("7,5 %%", False), ("%(a)x", True)],
)
def test_a_sign_that_formatting_would_read_is_found(text: str, lone: bool) -> None:
    assert has_lone_sign(text) is lone


def test_the_french_pages_break_at_no_sign() -> None:
    pages = sorted((ROOT / "templates" / "pages" / "fr").glob("*.html"))
    assert len(pages) > 5
    for page in pages:
        shown = re.sub(
            r"\{[%{#].*?[%}#]\}|<[^>]*>", " ", page.read_text(encoding="utf-8"), flags=re.S
        )
        lines = [line.strip() for line in shown.splitlines()]
        assert not [line for line in lines if breaks_at_a_sign(line)], page.name
