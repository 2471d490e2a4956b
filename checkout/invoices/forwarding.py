"""An invoice that a client has the shop send to an address of their choice: their accountant, an
elected member. It is no sending to the paying service: no period is counted from it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkout.invoices.forwarding_rules import ensure_few_forwards
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.dossiers.models import Dossier
from shop.people.models import User
from shop.storage.db import get_locked
from shop.storage.journal import JournalEntry, record
from shop.storage.outbox import post


def invoice_of_dossier(session: Session, dossier: Dossier, paper_id: int) -> Invoice:
    """The invoice with that document, of an order of the dossier. Raises NotFound."""
    found = session.scalar(
        select(Invoice)
        .join(Order, Order.id == Invoice.order_id)
        .where(Invoice.paper_id == paper_id, Order.dossier_id == dossier.id)
    )
    if found is None:
        raise NotFound(number=dossier.number)
    return found


def forward_invoice(
    session: Session, dossier: Dossier, invoice: Invoice, to: str, *, by: Actor, at: datetime
) -> None:
    """Send the document of an invoice to that address by e-mail, in the name of the person, who
    may read the dossier. Raises TooManyForwards.
    """
    if by.user_id is None:
        raise NotFound(number=dossier.number)
    get_locked(session, User, by.user_id)  # so that two at once are counted one after the other
    subject = f"user:{by.user_id}"
    sent = select(func.count(JournalEntry.id)).where(
        JournalEntry.subject == subject,
        JournalEntry.act == "forward_invoice",
        JournalEntry.at > at - timedelta(days=1),
    )
    ensure_few_forwards(session.scalar(sent) or 0)
    post(
        session,
        "invoice_forwarded",
        to=to,
        language=dossier.language,
        at=at,
        dossier_id=dossier.id,
        papers=(invoice.paper_id,),
        number=invoice.number,
        including=invoice.including.cents,
        issued_on=invoice.issued_on.isoformat(),
        sender=by.name,
        sender_email=by.email or "",
    )
    record(
        session,
        subject,
        "forward_invoice",
        by=by,
        at=at,
        dossier_id=dossier.id,
        number=invoice.number,
        to=to,
    )


def forwards_of(session: Session, dossier: Dossier, invoice: Invoice) -> Sequence[JournalEntry]:
    """Where an invoice was sent so far, the latest first."""
    entries = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.dossier_id == dossier.id, JournalEntry.act == "forward_invoice")
        .order_by(JournalEntry.id.desc())
    )
    return [one for one in entries if one.facts["number"] == invoice.number]
