"""The transfers that the shop's bank received, and their parts as they begin."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.payments.models import Payment, Transfer, TransferPart
from checkout.payments.procedure import PROCEDURE
from checkout.payments.receipts import TRANSFER, conclude, receive
from shop.core.actors import Actor
from shop.core.money import Money
from shop.storage.transitions import Subject, begin


@dataclass(frozen=True, slots=True)
class Incoming:
    """What the bank says of a transfer."""

    amount: Money
    received_on: date
    reference: str
    payer: str = ""
    movement_key: str | None = None


def part_subject(part: TransferPart, order: Order | None) -> Subject:
    """A part of a transfer as the subject of its transitions."""
    dossier_id = order.dossier_id if order is not None else None
    return Subject(part, "state", f"transfer_part:{part.id}", dossier_id)


def write_transfer(session: Session, told: Incoming, *, by: Actor, at: datetime) -> Transfer:
    """The row of a transfer; its parts add up to its amount."""
    transfer = Transfer(
        amount=told.amount,
        received_on=told.received_on,
        reference=told.reference,
        payer=told.payer,
        movement_key=told.movement_key,
        recorded_at=at,
        by_name=by.name,
    )
    session.add(transfer)
    session.flush()
    return transfer


def book_part(
    session: Session,
    transfer: Transfer,
    invoice: Invoice,
    order: Order,
    amount: Money,
    *,
    made_of: TransferPart | None = None,
    by: Actor,
    at: datetime,
) -> Payment:
    """Part of a transfer pays an invoice (locked with its order): the payment of it.
    Raises NotAllowed, IllegalTransition.
    """
    transition = PROCEDURE.ensure("book_transfer", None, by)
    payment = receive(
        session,
        invoice,
        method=TRANSFER,
        amount=amount,
        received_on=transfer.received_on,
        reference=transfer.reference,
        by=by,
        at=at,
    )
    session.flush()
    part = _part(transfer, amount, order, made_of, at=at)
    part.state, part.payment_id = PROCEDURE.first("book_transfer"), payment.id  # type: ignore[assignment]
    session.add(part)
    session.flush()
    conclude(session, order, invoice, payment, by=by, at=at)
    facts = {"amount": amount.cents, "number": invoice.number, "reference": transfer.reference}
    begin(session, part_subject(part, None), transition, by=by, at=at, **facts)
    return payment


def hold_part(
    session: Session,
    transfer: Transfer,
    amount: Money,
    client: Order | None,
    *,
    made_of: TransferPart | None = None,
    by: Actor,
    at: datetime,
) -> TransferPart:
    """The shop holds a part of a transfer: as the credit of the client of an order, or
    unidentified. Raises NotAllowed.
    """
    transition = PROCEDURE.ensure("hold_transfer", None, by)
    part = _part(transfer, amount, client, made_of, at=at)
    part.state = PROCEDURE.first("hold_transfer")  # type: ignore[assignment]
    session.add(part)
    session.flush()
    facts = {"amount": amount.cents, "reference": transfer.reference}
    begin(session, part_subject(part, client), transition, by=by, at=at, **facts)
    return part


def _part(
    transfer: Transfer,
    amount: Money,
    client: Order | None,
    made_of: TransferPart | None,
    *,
    at: datetime,
) -> TransferPart:
    return TransferPart(
        transfer_id=transfer.id,
        amount=amount,
        order_id=client.id if client is not None else None,
        made_of_id=made_of.id if made_of is not None else None,
        recorded_at=at,
    )
