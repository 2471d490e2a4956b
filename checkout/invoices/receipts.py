"""The days of receipt, of goods and of invoices, from which the payment period runs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import note_of_order, notes_of, receipts_of
from checkout.deliveries.models import DeliveryNote, DeliveryReceipt
from checkout.deliveries.rules import ensure_received_on
from checkout.invoices.invoices import invoices_of
from checkout.invoices.models import Invoice
from checkout.invoices.rules import ensure_sent, last_day_after, last_day_to_pay, receipt_day
from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from checkout.orders.progress import subject_of
from shop.core.actors import Actor
from shop.core.text import paris_day
from shop.dossiers.dossiers import contents_of
from shop.storage.db import locking
from shop.storage.journal import record


def record_delivery_receipt(
    session: Session, number: str, order: Order, received_on: date, *, by: Actor, at: datetime
) -> None:
    """Record the day on which the recipient received the delivery of a delivery note, once: said
    again, it stays as it is. The caller has read the order for somebody who may read its dossier.

    Raises NotFound, ReceivedBeforeShipped, ReceiptInFuture.
    """
    # The order first, as every service locks it: the receipt is then recorded once.
    session.execute(locking(session, select(Order.id).where(Order.id == order.id)))
    note = note_of_order(session, order.id, number)
    if session.get(DeliveryReceipt, note.id) is not None:
        return
    ensure_received_on(received_on, shipped_on=note.shipped_on, today=paris_day(at))
    session.add(
        DeliveryReceipt(
            delivery_note_id=note.id,
            received_on=received_on,
            recorded_at=at,
            user_id=by.user_id,
            by_name=by.name,
        )
    )
    session.flush()
    for invoice in invoices_of(session, order.id):
        count_the_period(session, invoice, order)
    record(
        session,
        subject_of(order).name,
        "record_delivery_receipt",
        by=by,
        at=at,
        dossier_id=order.dossier_id,
        number=number,
        received_on=received_on.isoformat(),
    )


def record_invoice_receipt(
    session: Session,
    invoice: Invoice,
    order: Order,
    received_on: date,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Record the day on which the paying service received an invoice: its portal's notification, or
    what it says. Recorded again, the last day counts; the journal keeps each.

    Raises InvoiceNotSent, ReceivedBeforeShipped, ReceiptInFuture.
    """
    ensure_sent(invoice.number, is_sent=invoice.is_sent)
    ensure_received_on(received_on, shipped_on=invoice.issued_on, today=paris_day(at))
    invoice.received_on = received_on
    count_the_period(session, invoice, order)
    record(
        session,
        subject_of(order).name,
        "record_invoice_receipt",
        by=by,
        at=at,
        dossier_id=order.dossier_id,
        number=invoice.number,
        received_on=received_on.isoformat(),
    )


def count_the_period(session: Session, invoice: Invoice, order: Order) -> None:
    """Set the last day to pay of an invoice that was sent. One paid by card keeps its own day."""
    if not invoice.is_sent or order.origin is Origin.CARD:
        return
    last_day = uninterrupted_last_day(session, invoice, order)
    invoice.payable_by = last_day_after(last_day, order.payment_delay_days, invoice.interruption)


def uninterrupted_last_day(session: Session, invoice: Invoice, order: Order) -> date:
    """The last day to pay of an invoice that was sent, whether its period is interrupted or not."""
    return uninterrupted_last_days(session, [invoice], order)[invoice.id]


def uninterrupted_last_days(
    session: Session, invoices: Sequence[Invoice], order: Order
) -> dict[int, date]:
    """The same of several invoices of an order, by their id."""
    if not invoices:
        return {}
    contents = contents_of(session, [one.paper_id for one in invoices])
    notes, receipts = notes_of(session, order.id), receipts_of(session, order.id)
    days: dict[int, date] = {}
    for invoice in invoices:
        assert invoice.sent_at
        received = receipt_day(paris_day(invoice.sent_at), invoice.received_on)
        named = contents[invoice.paper_id]["references"]["delivery_notes"]
        delivered = _delivered_on(notes, receipts, named)
        days[invoice.id] = last_day_to_pay(delivered, received, order.payment_delay_days)
    return days


def _delivered_on(
    notes: Sequence[DeliveryNote], receipts: Mapping[int, date], named: Sequence[str]
) -> date | None:
    """The day of the last of the deliveries that are named: the recipient's, else of shipping."""
    return max(
        (receipts.get(note.id, note.shipped_on) for note in notes if note.number in named),
        default=None,
    )
