"""Invoices to pay and deliveries on the way, on the home of the account."""

from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.contrary import is_void
from checkout.deliveries.models import DeliveryNote, DeliveryReceipt
from checkout.invoices.models import Invoice
from checkout.invoices.overdue import late_of
from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE
from shop.core.text import day, paris_day
from shop.dossiers.dossiers import readable_by
from shop.dossiers.models import Dossier
from shop.web.kit.desk import MOST, Item, Shelf
from shop.web.kit.site import current_language
from shop.web.kit.viewers import Viewer

#: A delivery without a receipt is called on the way for so many days after it was shipped.
DAYS_ON_THE_WAY = 15


def invoices_waiting(session: Session, person: Viewer, at: datetime) -> Shelf:
    """Invoices that are not paid in full, the one due first at the top."""
    rows = session.execute(
        select(Invoice, Order.number)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(readable_by(person.actor), Invoice.is_due)
        .order_by(Invoice.payable_by.is_(None), Invoice.payable_by, Invoice.id)
        .limit(MOST)
    )
    items = [_invoice(one, order, at) for one, order in rows]
    return Shelf(_("Invoices to pay"), items, url_for("orders.index"))


def _invoice(invoice: Invoice, order: str, at: datetime) -> Item:
    today = paris_day(at)
    late = late_of(invoice, today=today)
    words = _("Invoice overdue") if late else _("With the paying service")
    if invoice.is_interrupted:
        words = _("Payment period interrupted")
    elif invoice.is_disputed:
        words = _("Contested by the paying service")
    elif invoice.payable_by is None:
        words = _("Not sent to the paying service yet")
    url = url_for("orders.show", number=order)
    return Item("bad" if late else "info", invoice.number, words, url, invoice.payable_by)


def deliveries_waiting(session: Session, person: Viewer, at: datetime) -> Shelf:
    """Deliveries shipped lately of which no receipt is recorded, then orders being prepared."""
    readable = readable_by(person.actor)
    shipped = session.execute(
        select(DeliveryNote, Order)
        .join(Order, Order.id == DeliveryNote.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .outerjoin(DeliveryReceipt, DeliveryReceipt.delivery_note_id == DeliveryNote.id)
        .where(
            readable,
            DeliveryReceipt.received_on.is_(None),
            ~is_void(),
            DeliveryNote.shipped_on >= paris_day(at) - timedelta(days=DAYS_ON_THE_WAY),
        )
        .order_by(DeliveryNote.id.desc())
        .limit(MOST)
    ).all()
    prepared = session.scalars(
        select(Order)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(
            readable,
            Order.stage.in_(PROCEDURE.sources_of("issue_delivery_note")),
            ~Order.is_reversed,
        )
        .order_by(Order.id)
        .limit(MOST)
    ).all()
    items = [_shipped(note, order) for note, order in shipped]
    items += [_prepared(order, today=paris_day(at)) for order in prepared]
    return Shelf(_("Deliveries"), items[:MOST], url_for("orders.index"))


def _shipped(note: DeliveryNote, order: Order) -> Item:
    on = day(note.shipped_on, current_language())
    told = (
        _("Ready for collection since %(day)s", day=on)
        if order.is_collected
        else _("Shipped on %(day)s", day=on)
    )
    words = ", ".join(filter(None, [told, note.carrier, note.number]))
    url = url_for("orders.show", number=order.number, _anchor="delivery")
    return Item("info", order.number, words, url)


def _prepared(order: Order, *, today: date) -> Item:
    kind, words = "info", _("Being prepared")
    if order.expected_on is not None:
        told = day(order.expected_on, current_language())
        words = _("Being prepared, expected on %(day)s", day=told)
        if order.expected_on < today:
            kind, words = "warn", _("Being prepared, late: it was expected on %(day)s", day=told)
    return Item(kind, order.number, words, url_for("orders.show", number=order.number))
