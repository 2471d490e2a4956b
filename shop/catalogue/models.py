"""Rows of the catalogue: chapters and families, brands, products, their stock, and stored counts.

Stock is in its own narrow table, so that a sale never rewrites the wide, indexed product row.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Enum,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from shop.catalogue.correction_rules import Reason
from shop.catalogue.price_rules import PriceState
from shop.catalogue.rules import LONGEST_SHELF_PLACE, Supply
from shop.core.money import Money, UnitPrice
from shop.storage.db import Base, RowId, enumeration
from shop.storage.folded import folded_column
from shop.storage.printed import PRINTED


class Category(Base):
    """A chapter (with its letter) or a family of a chapter. Counts are stored."""

    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    letter: Mapped[str] = mapped_column(String(1), default="")
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    intro: Mapped[str] = mapped_column(String(300), default="")
    intro_en: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int]
    product_count: Mapped[int] = mapped_column(default=0)


class Brand(Base):
    __tablename__ = "brands"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = folded_column(80)


class Usage(Base):
    """A use of a product: a multi-purpose hall, a classroom…"""

    __tablename__ = "usages"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))


class ProductUsage(Base):
    __tablename__ = "product_usages"

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    usage_id: Mapped[int] = mapped_column(ForeignKey("usages.id"), primary_key=True, index=True)


class Product(Base):
    """One product. `unit_price` excludes VAT and includes `eco_fee`; `price_including` is the
    displayed price in cents, stored for sorting. `chapter_id` is the category's chapter, for
    listings. `version` grows with each change of what the office edits; `first_published_at` is
    None until the product is on sale for the first time. `photographs`: those that pages show.
    """

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("unit_price > 0", name="priced"),
        Index("ix_products_listing", "category_id", "price_including", "id"),
        Index("ix_products_chapter_listing", "chapter_id", "price_including", "id"),
        Index("ix_products_popular", "category_id", "popularity", "id"),
        Index("ix_products_chapter_popular", "chapter_id", "popularity", "id"),
        Index("ix_products_newest", "category_id", "id"),
        Index("ix_products_chapter_newest", "chapter_id", "id"),
        Index("ix_products_brand", "brand_id"),
        Index("ix_products_reference_key", "reference_key"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    sku: Mapped[str] = mapped_column(String(40), unique=True, info=PRINTED)
    reference_key: Mapped[str] = folded_column(40)
    ean: Mapped[str | None] = mapped_column(String(13), unique=True)
    slug: Mapped[str] = mapped_column(String(160), unique=True)
    name: Mapped[str] = mapped_column(String(200), info=PRINTED)
    name_key: Mapped[str] = folded_column(200)
    summary: Mapped[str] = mapped_column(String(300), default="", info=PRINTED)
    description: Mapped[str] = mapped_column(default="")
    chapter_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brands.id"))
    unit_price: Mapped[UnitPrice]
    price_including: Mapped[Money]
    vat_rate: Mapped[int]
    eco_fee: Mapped[UnitPrice]
    specifications: Mapped[list[Any]]
    picture: Mapped[str] = mapped_column(String(80), default="")
    finish: Mapped[str] = mapped_column(String(20), default="anthracite")
    photographs: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    weight_g: Mapped[int] = mapped_column(default=0)
    bulky: Mapped[bool] = mapped_column(default=False)
    supply: Mapped[Supply] = mapped_column(
        Enum(Supply, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e])
    )
    lead_days: Mapped[int] = mapped_column(default=0)
    restock_on: Mapped[date | None]
    warranty_months: Mapped[int] = mapped_column(default=24)
    popularity: Mapped[int] = mapped_column(default=0)
    published: Mapped[bool] = mapped_column(default=True)
    first_published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]

    @hybrid_property
    def was_published(self) -> bool:
        """Whether it has ever been on sale; it may have been withdrawn since."""
        return self.first_published_at is not None

    @was_published.inplace.expression
    @classmethod
    def _was_published(cls) -> ColumnElement[bool]:
        return cls.first_published_at.is_not(None)


class ProductPrice(Base):
    """A price including VAT from a day on. `former_including`: the price that it replaced, once it
    is applied; `applied_at`: when.
    """

    __tablename__ = "product_prices"
    __table_args__ = (
        CheckConstraint("price_including > 0", name="priced"),
        Index("ix_product_prices_state", "state", "starts_on"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    starts_on: Mapped[date]
    price_including: Mapped[Money]
    former_including: Mapped[Money | None]
    reason: Mapped[str] = mapped_column(String(300))
    planned_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[PriceState] = mapped_column(enumeration(PriceState))
    applied_at: Mapped[datetime | None]

    @hybrid_property
    def is_planned(self) -> bool:
        return self.state is PriceState.PLANNED

    @is_planned.inplace.expression
    @classmethod
    def _is_planned(cls) -> ColumnElement[bool]:
        return cls.state == PriceState.PLANNED

    @hybrid_property
    def is_applied(self) -> bool:
        return self.state is PriceState.APPLIED

    @is_applied.inplace.expression
    @classmethod
    def _is_applied(cls) -> ColumnElement[bool]:
        return cls.state == PriceState.APPLIED


class FormerAddress(Base):
    """An address that a published product had: it leads to its present one."""

    __tablename__ = "former_addresses"

    slug: Mapped[str] = mapped_column(String(160), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)


class Stock(Base):
    """Units in the warehouse and units reserved: available = on_hand - reserved.

    `backorder` products may be reserved beyond the stock (supply "on_order"). `missing`: promised
    units that a correction found missing; 0 again once the stock covers what is promised.
    `shelf_place`: where the warehouse keeps it, such as « A-12-3 »; "" when it is not known.
    """

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("reserved >= 0", name="reserved"),
        CheckConstraint("missing >= 0", name="missing"),
        CheckConstraint("reserved <= on_hand + missing OR backorder", name="promised"),
        {"postgresql_with": {"fillfactor": 60}},
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    on_hand: Mapped[int]
    reserved: Mapped[int] = mapped_column(default=0)
    backorder: Mapped[bool] = mapped_column(default=False)
    missing: Mapped[int] = mapped_column(default=0)
    shelf_place: Mapped[str] = mapped_column(String(LONGEST_SHELF_PLACE), default="")


class StockCorrection(Base):
    """A correction of the units on hand by `change`, with its reason, or the contrary of an earlier
    one (`undoes_id`).
    """

    __tablename__ = "stock_corrections"
    written_once = True
    __table_args__ = (CheckConstraint("change <> 0", name="change"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[Reason] = mapped_column(enumeration(Reason))
    words: Mapped[str] = mapped_column(String(300), default="")
    change: Mapped[int]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("stock_corrections.id"), unique=True)


class StockMovement(Base):
    """One movement: kind is received, reserved, released, shipped, returned, repair, scrapped or
    corrected; reference names the document. The units of a correction are negative when they are
    taken off; those to repair or scrapped came back and are not on the shelf.
    """

    __tablename__ = "stock_movements"
    __table_args__ = (Index("ix_stock_movements_at", "at", "id"),)
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int]
    reference: Mapped[str] = mapped_column(String(40))
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("stock_corrections.id"))


class Facet(Base):
    """A stored count for a category's filters: kind is brand, usage, family or supply."""

    __tablename__ = "facets"
    __table_args__ = (UniqueConstraint("category_id", "kind", "value"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(80))
    label_en: Mapped[str] = mapped_column(String(80))
    count: Mapped[int]


class CatalogueVersion(Base):
    """One row: its number grows when the catalogue changes, and invalidates caches."""

    __tablename__ = "catalogue_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)


class StockAlert(Base):
    """A request for an e-mail when a product is available again."""

    __tablename__ = "stock_alerts"
    __table_args__ = (UniqueConstraint("product_id", "email"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2))
    asked_at: Mapped[datetime]
    told_at: Mapped[datetime | None]

    @hybrid_property
    def is_sent(self) -> bool:
        """Whether the e-mail was written; it may be requested again."""
        return self.told_at is not None

    @is_sent.inplace.expression
    @classmethod
    def _is_sent(cls) -> ColumnElement[bool]:
        return cls.told_at.is_not(None)
