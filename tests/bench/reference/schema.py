"""The reference's tables and how they are filled. Frozen, see the package."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    insert,
    text,
)
from sqlalchemy import create_engine as _create_engine

metadata = MetaData()
RowId = BigInteger().with_variant(Integer, "sqlite")

categories = Table(
    "ref_categories",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", String(80), unique=True, nullable=False),
    Column("name", String(80), nullable=False),
    Column("intro", String(200), nullable=False),
    Column("products", Integer, nullable=False, default=0),
)
facets = Table(
    "ref_facets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("category_id", ForeignKey("ref_categories.id"), index=True, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("value", String(80), nullable=False),
    Column("label", String(80), nullable=False),
    Column("count", Integer, nullable=False),
)
products = Table(
    "ref_products",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("category_id", ForeignKey("ref_categories.id"), nullable=False),
    Column("sku", String(40), unique=True, nullable=False),
    Column("slug", String(160), unique=True, nullable=False),
    Column("name", String(200), nullable=False),
    Column("summary", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("brand", String(80), nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("picture", String(80), nullable=False),
    Column("specifications", Text, nullable=False),
    Index("ix_ref_products_listing", "category_id", "price", "id"),
)
stock = Table(
    "ref_stock",
    metadata,
    Column("product_id", ForeignKey("ref_products.id"), primary_key=True),
    Column("on_hand", Integer, nullable=False),
    postgresql_with={"fillfactor": 60},
)
cart_lines = Table(
    "ref_cart_lines",
    metadata,
    Column("cart", String(43), primary_key=True),
    Column("product_id", ForeignKey("ref_products.id"), primary_key=True),
    Column("quantity", Integer, nullable=False),
)
counters = Table(
    "ref_counters",
    metadata,
    Column("series", String(4), primary_key=True),
    Column("last", Integer, nullable=False),
)
orders = Table(
    "ref_orders",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("number", Integer, unique=True, nullable=False),
    Column("email", String(200), nullable=False),
    Column("total", BigInteger, nullable=False),
)
order_lines = Table(
    "ref_order_lines",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("order_id", ForeignKey("ref_orders.id"), nullable=False, index=True),
    Column("product_id", ForeignKey("ref_products.id"), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price", BigInteger, nullable=False),
    UniqueConstraint("order_id", "product_id"),
)


def create_engine(url: str) -> Engine:
    """An engine with SQLAlchemy's own habits; on SQLite a write begins IMMEDIATE."""
    if not url.startswith("sqlite"):
        return _create_engine(url)
    engine = _create_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def fill(
    engine: Engine,
    shelves: Iterable[dict[str, Any]],
    goods: Iterable[dict[str, Any]],
    filters: Iterable[dict[str, Any]],
    *,
    on_hand: int,
) -> None:
    """Make the tables and put the goods in: rows as dictionaries of the columns above."""
    metadata.create_all(engine)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        connection.execute(insert(categories), list(shelves))
        connection.execute(insert(products), list(goods))
        connection.execute(insert(facets), list(filters))
        connection.execute(
            text("INSERT INTO ref_stock (product_id, on_hand) SELECT id, :units FROM ref_products"),
            {"units": on_hand},
        )
        connection.execute(
            text(
                "UPDATE ref_categories SET products = (SELECT count(*) FROM ref_products"
                " WHERE category_id = ref_categories.id)"
            )
        )
        connection.commit()
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
