"""What the number of a purchase order served for before: a number is used once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from quotes.purchase_orders.models import PurchaseOrder
from quotes.quotes.models import Quote
from shop.core.folding import fold_reference
from shop.organisations.models import Organisation


def previous_use(session: Session, organisation_id: int, reference: str) -> str | None:
    """The number of the quote that this body's purchase-order number already served for."""
    return session.scalar(
        select(Quote.number)
        .join(PurchaseOrder, PurchaseOrder.quote_id == Quote.id)
        .where(
            PurchaseOrder.reference_key == fold_reference(reference),
            PurchaseOrder.organisation_id == organisation_id,
        )
        .order_by(PurchaseOrder.id.desc())
        .limit(1)
    )


def use_elsewhere(session: Session, organisation_id: int, reference: str) -> tuple[str, str] | None:
    """Another body whose purchase order bore this number, and the quote that it served for."""
    row = session.execute(
        select(Organisation.name, Quote.number)
        .join(PurchaseOrder, PurchaseOrder.organisation_id == Organisation.id)
        .join(Quote, Quote.id == PurchaseOrder.quote_id)
        .where(
            PurchaseOrder.reference_key == fold_reference(reference),
            PurchaseOrder.organisation_id != organisation_id,
        )
        .order_by(PurchaseOrder.id.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None
