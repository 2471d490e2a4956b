"""A part of a transfer is allotted anew: to other invoices, to a credit, to unidentified money.

No row of a payment is changed: what pays an invoice is taken off it by a row of the opposite
amount, and the new parts add up to the one that they take the place of.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.credits.remainders import given_back, overpaid
from checkout.invoices.invoices import get_invoices
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.progress import send_email
from checkout.payments.models import Payment, Transfer, TransferPart
from checkout.payments.payments import acknowledge
from checkout.payments.procedure import PROCEDURE, PartState, is_booked
from checkout.payments.receipts import correct_payment
from checkout.payments.rules import ensure_payable
from checkout.payments.transfers import book_part, hold_part, part_subject
from checkout.statements.movements import tell_credit
from checkout.statements.rules import InvoiceTwice, InvoiceUnknown, NoShare
from checkout.transfers.rules import (
    Allotment,
    AllotmentReasonMissing,
    CreditOfAnother,
    MoneyGivenBack,
    PartBooked,
    PartHeld,
    PartMoved,
    PartOrdered,
    PartReturned,
    Rest,
    ensure_allotment,
)
from shop.core.actors import Actor
from shop.core.errors import Changed, IllegalTransition, NotFound
from shop.core.money import Money
from shop.core.parties import parties_from
from shop.core.text import one_line
from shop.core.workflow import Transition
from shop.storage.db import get_locked
from shop.storage.transitions import advance

Known = Mapping[str, tuple[Invoice, Order]]

#: What the staff are told when the state is no longer the one that their page showed.
MEANWHILE: dict[PartState, type[Changed]] = {
    PartState.BOOKED: PartBooked,
    PartState.HELD: PartHeld,
    PartState.ORDERED: PartOrdered,
    PartState.RETURNED: PartReturned,
    PartState.MOVED: PartMoved,
}


def allot(
    session: Session, part_id: int, asked: Allotment, *, by: Actor, at: datetime
) -> list[TransferPart]:
    """Allot a part of a transfer anew; the parts that take its place.

    Raises NotAllowed, NotFound, Changed, AllotmentReasonMissing, MoreThanPart, NothingChanges,
    NoShare, InvoiceTwice, InvoiceUnknown, CreditOfAnother, MoneyGivenBack, MoreThanDue.
    """
    reason = one_line(asked.reason)
    if not reason:
        raise AllotmentReasonMissing
    known = _lock_invoices(session, part_id, asked, by=by)
    part, client, transition = ready_part(session, part_id, "allot_transfer", by)
    rest = ensure_allotment(asked, amount=part.amount, can_change=_changes(part, asked))
    _ensure_shares(asked, known)
    ensure_same_client(part, client, asked, known)
    origin = _take_off(session, part, client, reason, known, by=by, at=at)
    for number, amount in asked.shares:
        ensure_payable(number, amount=amount, due=known[number][0].due, reference="–")
    transfer = session.get_one(Transfer, part.transfer_id)
    facts: dict[str, Any] = {"amount": part.amount.cents, "reason": reason}
    part.reason = reason
    advance(session, part_subject(part, client), transition, by=by, at=at, **facts)
    for number, amount in asked.shares:
        invoice, order = known[number]
        payment = book_part(session, transfer, invoice, order, amount, made_of=part, by=by, at=at)
        acknowledge(session, order, invoice, payment, at=at)
    if rest:
        _keep(session, part, transfer, rest, asked.rest, origin, client, by=by, at=at)
    if origin is not None:
        _tell_taken_off(session, origin, transfer, part, at=at)
    return parts_made_of(session, part)


def ready_part(
    session: Session, part_id: int, act: str, by: Actor
) -> tuple[TransferPart, Order | None, Transition]:
    """A part, locked after the order of its client, and the transition. Raises NotAllowed, NotFound
    and, where a colleague did it first, a refusal that tells what: Changed.
    """
    if not by.is_staff:
        raise NotFound
    order_id = session.scalar(select(TransferPart.order_id).where(TransferPart.id == part_id))
    client = get_locked(session, Order, order_id) if order_id is not None else None
    part = get_locked(session, TransferPart, part_id)
    try:
        return part, client, PROCEDURE.ensure(act, part.state, by)
    except IllegalTransition as late:
        raise MEANWHILE[part.state] from late


def parts_made_of(session: Session, part: TransferPart) -> list[TransferPart]:
    """The parts that took the place of a part."""
    rows = select(TransferPart).where(TransferPart.made_of_id == part.id)
    return list(session.scalars(rows.order_by(TransferPart.id)))


def _lock_invoices(session: Session, part_id: int, asked: Allotment, *, by: Actor) -> Known:
    """The invoices that receive money and the one that the part pays, all locked with their orders
    before the part.
    """
    own = session.scalars(
        select(Invoice.number)
        .join(Payment, Payment.invoice_id == Invoice.id)
        .join(TransferPart, TransferPart.payment_id == Payment.id)
        .where(TransferPart.id == part_id)
    )
    numbers = {*own, *(number for number, _amount in asked.shares)}
    return get_invoices(session, numbers, by=by)


def _changes(part: TransferPart, asked: Allotment) -> bool:
    """Whether the rest goes elsewhere than where it is."""
    if asked.rest is Rest.STAYS:
        return False
    if is_booked(part.state):
        return True
    return (part.order_id is None) != (asked.rest is Rest.ASIDE)


def _ensure_shares(asked: Allotment, known: Known) -> None:
    numbers = [number for number, _amount in asked.shares]
    for number, amount in asked.shares:
        if not number or amount <= Money():
            raise NoShare
        if number not in known:
            raise InvoiceUnknown(number=number)
        if numbers.count(number) > 1:
            raise InvoiceTwice(number=number)


def ensure_same_client(
    part: TransferPart, client: Order | None, asked: Allotment, known: Known
) -> None:
    """A credit pays invoices of its client. Raises CreditOfAnother."""
    if client is None or is_booked(part.state):
        return
    for number, _amount in asked.shares:
        if client_of(known[number][1]) != client_of(client):
            name = parties_from(client.parties).header.name
            raise CreditOfAnother(number=number, client=name)


def client_of(order: Order) -> tuple[str, object]:
    """Who an order is of: its organisation, or a private person by their address."""
    if order.organisation_id is not None:
        return ("organisation", order.organisation_id)
    return ("email", order.email.casefold())


def _take_off(
    session: Session,
    part: TransferPart,
    client: Order | None,
    reason: str,
    known: Known,
    *,
    by: Actor,
    at: datetime,
) -> tuple[Invoice, Order] | None:
    """Take a part that pays an invoice off it; the invoice with its order. Raises
    MoneyGivenBack.
    """
    if not is_booked(part.state) or part.payment_id is None or client is None:
        return None
    payment = session.get_one(Payment, part.payment_id)
    statement = select(Invoice.number).where(Invoice.id == payment.invoice_id)
    invoice, order = known[session.scalars(statement).one()]
    correct_payment(session, order, invoice, payment, reason, by=by, at=at)
    given = given_back(session, order)
    if given > overpaid(session, order):
        raise MoneyGivenBack(given=given)
    return invoice, order


def _keep(
    session: Session,
    part: TransferPart,
    transfer: Transfer,
    rest: Money,
    where: Rest,
    origin: tuple[Invoice, Order] | None,
    client: Order | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """What the invoices leave: on its invoice, a credit of the client, or unidentified.

    Many parameters because a part goes on where it came from, or elsewhere.
    """
    if where is Rest.STAYS and origin is not None:
        invoice, order = origin
        book_part(session, transfer, invoice, order, rest, made_of=part, by=by, at=at)
        return
    known = client if where is not Rest.ASIDE else None
    hold_part(session, transfer, rest, known, made_of=part, by=by, at=at)
    if where is Rest.CREDIT and known is not None:
        tell_credit(session, known, rest, transfer, at=at)


def _tell_taken_off(
    session: Session,
    origin: tuple[Invoice, Order],
    transfer: Transfer,
    part: TransferPart,
    *,
    at: datetime,
) -> None:
    """Write to the buyer of an invoice what is due of it again."""
    invoice, order = origin
    if not invoice.is_due:
        return
    send_email(
        session,
        order,
        "payment_taken_off",
        at=at,
        number=invoice.number,
        amount=part.amount.cents,
        received_on=transfer.received_on.isoformat(),
        reference=transfer.reference,
        due=invoice.due.cents,
        including=invoice.including.cents,
    )
