"""The content of a demonstration sale: goods in stock, and the body's own addresses."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalogue.models import Product, Stock
from shop.core.actors import Actor
from shop.core.parties import Contact, Parties, Place
from shop.core.sales import AT_LIST_PRICE, SaleLine, line_of
from shop.members.buying import as_known_now
from shop.organisations.addresses import address_choices
from shop.organisations.models import Establishment
from shop.storage.db import Database
from shop.web.kit.sessions import load_viewer


@dataclass(frozen=True, slots=True)
class Filling:
    """What every sale needs: the database, the `shelf` as in `goods_of()`, and the public address
    of the shop (`site`), which the code on a delivery note opens.
    """

    database: Database
    shelf: dict[str, list[int]]
    site: str


def goods_of(
    session: Session, goods: tuple[tuple[str, int], ...], shelf: dict[str, list[int]], turn: int
) -> list[SaleLine]:
    """The best sold product of each kind that is in stock in that quantity."""
    lines = []
    for rank, (kind, quantity) in enumerate(goods):
        rows = session.execute(
            select(Product)
            .join(Stock, Stock.product_id == Product.id)
            .where(Product.id.in_(shelf[kind]), Stock.on_hand - Stock.reserved >= quantity)
            .order_by(Product.popularity.desc())
            .limit(6)
        ).all()
        product = rows[(turn + rank) % len(rows)][0]
        lines.append(
            line_of(
                product,
                product_id=product.id,
                quantity=quantity,
                detail=product.summary,
                unit_including=None,
                **AT_LIST_PRICE,
            )
        )
    return lines


def parties_of(session: Session, buyer: Actor) -> Parties:
    """The parties of a sale, from this buyer's establishment and address book."""
    establishment = session.get_one(Establishment, buyer.establishment_id)
    viewer = load_viewer(session, buyer.user_id or 0)
    assert viewer is not None
    choices = address_choices(session, viewer)
    header = Place(**establishment.header)
    delivery = choices.delivery[0].place if choices.delivery else header
    parties = Parties(
        header=header,
        delivery=delivery,
        contact=Contact(buyer.name, "02 61 91 00 10", buyer.email or ""),
        paying_service=choices.paying_service,
    )
    return as_known_now(session, parties, establishment.id)
