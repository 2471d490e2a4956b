"""Orders of consumers: those that have a right of withdrawal."""

from checkout.orders.models import Order
from checkout.orders.procedure import Origin

#: The fact of the journal's entry `place_order` that says that the buyer was told of the right of
#: withdrawal before paying, and in the confirmation of the order.
WITHDRAWAL_TOLD = "withdrawal_told"


def is_consumers(order: Order) -> bool:
    """Whether the order is a consumer's: paid by card, for no organisation (C. conso. L221-18)."""
    return order.origin is Origin.CARD and order.organisation_id is None
