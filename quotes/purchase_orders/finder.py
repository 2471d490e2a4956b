"""The office's look-up by the number of a purchase order of which a copy was received."""

from sqlalchemy import Select, select

from quotes.purchase_orders.models import PurchaseOrderScan
from quotes.quotes.models import Quote
from shop.dossiers.finder import matches_reference
from shop.dossiers.lookup_rules import Asked


def by_copy(asked: Asked) -> Select[int, int]:
    """By the number that came with a copy."""
    matches, rank = matches_reference(PurchaseOrderScan.reference_key, asked)
    return (
        select(Quote.dossier_id.label("dossier_id"), rank.label("rank"))
        .join(PurchaseOrderScan, PurchaseOrderScan.quote_id == Quote.id)
        .where(matches)
    )
