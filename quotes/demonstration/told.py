"""What the demonstration's clients told of deliveries and invoices, and a batch of invoices: a
delivery received with reservations, two invoices issued at once, one of which was refused on Chorus
Pro for a service code that its buyer has given since. All made by calling services.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkout.batches.batches import request_batch, run_batches
from checkout.batches.rules import BatchAct
from checkout.deliveries.models import DeliveryNote
from checkout.deliveries.rules import Reservation, ReservationKind
from checkout.invoices.acknowledgements import Recipient, acknowledge_delivery
from checkout.invoices.answers import answer_refusal
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from quotes.demonstration.deposits import refuse_by_hand
from quotes.demonstration.sales import BOOKS
from shop.core.actors import CUSTOMER, Actor
from shop.dossiers.models import Dossier
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.people.models import User
from shop.storage.db import Database

#: The subjects of the sales: received with reservations, invoiced by the batch, refused after it,
#: and not delivered yet, so that the batch leaves it out.
RESERVED, INVOICED, REFUSED = (
    "Transport du parc son",
    "Chariots de la régie",
    "Transport des micros",
)
UNDELIVERED = "Médiathèque, coin spectacle"
REASON, ANSWER = "Code service inconnu pour cette structure", "TECH-02"


def fill_told(database: Database, *, at: datetime) -> None:
    """After the sales of quotes and before those by card; `at` is today."""
    with database.transaction() as session:
        _acknowledge(session, at=at - timedelta(days=22))
    _invoice_at_once(database, at=at - timedelta(days=14))
    with database.reading_session() as session:
        number = session.scalars(
            select(Invoice.number).join(Order, Order.id == Invoice.order_id).where(_about(REFUSED))
        ).one()
    moments = at - timedelta(days=13), at - timedelta(days=10)
    refuse_by_hand(database, number, moments, REASON, by=BOOKS)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        buyer = _buyer_of(session, order)
        answer_refusal(session, invoice, order, ANSWER, by=buyer, at=at - timedelta(days=9))


def _acknowledge(session: Session, *, at: datetime) -> None:
    note = session.scalars(
        select(DeliveryNote).join(Order, Order.id == DeliveryNote.order_id).where(_about(RESERVED))
    ).one()
    acknowledge_delivery(
        session,
        note.token or "",
        Recipient("Sylvie Aubert", "régisseuse"),
        {1: Reservation(ReservationKind.DAMAGED, "Une housse est déchirée")},
        by=Actor("", frozenset({CUSTOMER})),
        at=at,
    )


def _invoice_at_once(database: Database, *, at: datetime) -> None:
    """A batch of three orders: nothing of the last one is delivered."""
    with database.transaction() as session:
        numbers = [
            session.scalars(select(Order.number).where(_about(subject))).one()
            for subject in (INVOICED, REFUSED, UNDELIVERED)
        ]
        request_batch(session, BatchAct.ISSUE, numbers, by=BOOKS, at=at)
    run_batches(database, at=at)


def _about(subject: str) -> ColumnElement[bool]:
    """The order of the sale with that subject, for a statement on orders."""
    return Order.dossier_id.in_(select(Dossier.id).where(Dossier.title == subject))


def _buyer_of(session: Session, order: Order) -> Actor:
    found = select(User, Membership).join(Membership, Membership.user_id == User.id)
    person, membership = session.execute(found.where(User.id == order.user_id)).one()
    return member_actor(person, membership)
