"""The seal of a sale: a digest of exactly these lines, prices, addresses and way of delivery.

It is in the forms of step 5, so that a cart changed in another tab is recognised before it is paid.
"""

import hashlib
import json

from shop.core.sales import Sale


def seal_of(token: str, sale: Sale) -> str:
    """The same content gives the same seal; the reader's language does not count."""
    goods = [line.to_json() for line in sale.lines if not line.is_shipping]
    prices = [(line.unit_price.tenthousandths, line.quantity) for line in sale.lines]
    told = json.dumps([token, goods, prices, sale.parties.to_json(), sale.shipping], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]
