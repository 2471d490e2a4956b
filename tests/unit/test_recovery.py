"""What an invoice says of late payment: the settings of its day, frozen in its content."""

from datetime import date
from typing import Any

from shop.documents.layout import sentences
from shop.einvoicing.terms import Recovery, recovery_in, terms_of
from shop.settings.recovery import recovery_on
from shop.settings.rules import Settings, Step
from shop.settings.table_rules import RECOVERY

CHANGED = {"public_points": 850, "indemnity": 42_50}
KNOWN = Settings((Step(1, RECOVERY.key, date(2026, 12, 1), CHANGED),))
BEFORE, AFTER = date(2026, 11, 30), date(2026, 12, 1)


def terms(language: str = "fr", **content: Any) -> tuple[str, str]:
    said = terms_of(content, sentences(language), language)
    return said.late.replace("\xa0", " "), said.recovery.replace("\xa0", " ")


def test_an_invoice_freezes_the_values_of_its_day_and_a_consumer_owes_none():
    assert recovery_on(KNOWN, "public", BEFORE) == Recovery(800, 40_00)
    assert recovery_on(KNOWN, "public", AFTER) == Recovery(850, 42_50)
    assert recovery_on(KNOWN, "business", AFTER) == Recovery(1_000, 42_50)
    assert recovery_on(KNOWN, "consumer", AFTER) is None


def test_an_invoice_from_before_the_setting_says_what_the_law_says():
    assert recovery_in({}) == Recovery(800, 40_00)
    assert recovery_in({"audience": "business"}) == Recovery(1_000, 40_00)
    late, recovery = terms(audience="public")
    assert "majoré de 8 points (CCP L2192-13, R2192-31)." in late
    assert recovery == "Indemnité forfaitaire pour frais de recouvrement : 40 EUR."
    assert terms(audience="consumer") == ("", "")


def test_what_was_frozen_is_printed_in_the_language_of_the_paper():
    frozen = Recovery(850, 42_50).to_json()
    late, recovery = terms("en", audience="public", recovery=frozen)
    assert "plus 8.5 points" in late and recovery.endswith("€42.50.")
    late, recovery = terms(audience="business", recovery=frozen)
    assert "majoré de 8,5 points" in late and "42,50 EUR" in recovery
