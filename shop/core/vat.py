"""VAT: rounded once per rate on the document's total base (EN 16931 BR-CO-17), never per line.

This is where VAT is rounded: `breakdown()` and nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shop.core.money import Money, UnitPrice, round_half_up, total

NO_FEE = UnitPrice(0)


@dataclass(frozen=True, slots=True)
class VatLine:
    """One rate of a document: its base excluding VAT and the tax on it."""

    rate: int
    base: Money
    amount: Money


def part_of(unit_price: UnitPrice, before: int, quantity: int) -> Money:
    """What `quantity` more units come to after `before`, so that the parts of a line add up to the
    cent to the whole line: each part is within one cent of its own rounding."""
    return unit_price.times(before + quantity) - unit_price.times(before)


@dataclass(frozen=True, slots=True)
class PricedLine:
    """What a line is priced by: `eco_fee` is included in `unit_price`, both for one unit.

    `before` are the units of the same line that earlier documents have billed.
    """

    quantity: int
    unit_price: UnitPrice
    vat_rate: int
    eco_fee: UnitPrice = NO_FEE
    is_shipping: bool = False
    before: int = 0

    @property
    def amount(self) -> Money:
        return part_of(self.unit_price, self.before, self.quantity)


@dataclass(frozen=True, slots=True)
class Totals:
    """The foot of a quote, an order or an invoice."""

    goods: Money
    shipping: Money
    excluding: Money
    vat: tuple[VatLine, ...]
    vat_total: Money
    including: Money
    eco_including: Money


def vat_on(base: Money, rate: int) -> Money:
    """The tax on a base at `rate` basis points, rounded half up to the cent."""
    return Money(round_half_up(base.cents * rate, 10_000))


def breakdown(amounts: Iterable[tuple[int, Money]]) -> tuple[VatLine, ...]:
    """The tax of each rate on the sum of its lines: (rate, amount excluding VAT) pairs in."""
    bases: dict[int, Money] = {}
    for rate, amount in amounts:
        bases[rate] = bases.get(rate, Money()) + amount
    return tuple(VatLine(rate, base, vat_on(base, rate)) for rate, base in sorted(bases.items()))


def totals_of(lines: Iterable[PricedLine]) -> Totals:
    """The totals of a document from its lines."""
    lines = list(lines)
    vat = breakdown((line.vat_rate, line.amount) for line in lines)
    excluding = total([line.amount for line in lines])
    vat_total = total([part.amount for part in vat])
    eco = breakdown(
        (line.vat_rate, part_of(line.eco_fee, line.before, line.quantity)) for line in lines
    )
    return Totals(
        goods=total([line.amount for line in lines if not line.is_shipping]),
        shipping=total([line.amount for line in lines if line.is_shipping]),
        excluding=excluding,
        vat=vat,
        vat_total=vat_total,
        including=excluding + vat_total,
        eco_including=total([part.base + part.amount for part in eco]),
    )
