"""VAT: rounded once per rate of a document, never per line, from one of two price bases.

Excluding VAT: the tax is rounded on the total base of the rate (EN 16931 BR-CO-17). Including VAT:
the base is rounded from the total of the rate, and the tax is the rest, so that the total is the
sum of the prices shown. VAT is rounded by `breakdown()` and nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shop.core.money import Money, round_half_up


class PriceBasis(StrEnum):
    """Which prices a sale adds up: including VAT for private customers, excluding VAT for
    organisations.
    """

    INCLUDING = "including"
    EXCLUDING = "excluding"


@dataclass(frozen=True, slots=True)
class VatLine:
    """One rate of a document: its base excluding VAT and the tax on this base."""

    rate: int
    base: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a quote, an order or an invoice.

    `goods` and `shipping` are in the price basis. `rounding` (EN 16931 BT-114) is what an invoice
    adds to its total, so that the invoices of an order add up to the order; `payable` (BT-115) is
    the total with it.
    """

    basis: PriceBasis
    goods: Money
    shipping: Money
    excluding: Money
    vat: tuple[VatLine, ...]
    vat_total: Money
    including: Money
    eco_including: Money
    rounding: Money = Money()  # noqa: RUF009 - frozen: one zero serves all

    @property
    def payable(self) -> Money:
        return self.including + self.rounding

    def to_json(self) -> dict[str, Any]:
        """The totals as a document stores them: cents, and rates in basis points."""
        return {
            "basis": self.basis.value,
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
            "rounding": self.rounding.cents,
            "payable": self.payable.cents,
        }


def vat_on(base: Money, rate: int) -> Money:
    """The tax on a base at `rate` basis points, rounded half up to the cent."""
    return Money(round_half_up(base.cents * rate, 10_000))


def base_in(including: Money, rate: int) -> Money:
    """The base in a total including VAT at `rate` basis points, rounded half up to the cent."""
    return Money(round_half_up(including.cents * 10_000, 10_000 + rate))


def breakdown(
    amounts: Iterable[tuple[int, Money]], basis: PriceBasis = PriceBasis.EXCLUDING
) -> tuple[VatLine, ...]:
    """The base and the tax of each rate, from pairs (rate, amount of a line in the basis)."""
    sums: dict[int, Money] = {}
    for rate, amount in amounts:
        sums[rate] = sums.get(rate, Money()) + amount
    return tuple(_vat_line(rate, amount, basis) for rate, amount in sorted(sums.items()))


def _vat_line(rate: int, amount: Money, basis: PriceBasis) -> VatLine:
    if basis is PriceBasis.INCLUDING:
        base = base_in(amount, rate)
        return VatLine(rate, base, amount - base)
    return VatLine(rate, amount, vat_on(amount, rate))
