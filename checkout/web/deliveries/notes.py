"""A delivery note at the desk of deliveries, named with its order in the address."""

from flask import url_for
from sqlalchemy import select

from checkout.deliveries.deliveries import note_of_order
from checkout.deliveries.models import DeliveryNote
from checkout.orders.models import Order
from shop.core.errors import NotFound
from shop.web.kit.site import reading


def known_order(number: str) -> Order:
    """The order of that number. Raises NotFound."""
    order = reading().scalar(select(Order).where(Order.number == number))
    if order is None:
        raise NotFound(number=number)
    return order


def known_note(number: str, note: str) -> tuple[Order, DeliveryNote]:
    """The order and its delivery note, by their numbers. Raises NotFound."""
    order = known_order(number)
    return order, note_of_order(reading(), order.id, note)


def desk_of(number: str) -> str:
    """The address of an order at the desk."""
    return url_for("deliveries.show", number=number)
