"""The queue of awaited originals, and the copies received."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from quotes.procedure import PROCEDURE
from quotes.purchase_orders.models import PurchaseOrderScan
from quotes.quotes.models import Quote
from shop.dossiers.models import StoredFile
from shop.organisations.models import Organisation

QUEUE_LIMIT = 200
_AWAITING = [
    s
    for transition in PROCEDURE.transitions
    if transition.name == "record_original"
    for s in transition.sources
]


def awaited(session: Session) -> Sequence[Any]:
    """Open quotes with the data of the queue: those with a copy first, oldest copy first."""
    scanned = func.max(PurchaseOrderScan.received_at).label("scanned_at")
    return session.execute(
        select(
            Quote.number,
            Quote.including,
            Quote.valid_until,
            Quote.issued_at,
            Organisation.name.label("body"),
            scanned,
        )
        .join(Organisation, Organisation.id == Quote.organisation_id)
        .outerjoin(PurchaseOrderScan, PurchaseOrderScan.quote_id == Quote.id)
        .where(Quote.stage.in_(_AWAITING))
        .group_by(Quote.id, Organisation.name)
        .order_by(scanned.is_(None), scanned, Quote.id)
        .limit(QUEUE_LIMIT)
    ).all()


def count_awaited(session: Session) -> int:
    """Copies whose original was not received: the number on the tab."""
    with_copy: Select[Any] = (
        select(func.count(func.distinct(Quote.id)))
        .join(PurchaseOrderScan, PurchaseOrderScan.quote_id == Quote.id)
        .where(Quote.stage.in_(_AWAITING))
    )
    return session.scalar(with_copy) or 0


def last_scan(session: Session, quote_id: int) -> StoredFile | None:
    """The last copy received for a quote."""
    return session.scalar(
        select(StoredFile)
        .join(PurchaseOrderScan, PurchaseOrderScan.file_id == StoredFile.id)
        .where(PurchaseOrderScan.quote_id == quote_id)
        .order_by(PurchaseOrderScan.id.desc())
        .limit(1)
    )
