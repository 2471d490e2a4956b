"""The French of the shop: every sentence has one, and every version of Python finds it."""

import gettext

import pytest

from shop.translations.catalogue import PO, Found, compile_french, faults, looked_up_both_ways


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
