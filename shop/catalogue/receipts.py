"""Goods received from suppliers: the stock grows, and requested e-mails are sent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, select, update
from sqlalchemy.orm import Session

from shop.catalogue import stock
from shop.catalogue.models import Product, Stock, StockAlert
from shop.catalogue.search import find
from shop.core.actors import ADMIN, LOGISTICS, Actor
from shop.core.errors import N_, DomainError, NotAllowed, NotFound
from shop.core.folding import fold_reference
from shop.core.text import one_line, paris_day
from shop.storage import journal, outbox
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.db import locking
from shop.storage.journal import JournalEntry
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

MOST = 9999
#: How far ahead a product may be announced.
FARTHEST = timedelta(days=731)
#: Products that the search is asked for; a catalogue has fewer that share a word.
MOST_FOUND = 10_000


class NoteRecordedBefore(DomainError):
    sentence = N_(
        "The supplier's delivery note %(reference)s was already recorded for this product, with "
        "%(units)s units on %(day)s. Check it, then confirm."
    )
    status = 422


class ReturnInPast(DomainError):
    sentence = N_("The day when the product is available again must not be in the past.")
    status = 422


class ReturnTooFar(DomainError):
    sentence = N_("Enter a day within the next two years.")
    status = 422


class WrongCount(DomainError):
    sentence = N_("Enter the number of units received: a whole number from 1 to %(most)s.")
    status = 422


@dataclass(frozen=True, slots=True)
class Received:
    """Units under a supplier's delivery note; `confirmed`: although it was recorded before."""

    units: int
    reference: str
    confirmed: bool = False


def receive_goods(
    session: Session, sku: str, received: Received, *, by: Actor, at: datetime
) -> int:
    """Add units to the stock under the supplier's delivery note; returns the units on hand.

    Everybody who asked to be told when the product is available gets one e-mail, if some of it is
    free. Raises NotAllowed, NotFound, WrongCount, NoteRecordedBefore.
    """
    if not by.has(LOGISTICS, ADMIN):
        raise NotAllowed
    units, reference = received.units, received.reference
    if not 1 <= units <= MOST:
        raise WrongCount(most=MOST)
    product = session.scalar(select(Product).where(Product.sku == sku))
    if product is None:
        raise NotFound(sku=sku)
    if not received.confirmed:
        _ensure_new(session, product.id, reference)
    stock.receive(session, {product.id: units}, reference=reference, at=at)
    shelf = session.scalars(locking(session, select(Stock).where(Stock.product_id == product.id)))
    row = shelf.one()
    session.refresh(row)
    announce(session, product, row, at=at)
    journal.record(
        session,
        f"product:{product.id}",
        "receive_goods",
        by=by,
        at=at,
        sku=sku,
        units=units,
        reference=reference,
    )
    return row.on_hand


def announce(session: Session, product: Product, shelf: Stock, *, at: datetime) -> None:
    """Units came in: where some are free, no day is expected any more, and everybody who asked to
    be told gets one e-mail.
    """
    if shelf.on_hand > shelf.reserved:
        product.restock_on = None
        _send_alerts(session, product, at=at)


def _ensure_new(session: Session, product_id: int, reference: str) -> None:
    """Raises NoteRecordedBefore."""
    entries = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.subject == f"product:{product_id}", JournalEntry.act == "receive_goods")
        .order_by(JournalEntry.id.desc())
    )
    key = fold_reference(reference)
    for entry in entries:
        if fold_reference(entry.facts["reference"]) == key:
            raise NoteRecordedBefore(
                reference=reference, units=entry.facts["units"], day=paris_day(entry.at)
            )


def expect_goods(session: Session, sku: str, on: date | None, *, by: Actor, at: datetime) -> None:
    """Set the day when a product is available again; its label shows the day. None: not known."""
    if not by.has(LOGISTICS, ADMIN):
        raise NotAllowed
    product = session.scalar(select(Product).where(Product.sku == sku))
    if product is None:
        raise NotFound(sku=sku)
    if on is not None and on < paris_day(at):
        raise ReturnInPast
    if on is not None and on > paris_day(at) + FARTHEST:
        raise ReturnTooFar
    product.restock_on = on
    day = on.isoformat() if on else None
    journal.record(session, f"product:{product.id}", "expect_goods", by=by, at=at, sku=sku, on=day)


def place_goods(session: Session, sku: str, shelf_place: str, *, by: Actor, at: datetime) -> None:
    """Say where the warehouse keeps a product; "" when it has no place of its own.

    Raises NotAllowed, NotFound.
    """
    if not by.has(LOGISTICS, ADMIN):
        raise NotAllowed
    statement = select(Stock).join(Product, Product.id == Stock.product_id)
    shelf = session.scalar(locking(session, statement.where(Product.sku == sku)))
    if shelf is None:
        raise NotFound(sku=sku)
    shelf.shelf_place = one_line(shelf_place)
    journal.record(
        session,
        f"product:{shelf.product_id}",
        "place_goods",
        by=by,
        at=at,
        sku=sku,
        shelf_place=shelf.shelf_place,
    )


def shelf_rows(session: Session, words: str = "", place: Place = FIRST) -> Page[Any]:
    """Stock rows, the scarcest first: reserved beyond the stock, then empty, then the rest. With
    `words`, those that the shop's search finds, and products no longer on sale by their reference.
    """
    free = Stock.on_hand - Stock.reserved
    statement = select(
        Product.sku,
        Product.name,
        Product.slug,
        Product.restock_on,
        Stock.on_hand,
        Stock.reserved,
        Stock.backorder,
        Stock.shelf_place,
    ).join(Stock, Stock.product_id == Product.id)
    if words:
        key = fold_reference(words)
        by_reference = Product.reference_key.startswith(key) if key else false()
        statement = statement.where(Product.id.in_(_found(session, words)) | by_reference)
    shelves = Listing(
        statement,
        (free, Product.sku),
        Product.sku,
        (Filter("state", N_("Status"), _states(free)),),
        (
            Sort("name", N_("Product"), (Product.name_key,)),
            Sort("reference", N_("Reference"), (Product.reference_key,)),
            Sort("stock", N_("In stock"), (Stock.on_hand,)),
            Sort("promised", N_("Promised"), (Stock.reserved,)),
            Sort("free", N_("Available"), (free,)),
        ),
        "free",
    )
    return page_of(session, shelves, place)


def _states(free: Any) -> tuple[Choice, ...]:
    return (
        Choice("short", N_("to be ordered"), free < 0),
        Choice("out", N_("out of stock"), free == 0),
        Choice("available", N_("available"), free > 0),
        Choice("awaited", N_("expected"), Product.restock_on.is_not(None)),
    )


def find_shelf(session: Session, sku: str) -> Any:
    """The stock row of one product; None when there is none."""
    rows = shelf_rows(session, sku, Place(holding=sku))
    return next((row for row in rows if row.sku == sku), None)


def _found(session: Session, words: str) -> list[int]:
    """The products that the shop's search finds, all of them."""
    found = find(session.connection(), words, size=MOST_FOUND)
    return list(found.product_ids)


def count_short() -> ColumnElement[int]:
    """The number of products reserved beyond the stock: goods to order from suppliers."""
    short = select(func.count()).select_from(Stock).where(Stock.reserved > Stock.on_hand)
    return short.scalar_subquery()


def _send_alerts(session: Session, product: Product, *, at: datetime) -> None:
    waiting = session.scalars(
        select(StockAlert).where(StockAlert.product_id == product.id, ~StockAlert.is_sent)
    ).all()
    for alert in waiting:
        outbox.post(
            session,
            "back_in_stock",
            to=alert.email,
            language=alert.language,
            at=at,
            product=product.name,
            sku=product.sku,
            slug=product.slug,
        )
    session.execute(
        update(StockAlert)
        .where(StockAlert.id.in_([alert.id for alert in waiting]))
        .values(told_at=at)
        .execution_options(synchronize_session=False)
    )
