"""Fill the demonstration shop: its catalogue, its people, and sales in every state.

Every sale is made by calling the services, at moments before today: nothing here is impossible in
the shop.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quotes.demonstration.agreed import fill_agreement
from quotes.demonstration.bank import fill_bank
from quotes.demonstration.card_sales import fill_card_sales
from quotes.demonstration.cases import fill_cases
from quotes.demonstration.coming import fill_coming
from quotes.demonstration.drawn import fill_drawn
from quotes.demonstration.front import fill_front
from quotes.demonstration.goods import Filling
from quotes.demonstration.letterhead import LETTERHEAD
from quotes.demonstration.linked import fill_links
from quotes.demonstration.questions import fill_questions
from quotes.demonstration.sales import Scene, play
from quotes.demonstration.told import fill_told
from quotes.demonstration.undone import fill_undone
from quotes.demonstration.wanted import fill_wanted
from quotes.demonstration.warehouse import fill_warehouse
from shop.catalogue.models import Product
from shop.core.actors import THE_CLOCK, Actor
from shop.demonstration.catalogue import fill_catalogue
from shop.demonstration.people import fill_people
from shop.demonstration.products import fill_products
from shop.demonstration.teams import fill_teams
from shop.letterheads.letterheads import set_letterhead
from shop.members.invitation_links import InvitationLinks
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.ops.clock import now
from shop.ops.config import DEFAULT_SECRET
from shop.organisations.models import Organisation
from shop.organisations.rules import VERIFIED
from shop.people.models import User
from shop.register.embedded import import_register
from shop.storage.db import Database
from shop.storage.journal import JournalEntry, record


@dataclass(frozen=True, slots=True)
class Client:
    """A verified body with a person who buys for it."""

    organisation: Organisation
    buyer: Actor


#: The last journal entry of the filling.
MARK = "demonstration"

#: (days ago, body, lines as (reference, quantity), how far it went, subject). Bodies by their rank.
SCENES = (
    Scene(96, 0, (("SON", 2), ("MIC", 4)), "refundable", "Sonorisation de la salle Arletty"),
    Scene(70, 1, (("LUM", 6), ("SUP", 2)), "overdue", "Éclairage de scène"),
    Scene(61, 2, (("VID", 1), ("CAB", 4)), "expired", "Vidéoprojection du conseil"),
    Scene(48, 0, (("LIV", 12), ("MIC", 1)), "credited", "École de musique, rentrée"),
    Scene(40, 3, (("SON", 1),), "depositing", "Pupitre de la salle du conseil"),
    Scene(31, 4, (("TRA", 2), ("CAB", 6)), "delivered", "Transport du parc son"),
    Scene(30, 5, (("TRA", 1),), "delivered", "Chariots de la régie"),
    Scene(29, 1, (("TRA", 1),), "delivered", "Transport des micros"),
    Scene(27, 5, (("MIX", 1), ("MIC", 2), ("CAB", 8)), "partly", "Régie du théâtre"),
    Scene(24, 0, (("SUP", 4), ("LUM", 4)), "ordered", "Médiathèque, coin spectacle"),
    Scene(23, 1, (("SON", 2),), "scanned", "Fête communale"),
    Scene(19, 2, (("VID", 1), ("SUP", 1)), "cancelled", "Écran du gymnase"),
    Scene(12, 4, (("MIC", 2), ("SON", 1)), "scanned", "Cérémonies"),
    Scene(9, 0, (("LUM", 2), ("CAB", 4)), "signed", "Éclairage du préau"),
    Scene(
        3, 0, (("MIX", 1), ("SON", 2), ("MIC", 4), ("LIV", 1)), "scanned", "Salle Arletty, phase 2"
    ),
    Scene(1, 5, (("SON", 1), ("SUP", 2)), "quoted", "Accueil du public"),
    Scene(0, 0, (("VID", 1),), "quoted", "Salle du conseil, affichage"),
)


def is_begun(database: Database) -> bool:
    """Whether anything was ever written: an interrupted start leaves it incomplete."""
    with database.reading_session() as session:
        return bool(session.scalar(select(func.count()).select_from(User)))


def is_filled(database: Database) -> bool:
    """Whether the demonstration was filled completely; a second start keeps the data."""
    with database.reading_session() as session:
        mark = select(func.count()).select_from(JournalEntry).where(JournalEntry.subject == MARK)
        return bool(session.scalar(mark))


def fill_demonstration(
    database: Database,
    *,
    site: str = "",
    secret: str = DEFAULT_SECRET,
    processor: Path | str | None = ":memory:",
) -> None:
    """Fill an empty, migrated database. `site` is the shop's public address, for the codes on
    delivery notes; `secret` signs the links of its e-mails; `processor` is the file of the sandbox
    card processor that later serves the shop; with None, nothing is sold by card.
    """
    at = now()
    opened = at - timedelta(days=120)
    with database.transaction() as session:
        set_letterhead(session, LETTERHEAD, at=opened)
        import_register(session)
        fill_catalogue(session, at=at)
        fill_people(session, at=opened)
    with database.reading_session() as session:
        clients = _clients(session)
        filling = Filling(database, _shelf(session), site)
    for scene in SCENES:
        client = clients[scene.body % len(clients)]
        play(filling, scene, client.buyer, client.organisation.id, today=at)
    fill_drawn(filling, clients[0].organisation.id, clients[0].buyer, at=at)
    fill_agreement(filling, clients[0].organisation.id, at=at)
    for fill in (fill_front, fill_told, fill_warehouse):
        fill(database, at=at)
    if processor is not None:
        fill_card_sales(filling, fill_links, state=processor, at=at)
    fill_bank(database, at=at)
    fill_coming(database, at=at)
    with database.transaction() as session:
        fill_wanted(session, clients[0].organisation.id, at=at)
        fill_teams(session, links=InvitationLinks(secret), at=at)
        fill_cases(session, at=at)
        fill_questions(session, at=at)
        fill_undone(session, at=at)
        fill_products(session, at=at)
        record(session, MARK, "fill", by=THE_CLOCK, at=at)


def _clients(session: Session) -> list[Client]:
    """Each verified body with a person who buys for it, a mere buyer before an administrator."""
    rows = session.execute(
        select(Organisation, User, Membership)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Organisation.verification.in_(VERIFIED),
            Membership.buys | Membership.administers,
            Membership.is_in,
        )
        .order_by(Organisation.id, Membership.administers, User.id)
    ).all()
    clients: dict[int, Client] = {}
    for organisation, user, membership in rows:
        clients.setdefault(organisation.id, Client(organisation, member_actor(user, membership)))
    return list(clients.values())


def _shelf(session: Session) -> dict[str, list[int]]:
    """Products by the prefix of their reference, the best sold first."""
    shelf: dict[str, list[int]] = {}
    rows = session.execute(select(Product.id, Product.sku).order_by(Product.popularity.desc()))
    for product_id, sku in rows:
        shelf.setdefault(sku[:3], []).append(product_id)
    return shelf
