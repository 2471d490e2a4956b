"""One sale of the demonstration, made by calling the services up to its scene's state."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.rules import CreditRequest, Goods
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.rules import Package, PackageKind, Shipment
from checkout.drafts.shipping import offers, shipping_line
from checkout.invoices.invoice_files import build_invoice_file, prepare_invoice_file
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.sendings import forward_invoice_file
from checkout.orders.models import Order
from checkout.orders.orders import get_order
from checkout.orders.orders import lines_of as order_lines
from checkout.payments.billing import bill_order
from checkout.payments.payments import record_payment
from quotes.demonstration.bodies_paper import purchase_order_pdf
from quotes.demonstration.deposits import ask_deposit, deposit_by_hand
from quotes.demonstration.goods import Filling, goods_of, parties_of
from quotes.demonstration.signing import prepare_signing
from quotes.purchase_orders.purchase_orders import log_signed_quote, receive_scan, record_original
from quotes.purchase_orders.rules import Conformity, Told
from quotes.quotes.models import Quote
from quotes.quotes.quotes import cancel_quote, issue_quote, lapse_quote
from quotes.quotes.records import get_quote, lines_of
from shop.core.actors import ACCOUNTING, LOGISTICS, SALES_ADMIN, THE_CLOCK, Actor
from shop.core.money import Money
from shop.core.parties import parties_from
from shop.core.sales import Buyer, Sale, price_basis, weight_of
from shop.core.text import paris_day
from shop.dossiers.models import StoredFile
from shop.dossiers.papers import ORIGINAL, SCAN, keep_file
from shop.storage.db import Database

ADV = Actor("Hugo Perrin", frozenset({SALES_ADMIN}))
STORE = Actor("Inès Caron", frozenset({LOGISTICS}))
BOOKS = Actor("Maud Leclerc", frozenset({ACCOUNTING}))
#: The parcels of a delivery that describes them.
_PACKAGES = (Package(weight_g=12_400), Package(PackageKind.PALLET, 86_000, tracking="PAL-0417"))


@dataclass(frozen=True, slots=True)
class Scene:
    """How long ago a quote was issued, by which body, for what, and the state of the sale."""

    days_ago: int
    body: int
    goods: tuple[tuple[str, int], ...]
    ends: str
    subject: str


@dataclass(frozen=True, slots=True)
class Stage:
    """The arguments of the steps of a scene."""

    database: Database
    site: str
    scene: Scene
    number: str
    buyer: Actor
    drawn: datetime
    today: datetime

    def after(self, days: float) -> datetime:
        """So many days after the quote, never in the future."""
        return min(self.drawn + timedelta(days=days), self.today)


def play(
    filling: Filling, scene: Scene, buyer: Actor, organisation_id: int, *, today: datetime
) -> None:
    """Issue the quote of a scene, then run its steps one after the other."""
    drawn = today - timedelta(days=scene.days_ago, hours=2 if scene.days_ago else 0)
    with filling.database.transaction() as session:
        lines = goods_of(session, scene.goods, filling.shelf, scene.days_ago)
        offer = offers(weight_g=weight_of(lines), lead_days=0, at=drawn)[0]
        number = issue_quote(
            session,
            Sale(
                (*lines, shipping_line(offer, "Livraison", price_basis(buyer))),
                parties_of(session, buyer),
                offer.method.key,
                Buyer(buyer.email or "", "fr", buyer.user_id, organisation_id),
                scene.subject,
                expected_on=offer.expected_on,
            ),
            by=buyer,
            at=drawn,
        ).number
    stage = Stage(filling.database, filling.site, scene, number, buyer, drawn, today)
    for step in PATHS[scene.ends]:
        step(stage)


def _scan(stage: Stage) -> None:
    at = stage.after(2)
    with stage.database.transaction() as session:
        quote = get_quote(session, stage.number, by=stage.buyer)
        scan = _keep_scan(session, quote, stage.buyer, at)
        reference = f"BC-{quote.id:04d}"
        receive_scan(session, quote, scan, Told(reference), by=stage.buyer, at=at)


def _keep_scan(session: Session, quote: Quote, by: Actor, at: datetime) -> StoredFile:
    reference = f"BC-{quote.id:04d}"
    data = purchase_order_pdf(
        quote,
        lines_of(session, quote.id),
        reference=reference,
        dated_on=paris_day(at).isoformat(),
        engagement=f"2026-{4400 + quote.id:06d}",
    )
    return keep_file(
        session,
        data,
        kind=ORIGINAL if by.is_staff else SCAN,
        filename=f"{reference}.pdf",
        media_type="application/pdf",
        by=by,
        at=at,
        dossier_id=quote.dossier_id,
    )


def _original(stage: Stage) -> None:
    at = stage.after(5)
    with stage.database.transaction() as session:
        quote = get_quote(session, stage.number, by=ADV)
        scan = _keep_scan(session, quote, ADV, at)
        service = parties_from(quote.parties).paying_service
        record = Conformity(
            reference=f"BC-{quote.id:04d}",
            dated_on=paris_day(at) - timedelta(days=2),
            signatory_name="Paul Lenoir",
            signatory_capacity="Maire",
            amount=quote.including,
            received_on=paris_day(at),
            filed_at=f"Classeur 14, page {quote.id}",
            original_paper=True,
            letterhead=True,
            dated=True,
            signed=True,
            stamped=True,
            engagement=f"2026-{4400 + quote.id:06d}",
            service_code=service.service_code if service else "",
        )
        record_original(session, quote, record, scan, by=ADV, at=at)


def _deliver(stage: Stage, *, part: bool = False) -> None:
    with stage.database.transaction() as session:
        order = get_order(session, _order_number(session, stage), by=STORE)
        lines = [line for line in order_lines(session, order.id) if line.product_id is not None]
        quantities = {line.position: line.quantity for line in lines}
        if part:
            quantities = {lines[0].position: lines[0].quantity}
        shipment = Shipment("Chronopost", f"XW{order.id:09d}FR", parcels=2, site=stage.site)
        if part:
            first = next(iter(quantities))
            serials = [f"SN{order.id:04d}-{unit:02d}" for unit in range(1, quantities[first] + 1)]
            shipment = replace(shipment, packages=_PACKAGES, serials={first: serials})
        issue_delivery_note(session, order, quantities, shipment, by=STORE, at=stage.after(8))


def _deliver_part(stage: Stage) -> None:
    _deliver(stage, part=True)


def _order_number(session: Session, stage: Stage) -> str:
    return session.scalars(select(Order.number).where(Order.quote_number == stage.number)).one()


def _invoice(stage: Stage) -> None:
    with stage.database.transaction() as session:
        order = get_order(session, _order_number(session, stage), by=BOOKS)
        bill_order(session, order, by=BOOKS, at=stage.after(10))


def _invoice_number(session: Session, stage: Stage) -> str:
    return session.scalars(
        select(Invoice.number)
        .join(Order, Order.id == Invoice.order_id)
        .where(Order.quote_number == stage.number)
    ).one()


def _send(stage: Stage) -> None:
    number, at = _invoiced(stage), stage.after(11)
    data = build_invoice_file(stage.database, number, at=at)
    with stage.database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        prepare_invoice_file(session, invoice, order, data, by=BOOKS, at=at)
        forward_invoice_file(session, invoice, order, paris_day(at), by=BOOKS, at=at)


def _ask_deposit(stage: Stage) -> None:
    ask_deposit(stage.database, _invoiced(stage), by=BOOKS, at=stage.after(11))


def _deposit_by_hand(stage: Stage) -> None:
    moments = stage.after(11), stage.after(13)
    deposit_by_hand(stage.database, _invoiced(stage), moments, by=BOOKS)


def _invoiced(stage: Stage) -> str:
    with stage.database.reading_session() as session:
        return _invoice_number(session, stage)


def _pay(stage: Stage) -> None:
    at = stage.after(36)
    with stage.database.transaction() as session:
        invoice, _order = get_invoice(session, _invoice_number(session, stage), by=BOOKS)
        record_payment(
            session,
            invoice,
            amount=invoice.including,
            received_on=paris_day(at),
            reference=f"VIR TRESORERIE {invoice.number}",
            by=BOOKS,
            at=at,
        )


def _credit(stage: Stage) -> None:
    """One unit of the first line comes back, damaged by the carrier."""
    with stage.database.transaction() as session:
        invoice, order = get_invoice(session, _invoice_number(session, stage), by=BOOKS)
        position = order_lines(session, order.id)[0].position
        asked = CreditRequest(
            "Un exemplaire endommagé pendant le transport, repris par la boutique",
            units={position: 1},
            goods=Goods.RETURNED,
        )
        issue_credit_note(session, invoice, order, asked, by=BOOKS, at=stage.after(15))


def _credit_later(stage: Stage) -> None:
    """The price of the first line is reduced after the payment: its amount is to be refunded."""
    with stage.database.transaction() as session:
        invoice, order = get_invoice(session, _invoice_number(session, stage), by=BOOKS)
        line = order_lines(session, order.id)[0]
        asked = CreditRequest(
            "Remise pour éclat de peinture, acceptée par le client",
            amounts={line.position: Money(line.amount.cents // 10)},
        )
        issue_credit_note(session, invoice, order, asked, by=BOOKS, at=stage.after(42))


def _cancel(stage: Stage) -> None:
    with stage.database.transaction() as session:
        quote = get_quote(session, stage.number, by=stage.buyer)
        cancel_quote(session, quote, by=stage.buyer, at=stage.after(4))


def _lapse(stage: Stage) -> None:
    with stage.database.transaction() as session:
        quote = get_quote(session, stage.number, by=ADV)
        lapse_quote(session, quote, by=THE_CLOCK, at=stage.after(33))


def _signed_quote(stage: Stage) -> None:
    """The office says that it is not enough; the buyer has the purchase order signed."""
    with stage.database.transaction() as session:
        quote = get_quote(session, stage.number, by=ADV)
        log_signed_quote(session, quote, note="Reçu par e-mail.", by=ADV, at=stage.after(1))
    prepare_signing(stage.database, stage.number, stage.after, by=stage.buyer)


_TO_ORDER: tuple[Callable[[Stage], None], ...] = (_scan, _original)
_TO_INVOICE = (*_TO_ORDER, _deliver, _invoice)
PATHS: dict[str, tuple[Callable[[Stage], None], ...]] = {
    "quoted": (),
    "signed": (_signed_quote,),
    "scanned": (_scan,),
    "cancelled": (_cancel,),
    "expired": (_lapse,),
    "ordered": _TO_ORDER,
    "partly": (*_TO_ORDER, _deliver_part),
    "delivered": (*_TO_ORDER, _deliver),
    "invoiced": _TO_INVOICE,
    "depositing": (*_TO_INVOICE, _ask_deposit),
    "overdue": (*_TO_INVOICE, _send, _deposit_by_hand),
    "credited": (*_TO_INVOICE, _send, _credit),
    "refundable": (*_TO_INVOICE, _send, _pay, _credit_later),
}
