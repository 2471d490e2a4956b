"""The composition of a credit note, pure: what is left of an invoice, and what is taken of it.

The VAT of what is left always follows the rule of the invoice: per rate, a credit note takes the
difference between what was left before and what is left after it. So no rate ever falls below
zero, and the credit note of everything left brings each one to zero. The VAT of one credit note
may differ by a cent from its own base × rate, which EN 16931 allows (BR-CO-17).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from checkout.credits.rules import (
    CreditRequest,
    Goods,
    MoreAmountThanLeft,
    MoreThanShipped,
    MoreThanUnshipped,
    MoreUnitsThanLeft,
    NothingToCredit,
    NotInvoiced,
    UnitsAndAmount,
)
from checkout.invoices.rules import rounding
from shop.core.errors import DomainError
from shop.core.money import Money, UnitPrice, round_half_up, total
from shop.core.sales import SaleLine, basis_of, sale_totals, wanted
from shop.core.vat import PriceBasis, Totals, VatLine, breakdown


@dataclass(frozen=True, slots=True)
class CreditableLine:
    """A line of an invoice: as it was `sold`, with its quantity on the invoice, and the `units` and
    the `amount` (in the price basis of the sale) that no credit note has taken. `is_reduced`: a
    credit note has taken an amount without units.
    """

    position: int
    sold: SaleLine
    units: int
    amount: Money
    is_reduced: bool = False

    def amount_of(self, units: int) -> Money:
        """The amount of so many units: at their price, or their share of what is left of a line
        whose price was reduced; the last units take all that is left.
        """
        if units == self.units:
            return self.amount
        if self.is_reduced:
            return Money(round_half_up(self.amount.cents * units, self.units))
        return min(replace(self.sold, quantity=units).amount, self.amount)


@dataclass(frozen=True, slots=True)
class Remainder:
    """What the credit notes of an invoice have left of it: its lines, the base and the VAT of each
    rate, and the amount including VAT, with its rounding.
    """

    lines: tuple[CreditableLine, ...]
    vat: tuple[VatLine, ...]
    payable: Money

    @property
    def basis(self) -> PriceBasis:
        return basis_of(line.sold for line in self.lines)

    @property
    def is_empty(self) -> bool:
        """Whether no amount is left."""
        return not any(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What a credit note takes of a line: `units`, 0 for a reduction of its price, and the
    `amount` in the price basis.
    """

    position: int
    sold: SaleLine
    units: int
    amount: Money

    @property
    def printed(self) -> list[tuple[SaleLine, str]]:
        """The line as a document shows it, so that quantity × price is each amount: its units at
        their price, then what this leaves, « adjustment »; or « amount », a reduction.
        """
        if not self.units:
            return [(self._of(1, self.amount), "amount")]
        told = replace(self.sold, quantity=self.units)
        rest = self.amount - told.amount
        if not rest:
            return [(told, "")]
        sign = 1 if rest > Money() else -1
        return [(told, ""), (self._of(sign, rest * sign), "adjustment")]

    def _of(self, quantity: int, amount: Money) -> SaleLine:
        """A line of that amount, in the basis of the sale."""
        including = self.sold.basis is PriceBasis.INCLUDING
        price = UnitPrice.of(amount)
        if including:
            price = UnitPrice.from_including(amount, self.sold.vat_rate)
        return replace(
            self.sold,
            quantity=quantity,
            unit_price=price,
            eco_fee=UnitPrice(),
            unit_including=amount if including else None,
            detail="",
            weight_g=0,
            list_price=None,
            discount=0,
            agreement="",
        )


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit note before it has a number; `left` is the base of each rate, excluding VAT, before
    it.
    """

    lines: tuple[CreditLine, ...]
    totals: Totals
    left: Mapping[int, Money] = field(default_factory=dict)

    @property
    def goods(self) -> dict[int, int]:
        """The units of goods by position, without the delivery."""
        return {
            line.position: line.units
            for line in self.lines
            if line.units and line.sold.product_id is not None
        }


def units_by_product(credit: Credit) -> dict[int, int]:
    """The units of goods that a credit note takes, by product: what comes back to the stock."""
    return wanted([replace(line.sold, quantity=line.units) for line in credit.lines if line.units])


def compose(remainder: Remainder, asked: CreditRequest) -> Credit:
    """What a credit note takes of what is left of an invoice.

    Raises NothingToCredit, NotInvoiced, UnitsAndAmount, MoreUnitsThanLeft, MoreAmountThanLeft.
    """
    lines = _whole(remainder) if asked.whole else _part(remainder, asked)
    if not any(line.amount for line in lines):
        raise NothingToCredit
    totals = _totals(remainder, lines)
    left = {part.rate: part.base for part in remainder.vat}
    rates = {part.rate for part in totals.vat}
    return Credit(lines, totals, {rate: base for rate, base in left.items() if rate in rates})


def ensure_goods(
    credit: Credit, goods: Goods, *, shipped: Mapping[int, int], unshipped: Mapping[int, int]
) -> None:
    """Units come back that are `shipped` and not back yet; units are taken out of the order that
    are `unshipped`; both by position. Raises MoreThanShipped, MoreThanUnshipped.
    """
    limits: dict[Goods, tuple[Mapping[int, int], type[DomainError]]] = {
        Goods.RETURNED: (shipped, MoreThanShipped),
        Goods.UNSHIPPED: (unshipped, MoreThanUnshipped),
    }
    if goods not in limits:
        return
    most, refusal = limits[goods]
    names = {line.position: line.sold.name for line in credit.lines}
    for position, units in credit.goods.items():
        if units > most.get(position, 0):
            raise refusal(name=names[position], most=most.get(position, 0), position=position)


def _whole(remainder: Remainder) -> tuple[CreditLine, ...]:
    return tuple(
        CreditLine(line.position, line.sold, line.units, line.amount)
        for line in remainder.lines
        if line.units or line.amount
    )


def _part(remainder: Remainder, asked: CreditRequest) -> tuple[CreditLine, ...]:
    units = {position: count for position, count in asked.units.items() if count}
    amounts = {position: amount for position, amount in asked.amounts.items() if amount}
    known = {line.position for line in remainder.lines}
    for position in sorted({*units, *amounts} - known):
        raise NotInvoiced(position=position)
    return tuple(
        _taken(line, units.get(line.position, 0), amounts.get(line.position, Money()))
        for line in remainder.lines
        if line.position in units or line.position in amounts
    )


def _taken(line: CreditableLine, units: int, amount: Money) -> CreditLine:
    """Raises UnitsAndAmount, MoreUnitsThanLeft, MoreAmountThanLeft."""
    facts = {"name": line.sold.name, "position": line.position}
    if units and amount:
        raise UnitsAndAmount(**facts)
    if not 0 <= units <= line.units:
        raise MoreUnitsThanLeft(most=line.units, **facts)
    if not Money() <= amount <= line.amount:
        raise MoreAmountThanLeft(most=line.amount, **facts)
    return CreditLine(line.position, line.sold, units, amount if amount else line.amount_of(units))


def _totals(remainder: Remainder, lines: Sequence[CreditLine]) -> Totals:
    """The totals of a credit note; all of what is left for the one that leaves nothing."""
    taken = {line.position: line.amount for line in lines}
    after = {
        line.position: line.amount - taken.get(line.position, Money()) for line in remainder.lines
    }
    vat = _vat(remainder, lines, after)
    excluding = total([part.base for part in vat])
    vat_total = total([part.amount for part in vat])
    including = excluding + vat_total
    by_units = [replace(line.sold, quantity=line.units) for line in lines if line.units]
    return Totals(
        basis=remainder.basis,
        goods=total([line.amount for line in lines if not line.sold.is_shipping]),
        shipping=total([line.amount for line in lines if line.sold.is_shipping]),
        excluding=excluding,
        vat=vat,
        vat_total=vat_total,
        including=including,
        eco_including=sale_totals(by_units).eco_including,
        rounding=rounding(including, left=remainder.payable, closes=not any(after.values())),
    )


def _vat(
    remainder: Remainder, lines: Sequence[CreditLine], after: Mapping[int, Money]
) -> tuple[VatLine, ...]:
    """Per rate, the base and the VAT left before, less those left after."""
    rates = {line.sold.vat_rate for line in lines if line.amount}
    left = breakdown(
        (
            (line.sold.vat_rate, after[line.position])
            for line in remainder.lines
            if line.sold.vat_rate in rates
        ),
        remainder.basis,
    )
    before = {part.rate: part for part in remainder.vat}
    return tuple(
        VatLine(
            part.rate, before[part.rate].base - part.base, before[part.rate].amount - part.amount
        )
        for part in left
    )
