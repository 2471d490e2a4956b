"""Goods received from suppliers: the stock grows, and requested e-mails are sent."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import false, func, select, update
from sqlalchemy.orm import Session

from shop.catalogue import stock
from shop.catalogue.models import Product, Stock, StockAlert
from shop.catalogue.search import find
from shop.core.actors import ADMIN, LOGISTICS, Actor
from shop.core.errors import N_, DomainError, NotAllowed, NotFound
from shop.core.folding import fold_reference
from shop.storage import journal, outbox
from shop.storage.db import locking

MOST = 9999
SHELF_PAGE = 50


class WrongCount(DomainError):
    sentence = N_("Enter the number of units received: a whole number from 1 to %(most)s.")
    status = 422


def receive_goods(
    session: Session, sku: str, units: int, *, reference: str, by: Actor, at: datetime
) -> int:
    """Add units to the stock under the supplier's delivery `reference`; returns the units on hand.

    Everybody who asked to be told when the product is available gets one e-mail, if some of it is
    free. Raises NotAllowed, NotFound, WrongCount.
    """
    if not by.has(LOGISTICS, ADMIN):
        raise NotAllowed
    if not 1 <= units <= MOST:
        raise WrongCount(most=MOST)
    product = session.scalar(select(Product).where(Product.sku == sku))
    if product is None:
        raise NotFound(sku=sku)
    stock.receive(session, {product.id: units}, reference=reference, at=at)
    shelf = session.scalars(locking(session, select(Stock).where(Stock.product_id == product.id)))
    row = shelf.one()
    session.refresh(row)
    if row.on_hand > row.reserved:
        product.restock_on = None
        _send_alerts(session, product, at=at)
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


def expect_goods(session: Session, sku: str, on: date | None, *, by: Actor, at: datetime) -> None:
    """Set the day when a product is available again; its label shows the day. None: not known."""
    if not by.has(LOGISTICS, ADMIN):
        raise NotAllowed
    product = session.scalar(select(Product).where(Product.sku == sku))
    if product is None:
        raise NotFound(sku=sku)
    product.restock_on = on
    day = on.isoformat() if on else None
    journal.record(session, f"product:{product.id}", "expect_goods", by=by, at=at, sku=sku, on=day)


def shelf_rows(session: Session, words: str = "") -> Sequence[Any]:
    """Stock rows, the scarcest first: reserved beyond the stock, then empty, then the rest. With
    `words`, those that the shop's search finds, and products no longer on sale by their reference.
    """
    free = Stock.on_hand - Stock.reserved
    statement = (
        select(
            Product.sku,
            Product.name,
            Product.slug,
            Product.restock_on,
            Stock.on_hand,
            Stock.reserved,
            Stock.backorder,
        )
        .join(Stock, Stock.product_id == Product.id)
        .order_by(free, Product.sku)
        .limit(SHELF_PAGE)
    )
    if words:
        found = find(session.connection(), words, size=SHELF_PAGE).product_ids
        key = fold_reference(words)
        by_reference = Product.reference_key.startswith(key) if key else false()
        statement = statement.where(Product.id.in_(found) | by_reference)
    return session.execute(statement).all()


def count_short(session: Session) -> int:
    """The number of products reserved beyond the stock: goods to order from suppliers."""
    short = select(func.count()).select_from(Stock).where(Stock.reserved > Stock.on_hand)
    return session.scalar(short) or 0


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
