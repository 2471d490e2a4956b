"""What may be shipped, invoiced and paid, one rule at a time."""

from datetime import date

import pytest

from checkout.deliveries.rules import (
    MoreThanRemains,
    NoParcel,
    NothingToDeliver,
    Shipment,
    UnknownLine,
    ensure_deliverable,
)
from checkout.invoices.rules import (
    MOST_ROUNDED,
    AbovePurchaseOrder,
    DayInFuture,
    DayTooEarly,
    InterruptedBefore,
    Interruption,
    NothingToInvoice,
    PeriodOver,
    Settled,
    audience,
    due_day,
    ensure_between,
    ensure_billable,
    ensure_interruption,
    last_day_after,
    most_to_invoice,
    rounding,
    settled,
)
from checkout.orders.rules import LineProgress
from checkout.payments.rules import (
    MoreThanDue,
    NoAmount,
    NoReference,
    PaidBeforeOrder,
    PaidInFuture,
    ensure_payable,
    ensure_received,
)
from shop.core.errors import DomainError
from shop.core.money import Money
from shop.organisations.rules import Verification
from shop.register.rules import Nature

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
LINES = [LineProgress(1, "Enceinte", 5, 2, 0), LineProgress(2, "Pupitre", 1, 0, 0)]


def test_goods_are_shipped_in_one_parcel_by_default():
    assert Shipment("Perche") == Shipment(carrier="Perche", tracking="", parcels=1)


def test_remaining_units_may_be_shipped_and_zeros_are_left_out():
    assert LINES[0].remaining == 3
    assert ensure_deliverable(LINES, {1: 3, 2: 0}, 1) == {1: 3}
    assert ensure_deliverable(LINES, {2: 1, 1: 1}, 999) == {1: 1, 2: 1}
    assert list(ensure_deliverable(LINES, {2: 1, 1: 1}, 1)) == [1, 2]


@pytest.mark.parametrize(
    ("quantities", "parcels", "refusal", "facts"),
    [
        ({3: 1}, 1, UnknownLine, {"position": 3}),
        ({1: 4}, 1, MoreThanRemains, {"name": "Enceinte", "remaining": 3, "asked": 4}),
        ({1: -1}, 1, MoreThanRemains, {"name": "Enceinte", "remaining": 3, "asked": -1}),
        ({2: 2, 1: 4}, 1, MoreThanRemains, {"name": "Enceinte", "remaining": 3, "asked": 4}),
        ({}, 1, NothingToDeliver, {}),
        ({1: 0, 2: 0}, 1, NothingToDeliver, {}),
        ({1: 1}, 0, NoParcel, {}),
        ({1: 1}, 1000, NoParcel, {}),
    ],
)
def test_units_that_cannot_be_shipped_are_refused_with_their_line(
    quantities: dict[int, int], parcels: int, refusal: type[DomainError], facts: dict
):
    with pytest.raises(refusal) as refused:
        ensure_deliverable(LINES, quantities, parcels)
    assert refused.value.facts == facts


def test_what_is_delivered_and_not_invoiced_is_billable():
    lines = [
        LineProgress(1, "Enceinte", 5, 3, 1),
        LineProgress(2, "Pupitre", 1, 1, 1),
        LineProgress(3, "Partition", 4, 0, 0),
    ]
    assert [(line.remaining, line.billable) for line in lines] == [(2, 2), (0, 0), (4, 0)]
    assert ensure_billable(lines) == {1: 2}
    with pytest.raises(NothingToInvoice):
        ensure_billable(lines[1:])


def test_an_invoice_is_late_from_the_day_after_its_last_day():
    def on(today: date, paid: int) -> Settled:
        return settled(Money(100), Money(paid), payable_by=MONDAY, today=today)

    assert (on(MONDAY, 0), on(TUESDAY, 99)) == (Settled.DUE, Settled.LATE)
    assert (on(TUESDAY, 100), on(MONDAY, 100)) == (Settled.PAID, Settled.PAID)
    assert on(date(2026, 11, 1), 0) is Settled.DUE
    assert [one.value for one in Settled] == ["paid", "credited", "late", "due"]
    assert due_day(MONDAY, 30) == date(2026, 12, 23)


#: The period of an invoice that was received on Monday 23 November, of 30 and of 50 days.
THIRTY, FIFTY = date(2026, 12, 23), date(2027, 1, 12)


@pytest.mark.parametrize(
    ("last_day", "delay", "notified_on", "completed_on", "last"),
    [
        # less than thirty days were left: thirty
        (THIRTY, 30, date(2026, 12, 3), date(2026, 12, 10), date(2027, 1, 9)),
        (THIRTY, 30, THIRTY, THIRTY, date(2027, 1, 22)),
        (FIFTY, 50, date(2026, 12, 13), date(2026, 12, 20), date(2027, 1, 19)),
        # exactly thirty, then one more
        (FIFTY, 50, date(2026, 12, 13), date(2026, 12, 13), FIFTY),
        (FIFTY, 50, date(2026, 12, 12), date(2026, 12, 12), FIFTY),
        (FIFTY, 50, date(2026, 12, 12), date(2026, 12, 20), date(2027, 1, 20)),
        # on the day of the receipt: all fifty are left
        (FIFTY, 50, MONDAY, date(2026, 12, 1), date(2027, 1, 20)),
        # before the period runs no more than all of it is left, and it ends no earlier
        (FIFTY, 50, date(2026, 11, 20), date(2026, 12, 1), date(2027, 1, 20)),
        (FIFTY, 50, date(2026, 11, 20), date(2026, 11, 21), FIFTY),
    ],
)
def test_a_new_payment_period_follows_an_interruption(
    last_day: date, delay: int, notified_on: date, completed_on: date, last: date
):
    ended = Interruption(notified_on, completed_on)
    assert last_day_after(last_day, delay, ended) == last
    assert last_day_after(last_day, delay, Interruption(notified_on)) is None
    assert last_day_after(last_day, delay, None) == last_day


def interrupt(notified_on: date, earlier: Interruption | None = None) -> None:
    ensure_interruption(
        "FA-1",
        notified_on,
        issued_on=MONDAY,
        last_day=THIRTY,
        today=date(2026, 12, 31),
        earlier=earlier,
    )


def test_a_payment_period_is_interrupted_from_the_invoice_to_its_last_day():
    interrupt(MONDAY)
    interrupt(THIRTY)
    with pytest.raises(DayTooEarly, match="23/11/2026"):
        interrupt(date(2026, 11, 22))
    with pytest.raises(PeriodOver, match="23/12/2026"):
        interrupt(date(2026, 12, 24))
    with pytest.raises(DayInFuture):
        interrupt(date(2027, 1, 1))


def test_a_payment_period_is_interrupted_once():
    """An interruption that lasts is corrected; one that ended leaves no second one."""
    interrupt(TUESDAY, Interruption(MONDAY))
    with pytest.raises(InterruptedBefore, match="FA-1"):
        interrupt(TUESDAY, Interruption(MONDAY, MONDAY))


def test_an_interruption_ends_between_its_notification_and_today():
    ensure_between(MONDAY, since=MONDAY, today=MONDAY)
    with pytest.raises(DayTooEarly):
        ensure_between(MONDAY, since=TUESDAY, today=TUESDAY)
    with pytest.raises(DayInFuture):
        ensure_between(TUESDAY, since=MONDAY, today=MONDAY)


@pytest.mark.parametrize(
    ("nature", "verification", "told"),
    [
        (None, None, "consumer"),
        (Nature.PUBLIC, Verification.VERIFIED, "public"),
        (Nature.REVIEW, Verification.VERIFIED, "public"),
        (Nature.PUBLIC, Verification.PENDING, "business"),
        (Nature.PRIVATE, Verification.VERIFIED, "business"),
    ],
)
def test_the_rules_of_late_payment_depend_on_the_debtor(nature, verification, told: str):
    assert audience(nature, verification) == told


def pay(amount: int = 40, received_on: date = MONDAY, reference: str = "VIR 1") -> None:
    ensure_payable(
        "FA-1",
        amount=Money(amount),
        due=Money(100),
        reference=reference,
    )
    ensure_received(received_on, ordered_on=date(2026, 11, 1), today=MONDAY)


def test_a_transfer_pays_a_part_or_all_of_what_is_due():
    pay(1)
    pay(100)
    pay(received_on=date(2026, 11, 1))


@pytest.mark.parametrize(
    ("transfer", "refusal", "facts"),
    [
        ({"amount": 0}, NoAmount, {}),
        ({"amount": -5}, NoAmount, {}),
        ({"amount": 101}, MoreThanDue, {"amount": Money(101), "due": Money(100), "number": "FA-1"}),
        ({"reference": "  "}, NoReference, {}),
        ({"received_on": TUESDAY}, PaidInFuture, {}),
        ({"received_on": date(2026, 10, 31)}, PaidBeforeOrder, {"day": "01/11/2026"}),
    ],
)
def test_an_invalid_transfer_is_refused(transfer, refusal: type[DomainError], facts: dict):
    with pytest.raises(refusal) as refused:
        pay(**transfer)
    assert refused.value.facts == facts


@pytest.mark.parametrize(
    ("left", "closes", "expected"),
    [(1_002, True, 2), (998, True, -2), (1_000, True, 0), (1_002, False, 0), (998, False, -2)],
)
def test_the_invoice_that_closes_an_order_comes_to_what_is_left(left, closes, expected):
    assert rounding(Money(1_000), left=Money(left), closes=closes) == Money(expected)


def test_what_may_be_invoiced_is_the_lesser_of_order_and_purchase_order():
    ordered = Money(10_000)
    assert most_to_invoice(ordered, None) == ordered
    assert most_to_invoice(ordered, Money(10_003)) == ordered
    assert most_to_invoice(ordered, ordered) == ordered
    assert most_to_invoice(ordered, Money(9_996)) == Money(9_996)
    assert most_to_invoice(ordered, ordered - MOST_ROUNDED) == Money(9_900)
    with pytest.raises(AbovePurchaseOrder) as refused:
        most_to_invoice(ordered, Money(9_899))
    assert refused.value.facts == {"ordered": ordered, "given": Money(9_899)}
