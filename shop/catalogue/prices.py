"""Prices of products: changed today or planned for a day to come, and applied on that day.

A price that applies from today is applied at once; the worker applies the planned ones within a
second of the first midnight in Paris of their day, and one that is late at its next round. Pages,
carts and quotes read one column: they never show two prices.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalogue.models import Product, ProductPrice
from shop.catalogue.price_rules import (
    AskedPrice,
    PlanOver,
    PriceChange,
    PriceState,
    ensure_other,
    ensure_price,
    latest_reduction,
    lowest_before,
)
from shop.catalogue.products import bump_version
from shop.catalogue.sheets import ensure_may_edit
from shop.core.actors import Actor
from shop.core.errors import N_, NotFound
from shop.core.money import Money, UnitPrice
from shop.core.text import one_line, paris_day
from shop.storage import journal
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.db import get_locked
from shop.storage.paging import FIRST, Listing, Page, Place, page_of


def plan_price(
    session: Session, product_id: int, asked: AskedPrice, *, by: Actor, at: datetime
) -> ProductPrice:
    """Give a product another price from a day on; at once when that is today.

    Raises NotAllowed, NotFound, WrongPrice, PriceDayInPast, PriceDayTooFar, PriceReasonMissing,
    PriceSame, DayPlanned.
    """
    ensure_may_edit(by)
    price, starts_on, today = asked.price, asked.starts_on, paris_day(at)
    ensure_price(asked, today=today)
    product = get_locked(session, Product, product_id)
    _ensure_other(session, product, asked)
    row = ProductPrice(
        product_id=product_id,
        starts_on=starts_on,
        price_including=price,
        reason=one_line(asked.reason),
        planned_at=at,
        user_id=by.user_id,
        by_name=by.name,
        state=PriceState.PLANNED,
    )
    session.add(row)
    session.flush()
    journal.record(
        session,
        f"product:{product_id}",
        "plan_price",
        by=by,
        at=at,
        sku=product.sku,
        price=price.cents,
        starts_on=starts_on.isoformat(),
        reason=row.reason,
    )
    if starts_on == today:
        _apply(session, row, product, by=by, at=at)
    return row


def _ensure_other(session: Session, product: Product, asked: AskedPrice) -> None:
    """Raises DayPlanned, PriceSame."""
    waiting = [(one.starts_on, one.price_including) for one in planned_prices(session, product.id)]
    ensure_other(asked, product.price_including, waiting)


def cancel_price(
    session: Session, product_id: int, price_id: int, *, by: Actor, at: datetime
) -> ProductPrice:
    """Cancel a price before its day. Raises NotAllowed, NotFound, PlanOver."""
    ensure_may_edit(by)
    product = get_locked(session, Product, product_id)
    row = session.get(ProductPrice, price_id)
    if row is None or row.product_id != product_id:
        raise NotFound
    if not row.is_planned:
        raise PlanOver
    row.state = PriceState.CANCELLED
    journal.record(
        session,
        f"product:{product_id}",
        "cancel_price",
        by=by,
        at=at,
        sku=product.sku,
        price=row.price_including.cents,
        starts_on=row.starts_on.isoformat(),
    )
    return row


def due_prices(session: Session, *, at: datetime) -> list[int]:
    """The planned prices whose day has come, the earliest first."""
    due = select(ProductPrice.id).where(
        ProductPrice.is_planned, ProductPrice.starts_on <= paris_day(at)
    )
    return list(session.scalars(due.order_by(ProductPrice.starts_on, ProductPrice.id)))


def apply_price(session: Session, price_id: int, *, by: Actor, at: datetime) -> bool:
    """Apply a price whose day has come; nothing when that is done already, or it was cancelled.
    Whether it was applied.
    """
    product_id = session.scalar(select(ProductPrice.product_id).where(ProductPrice.id == price_id))
    product = get_locked(session, Product, product_id)
    row = session.get_one(ProductPrice, price_id)
    if not row.is_planned or row.starts_on > paris_day(at):
        return False
    _apply(session, row, product, by=by, at=at)
    return True


def _apply(
    session: Session, row: ProductPrice, product: Product, *, by: Actor, at: datetime
) -> None:
    row.former_including = product.price_including
    row.state, row.applied_at = PriceState.APPLIED, at
    product.price_including = row.price_including
    product.unit_price = UnitPrice.from_including(row.price_including, product.vat_rate)
    session.flush()
    bump_version(session)
    journal.record(
        session,
        f"product:{product.id}",
        "apply_price",
        by=by,
        at=at,
        sku=product.sku,
        changes={"price": [row.former_including.cents, row.price_including.cents]},
    )


def planned_prices(session: Session, product_id: int) -> Sequence[ProductPrice]:
    """The prices of a product that wait for their day, the earliest first."""
    return session.scalars(
        select(ProductPrice)
        .where(ProductPrice.product_id == product_id, ProductPrice.is_planned)
        .order_by(ProductPrice.starts_on, ProductPrice.id)
    ).all()


def prices_of(session: Session, product_id: int, place: Place = FIRST) -> Page[ProductPrice]:
    """All prices of a product, planned, applied or cancelled, the latest day first."""
    states = (
        Choice("planned", N_("planned"), ProductPrice.is_planned),
        Choice("applied", N_("applied"), ProductPrice.is_applied),
    )
    prices = Listing(
        select(ProductPrice).where(ProductPrice.product_id == product_id),
        (ProductPrice.starts_on.desc(), ProductPrice.id.desc()),
        ProductPrice.id,
        (Filter("state", N_("Status"), states),),
        (
            Sort("day", N_("From"), (ProductPrice.starts_on, ProductPrice.id)),
            Sort("price", N_("Price"), (ProductPrice.price_including, ProductPrice.id)),
        ),
        "-day",
    )
    return page_of(session, prices, place).of(lambda row: row[0])


def lowest_before_reduction(session: Session, product_id: int) -> tuple[date, Money] | None:
    """When the latest change of a price lowered it: its day, and the lowest price of the thirty
    days before it, to be announced with the reduction.
    """
    rows = session.scalars(
        select(ProductPrice)
        .where(ProductPrice.product_id == product_id, ProductPrice.is_applied)
        .order_by(ProductPrice.applied_at, ProductPrice.id)
    )
    changes = [
        PriceChange(row.starts_on, row.price_including, row.former_including or Money())
        for row in rows
    ]
    day = latest_reduction(changes)
    lowest = lowest_before(changes, day) if day else None
    return None if day is None or lowest is None else (day, lowest)
