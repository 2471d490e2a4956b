"""Reading the versions of the home page, and publishing one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.catalogue.models import Product
from shop.catalogue.product_lists import products_named
from shop.core.actors import ADMIN, Actor
from shop.core.errors import N_, NotAllowed, NotFound
from shop.home.models import HomeVersion
from shop.home.rules import (
    DELIVERED,
    HomeChanged,
    HomeContent,
    ProductRefused,
    SameHome,
    ensure_different,
    read,
    written,
)
from shop.storage.arrangements import Sort, by_period
from shop.storage.journal import record
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

#: The version that is shown, to be read by a session or a connection.
LATEST = (
    select(HomeVersion.number, HomeVersion.content).order_by(HomeVersion.number.desc()).limit(1)
)


@dataclass(frozen=True, slots=True)
class Forward:
    """A product that a version puts forward."""

    id: int
    reference: str
    name: str
    on_sale: bool


def latest_home(session: Session) -> tuple[int, HomeContent]:
    """The number and the content of the version that is shown; 0 for the delivered one."""
    row = session.execute(LATEST).first()
    return (0, DELIVERED) if row is None else (row.number, read(row.content))


def get_home(session: Session, number: int) -> HomeVersion:
    """A version that was published. Raises NotFound."""
    found = session.scalar(select(HomeVersion).where(HomeVersion.number == number))
    if found is None:
        raise NotFound
    return found


def find_products(session: Session, references: Sequence[str]) -> tuple[int, ...]:
    """The ids of the products with the references that were typed, in their order. Raises
    ProductRefused, ProductTwice.
    """
    found = products_named(session, references) if references else {}
    ids = []
    for place, typed in enumerate(references, start=1):
        if typed not in found:
            raise ProductRefused(place=place, reference=typed)
        ids.append(found[typed])
    ensure_different(ids, references)
    return tuple(ids)


def products_forward(session: Session, ids: Sequence[int]) -> dict[int, Forward]:
    """The products of versions that still exist, on sale or not."""
    if not ids:
        return {}
    rows = session.execute(
        select(Product.id, Product.sku, Product.name, Product.published)
        .where(Product.id.in_(ids))
        .order_by(Product.id)
    )
    return {row.id: Forward(*row) for row in rows}


def propose_home(session: Session, content: HomeContent, *, by: Actor) -> int:
    """Whether a version can be published; nothing is. The number of the one that is shown. Raises
    NotAllowed, SameHome.
    """
    if not by.has(ADMIN):
        raise NotAllowed(act="publish_home")
    number, shown = latest_home(session)
    if shown == content:
        raise SameHome
    return number


def publish_home(
    session: Session, content: HomeContent, *, seen: int, by: Actor, at: datetime
) -> HomeVersion:
    """Show a version from now on; `seen` is the number of the one that the person read. Raises the
    refusals of `propose_home()`, HomeChanged.
    """
    if propose_home(session, content, by=by) != seen:
        raise HomeChanged
    row = HomeVersion(number=seen + 1, content=written(content), set_at=at, by_name=by.name)
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise HomeChanged from error
    facts: dict[str, Any] = {"number": row.number, **row.content}
    record(session, f"home_version:{row.id}", "publish_home", by=by, at=at, **facts)
    return row


def home_history(session: Session, today: date, place: Place = FIRST) -> Page[HomeVersion]:
    """The versions that were published, the latest first, a page at a time."""
    history = Listing(
        select(HomeVersion),
        (HomeVersion.number.desc(),),
        HomeVersion.number,
        (by_period(HomeVersion.set_at, today, moments=True),),
        (
            Sort("number", N_("Version"), (HomeVersion.number,)),
            Sort("set", N_("Set on"), (HomeVersion.set_at, HomeVersion.number)),
            Sort("by", N_("Set by"), (HomeVersion.by_name, HomeVersion.number)),
        ),
        "-number",
    )
    return page_of(session, history, place).of(lambda row: row[0])
