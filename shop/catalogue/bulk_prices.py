"""Prices of many products at a time: the rules of `prices.py`, a few statements for each hundred.

The history, its entries of the journal and the thirty days before a reduction are the same.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from shop.catalogue.models import Product, ProductPrice
from shop.catalogue.price_rules import AskedPrice, PriceState, ensure_other, ensure_price
from shop.catalogue.sheets import ensure_may_edit
from shop.core.actors import Actor
from shop.core.money import Money, UnitPrice
from shop.core.text import one_line, paris_day
from shop.storage import journal
from shop.storage.db import table_of

_PRODUCTS = table_of(Product)
_PRICED = (
    update(_PRODUCTS)
    .where(_PRODUCTS.c.id == bindparam("row_id"))
    .values(price_including=bindparam("including"), unit_price=bindparam("excluding"))
)


def prices_planned(
    session: Session, product_ids: Collection[int]
) -> dict[int, list[tuple[date, Money]]]:
    """The prices of products that wait for their day, the earliest first."""
    found: dict[int, list[tuple[date, Money]]] = {}
    rows = (
        select(ProductPrice.product_id, ProductPrice.starts_on, ProductPrice.price_including)
        .where(ProductPrice.product_id.in_(product_ids), ProductPrice.is_planned)
        .order_by(ProductPrice.starts_on, ProductPrice.id)
    )
    for row in session.execute(rows):
        found.setdefault(row.product_id, []).append((row.starts_on, row.price_including))
    return found


def prices_set_for(session: Session, product_ids: Collection[int], day: date) -> set[int]:
    """The products for which a price of that day was set, or one that is still to be applied."""
    is_set = or_(
        and_(ProductPrice.is_planned, ProductPrice.starts_on <= day),
        and_(ProductPrice.is_applied, ProductPrice.starts_on == day),
    )
    rows = select(ProductPrice.product_id).where(ProductPrice.product_id.in_(product_ids), is_set)
    return set(session.scalars(rows))


def plan_prices(
    session: Session, asked: Mapping[int, AskedPrice], *, by: Actor, at: datetime
) -> dict[int, int]:
    """Give products, which the caller has locked, another price from a day on; at once when that is
    today. Returns the row of each product's price.

    Raises NotAllowed, WrongPrice, PriceDayInPast, PriceDayTooFar, PriceReasonMissing, PriceSame,
    DayPlanned.
    """
    ensure_may_edit(by)
    if not asked:
        return {}
    today = paris_day(at)
    columns = _PRODUCTS.c.id, _PRODUCTS.c.sku, _PRODUCTS.c.vat_rate, _PRODUCTS.c.price_including
    rows = session.execute(
        select(*columns).where(_PRODUCTS.c.id.in_(asked)).order_by(_PRODUCTS.c.id)
    ).all()
    planned = prices_planned(session, asked.keys())
    for row in rows:
        ensure_price(asked[row.id], today=today)
        ensure_other(asked[row.id], row.price_including, planned.get(row.id, ()))
    statement = insert(ProductPrice).returning(ProductPrice.id, sort_by_parameter_order=True)
    new = [_row(row, asked[row.id], today, by=by, at=at) for row in rows]
    ids = session.scalars(statement, new).all()
    _apply_today(session, [row for row in rows if asked[row.id].starts_on == today], asked)
    _journal(session, rows, asked, by=by, at=at)
    return {row.id: key for row, key in zip(rows, ids, strict=True)}


def _row(row: Any, asked: AskedPrice, today: date, *, by: Actor, at: datetime) -> dict[str, Any]:
    now = asked.starts_on == today
    return {
        "product_id": row.id,
        "starts_on": asked.starts_on,
        "price_including": asked.price,
        "former_including": row.price_including if now else None,
        "reason": one_line(asked.reason),
        "planned_at": at,
        "user_id": by.user_id,
        "by_name": by.name,
        "state": PriceState.APPLIED if now else PriceState.PLANNED,
        "applied_at": at if now else None,
    }


def _apply_today(session: Session, rows: list[Any], asked: Mapping[int, AskedPrice]) -> None:
    values = [
        {
            "row_id": row.id,
            "including": asked[row.id].price,
            "excluding": UnitPrice.from_including(asked[row.id].price, row.vat_rate),
        }
        for row in rows
    ]
    if values:
        session.connection().execute(_PRICED, values)


def _journal(
    session: Session,
    rows: Iterable[Any],
    asked: Mapping[int, AskedPrice],
    *,
    by: Actor,
    at: datetime,
) -> None:
    today = paris_day(at)
    journal.record_all(
        session,
        "plan_price",
        (
            (
                f"product:{row.id}",
                {
                    "sku": row.sku,
                    "price": asked[row.id].price.cents,
                    "starts_on": asked[row.id].starts_on.isoformat(),
                    "reason": one_line(asked[row.id].reason),
                },
            )
            for row in rows
        ),
        by=by,
        at=at,
    )
    applied = (
        (
            f"product:{row.id}",
            {
                "sku": row.sku,
                "changes": {"price": [row.price_including.cents, asked[row.id].price.cents]},
            },
        )
        for row in rows
        if asked[row.id].starts_on == today
    )
    journal.record_all(session, "apply_price", applied, by=by, at=at)


def cancel_prices(session: Session, price_ids: Collection[int], *, by: Actor, at: datetime) -> None:
    """Cancel those prices that still wait for their day. Raises NotAllowed."""
    ensure_may_edit(by)
    which = ProductPrice.id.in_(price_ids), ProductPrice.is_planned
    columns = ProductPrice.product_id, ProductPrice.price_including, ProductPrice.starts_on
    rows = session.execute(
        select(*columns, Product.sku)
        .join(Product, Product.id == ProductPrice.product_id)
        .where(*which)
        .order_by(ProductPrice.id)
    ).all()
    session.execute(
        update(ProductPrice)
        .where(*which)
        .values(state=PriceState.CANCELLED)
        .execution_options(synchronize_session=False)
    )
    facts = (
        (
            f"product:{row.product_id}",
            {
                "sku": row.sku,
                "price": row.price_including.cents,
                "starts_on": row.starts_on.isoformat(),
            },
        )
        for row in rows
    )
    journal.record_all(session, "cancel_price", facts, by=by, at=at)
