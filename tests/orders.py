"""Sales in the state that a test needs: quoted, ordered by original or by card, delivered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

import pikepdf
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.models import DeliveryNote
from checkout.deliveries.rules import Shipment
from checkout.drafts.drafts import ensure_draft, set_addresses, set_shipping
from checkout.drafts.shipping import METHODS
from checkout.orders.amendments import amend_order
from checkout.orders.models import Order
from checkout.orders.orders import Proof, get_order, lines_of, place_order
from checkout.orders.procedure import Origin
from quotes.client_quotes.client_quotes import begin_client_quote, get_client_quote, state_of
from quotes.client_quotes.models import ClientQuote
from quotes.purchase_orders.purchase_orders import record_original
from quotes.purchase_orders.rules import Conformity
from quotes.quotes.models import Quote
from quotes.quotes.quotes import issue_quote
from shop.cart.carts import add_to_cart
from shop.catalogue import stock
from shop.core import series
from shop.core.actors import Actor
from shop.core.parties import Contact, Parties, Place
from shop.core.sales import Buyer, Sale, SaleLine, wanted
from shop.core.text import paris_day
from shop.dossiers.dossiers import open_dossier
from shop.dossiers.papers import ORIGINAL, PDF, keep_file
from shop.ops.clock import now
from shop.organisations.models import Organisation
from shop.settings import numbering
from shop.storage.db import Database
from tests.factories import AT, OFFICE, STORES, make_buyer, make_parties, make_sale, make_shop


def quote_for(database: Database, email: str) -> Database:
    """A database with one quote, whose buyer has that address."""
    with database.transaction() as session:
        make_quote(session, make_buyer(session, email), make_shop(session), at=now())
    return database


def scan(pages: int = 1) -> bytes:
    """A purchase order with so many pages."""
    out = BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(out)
    return out.getvalue()


def make_quote(
    session: Session, buyer: Actor, lines: Sequence[SaleLine], *, at: datetime = AT
) -> Quote:
    return issue_quote(session, make_sale(buyer, lines, shipping="pallet"), by=buyer, at=at)


def conformity_of(quote: Quote, reference: str = "BC-26-0871", *, at: datetime = AT) -> Conformity:
    """The conformity record of an original without a fault."""
    return Conformity(
        reference=reference,
        dated_on=paris_day(at),
        signatory_name="Paul Lenoir",
        signatory_capacity="Maire",
        amount=quote.including,
        received_on=paris_day(at),
        filed_at="Classeur 14, page 33",
        original_paper=True,
        letterhead=True,
        dated=True,
        signed=True,
        stamped=True,
        engagement="2026-004417",
        service_code="CULT-02",
    )


def make_order_from_original(
    session: Session,
    quote: Quote,
    *,
    reference: str = "BC-26-0871",
    paper: bytes | None = None,
    media_type: str = PDF,
    at: datetime = AT,
    **read: Any,
) -> Order:
    """The original is received: its record, with what was `read` on it, and the order."""
    kept = keep_file(
        session,
        paper or scan(),
        kind=ORIGINAL,
        filename="bon.pdf" if media_type == PDF else "bon.png",
        media_type=media_type,
        by=OFFICE,
        at=at,
        dossier_id=quote.dossier_id,
    )
    record = replace(conformity_of(quote, reference, at=at), **read)
    return record_original(session, quote, record, kept, by=OFFICE, at=at)


def make_ordered(session: Session, **original: object) -> Order:
    """An order placed from its original, with all that precedes it."""
    lines = make_shop(session)
    quote = make_quote(session, make_buyer(session), lines)
    return make_order_from_original(session, quote, **original)  # type: ignore[arg-type]


def make_card_order(
    session: Session,
    lines: Sequence[SaleLine],
    *,
    organisation_id: int | None = None,
    user_id: int | None = None,
    shipping: str = "parcel",
    parties: Parties | None = None,
    at: datetime = AT,
) -> Order:
    """A private person's order, or an organisation's, paid by card."""
    number = numbering.take_number(session, series.ORDER, at=at)
    home = Place("Léa Petit", "3, rue des Tilleuls", "61000", "Alençon")
    sale = Sale(
        tuple(lines),
        parties or Parties(home, home, Contact("Léa Petit", "06 00 00 00 00")),
        shipping,
        Buyer("particulier@example.org", "fr", user_id=user_id, organisation_id=organisation_id),
    )
    dossier = open_dossier(session, number, sale, at=at, guest_key="k" * 43)
    stock.reserve(session, wanted(lines), reference=number, at=at)
    proof = Proof(Origin.CARD, f"pi_{number}", "4242")
    return place_order(session, number, dossier, sale, proof, at=at)


def deliver_all(session: Session, order: Order, *, at: datetime = AT) -> DeliveryNote:
    """Deliver all remaining units."""
    left = {
        line.position: line.quantity - line.delivered
        for line in lines_of(session, order.id)
        if line.product_id is not None
    }
    return issue_delivery_note(session, order, left, Shipment("Perche"), by=STORES, at=at)


def locked_order(session: Session, number: str) -> Order:
    """An order in a new transaction."""
    return get_order(session, number, by=OFFICE)


def amend(
    database: Database, number: str, *, by: Actor = OFFICE, reason: str = "Saisie", **changes: Any
) -> None:
    """The office amends an order, in a transaction of its own."""
    with database.transaction() as session:
        amend_order(
            session, locked_order(session, number), changes=changes, reason=reason, by=by, at=AT
        )


def make_client_quote(
    session: Session, buyer: Actor, sku: str, quantity: int = 1, *, at: datetime = AT
) -> ClientQuote:
    """A quote that the office prepares for a buyer of a body, complete: it can be issued."""
    body = session.get_one(Organisation, buyer.organisation_id)
    row = begin_client_quote(session, body, buyer.user_id or 0, by=OFFICE, at=at)
    prepared = get_client_quote(session, row.id, by=OFFICE)
    add_to_cart(session, prepared.token, sku, quantity, at=at)
    draft = ensure_draft(session, row.cart_id, by=prepared.buyer, at=at)
    set_addresses(draft, make_parties(), title="Par téléphone")
    session.flush()
    state = state_of(session, prepared, dict.fromkeys(METHODS, "Livraison"), at=at)
    set_shipping(draft, state.offers[0].method.key, state.offers)
    session.flush()
    return row
