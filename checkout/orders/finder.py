"""The office's look-up by what an order stores: its number, and the purchase order's."""

from sqlalchemy import Select, case, or_, select

from checkout.orders.models import Order
from shop.dossiers.finder import PART, WHOLE, matches_number, matches_reference
from shop.dossiers.lookup_rules import Asked


def by_order(asked: Asked) -> Select[int, int]:
    """By the number of the order, of its purchase order, or its commitment number."""
    number, number_rank = matches_number(Order.number, asked)
    reference, reference_rank = matches_reference(Order.purchase_order_key, asked)
    engagement = Order.engagement == asked.typed
    rank = case((or_(engagement, number_rank == WHOLE, reference_rank == WHOLE), WHOLE), else_=PART)
    return select(Order.dossier_id.label("dossier_id"), rank.label("rank")).where(
        or_(number, reference, engagement)
    )
