"""The stock label of a product: supply, availability, delay."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shop.core.errors import N_, DomainError
from shop.core.folding import fold

LOW_STOCK = 2
#: Maximum length of the place of a product in the warehouse.
LONGEST_SHELF_PLACE = 40


class Supply(StrEnum):
    """STOCKED is sold from the stock only; ON_ORDER can be sold beyond it, with a delay in days."""

    STOCKED = "stocked"
    ON_ORDER = "on_order"


class Shelf(StrEnum):
    """The availability that a customer reads."""

    IN_STOCK = "in_stock"
    LOW = "low"
    ON_ORDER = "on_order"
    BACK_ON = "back_on"
    OUT = "out"


class OutOfStock(DomainError):
    sentence = N_("%(name)s: %(available)s available, %(asked)s requested. Lower the quantity.")


class NoLongerOnSale(OutOfStock):
    """The product was withdrawn from the catalogue: no quantity can be sold."""

    sentence = N_("%(name)s is no longer on sale: remove it from the cart to continue.")


@dataclass(frozen=True, slots=True)
class Availability:
    """The availability of a product: units available, delay in days when ordered, day of
    restocking.
    """

    shelf: Shelf
    available: int
    lead_days: int = 0
    restock_on: date | None = None

    @property
    def can_be_bought(self) -> bool:
        return self.shelf in (Shelf.IN_STOCK, Shelf.LOW, Shelf.ON_ORDER)


def shelf_order(place: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts places of the warehouse as somebody walks along them: A-2 before A-10, and
    what has no place last.
    """
    parts = re.findall(r"\d+|[^\W\d_]+", fold(place))
    if not parts:
        return ((2, 0, ""),)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def availability(
    *, on_hand: int, reserved: int, backorder: bool, lead_days: int, restock_on: date | None
) -> Availability:
    """The availability from the columns of the stock row."""
    available = max(0, on_hand - reserved)
    if available > LOW_STOCK:
        return Availability(Shelf.IN_STOCK, available)
    if available > 0:
        return Availability(Shelf.LOW, available, lead_days if backorder else 0)
    if backorder:
        return Availability(Shelf.ON_ORDER, 0, lead_days)
    if restock_on is not None:
        return Availability(Shelf.BACK_ON, 0, restock_on=restock_on)
    return Availability(Shelf.OUT, 0)
