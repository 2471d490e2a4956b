"""What the warehouse and the books of the demonstration show besides: shelf places, an invoice that
its body suspends, a client invoiced by month, a delivery note that was corrected. All made by
calling services.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkout.corrections.contrary_notes import correct_delivery_note
from checkout.deliveries.models import DeliveryNote
from checkout.invoices.invoice_files import build_invoice_file, prepare_invoice_file
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.sendings import forward_invoice_file
from checkout.invoices.statuses import note_status
from checkout.orders.models import Order
from checkout.orders.orders import get_order, lines_of
from quotes.demonstration.sales import ADV, BOOKS, STORE
from shop.catalogue.models import Product
from shop.catalogue.receipts import place_goods
from shop.clients.terms import set_terms
from shop.core.text import paris_day
from shop.dossiers.models import Dossier
from shop.organisations.organisations import get_organisation
from shop.organisations.rules import Grouping
from shop.storage.db import Database

#: The subjects of the sales: suspended, invoiced by month, corrected.
SUSPENDED, BY_MONTH, CORRECTED = (
    "Chariots de la régie",
    "Pupitre de la salle du conseil",
    "Transport du parc son",
)
MISSING = "Il manque le procès-verbal de réception du matériel"
#: The places of the goods that sell best.
PLACES = ("A-01-1", "A-01-2", "A-02-1", "B-01-1", "B-03-2", "C-02-1", "Palettier 4")


def fill_warehouse(database: Database, *, at: datetime) -> None:
    """After the invoices of `fill_told()`; `at` is today."""
    _suspend(database, at=at)
    with database.transaction() as session:
        _place(session, at=at - timedelta(days=40))
        _correct(session, at=at - timedelta(days=7))
        _invoice_by_month(session, at=at - timedelta(days=20))


def _place(session: Session, *, at: datetime) -> None:
    best = select(Product.sku).order_by(Product.popularity.desc(), Product.id).limit(len(PLACES))
    for sku, place in zip(session.scalars(best).all(), PLACES, strict=True):
        place_goods(session, sku, place, by=STORE, at=at)


def _suspend(database: Database, *, at: datetime) -> None:
    """Forward an invoice; some days later its body waits for a document."""
    sent, told = at - timedelta(days=12), at - timedelta(days=8)
    with database.reading_session() as session:
        wanted = select(Invoice.number).join(Order, Order.id == Invoice.order_id)
        number = session.scalars(wanted.where(_about(SUSPENDED))).one()
    data = build_invoice_file(database, number, at=sent)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        prepare_invoice_file(session, invoice, order, data, by=BOOKS, at=sent)
        forward_invoice_file(session, invoice, order, paris_day(sent), by=BOOKS, at=sent)
        day = paris_day(told)
        note_status(session, invoice, "208", on=day, reason=MISSING, by=BOOKS, at=told)


def _correct(session: Session, *, at: datetime) -> None:
    """One unit of the last goods had stayed in the warehouse."""
    number = session.scalars(select(Order.number).where(_about(CORRECTED))).one()
    order = get_order(session, number, by=STORE)
    note = session.scalars(select(DeliveryNote).where(DeliveryNote.order_id == order.id)).one()
    goods = [line for line in lines_of(session, order.id) if line.product_id is not None]
    reason = f"Un exemplaire de «\u00a0{goods[-1].name}\u00a0» est resté au dépôt"
    units = {goods[-1].position: 1}
    correct_delivery_note(session, order, note, units, reason=reason, by=STORE, at=at)


def _invoice_by_month(session: Session, *, at: datetime) -> None:
    wanted = select(Order.organisation_id).where(_about(BY_MONTH))
    body = get_organisation(session, session.scalars(wanted).one() or 0, lock=True)
    set_terms(
        session,
        body,
        engagement_rule=body.engagement_rule,
        service_code_rule=body.service_code_rule,
        invoice_grouping=Grouping.MONTH,
        account_manager_id=body.account_manager_id,
        payment_delay_days=body.payment_delay_days,
        by=ADV,
        at=at,
    )


def _about(subject: str) -> ColumnElement[bool]:
    """The order of the sale with that subject, for a statement on orders."""
    return Order.dossier_id.in_(select(Dossier.id).where(Dossier.title == subject))
