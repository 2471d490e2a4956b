"""What a person decides about a movement of the bank: nothing is booked before, or twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkout.invoices.invoices import get_invoices
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.progress import send_email
from checkout.payments.models import Transfer
from checkout.payments.payments import acknowledge
from checkout.payments.rules import ensure_payable, ensure_received
from checkout.payments.transfers import Incoming, book_part, hold_part, write_transfer
from checkout.statements.models import StatementMovement
from checkout.statements.procedure import MEANWHILE, PROCEDURE
from checkout.statements.rules import (
    InvoiceUnknown,
    LeavingOutReasonMissing,
    Out,
    TransferUnlike,
    ensure_shares,
)
from shop.core.actors import Actor
from shop.core.errors import DomainError, IllegalTransition, NotFound
from shop.core.money import Money
from shop.core.text import one_line, paris_day
from shop.core.workflow import Transition
from shop.storage.db import get_locked
from shop.storage.transitions import Subject, advance

Shares = Sequence[tuple[str, Money]]


def confirm_movement(
    session: Session,
    movement_id: int,
    shares: Shares,
    *,
    keep: bool = False,
    by: Actor,
    at: datetime,
) -> StatementMovement:
    """Book a movement on invoices, each with its amount. What they leave is kept as the credit of
    the client of the first one, where the person agrees to `keep` it.

    Raises NotAllowed, NotFound, Changed, NoShare, InvoiceTwice, SharesDiffer, InvoiceUnknown and
    the refusals of `record_payment()`.
    """
    invoices = get_invoices(session, [number for number, _amount in shares], by=by)
    movement, transition = _ready(session, movement_id, "confirm_movement", by)
    rest = ensure_shares(shares, amount=movement.amount, keep=keep)
    told = incoming(movement)
    for number, amount in shares:
        _ensure_payable(told, invoices, number, amount, at=at)
    transfer = write_transfer(session, told, by=by, at=at)
    for number, amount in shares:
        invoice, order = invoices[number]
        payment = book_part(session, transfer, invoice, order, amount, by=by, at=at)
        acknowledge(session, order, invoice, payment, at=at)
    if rest:
        client = invoices[shares[0][0]][1]
        hold_part(session, transfer, rest, client, by=by, at=at)
        tell_credit(session, client, rest, transfer, at=at)
    movement.transfer_id = transfer.id
    facts: dict[str, Any] = {
        "amount": movement.amount.cents,
        "invoices": ", ".join(number for number, _amount in shares),
        "kept": rest.cents,
    }
    advance(session, _subject(movement), transition, by=by, at=at, **facts)
    return movement


def set_movement_aside(
    session: Session, movement_id: int, *, by: Actor, at: datetime
) -> StatementMovement:
    """Hold the money of a movement that nobody can identify yet. Raises NotAllowed, NotFound,
    Changed.
    """
    movement, transition = _ready(session, movement_id, "set_movement_aside", by)
    transfer = write_transfer(session, incoming(movement), by=by, at=at)
    hold_part(session, transfer, movement.amount, None, by=by, at=at)
    movement.transfer_id = transfer.id
    amount = movement.amount.cents
    advance(session, _subject(movement), transition, by=by, at=at, amount=amount)
    return movement


def link_movement(
    session: Session, movement_id: int, transfer_id: int, *, by: Actor, at: datetime
) -> StatementMovement:
    """The transfer of a movement was recorded before, by hand or from another file: nothing is
    booked. Raises NotAllowed, NotFound, Changed, TransferUnlike.
    """
    movement, transition = _ready(session, movement_id, "link_movement", by)
    transfer = session.get(Transfer, transfer_id)
    if transfer is None or transfer.amount != movement.amount:
        raise TransferUnlike
    movement.transfer_id = transfer.id
    facts: dict[str, Any] = {"amount": movement.amount.cents, "reference": transfer.reference}
    advance(session, _subject(movement), transition, by=by, at=at, **facts)
    return movement


def leave_out_movement(
    session: Session, movement_id: int, reason: str, *, by: Actor, at: datetime
) -> StatementMovement:
    """A movement is no payment of a client. Raises NotAllowed, NotFound, Changed,
    LeavingOutReasonMissing.
    """
    movement, transition = _ready(session, movement_id, "leave_out_movement", by)
    told = one_line(reason)
    if not told:
        raise LeavingOutReasonMissing
    movement.reason, movement.out = told, Out.BY_HAND
    advance(session, _subject(movement), transition, by=by, at=at, reason=told)
    return movement


def take_up_movement(
    session: Session, movement_id: int, *, by: Actor, at: datetime
) -> StatementMovement:
    """A movement that a person left out is to be decided again. Raises NotAllowed, NotFound,
    Changed, IllegalTransition for one that the import left out.
    """
    movement, transition = _ready(session, movement_id, "take_up_movement", by)
    if movement.out is not Out.BY_HAND:
        raise IllegalTransition(act="take_up_movement", stage=str(movement.state))
    movement.reason, movement.out = "", None
    advance(session, _subject(movement), transition, by=by, at=at)
    return movement


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a confirmation of several did: the ids that are booked, and those that were refused,
    with the refusal.
    """

    booked: tuple[int, ...]
    refused: Mapping[int, DomainError]


def confirm_several(
    session: Session, shares_of: Mapping[int, Shares], *, by: Actor, at: datetime
) -> Confirmed:
    """Book several movements, each on its invoices. One that is refused changes nothing: the checks
    of a movement come before what it writes. Raises NotAllowed.
    """
    get_invoices(session, [number for each in shares_of.values() for number, _ in each], by=by)
    booked: list[int] = []
    refused: dict[int, DomainError] = {}
    for movement_id, shares in sorted(shares_of.items()):
        try:
            confirm_movement(session, movement_id, shares, by=by, at=at)
        except DomainError as refusal:
            if refusal.suspicious:
                raise
            refused[movement_id] = refusal
        else:
            booked.append(movement_id)
    return Confirmed(tuple(booked), refused)


def tell_credit(
    session: Session, client: Order, amount: Money, transfer: Transfer, *, at: datetime
) -> None:
    """Write to a client that what they paid beyond their invoices is kept for them."""
    send_email(
        session,
        client,
        "credit_kept",
        at=at,
        amount=amount.cents,
        received_on=transfer.received_on.isoformat(),
        reference=transfer.reference,
    )


def incoming(movement: StatementMovement) -> Incoming:
    """A movement as the transfer that it brought."""
    reference = movement.end_to_end or movement.bank_reference or movement.wording
    return Incoming(
        movement.amount,
        movement.booked_on,
        (movement.wording or reference or "–")[:140],
        movement.payer,
        movement.key,
    )


def _ensure_payable(
    told: Incoming,
    invoices: Mapping[str, tuple[Invoice, Order]],
    number: str,
    amount: Money,
    *,
    at: datetime,
) -> None:
    """Raises InvoiceUnknown and the refusals of `record_payment()`."""
    if number not in invoices:
        raise InvoiceUnknown(number=number)
    invoice, order = invoices[number]
    ensure_payable(number, amount=amount, due=invoice.due, reference=told.reference)
    ensure_received(told.received_on, ordered_on=paris_day(order.ordered_at), today=paris_day(at))


def _ready(
    session: Session, movement_id: int, act: str, by: Actor
) -> tuple[StatementMovement, Transition]:
    """The movement, locked, and the transition. Raises NotAllowed, NotFound and, where a colleague
    did it first, a refusal that tells what: Changed.
    """
    if not by.is_staff:
        raise NotFound
    movement = get_locked(session, StatementMovement, movement_id)
    try:
        return movement, PROCEDURE.ensure(act, movement.state, by)
    except IllegalTransition as late:
        raise MEANWHILE[movement.state] from late


def _subject(movement: StatementMovement) -> Subject:
    return Subject(movement, "state", f"bank_movement:{movement.id}")
