"""Small makers of the tests' world. They call the acts, so that every state is a reachable one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.drafts.drafts import ensure_draft, set_addresses, set_guest, set_shipping
from checkout.drafts.shipping import offers
from shop.accounts.models import User
from shop.accounts.people import actor_of, register_person
from shop.cart.carts import add_to_cart
from shop.cart.contents import cart_contents
from shop.cart.rules import SaleLine
from shop.catalogue.models import Brand, Product
from shop.catalogue.products import NewProduct, add_brands, add_categories, add_products
from shop.dossiers.parties import Contact, Parties, PayingService, Place
from shop.ground.actors import BUYER, CUSTOMER, SALES_ADMIN, Actor
from shop.ground.letterhead import Letterhead, set_letterhead
from shop.ground.money import Money
from shop.organisations.models import Organisation, PublicBody
from shop.organisations.organisations import register_organisation
from shop.organisations.verification import Evidence, verify

OFFICE = Actor("Hugo Perrin", frozenset({SALES_ADMIN}))
SELLER = {
    "name": "COMPTOIR SAS",
    "trade_name": "Comptoir",
    "legal_form": "SAS",
    "capital": 5_000_000,
    "address": ["12, quai des Forges", "69007 Lyon"],
    "phone": "04 72 00 00 00",
    "email": "ventes@comptoir.example",
    "website": "comptoir.example",
    "siren": "732829320",
    "siret": "73282932000074",
    "rcs": "RCS Lyon 732 829 320",
    "vat_number": "FR44732829320",
    "bank": {
        "holder": "COMPTOIR SAS",
        "iban": "FR7630006000011234567890189",
        "bic": "AGRIFRPP",
        "name": "Banque des Forges",
    },
}


@dataclass(frozen=True)
class Town:
    """A verified town: its buyer, and a product that it wants."""

    organisation_id: int
    buyer: Actor
    product_id: int


def make_letterhead(session: Session, *, at: datetime) -> None:
    if session.scalar(select(Letterhead.id)) is None:
        set_letterhead(session, SELLER, at=at)


def make_product(
    session: Session,
    *,
    sku: str = "SON-0412",
    at: datetime,
    price: int = 54_900,
    on_hand: int = 5,
    **more,
) -> int:
    """A product on the only shelf; `price` in cents, VAT included. Returns its id."""
    if session.scalar(select(Brand.id)) is None:
        chapter = {
            "slug": "sonorisation",
            "letter": "A",
            "name": "Sonorisation",
            "name_en": "Sound",
        }
        family = {"slug": "enceintes", "name": "Enceintes", "name_en": "Loudspeakers"}
        rows = [
            {**chapter, "parent": None, "position": 1, "intro": "", "intro_en": ""},
            {**family, "letter": "", "parent": "sonorisation", "position": 1}
            | {"intro": "", "intro_en": ""},
        ]
        add_categories(session, rows)
        add_brands(session, [{"slug": "arpege", "name": "Arpège"}])
    row = NewProduct(
        sku=sku,
        slug=sku.lower(),
        name=f"Enceinte active {sku}",
        category="enceintes",
        brand="arpege",
        price=Money(price),
        weight_g=9_500,
        on_hand=on_hand,
        **more,
    )
    return add_products(session, [row], at=at)[0]


def make_person(
    session: Session,
    *,
    at: datetime,
    email: str = "claire@chinon.example",
    name: str = "Claire Marchand",
    **more,
) -> User:
    return register_person(session, email=email, password_hash="x", name=name, at=at, **more)


def make_body(session: Session, user: User, *, at: datetime, siret: str = "21370072700018"):
    """A town of the register with this person as its administrator, awaiting verification."""
    if session.get(PublicBody, siret[:9]) is None:
        session.add(
            PublicBody(
                siren=siret[:9],
                name="Chinon",
                folded="chinon",
                legal_category="7210",
                departement="37",
                postal_code="37500",
                population=8144,
            )
        )
        session.flush()
    return register_organisation(
        session, siret=siret, name="Ville de Chinon", by=actor_of(user), at=at
    )


def make_town(session: Session, *, at: datetime, on_hand: int = 5) -> Town:
    """A verified town with a buyer, a letterhead for the shop, and a product on the shelf."""
    make_letterhead(session, at=at)
    user = make_person(session, at=at)
    body: Organisation = make_body(session, user, at=at)
    verify(session, body, evidence=Evidence(letter=True, note="arrêté"), by=OFFICE, at=at)
    session.flush()
    buyer = Actor(user.name, frozenset({CUSTOMER, BUYER}), user.id, body.id, user.email)
    return Town(body.id, buyer, make_product(session, at=at, on_hand=on_hand))


def make_parties() -> Parties:
    """A town hall, its hall, its accounts."""
    return Parties(
        header=Place("Ville de Chinon", "1 place du Marché", "37500", "Chinon"),
        delivery=Place("Salle Arletty", "14 rue du Stade", "37500", "Chinon"),
        contact=Contact("Claire Marchand", "02 99 00 00 00", "claire@chinon.example"),
        paying_service=PayingService("Comptabilité", "CULT-02", "compta@chinon.example"),
        customer_code="C-000001",
        siren="213700727",
        siret="21370072700018",
    )


def sale_line(session: Session, product_id: int, quantity: int) -> SaleLine:
    """A product as it is sold today."""
    product = session.get_one(Product, product_id)
    return SaleLine(
        product_id=product.id,
        sku=product.sku,
        name=product.name,
        quantity=quantity,
        unit_price=product.unit_price,
        vat_rate=product.vat_rate,
        eco_fee=product.eco_fee,
        detail=product.summary,
        weight_g=product.weight_g,
    )


def fill_cart(session: Session, product_id: int, quantity: int = 1, *, at: datetime) -> str:
    """A visitor's cart with one line. Returns its token."""
    sku = session.get_one(Product, product_id).sku
    return add_to_cart(session, None, sku, quantity, at=at).token


def make_checkout(
    session: Session,
    product_id: int,
    quantity: int = 1,
    *,
    at: datetime,
    by: Actor = Actor("", frozenset()),
    email: str = "lea@home.example",
) -> tuple[int, str]:
    """A checkout with all five steps complete, for a guest or for `by`: cart id and token."""
    token = fill_cart(session, product_id, quantity, at=at)
    cart_id = cart_contents(session, token).cart_id
    assert cart_id is not None
    draft = ensure_draft(session, cart_id, by=by, at=at)
    set_guest(draft, email)
    home = Place("Léa Petit", "3, rue des Tilleuls", "61000", "Alençon")
    contact = Contact("Léa Petit", "06 00 00 00 00", email)
    service = PayingService("Comptabilité") if by.organisation_id else None
    set_addresses(draft, Parties(home, home, contact, service))
    set_shipping(draft, "pick_up", offers(weight_g=0, lead_days=0, at=at))
    session.flush()
    return cart_id, token
