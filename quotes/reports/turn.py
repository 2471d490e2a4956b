"""How often the stock turns: what was delivered in twelve months beside what is on the shelf."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from quotes.reports.buckets import is_within
from quotes.reports.rules import Period, Row, Span, Table, Value, drawn, quotient_of
from shop.catalogue.models import Category, Product, Stock, StockMovement
from shop.core.days import add_month
from shop.core.errors import N_


def turn(session: Session, period: Period, language: str) -> tuple[Table, ...]:
    """The families of goods that have stock, or of which something was delivered in the last twelve
    months: units delivered beside units on the shelf today, and products with stock of which none
    was delivered. One statement. Units of a delivery note that was corrected count as not
    delivered; what came back later counts as delivered.
    """
    goods = goods_of(period.today).subquery()
    name = Category.name_en if language == "en" else Category.name
    still = and_(goods.c.delivered <= 0, goods.c.on_hand > 0)
    delivered, on_hand = (
        cast(func.sum(goods.c[one]), BigInteger) for one in ("delivered", "on_hand")
    )
    statement: Select[*tuple[Any, ...]] = (
        select(name, func.count(), delivered, on_hand, func.count(case((still, 1))))
        .select_from(goods)
        .join(Category, Category.id == goods.c.category_id)
        .group_by(Category.id, name)
        .order_by(Category.id)
    )
    found = session.execute(statement).all()
    if not found:
        return ()
    rows = [_row(family, *figures) for family, *figures in found]
    columns = (
        N_("Family of goods"),
        N_("Products"),
        N_("Delivered in 12 months"),
        N_("On the shelf"),
        N_("Turns in a year"),
        N_("Products that did not move"),
    )
    cells, _figure = _row(None, *(sum(row[n] for row in found) for n in range(1, 5)))
    return (Table(N_("Stock by family of goods"), columns, drawn(rows), Row(cells)),)


def _row(name: Value, *figures: int) -> tuple[tuple[Value, ...], int]:
    """The cells of a family, and its turns."""
    products, delivered, on_hand, unmoved = figures
    turns = quotient_of(delivered, on_hand)
    return (name, products, delivered, on_hand, turns, unmoved), turns.value if turns else 0


def goods_of(today: date) -> Select[*tuple[Any, ...]]:
    """The products that have stock, or were delivered in the twelve months that end today."""
    since = add_month(today, -12) + timedelta(days=1)
    year = Period(Span.MONTHS, since, today, today)
    signed = case(
        (StockMovement.kind == "shipped", StockMovement.quantity), else_=-StockMovement.quantity
    )
    moved = (
        select(StockMovement.product_id, func.sum(signed).label("delivered"))
        .where(StockMovement.kind.in_(("shipped", "unshipped")), is_within(StockMovement.at, year))
        .group_by(StockMovement.product_id)
        .subquery("moved")
    )
    delivered = func.coalesce(moved.c.delivered, 0)
    rows: Select[*tuple[Any, ...]] = (
        select(
            Product.id,
            Product.sku,
            Product.name,
            Product.name_key,
            Product.category_id,
            Stock.on_hand,
            cast(delivered, BigInteger).label("delivered"),
        )
        .join(Stock, Stock.product_id == Product.id)
        .outerjoin(moved, moved.c.product_id == Product.id)
        .where(or_(Stock.on_hand > 0, delivered > 0))
    )
    return rows
