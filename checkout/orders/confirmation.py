"""What the e-mail that confirms a card order says and encloses: the contract on a durable medium.

C. conso. L221-13: the main characteristics, the price, the delivery, the right of withdrawal with
its form, before the delivery at the latest.
"""

from typing import Any

from checkout.orders.consumers import is_consumers
from checkout.orders.models import Order
from checkout.orders.progress import destination_lines, promise_of
from shop.core.sales import Sale
from shop.core.vat import PriceBasis

#: Pages of the shop that are enclosed as PDF; the second for consumers only.
TERMS, WITHDRAWAL = "terms", "withdrawal"


def confirmation_of(order: Order, sale: Sale, seller: dict[str, Any]) -> dict[str, Any]:
    """The facts of the e-mail, amounts in cents. `items` have the price of one unit and the amount
    of the line in the price basis of the sale: including VAT for private customers.
    """
    totals, consumer = sale.totals, is_consumers(order)
    return {
        "items": [
            {
                "quantity": line.quantity,
                "name": line.name,
                "unit": _unit(line.unit_including, line.unit_price.tenthousandths),
                "amount": line.amount.cents,
                "is_goods": line.product_id is not None,
            }
            for line in sale.lines
        ],
        "basis": "incl" if totals.basis is PriceBasis.INCLUDING else "excl",
        "excluding": totals.excluding.cents,
        "vat": totals.vat_total.cents,
        "delivery": destination_lines(order, sale.parties, seller),
        "contact": [sale.parties.contact.name, sale.parties.contact.phone],
        "withdrawal": consumer,
        "enclosed": [TERMS, WITHDRAWAL] if consumer else [TERMS],
        **promise_of(order),
    }


def _unit(including: Any, tenthousandths: int) -> int:
    """The price of one unit in ten-thousandths of a euro."""
    return tenthousandths if including is None else 100 * int(including.cents)
