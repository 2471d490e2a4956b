"""The period in which a consumer may withdraw, from the delivery notes and the journal."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from checkout.deliveries.contrary import standing_notes
from checkout.deliveries.deliveries import receipts_of
from checkout.deliveries.models import DeliveryNote
from checkout.drafts.shipping import METHODS
from checkout.orders.consumers import WITHDRAWAL_TOLD
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of
from checkout.withdrawals.rules import last_day, received_on
from shop.dossiers.dossiers import journal_of
from shop.storage.journal import JournalEntry


def last_day_of(session: Session, order: Order) -> date | None:
    """The last day on which the buyer may withdraw; None while goods are still to come."""
    return last_day_from(
        order,
        lines_of(session, order.id),
        standing_notes(session, order.id),
        receipts_of(session, order.id),
        journal_of(session, order.dossier_id),
    )


def last_day_from(
    order: Order,
    lines: Sequence[OrderLine],
    notes: Sequence[DeliveryNote],
    receipts: Mapping[int, date],
    journal: Iterable[JournalEntry],
) -> date | None:
    """As `last_day_of()`, from rows that were read; `receipts` are the days that the recipient
    recorded, by delivery note.
    """
    transit = METHODS[order.shipping].business_days
    told = any(entry.act == "place_order" and entry.facts.get(WITHDRAWAL_TOLD) for entry in journal)
    return last_day(
        [receipts.get(note.id) or received_on(note.shipped_on, transit) for note in notes],
        complete=all(line.delivered + line.cancelled == line.quantity for line in lines),
        informed=told,
    )
