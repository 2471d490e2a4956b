"""Bulk changes, pure: one field of many products given another value, or another price computed
from the present one.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shop.core.errors import N_, DomainError
from shop.core.money import Money, round_half_up


class BulkAct(StrEnum):
    """What is done to the products of a selection."""

    RAISE = "raise"
    LOWER = "lower"
    VAT_RATE = "vat_rate"
    FAMILY = "family"
    BRAND = "brand"
    WARRANTY = "warranty_months"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


class Rounding(StrEnum):
    """To what a computed price is rounded, half up. NINETY: to an amount that ends in 90 cents."""

    CENT = "cent"
    DIME = "dime"
    EURO = "euro"
    NINETY = "ninety"


#: The acts that compute a price, and the field of an import that each act writes.
PRICED = frozenset({BulkAct.RAISE, BulkAct.LOWER})
FIELD_OF: dict[BulkAct, str] = {
    BulkAct.RAISE: "price",
    BulkAct.LOWER: "price",
    BulkAct.VAT_RATE: "vat_rate",
    BulkAct.FAMILY: "family",
    BulkAct.BRAND: "brand",
    BulkAct.WARRANTY: "warranty_months",
    BulkAct.PUBLISH: "published",
    BulkAct.WITHDRAW: "published",
}
_STEPS = {Rounding.CENT: 1, Rounding.DIME: 10, Rounding.EURO: 100, Rounding.NINETY: 100}
_ENDING = {Rounding.NINETY: 90}


class NothingSelected(DomainError):
    sentence = N_("No product is selected: tick some, or change the search.")
    status = 422


class SelectionTooLarge(DomainError):
    sentence = N_("A bulk change has at most %(most)s products: narrow the search of the list.")
    status = 422


class PercentageMissing(DomainError):
    sentence = N_("Enter a percentage above 0.")
    status = 422


class ValueMissing(DomainError):
    sentence = N_("Give the new value.")
    status = 422


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What is asked for: the act, and what it needs. `share`: basis points of the present price.
    `value`: basis points of VAT, months, the slug of a family, the name of a brand.
    """

    act: BulkAct
    share: int = 0
    rounding: Rounding = Rounding.CENT
    value: int | str | None = None

    @property
    def field(self) -> str:
        """The field of an import that it writes."""
        return FIELD_OF[self.act]


def ensure_change(change: BulkChange) -> None:
    """Raises PercentageMissing, ValueMissing."""
    if change.act in PRICED:
        if change.share <= 0:
            raise PercentageMissing
    elif change.act not in {BulkAct.PUBLISH, BulkAct.WITHDRAW} and change.value in {None, ""}:
        raise ValueMissing


def computed_price(price: Money, change: BulkChange) -> Money:
    """The price raised or lowered by the share, then rounded half up; possibly zero. Rounding never
    lowers a price that is raised, nor raises one that is lowered.
    """
    share = change.share if change.act is BulkAct.RAISE else -change.share
    step, ending = _STEPS[change.rounding], _ENDING.get(change.rounding, 0)
    exact = price.cents * (10_000 + share)
    steps = round_half_up(exact - ending * 10_000, step * 10_000)
    rounded = Money(max(0, steps) * step + ending)
    return max(price, rounded) if change.act is BulkAct.RAISE else min(price, rounded)


def cell_of(price: Money, change: BulkChange) -> str:
    """What the line of a product says, as a cell of an import."""
    if change.act in PRICED:
        return str(computed_price(price, change))
    if change.act is BulkAct.VAT_RATE:
        return f"{Decimal(change.value or 0) / 100:f}"
    if change.act in {BulkAct.PUBLISH, BulkAct.WITHDRAW}:
        return "yes" if change.act is BulkAct.PUBLISH else "no"
    return str(change.value)
