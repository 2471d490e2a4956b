"""A shop, a verified body, and sales brought as far as a test needs by calling the acts."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.models import DeliveryNote
from checkout.orders.models import Order
from checkout.orders.orders import get_order, lines_of, place_order
from checkout.orders.procedure import Origin
from quotes.purchase_orders.purchase_orders import record_original
from quotes.purchase_orders.rules import Conformity
from quotes.quotes.models import Quote
from quotes.quotes.quotes import issue_quote
from shop.accounts.models import Membership, User
from shop.cart.rules import SaleLine, wanted
from shop.catalogue import stock
from shop.catalogue.models import Brand, Category, Product, Stock
from shop.catalogue.rules import Supply
from shop.dossiers.dossiers import open_dossier
from shop.dossiers.papers import ORIGINAL, PDF, keep_file
from shop.dossiers.parties import Contact, Parties, PayingService, Place
from shop.ground import numbering
from shop.ground.actors import ACCOUNTS, BUYER, CUSTOMER, LOGISTICS, SALES_ADMIN, Actor
from shop.ground.config import ROOT
from shop.ground.letterhead import set_letterhead
from shop.ground.money import Money, UnitPrice
from shop.ground.text import paris_day
from shop.organisations.models import Organisation
from shop.organisations.rules import Nature, Verification

AT = datetime(2026, 11, 18, 10, 26, tzinfo=UTC)
PEOPLE = json.loads((ROOT / "shop/ground/pdf_samples.json").read_text("utf-8"))["people"]

ADV = Actor("Hugo Perrin", frozenset({SALES_ADMIN}))
STORES = Actor("Inès Roche", frozenset({LOGISTICS}))
BOOKS = Actor("Paul Arnaud", frozenset({ACCOUNTS}))


def make_product(
    session: Session,
    sku: str,
    name: str,
    *,
    price: int,
    vat_rate: int = 2000,
    on_hand: int = 20,
    weight_g: int = 1000,
    backorder: bool = False,
) -> SaleLine:
    """A product at `price` ten-thousandths, on the shelf; the line that sells one of it."""
    category = session.get(Category, 1)
    if category is None:
        category = Category(
            id=1, letter="A", slug="son", name="Sonorisation", name_en="Sound", position=1
        )
        session.add_all([category, Brand(id=1, slug="orne", name="Orne")])
        session.flush()
    product = Product(
        sku=sku,
        slug=sku.lower(),
        name=name,
        chapter_id=1,
        category_id=1,
        brand_id=1,
        unit_price=UnitPrice(price),
        price_including=UnitPrice(price).including(vat_rate),
        vat_rate=vat_rate,
        eco_fee=UnitPrice(),
        specifications=[],
        weight_g=weight_g,
        supply=Supply.ON_ORDER if backorder else Supply.STOCKED,
        created_at=AT,
    )
    session.add(product)
    session.flush()
    session.add(Stock(product_id=product.id, on_hand=on_hand, backorder=backorder))
    session.flush()
    return SaleLine(product.id, sku, name, 1, UnitPrice(price), vat_rate, weight_g=weight_g)


def several(line: SaleLine, quantity: int) -> SaleLine:
    return SaleLine(
        line.product_id,
        line.sku,
        line.name,
        quantity,
        line.unit_price,
        line.vat_rate,
        weight_g=line.weight_g,
    )


def shipping(price: int = 290_000) -> SaleLine:
    """The shipping line: no product, no SKU."""
    return SaleLine(None, "", "Livraison sur palette", 1, UnitPrice(price), 2000)


def make_shop(session: Session) -> list[SaleLine]:
    """Letterhead, goods, and what a town orders: 2 speakers, 3 music stands, 1 score, shipping."""
    set_letterhead(session, PEOPLE["seller"], at=AT)
    speaker = make_product(session, "SON-0412", "Enceinte active 12 pouces", price=4_575_000)
    stand = make_product(session, "PUP-0007", "Pupitre pliant", price=123_333)
    score = make_product(session, "LIV-0031", "Sonoriser une salle", price=300_000, vat_rate=550)
    return [several(speaker, 2), several(stand, 3), score, shipping()]


def make_buyer(
    session: Session, email: str = "acheteur@ville.example", siren: str = "216100404"
) -> Actor:
    """A buyer of a verified public body."""
    body = Organisation(
        customer_code=f"C-{siren}",
        name="Commune de Bellefontaine-sur-Orne",
        siren=siren,
        siret=f"{siren}00017",
        legal_category="7210",
        nature=Nature.PUBLIC,
        verification=Verification.VERIFIED,
        header={},
        created_at=AT,
    )
    person = User(
        email=email, password_hash="none", name="Claire Marchand", language="fr", created_at=AT
    )
    session.add_all([body, person])
    session.flush()
    session.add(Membership(user_id=person.id, organisation_id=body.id, role=BUYER, approved_at=AT))
    session.flush()
    return Actor(person.name, frozenset({CUSTOMER, BUYER}), person.id, body.id, email)


def make_staff(session: Session, role: str, email: str) -> User:
    person = User(email=email, password_hash="none", name="Sam", staff_role=role, created_at=AT)
    session.add(person)
    session.flush()
    return person


def town() -> Parties:
    return Parties(
        header=Place(
            "Commune de Bellefontaine-sur-Orne",
            "1, place de la République",
            "61130",
            "Bellefontaine-sur-Orne",
        ),
        delivery=Place("Salle Arletty", "14, rue du Stade", "61130", "Bellefontaine-sur-Orne"),
        contact=Contact("Claire Marchand", "02 33 00 00 00", "c.marchand@bellefontaine.example"),
        paying_service=PayingService("Comptabilité", "CULT-02", "compta@bellefontaine.example"),
        customer_code="C-00418",
        siren="216100404",
        siret="21610040400017",
    )


def scan(pages: int = 1) -> bytes:
    """A purchase order, on so many pages."""
    out = BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(out)
    return out.getvalue()


def make_quote(
    session: Session, buyer: Actor, lines: Sequence[SaleLine], *, at: datetime = AT
) -> Quote:
    return issue_quote(
        session,
        buyer.organisation_id,
        lines,
        parties=town(),
        shipping="pallet",
        email=str(buyer.email),
        language="fr",
        by=buyer,
        at=at,
    )


def make_order_from_original(
    session: Session,
    quote: Quote,
    *,
    reference: str = "BC-26-0871",
    paper: bytes | None = None,
    media_type: str = PDF,
    at: datetime = AT,
) -> Order:
    """The original arrives: its record, and the order."""
    kept = keep_file(
        session,
        paper or scan(),
        kind=ORIGINAL,
        filename="bon.pdf" if media_type == PDF else "bon.png",
        media_type=media_type,
        by=ADV,
        at=at,
        dossier_id=quote.dossier_id,
    )
    conformity = Conformity(
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
    return record_original(session, quote, conformity, kept, by=ADV, at=at)


def make_ordered(session: Session, **original: object) -> Order:
    """From nothing to an order born of its original."""
    lines = make_shop(session)
    quote = make_quote(session, make_buyer(session), lines)
    return make_order_from_original(session, quote, **original)  # type: ignore[arg-type]


def make_card_order(session: Session, lines: Sequence[SaleLine], *, at: datetime = AT) -> Order:
    """A private person's order, its money taken by card."""
    number = numbering.take_number(session, numbering.ORDER, at=at)
    dossier = open_dossier(
        session, number, email="particulier@example.org", language="fr", at=at, guest_key="k" * 43
    )
    home = Place("Léa Petit", "3, rue des Tilleuls", "61000", "Alençon")
    stock.reserve(session, wanted(lines), reference=number, at=at)
    return place_order(
        session,
        number,
        dossier,
        origin=Origin.CARD,
        proof=f"card:pi_{number}",
        lines=lines,
        parties=Parties(home, home, Contact("Léa Petit", "06 00 00 00 00")),
        shipping="standard",
        at=at,
        card_last4="4242",
    )


def deliver_all(session: Session, order: Order, *, at: datetime = AT) -> DeliveryNote:
    """Everything that is left leaves."""
    left = {
        line.position: line.quantity - line.delivered
        for line in lines_of(session, order.id)
        if line.product_id is not None
    }
    return issue_delivery_note(session, order, left, carrier="Perche", by=STORES, at=at)


def held(session: Session, number: str) -> Order:
    """An order in a new transaction."""
    return get_order(session, number, by=ADV)


def due_amount(cents: int) -> Money:
    return Money(cents)
