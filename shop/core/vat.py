"""VAT: rounded once per rate on the document's total base (EN 16931 BR-CO-17), never per line.

VAT is rounded by `breakdown()` and nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shop.core.money import Money, UnitPrice, round_half_up


@dataclass(frozen=True, slots=True)
class VatLine:
    """One rate of a document: its base excluding VAT and the tax on this base."""

    rate: int
    base: Money
    amount: Money


def part_of(unit_price: UnitPrice, before: int, quantity: int) -> Money:
    """The amount of `quantity` more units after `before`, so that the parts of a line add up to the
    cent to the whole line: each part is within one cent of its own rounding.
    """
    return unit_price.times(before + quantity) - unit_price.times(before)


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a quote, an order or an invoice."""

    goods: Money
    shipping: Money
    excluding: Money
    vat: tuple[VatLine, ...]
    vat_total: Money
    including: Money
    eco_including: Money

    def to_json(self) -> dict[str, Any]:
        """The totals as a document stores them: cents, and rates in basis points."""
        return {
            "goods": self.goods.cents,
            "shipping": self.shipping.cents,
            "excluding": self.excluding.cents,
            "vat": [
                {"rate": part.rate, "base": part.base.cents, "amount": part.amount.cents}
                for part in self.vat
            ],
            "vat_total": self.vat_total.cents,
            "including": self.including.cents,
            "eco_including": self.eco_including.cents,
        }


def vat_on(base: Money, rate: int) -> Money:
    """The tax on a base at `rate` basis points, rounded half up to the cent."""
    return Money(round_half_up(base.cents * rate, 10_000))


def breakdown(amounts: Iterable[tuple[int, Money]]) -> tuple[VatLine, ...]:
    """The tax of each rate on the sum of its lines, from pairs (rate, amount excluding VAT)."""
    bases: dict[int, Money] = {}
    for rate, amount in amounts:
        bases[rate] = bases.get(rate, Money()) + amount
    return tuple(VatLine(rate, base, vat_on(base, rate)) for rate, base in sorted(bases.items()))
