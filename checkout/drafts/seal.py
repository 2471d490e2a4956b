"""The seal of a sale: a short name for exactly these lines, prices, places and way of delivery.

Step 5's forms carry it, so that a cart changed in another tab is recognised before it is paid.
"""

import hashlib
import json
from collections.abc import Sequence

from shop.core.parties import Parties
from shop.core.sales import SaleLine


def seal_of(token: str, lines: Sequence[SaleLine], parties: Parties, shipping: str) -> str:
    """The same content gives the same seal; the reader's language does not count."""
    goods = [line.to_json() for line in lines if line.product_id is not None]
    prices = [(line.unit_price.tenthousandths, line.quantity) for line in lines]
    told = json.dumps([token, goods, prices, parties.to_json(), shipping], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]
