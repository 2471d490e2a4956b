"""The personal data in `checkout/`: for the export and for erasure."""

from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from checkout.card.models import CardPayment
from checkout.card.procedure import AWAITED, GIVEN_UP
from checkout.credits.models import CreditNote, CreditRefund
from checkout.deliveries.models import DeliveryAcknowledgement, DeliveryNote, SignedDeliveryNote
from checkout.drafts.models import Draft
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.payment_links.models import PaymentLink
from checkout.returns.models import Return, ReturnFile
from checkout.withdrawals.models import Withdrawal
from shop.cart.models import Cart
from shop.core.errors import N_, DomainError
from shop.dossiers.models import StoredFile
from shop.privacy.holdings import Holding, Subject, iso


class PaymentUnderWay(DomainError):
    sentence = N_(
        "One of your card payments is in progress: complete it, or come back once it has expired."
    )


def _drafts(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(select(Draft).where(Draft.user_id == who.user_id))
    return [
        {"title": row.title, "parties": row.parties, "touched_at": iso(row.touched_at)}
        for row in rows
    ]


def _erase_drafts(session: Session, who: Subject) -> None:
    session.execute(delete(Draft).where(Draft.user_id == who.user_id))


def _orders(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(select(Order).where(Order.user_id == who.user_id).order_by(Order.id))
    return [
        {
            "number": row.number,
            "ordered_at": iso(row.ordered_at),
            "stage": row.stage.value,
            "parties": row.parties,
            "including_vat_cents": row.including.cents,
        }
        for row in rows
    ]


def _links(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(_links_to(who).order_by(PaymentLink.id))
    return [
        {
            "begun_at": iso(row.begun_at),
            "name": row.name,
            "words": row.words,
            "lines": row.lines,
            "order": row.order_number,
        }
        for row in rows
    ]


def _erase_links(session: Session, who: Subject) -> None:
    """What became an order is kept with it; nothing is paid from the others any more."""
    rows = _links_to(who).where(~PaymentLink.is_paid)
    session.execute(delete(Cart).where(Cart.id.in_(rows.with_only_columns(PaymentLink.cart_id))))
    session.execute(
        delete(PaymentLink).where(PaymentLink.email == who.email, PaymentLink.is_prepared)
    )
    for row in session.scalars(rows):
        row.name = row.words = row.email = ""


def _links_to(who: Subject) -> Select[PaymentLink]:
    return select(PaymentLink).where(PaymentLink.email == who.email)


def _payments(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(CardPayment).where(CardPayment.user_id == who.user_id).order_by(CardPayment.id)
    )
    return [
        {
            "created_at": iso(row.created_at),
            "state": row.state.value,
            "amount_cents": row.amount.cents,
            "email": row.email,
            "parties": row.parties,
        }
        for row in rows
    ]


def _erase_payments(session: Session, who: Subject) -> None:
    """Of a payment that was never made, a reference is kept. Raises PaymentUnderWay."""
    mine = CardPayment.user_id == who.user_id
    open_one = select(CardPayment.id).where(mine, CardPayment.state.in_(AWAITED)).limit(1)
    if session.scalar(open_one) is not None:
        raise PaymentUnderWay
    session.execute(
        update(CardPayment)
        .where(mine, CardPayment.state.in_(GIVEN_UP))
        .values(email="", parties={}, title="")
    )


def _withdrawals(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Withdrawal)
        .join(Order, Order.id == Withdrawal.order_id)
        .where(Order.user_id == who.user_id)
        .order_by(Withdrawal.id)
    )
    return [
        {
            "stated_at": iso(row.stated_at),
            "state": row.state.value,
            "name": row.name,
            "email": row.email,
            "order": row.order_number,
            "whole": row.whole,
            "items": row.items,
        }
        for row in rows
    ]


def _acknowledgements(session: Session, who: Subject) -> list[dict[str, Any]]:
    """Of the deliveries of their orders: a recipient has no account, and is known by their name."""
    rows = session.execute(
        select(DeliveryNote.number, DeliveryAcknowledgement)
        .join(DeliveryNote, DeliveryNote.id == DeliveryAcknowledgement.delivery_note_id)
        .join(Order, Order.id == DeliveryNote.order_id)
        .where(Order.user_id == who.user_id)
        .order_by(DeliveryNote.id)
    )
    return [
        {
            "delivery_note": number,
            "name": row.name,
            "capacity": row.capacity,
            "acknowledged_at": iso(row.acknowledged_at),
            "reservations": row.reservations,
        }
        for number, row in rows
    ]


def _signed_notes(session: Session, who: Subject) -> list[dict[str, Any]]:
    """Of the deliveries of their orders: who signed a delivery note."""
    rows = session.execute(
        select(DeliveryNote.number, SignedDeliveryNote)
        .join(DeliveryNote, DeliveryNote.id == SignedDeliveryNote.delivery_note_id)
        .join(Order, Order.id == DeliveryNote.order_id)
        .where(Order.user_id == who.user_id)
        .order_by(DeliveryNote.id)
    )
    return [
        {
            "delivery_note": number,
            "signatory": row.signatory,
            "signed_on": row.signed_on.isoformat(),
            "reservations": row.reservations,
        }
        for number, row in rows
    ]


def _credit_refunds(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.execute(
        select(CreditNote.number, CreditRefund)
        .join(CreditNote, CreditNote.id == CreditRefund.credit_note_id)
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .where(Order.user_id == who.user_id)
        .order_by(CreditRefund.id)
    )
    return [
        {
            "credit_note": number,
            "state": refund.state.value,
            "amount_cents": refund.amount.cents,
            "account": refund.account,
        }
        for number, refund in rows
    ]


def _returns(session: Session, who: Subject) -> list[dict[str, Any]]:
    """Of their orders, with the photographs that were sent with the request."""
    photographs: dict[int, list[dict[str, str]]] = {}
    for return_id, file in session.execute(
        select(ReturnFile.return_id, StoredFile)
        .join(StoredFile, StoredFile.id == ReturnFile.file_id)
        .join(Return, Return.id == ReturnFile.return_id)
        .join(Order, Order.id == Return.order_id)
        .where(Order.user_id == who.user_id)
        .order_by(StoredFile.id)
    ):
        told = {"filename": file.filename, "sha256": file.sha256}
        photographs.setdefault(return_id, []).append(told)
    rows = session.scalars(
        select(Return)
        .join(Order, Order.id == Return.order_id)
        .where(Order.user_id == who.user_id)
        .order_by(Return.id)
    )
    return [
        {
            "number": row.number,
            "asked_at": iso(row.asked_at),
            "asked_by": row.asked_by,
            "state": row.state.value,
            "reason": row.reason.value,
            "words": row.words,
            "answer": row.answer,
            "photographs": photographs.get(row.id, []),
        }
        for row in rows
    ]


HOLDINGS = (
    Holding("drafts", N_("Orders that you started."), _drafts, _erase_drafts),
    Holding("orders", N_("Your orders."), _orders),
    Holding(
        "payment_links",
        N_("The purchases that we prepared for you."),
        _links,
        _erase_links,
    ),
    Holding("card_payments", N_("Your card payments."), _payments, _erase_payments),
    Holding("withdrawals", N_("Your withdrawals from orders."), _withdrawals),
    Holding(
        "delivery_acknowledgements",
        N_("Who acknowledged the deliveries of your orders."),
        _acknowledgements,
    ),
    Holding(
        "signed_delivery_notes",
        N_("Who signed the delivery notes of your orders."),
        _signed_notes,
    ),
    Holding("returns", N_("Returns of your orders, with their photographs."), _returns),
    Holding("credit_refunds", N_("Refunds of your credit notes."), _credit_refunds),
)
