"""The letters of the series of documents, as the settings say."""

from datetime import date

import pytest

from shop.core.series import INVOICE, LAST_PREFIX, QUOTE, SERIES, prefix_of, value_of
from shop.settings.numbering import prefix_on
from shop.settings.rules import PrefixTaken, Settings, Step, refusals
from shop.settings.table_rules import NUMBERING

DEFAULTS = {one.key: one.default for one in NUMBERING.settings}
FIRST = date(2026, 12, 1)
KNOWN = Settings((Step(1, NUMBERING.key, FIRST, {INVOICE: value_of("FC")}),))


def refused(known: Settings = KNOWN, **letters: str) -> list[str]:
    values = DEFAULTS | {key: value_of(prefix) for key, prefix in letters.items()}
    return [str(one.facts["key"]) for one in refusals(NUMBERING, values, known)]


@pytest.mark.parametrize(("value", "prefix"), [(0, "AA"), (27, "BB"), (LAST_PREFIX, "ZZ")])
def test_two_letters_are_kept_as_a_number(value: int, prefix: str):
    assert (prefix_of(value), value_of(prefix)) == (prefix, value)


def test_every_series_has_a_setting_and_begins_with_its_own_letters():
    assert tuple(DEFAULTS) == SERIES
    assert [prefix_on(Settings(), one, FIRST) for one in SERIES] == list(SERIES)


def test_new_letters_count_from_their_day_on():
    assert prefix_on(KNOWN, INVOICE, date(2026, 11, 30)) == "FA"
    assert prefix_on(KNOWN, INVOICE, FIRST) == "FC"
    assert prefix_on(KNOWN, QUOTE, FIRST) == "DE"


def test_letters_never_pass_from_one_series_to_another():
    assert refused(FA="FD") == []
    assert refused(FA="FA") == [], "a series may take its own letters again"
    assert refused(DE="XX", CO="XX") == ["DE", "CO"]
    assert refused(DE="FA", FA="FC") == ["DE"], "invoices had these letters"
    assert refused(DE="CO", CO="DE") == ["DE", "CO"]
    (taken,) = refusals(NUMBERING, DEFAULTS | {QUOTE: value_of("FC")}, KNOWN)
    assert isinstance(taken, PrefixTaken)
