"""Factories of the tests. They call the services, so that every state is reachable."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from stdnum import luhn

from checkout.drafts.drafts import ensure_draft, set_addresses, set_guest, set_shipping
from checkout.drafts.shipping import offers
from shop.cart.carts import add_to_cart
from shop.cart.contents import cart_contents
from shop.catalogue.models import Brand, Product
from shop.catalogue.products import NewProduct, add_brands, add_categories, add_products
from shop.core.actors import ACCOUNTING, LOGISTICS, SALES_ADMIN, Actor
from shop.core.money import Money, UnitPrice
from shop.core.parties import Contact, Parties, PayingService, Place
from shop.core.sales import AT_LIST_PRICE, Buyer, Sale, SaleLine, line_of
from shop.core.vat import PriceBasis
from shop.letterheads.letterheads import set_letterhead
from shop.letterheads.models import Letterhead
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.members.registration import register_organisation
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.people.people import actor_of, register_person
from shop.people.rules import Profile
from shop.register.models import PublicBody
from shop.storage.outbox import Email
from shop.verification.verification import Evidence, verify

#: A working morning: the default moment.
AT = datetime(2026, 11, 18, 10, 26, tzinfo=UTC)

OFFICE = Actor("Hugo Perrin", frozenset({SALES_ADMIN}))
STORES = Actor("Inès Roche", frozenset({LOGISTICS}))
BOOKS = Actor("Paul Arnaud", frozenset({ACCOUNTING}))
CHINON = "21370072700018"
#: The office called the town hall's switchboard, and not the number that the buyer gave.
EVIDENCE = Evidence(
    call_back=True,
    number="02 47 93 53 00",
    number_source="site de la ville",
    spoke_to="le standard",
    note="arrêté",
)
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
    "epr": ["FR000000_05TEST"],
    "director": "Camille Forges",
    "host": "Hébergeur, 1 rue du Serveur, 69007 Lyon",
    "mediator": "Médiateur, 2 place du Dialogue, 69007 Lyon",
    "bank": {
        "holder": "COMPTOIR SAS",
        "iban": "FR7630006000011234567890189",
        "bic": "AGRIFRPP",
        "name": "Banque des Forges",
    },
}


@dataclass(frozen=True)
class Town:
    """A verified town: its buyer, and a product to buy."""

    organisation_id: int
    buyer: Actor
    product_id: int


def make_letterhead(session: Session, *, at: datetime = AT) -> None:
    if session.scalar(select(Letterhead.id)) is None:
        set_letterhead(session, SELLER, at=at)


def make_product(
    session: Session, *, sku: str = "SON-0412", at: datetime = AT, price: int = 54_900, **more: Any
) -> int:
    """A product; `price` in cents, VAT included. Returns its id."""
    if session.scalar(select(Brand.id)) is None:
        _furnish(session)
    facts = {"name": f"Enceinte active {sku}", "weight_g": 9_500, "on_hand": 5} | more
    row = NewProduct(
        sku=sku,
        slug=sku.lower(),
        category="enceintes",
        brand="arpege",
        price=Money(price),
        **facts,
    )
    return add_products(session, [row], at=at)[0]


def _furnish(session: Session) -> None:
    """A chapter, a family, a brand."""
    common = {"position": 1, "intro": "", "intro_en": ""}
    chapter = {"slug": "sonorisation", "letter": "A", "parent": None}
    family = {"slug": "enceintes", "letter": "", "parent": "sonorisation"}
    rows = [
        chapter | common | {"name": "Sonorisation", "name_en": "Sound"},
        family | common | {"name": "Enceintes", "name_en": "Loudspeakers"},
    ]
    add_categories(session, rows)
    add_brands(session, [{"slug": "arpege", "name": "Arpège"}])


def make_goods(session: Session) -> list[SaleLine]:
    """What a town orders: two loudspeakers, three music stands, a score, the shipping. 1 174,04 €
    including VAT without the shipping; the score at 5,5 %.
    """
    goods = [
        (2, {"sku": "SON-0412", "name": "Enceinte active 12 pouces", "price": 54_900}),
        (3, {"sku": "PUP-0007", "name": "Pupitre pliant", "price": 1_480}),
        (1, {"sku": "LIV-0031", "name": "Sonoriser une salle", "price": 3_165, "vat_rate": 550}),
    ]
    lines = [
        sale_line(session, make_product(session, on_hand=20, weight_g=1000, **facts), quantity)
        for quantity, facts in goods
    ]
    return [*lines, SaleLine(None, "", "Livraison sur palette", 1, UnitPrice(290_000), 2000)]


def make_shop(session: Session) -> list[SaleLine]:
    """A letterhead and goods; the lines of a sale of these."""
    make_letterhead(session)
    return make_goods(session)


def make_person(
    session: Session,
    *,
    at: datetime,
    email: str = "claire@chinon.example",
    name: str = "Claire Marchand",
    staff_roles: Iterable[str] = (),
    **more,
) -> User:
    profile = Profile(name, **more)
    return register_person(
        session, email=email, password_hash="x", profile=profile, staff_roles=staff_roles, at=at
    )


def make_staff(session: Session, *roles: str, email: str = "") -> User:
    """A member of the staff, with one role or several."""
    email = email or f"{roles[0]}@comptoir.example"
    return make_person(session, at=AT, email=email, name="Sam Dubois", staff_roles=roles)


def siret_of(number: int) -> str:
    """A SIRET with valid check digits, another one for each number; 0 is the town's of most
    tests.
    """
    if number == 0:
        return CHINON
    siren = luhn_ended(f"2137{number:04d}")
    return luhn_ended(f"{siren}0001")


def luhn_ended(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)


def register_town(session: Session, siret: str = CHINON) -> None:
    """The embedded register knows the town, its postal code and no street."""
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


def make_body(session: Session, user: User, *, at: datetime, siret: str = CHINON) -> Organisation:
    """A town of the register with this person as its administrator, awaiting verification."""
    register_town(session, siret)
    return register_organisation(
        session, siret=siret, name="Ville de Chinon", by=actor_of(user), at=at
    )


def make_buyer(
    session: Session,
    email: str = "acheteur@ville.example",
    *,
    siret: str = CHINON,
    at: datetime = AT,
    **person: Any,
) -> Actor:
    """A buyer of a verified town. The e-mail about it is deleted: the outbox of a test contains its
    own e-mails only.
    """
    user = make_person(session, at=at, email=email, **person)
    body = make_body(session, user, at=at, siret=siret)
    verify(session, body, evidence=EVIDENCE, by=OFFICE, at=at)
    session.flush()
    session.execute(delete(Email).where(Email.template == "organisation_verified"))
    return member_of(session, user)


def member_of(session: Session, user: User) -> Actor:
    """The person as a member of their organisation."""
    return member_actor(
        user, session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    )


def make_town(session: Session, *, at: datetime, on_hand: int = 5) -> Town:
    """A verified town with a buyer, a letterhead for the shop, and a product in stock."""
    make_letterhead(session, at=at)
    buyer = make_buyer(session, "claire@chinon.example", at=at)
    assert buyer.organisation_id is not None
    return Town(buyer.organisation_id, buyer, make_product(session, at=at, on_hand=on_hand))


def make_parties() -> Parties:
    """A town hall, its hall for deliveries, its paying service."""
    return Parties(
        header=Place("Ville de Chinon", "1 place du Marché", "37500", "Chinon"),
        delivery=Place("Salle Arletty", "14 rue du Stade", "37500", "Chinon"),
        contact=Contact("Claire Marchand", "02 99 00 00 00", "claire@chinon.example"),
        paying_service=PayingService("Comptabilité", "CULT-02", "compta@chinon.example"),
        customer_code="C-000001",
        siren="213700727",
        siret="21370072700018",
    )


def sale_line(
    session: Session, product_id: int, quantity: int = 1, basis: PriceBasis = PriceBasis.EXCLUDING
) -> SaleLine:
    """A product as it is sold today."""
    product = session.get_one(Product, product_id)
    told = product.price_including if basis is PriceBasis.INCLUDING else None
    return line_of(
        product,
        product_id=product.id,
        quantity=quantity,
        detail=product.summary,
        unit_including=told,
        **AT_LIST_PRICE,
    )


def make_sale(
    buyer: Actor,
    lines: Iterable[SaleLine],
    *,
    parties: Parties | None = None,
    shipping: str = "parcel",
    email: str = "",
    expected_on: date | None = None,
) -> Sale:
    """What a town buys, for a quote."""
    who = Buyer(email or str(buyer.email), "fr", buyer.user_id, buyer.organisation_id)
    told = parties or make_parties()
    return Sale(tuple(lines), told, shipping, who, expected_on=expected_on)


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
    make_letterhead(session, at=at)
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
