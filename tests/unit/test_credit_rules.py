"""Credit notes, the rules: never above what is left, and nothing left at the end."""

import random

import pytest

from checkout.credits.composition_rules import CreditableLine, Remainder, compose, ensure_goods
from checkout.credits.rules import (
    AccountNotValid,
    CreditReasonMissing,
    CreditRequest,
    Goods,
    MoreAmountThanLeft,
    MoreThanShipped,
    MoreThanUnshipped,
    MoreUnitsThanLeft,
    NothingToCredit,
    NotInvoiced,
    UnitsAndAmount,
    ensure_account,
    ensure_credit_reason,
    to_give_back,
)
from checkout.invoices.rules import Settled, days_late, settled
from shop.core.money import Money, UnitPrice, total
from shop.core.sales import SaleLine, sale_totals
from shop.core.vat import VatLine, breakdown
from tests.factories import AT

RATES = (2000, 1000, 550, 210)
TODAY = AT.date()


def line(
    position: int, quantity: int, price: int, *, rate: int = 2000, including: int | None = None
) -> CreditableLine:
    """A line of an invoice; `price` in ten-thousandths excluding VAT, `including` in cents."""
    sold = SaleLine(
        position,
        f"REF-{position}",
        f"Article {position}",
        quantity,
        UnitPrice(price),
        rate,
        unit_including=None if including is None else Money(including),
    )
    return CreditableLine(position, sold, quantity, sold.amount)


def whole(*lines: CreditableLine, rounding: int = 0) -> Remainder:
    """An invoice of these lines, of which nothing is credited yet."""
    totals = sale_totals([one.sold for one in lines])
    return Remainder(tuple(lines), totals.vat, totals.including + Money(rounding))


def after(remainder: Remainder, asked: CreditRequest) -> Remainder:
    """What is left after a credit note, counted as the shop counts it from the rows."""
    credit = compose(remainder, asked)
    taken = {one.position: one for one in credit.lines}
    vat = {part.rate: part for part in credit.totals.vat}
    lines = tuple(
        CreditableLine(
            one.position,
            one.sold,
            one.units - taken[one.position].units,
            one.amount - taken[one.position].amount,
            one.is_reduced or not taken[one.position].units,
        )
        if one.position in taken
        else one
        for one in remainder.lines
    )
    left = tuple(
        VatLine(part.rate, part.base - vat[part.rate].base, part.amount - vat[part.rate].amount)
        if part.rate in vat
        else part
        for part in remainder.vat
    )
    return Remainder(lines, left, remainder.payable - credit.totals.payable)


def test_two_of_three_units_are_credited_at_their_price():
    credit = compose(whole(line(1, 3, 100_000)), CreditRequest("Casse", units={1: 2}))
    assert credit.totals.excluding == Money(2_000)
    assert credit.totals.vat_total == Money(400)
    assert credit.totals.payable == Money(2_400)
    assert credit.goods == {1: 2}


def test_the_last_unit_takes_the_rounding_of_its_line():
    """Three units of 0.3333 € are 1.00 €; one is 0.33 €."""
    invoice = whole(line(1, 3, 3_333))
    for cents in (33, 33):
        assert compose(invoice, CreditRequest("Casse", units={1: 1})).lines[0].amount == Money(
            cents
        )
        invoice = after(invoice, CreditRequest("Casse", units={1: 1}))
    last = compose(invoice, CreditRequest("Casse", units={1: 1}))
    assert last.lines[0].amount == Money(34)
    printed = last.lines[0].printed
    assert [(one.amount.cents, kind) for one, kind in printed] == [(33, ""), (1, "adjustment")]


def test_a_reduction_of_the_price_takes_no_unit():
    credit = compose(
        whole(line(1, 2, 1_000_000)), CreditRequest("Rayure", amounts={1: Money(5_000)})
    )
    assert (credit.lines[0].units, credit.totals.excluding) == (0, Money(5_000))
    ((printed, kind),) = credit.lines[0].printed
    assert (printed.quantity, printed.amount, kind) == (1, Money(5_000), "amount")
    assert credit.goods == {}


def test_units_of_a_reduced_line_are_credited_at_their_share():
    left = after(whole(line(1, 2, 1_000_000)), CreditRequest("Rayure", amounts={1: Money(15_000)}))
    assert compose(left, CreditRequest("Retour", units={1: 1})).lines[0].amount == Money(2_500)
    credit = compose(left, CreditRequest("Retour", units={1: 2}))
    assert credit.lines[0].amount == Money(5_000)
    printed = [(one.quantity, one.amount.cents) for one, _kind in credit.lines[0].printed]
    assert printed == [(2, 20_000), (-1, -15_000)]


def test_an_amount_including_vat_is_credited_on_an_invoice_of_prices_including_vat():
    invoice = whole(line(1, 2, 108_333, including=1_300))
    credit = compose(invoice, CreditRequest("Rayure", amounts={1: Money(300)}))
    assert credit.totals.including == Money(300)
    assert (credit.totals.excluding, credit.totals.vat_total) == (Money(250), Money(50))
    ((printed, _kind),) = credit.lines[0].printed
    assert printed.unit_including == Money(300)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (CreditRequest("x"), NothingToCredit),
        (CreditRequest("x", units={1: 0}, amounts={1: Money()}), NothingToCredit),
        (CreditRequest("x", units={1: 4}), MoreUnitsThanLeft),
        (CreditRequest("x", units={1: -1}), MoreUnitsThanLeft),
        (CreditRequest("x", amounts={1: Money(3_001)}), MoreAmountThanLeft),
        (CreditRequest("x", amounts={1: Money(-1)}), MoreAmountThanLeft),
        (CreditRequest("x", units={1: 1}, amounts={1: Money(1)}), UnitsAndAmount),
        (CreditRequest("x", units={7: 1}), NotInvoiced),
        (CreditRequest("x", amounts={7: Money(1)}), NotInvoiced),
    ],
)
def test_what_cannot_be_credited_is_refused(asked, refusal):
    with pytest.raises(refusal):
        compose(whole(line(1, 3, 100_000)), asked)


def test_a_refusal_names_what_is_left_and_its_line():
    left = after(whole(line(1, 3, 100_000)), CreditRequest("Casse", units={1: 2}))
    with pytest.raises(MoreUnitsThanLeft) as refusal:
        compose(left, CreditRequest("Casse", units={1: 2}))
    assert refusal.value.facts == {"name": "Article 1", "most": 1, "position": 1}
    with pytest.raises(MoreAmountThanLeft) as refusal:
        compose(left, CreditRequest("Casse", amounts={1: Money(1_001)}))
    assert refusal.value.facts["most"] == Money(1_000)


def test_the_credit_of_everything_takes_the_rounding_of_the_invoice():
    credit = compose(
        whole(line(1, 6, 122_300, rate=550), rounding=2), CreditRequest("x", whole=True)
    )
    assert credit.totals.rounding == Money(2)
    assert credit.totals.payable == credit.totals.including + Money(2)


def test_a_part_never_takes_more_than_is_left_to_pay():
    """The rounding of an invoice took 4 cents off its lines."""
    invoice = whole(line(1, 1, 100_000), line(2, 1, 200, rate=2000), rounding=-4)
    first = compose(invoice, CreditRequest("x", units={1: 1}))
    assert first.totals.payable <= invoice.payable
    left = after(invoice, CreditRequest("x", units={1: 1}))
    last = compose(left, CreditRequest("x", whole=True))
    assert last.totals.payable == left.payable
    assert Money() <= last.totals.payable


def random_invoice(drawn: random.Random) -> Remainder:
    including = drawn.random() < 0.5
    lines = []
    for position in range(1, drawn.randint(2, 7)):
        price = drawn.randint(1, 9_999) if drawn.random() < 0.4 else drawn.randint(1, 9_999) * 100
        rate = drawn.choice(RATES)
        shown = drawn.randint(1, 99_999) if including else None
        lines.append(line(position, drawn.randint(1, 40), price, rate=rate, including=shown))
    return whole(*lines, rounding=drawn.choice((0, 0, 1, 3)))


def random_asked(drawn: random.Random, left: Remainder) -> CreditRequest:
    units, amounts = {}, {}
    for one in left.lines:
        way = drawn.random()
        if way < 0.4 and one.units:
            units[one.position] = drawn.randint(1, one.units)
        elif way < 0.6 and one.amount:
            amounts[one.position] = Money(drawn.randint(1, one.amount.cents))
    return CreditRequest("x", units=units, amounts=amounts)


@pytest.mark.parametrize("seed", range(300))
def test_random_credits_never_exceed_an_invoice_and_end_at_zero(seed):
    drawn = random.Random(seed)
    left = invoice = random_invoice(drawn)
    taken = Money()
    for _note in range(drawn.randint(0, 8)):
        asked = random_asked(drawn, left)
        try:
            credit = compose(left, asked)
        except NothingToCredit:
            continue
        ensure_credit_is_true(credit, invoice)
        left = after(left, asked)
        taken = taken + credit.totals.payable
        ensure_remainder_is_true(left)
        assert taken <= invoice.payable
    if not left.is_empty:
        credit = compose(left, CreditRequest("x", whole=True))
        ensure_credit_is_true(credit, invoice)
        taken = taken + credit.totals.payable
        left = after(left, CreditRequest("x", whole=True))
    assert taken == invoice.payable
    assert left.is_empty and not left.payable
    assert all((part.base, part.amount) == (Money(), Money()) for part in left.vat)
    with pytest.raises(NothingToCredit):
        compose(left, CreditRequest("x", whole=True))


def ensure_credit_is_true(credit, invoice) -> None:
    """Its printed lines multiply and add up, and its VAT is that of its bases, to the cent."""
    printed = [one for each in credit.lines for one, _kind in each.printed]
    totals = credit.totals
    assert total([one.amount for one in printed]) == totals.goods + totals.shipping
    assert totals.excluding + totals.vat_total == totals.including
    assert totals.payable >= Money()
    for part in totals.vat:
        assert part.base >= Money() and part.amount >= Money()
        own = [(one.vat_rate, one.amount) for one in printed if one.vat_rate == part.rate]
        ((exact),) = breakdown(own, invoice.basis)
        assert abs(exact.base.cents - part.base.cents) <= 1
        assert abs(exact.amount.cents - part.amount.cents) <= 1


def ensure_remainder_is_true(left: Remainder) -> None:
    """The VAT of what is left is that of an invoice of what is left."""
    exact = breakdown(((one.sold.vat_rate, one.amount) for one in left.lines), left.basis)
    assert left.vat == exact
    assert left.payable >= Money()


def test_goods_come_back_that_were_shipped():
    credit = compose(whole(line(1, 3, 100_000)), CreditRequest("x", units={1: 2}))
    ensure_goods(credit, Goods.RETURNED, shipped={1: 2}, unshipped={})
    ensure_goods(credit, Goods.UNSHIPPED, shipped={}, unshipped={1: 2})
    ensure_goods(credit, Goods.KEPT, shipped={}, unshipped={})
    with pytest.raises(MoreThanShipped) as refusal:
        ensure_goods(credit, Goods.RETURNED, shipped={1: 1}, unshipped={1: 2})
    assert refusal.value.facts == {"name": "Article 1", "most": 1, "position": 1}
    with pytest.raises(MoreThanUnshipped):
        ensure_goods(credit, Goods.UNSHIPPED, shipped={1: 3}, unshipped={1: 1})


def test_a_reason_is_required():
    assert ensure_credit_reason(" Erreur \n de prix ") == "Erreur de prix"
    with pytest.raises(CreditReasonMissing):
        ensure_credit_reason(" \n ")


def test_what_was_given_back_is_not_given_back_again():
    assert to_give_back(Money(500), Money(200)) == Money(300)
    assert to_give_back(Money(500), Money(600)) == Money()


def test_an_invoice_that_is_credited_is_never_late():
    late = {"payable_by": TODAY.replace(day=1), "today": TODAY}
    assert settled(Money(100), Money(), Money(100), **late) is Settled.CREDITED
    assert settled(Money(100), Money(60), Money(40), **late) is Settled.PAID
    assert settled(Money(100), Money(60), Money(39), **late) is Settled.LATE
    assert days_late(Money(100), Money(), Money(100), **late) == 0


def test_an_account_is_an_iban():
    assert ensure_account("FR76 3000 6000 0112 3456 7890 189") == "FR7630006000011234567890189"
    for wrong in ("", "FR76", "FR7630006000011234567890188"):
        with pytest.raises(AccountNotValid):
            ensure_account(wrong)
