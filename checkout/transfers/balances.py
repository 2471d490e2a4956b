"""The money of a client that the shop has: credits, and what is being paid back."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.orm import Session

from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.procedure import REQUESTED
from checkout.credits.procedure import TO_DO as OWED
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.payments.models import TransferPart
from checkout.payments.procedure import HELD
from shop.clients.keys import Client
from shop.core.actors import Actor
from shop.core.money import Money
from shop.core.rights import EXPORT_INVOICES, ensure_may
from shop.dossiers.dossiers import readable_by
from shop.dossiers.models import Dossier


@dataclass(frozen=True, slots=True)
class Balance:
    """`held`: transfers that were larger than what they paid, kept as the organisation's credit;
    `owed`: what credit notes of paid invoices give back, not paid back yet.
    """

    held: Money
    owed: Money


def balance_of(session: Session, *, by: Actor) -> Balance:
    """The money of the organisation of this person, of the orders that they may read. Raises
    NotAllowed.
    """
    ensure_may(by, EXPORT_INVOICES)
    return _balance(session, readable_by(by), Dossier.organisation_id == by.organisation_id)


def balance_of_client(session: Session, client: Client) -> Balance:
    """The same of a client, for the office."""
    return _balance(session, client.owns(Order))


def _balance(session: Session, *own: ColumnElement[bool]) -> Balance:
    held = session.scalar(
        select(cast(func.sum(cast(TransferPart.amount, BigInteger)), BigInteger))
        .join(Order, Order.id == TransferPart.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(TransferPart.state.in_(HELD), *own)
    )
    owed = session.scalar(
        select(cast(func.sum(cast(CreditRefund.amount, BigInteger)), BigInteger))
        .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(CreditRefund.state.in_((*OWED, *REQUESTED)), *own)
    )
    return Balance(Money(held or 0), Money(owed or 0))
