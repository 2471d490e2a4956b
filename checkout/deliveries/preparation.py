"""The preparation list: what to take from the shelves for one order or for several."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from checkout.deliveries.queue import is_to_prepare
from checkout.orders.models import Order, OrderLine
from shop.catalogue.models import Stock
from shop.catalogue.rules import shelf_order
from shop.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Pick:
    """Units of a product to take from its shelf, by number of order. `on_hand` and `promised` are
    those of the product, for all its orders.
    """

    shelf_place: str
    sku: str
    name: str
    detail: str
    on_hand: int
    promised: int
    units: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.units.values())

    @property
    def missing(self) -> int:
        """Units that the shelf lacks."""
        return max(0, self.total - self.on_hand)


@dataclass(frozen=True, slots=True)
class Preparation:
    """`orders` in the order they were placed; `settled` are those of which nothing is to prepare:
    delivered, cancelled, or their payment was taken back.
    """

    orders: list[Order]
    settled: list[Order]
    picks: list[Pick]

    @property
    def units(self) -> int:
        """Units to take for all orders."""
        return sum(pick.total for pick in self.picks)

    @property
    def lacking(self) -> int:
        """Products of which the shelf has less than is to take."""
        return sum(bool(pick.missing) for pick in self.picks)


def prepare(session: Session, numbers: Sequence[str]) -> Preparation:
    """What is left to deliver of these orders, along the shelves.

    Raises NotFound for a number that is no order's.
    """
    asked = set(numbers)
    found = session.scalars(select(Order).where(Order.number.in_(asked)).order_by(Order.id)).all()
    if unknown := asked - {order.number for order in found}:
        raise NotFound(number=min(unknown))
    rows = session.execute(_left(asked)).all()
    open_numbers = {row.number for row in rows}
    return Preparation(
        [order for order in found if order.number in open_numbers],
        [order for order in found if order.number not in open_numbers],
        _picks(rows),
    )


def _left(numbers: set[str]) -> Select[*tuple[Any, ...]]:
    left = OrderLine.quantity - OrderLine.delivered - OrderLine.cancelled
    return (
        select(
            Order.number,
            OrderLine.product_id,
            OrderLine.sku,
            OrderLine.name,
            OrderLine.detail,
            left.label("units"),
            Stock.on_hand,
            Stock.reserved,
            Stock.shelf_place,
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Stock, Stock.product_id == OrderLine.product_id)
        .where(Order.number.in_(numbers), is_to_prepare(), left > 0)
        .order_by(Order.id, OrderLine.position)
    )


def _picks(rows: Sequence[Any]) -> list[Pick]:
    """One for each product and its detail; two lines of an order with the same one are added up."""
    picks: dict[tuple[int, str], Pick] = {}
    for row in rows:
        pick = picks.setdefault(
            (row.product_id, row.detail),
            Pick(row.shelf_place, row.sku, row.name, row.detail, row.on_hand, row.reserved),
        )
        pick.units[row.number] = pick.units.get(row.number, 0) + row.units
    return sorted(picks.values(), key=lambda pick: (shelf_order(pick.shelf_place), pick.sku))
