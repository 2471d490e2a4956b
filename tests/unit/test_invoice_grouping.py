"""Which deliveries an invoice is for: those of one calendar month, when the month ends."""

from datetime import date

import pytest

from checkout.invoices.grouping_rules import (
    Delivered,
    GroupedByMonth,
    ensure_due,
    next_units,
    waits_until,
)
from shop.organisations.rules import Grouping

NOVEMBER, DECEMBER = date(2026, 11, 30), date(2026, 12, 31)


def note(month: int, day: int, **units: int) -> Delivered:
    number = f"BL-{month}-{day}"
    return Delivered(
        number, date(2026, month, day), {int(name[1:]): n for name, n in units.items()}
    )


def test_all_deliveries_of_a_month_are_on_one_invoice() -> None:
    notes = [note(11, 2, p1=2), note(11, 30, p1=1, p2=4)]
    assert next_units(notes, {1: 3, 2: 4}) == ({1: 3, 2: 4}, NOVEMBER)


def test_a_later_month_waits_for_an_invoice_of_its_own() -> None:
    notes = [note(11, 30, p1=2), note(12, 1, p1=1, p2=4)]
    assert next_units(notes, {1: 3, 2: 4}) == ({1: 2}, NOVEMBER)
    assert next_units(notes[1:], {1: 1, 2: 4}) == ({1: 1, 2: 4}, DECEMBER)


def test_what_came_back_and_was_delivered_again_counts_in_the_later_month() -> None:
    notes = [note(11, 5, p1=3), note(12, 4, p1=3)]
    assert next_units(notes, {1: 3}) == ({1: 3}, DECEMBER)
    notes = [note(11, 5, p1=3), note(12, 4, p1=1)]
    assert next_units(notes, {1: 3}) == ({1: 2}, NOVEMBER)


def test_without_a_note_everything_is_for_the_next_invoice() -> None:
    assert next_units([], {1: 2}) == ({1: 2}, None)


@pytest.mark.parametrize(
    ("grouping", "end", "today", "until"),
    [
        (Grouping.MONTH, NOVEMBER, date(2026, 11, 29), NOVEMBER),
        (Grouping.MONTH, NOVEMBER, NOVEMBER, None),
        (Grouping.MONTH, NOVEMBER, date(2026, 12, 1), None),
        (Grouping.MONTH, None, date(2026, 11, 2), None),
        (Grouping.DELIVERY, NOVEMBER, date(2026, 11, 2), None),
    ],
)
def test_a_grouped_invoice_is_due_on_the_last_day_of_its_month(grouping, end, today, until) -> None:
    assert waits_until(grouping, end, today) == until


def test_an_invoice_that_waits_is_refused_with_its_day() -> None:
    ensure_due("CO-2026-000001", None)
    with pytest.raises(GroupedByMonth) as refusal:
        ensure_due("CO-2026-000001", NOVEMBER)
    assert refusal.value.facts == {"number": "CO-2026-000001", "day": "30/11/2026"}
