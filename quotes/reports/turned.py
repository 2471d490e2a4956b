"""How often the stock of each product turns: a list, a page at a time, and its file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from quotes.reports.rules import Hundredths, quotient_of
from quotes.reports.turn import goods_of
from shop.catalogue.models import Category
from shop.core.errors import N_
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

#: Rows that are read from the database at a time.
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Turned:
    """A product with its family, the units on the shelf and those delivered in twelve months."""

    product_id: int
    sku: str
    name: str
    family: str
    on_hand: int
    delivered: int

    @property
    def turns(self) -> Hundredths | None:
        """How often its stock turns in a year; None when none is on the shelf."""
        return quotient_of(max(0, self.delivered), self.on_hand)


def turned_products(
    session: Session, place: Place = FIRST, *, today: date, language: str
) -> Page[Turned]:
    """The products that have stock or were delivered, those with most units on the shelf first."""
    return page_of(session, _listing(today, language), place).of(lambda row: Turned(*row))


def every_turned_product(
    session: Session, place: Place, *, today: date, language: str
) -> Iterator[Turned]:
    """The whole list as the place arranges it, read while it is used."""
    there = _listing(today, language).at(place)
    rows = session.execute(
        there.statement.order_by(*there.order).execution_options(yield_per=_BATCH)
    )
    return (Turned(*row) for row in rows)


def _listing(today: date, language: str) -> Listing:
    goods: Any = goods_of(today).subquery("goods")
    family = Category.name_en if language == "en" else Category.name
    rows = select(
        goods.c.id, goods.c.sku, goods.c.name, family, goods.c.on_hand, goods.c.delivered
    ).join(Category, Category.id == goods.c.category_id)
    moved = goods.c.delivered > 0
    choices = (
        Choice("still", N_("Did not move"), ~moved),
        Choice("moved", N_("Delivered in 12 months"), moved),
    )
    return Listing(
        rows,
        (goods.c.on_hand.desc(), goods.c.id),
        goods.c.id,
        (Filter("movement", N_("Movement"), choices),),
        (
            Sort("name", N_("Product"), (goods.c.name_key,)),
            Sort("delivered", N_("Delivered in 12 months"), (goods.c.delivered,)),
            Sort("shelf", N_("On the shelf"), (goods.c.on_hand,)),
        ),
        sorted_by="-shelf",
    )
