"""The products of the office: all of them, on sale or not, found by name, brand, reference or EAN;
and one product with what its page shows.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from shop.catalogue.models import Brand, Category, Product, ProductUsage, Stock, Usage
from shop.core.errors import N_, NotFound
from shop.core.folding import fold_reference
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.folded import has_words
from shop.storage.journal import JournalEntry
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

#: Digits from which a number is compared with the beginning of an EAN.
LEAST_DIGITS = 6
#: Entries of the journal about the stock of a product.
STOCK_ENTRIES = (
    "receive_goods",
    "correct_stock",
    "undo_correction",
    "place_goods",
    "expect_goods",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search of the office asks for: words, and the slugs of a family or chapter and of a
    brand; empty for all.
    """

    words: str = ""
    family: str = ""
    brand: str = ""


def product_rows(session: Session, wanted: Wanted, place: Place = FIRST) -> Page[Any]:
    """A page of the products that are wanted, in the order of their names."""
    return page_of(session, product_listing(wanted), place)


def product_listing(wanted: Wanted) -> Listing:
    """The list of the products that are wanted, in the order of their names."""
    chapter = aliased(Category)
    statement = (
        select(
            Product.id,
            Product.sku,
            Product.name,
            Product.published,
            Product.was_published.label("was_published"),
            Product.price_including,
            Product.unit_price,
            Brand.name.label("brand"),
            Category.name.label("family"),
            Stock.on_hand,
            Stock.reserved,
            Stock.backorder,
        )
        .join(Brand, Brand.id == Product.brand_id)
        .join(Category, Category.id == Product.category_id)
        .join(chapter, chapter.id == Product.chapter_id)
        .join(Stock, Stock.product_id == Product.id)
    )
    if wanted.words:
        statement = statement.where(_found(wanted.words))
    if wanted.family:
        statement = statement.where(
            or_(Category.slug == wanted.family, chapter.slug == wanted.family)
        )
    if wanted.brand:
        statement = statement.where(Brand.slug == wanted.brand)
    return _listing(statement)


def _found(words: str) -> Any:
    """Each word begins a word of the name or of the brand; or the whole is a reference or an EAN,
    possibly incomplete.
    """
    found = [has_words(Product.name_key + " " + Brand.name_key, words)]
    key = fold_reference(words)
    if key:
        found.append(Product.reference_key.startswith(key, autoescape=True))
    if key.isdecimal() and len(key) >= LEAST_DIGITS:
        found.append(Product.ean.startswith(key))
    return or_(*found)


def _listing(statement: Select[*tuple[Any, ...]]) -> Listing:
    free = Stock.on_hand - Stock.reserved
    states = (
        Choice("on_sale", N_("on sale"), Product.published),
        Choice(
            "withdrawn",
            N_("taken off sale"),
            ~Product.published & Product.was_published,
        ),
        Choice("draft", N_("being prepared"), ~Product.was_published),
    )
    supplies = (
        Choice("in_stock", N_("in stock"), free > 0),
        Choice("on_order", N_("on order"), Stock.backorder & (free <= 0)),
        Choice("out", N_("out of stock"), ~Stock.backorder & (free <= 0)),
    )
    return Listing(
        statement,
        (Product.name_key, Product.id),
        Product.id,
        (Filter("state", N_("Sale"), states), Filter("supply", N_("Supply"), supplies)),
        (
            Sort("name", N_("Product"), (Product.name_key, Product.id)),
            Sort("reference", N_("Reference"), (Product.reference_key, Product.id)),
            Sort("price", N_("Price"), (Product.price_including, Product.id)),
            Sort("free", N_("Available"), (free, Product.id)),
            Sort("added", N_("Added"), (Product.id,)),
        ),
        "name",
    )


@dataclass(frozen=True, slots=True)
class OfficeProduct:
    """A product with the rows that its page in the office shows. `family` is its chapter when it
    belongs to no family.
    """

    row: Product
    brand: Brand
    family: Category
    chapter: Category
    stock: Stock
    usages: list[Usage]


def get_office_product(session: Session, product_id: int) -> OfficeProduct:
    """A product, on sale or not. Raises NotFound."""
    family, chapter = aliased(Category), aliased(Category)
    found = session.execute(
        select(Product, Brand, family, chapter, Stock)
        .join(Brand, Brand.id == Product.brand_id)
        .join(family, family.id == Product.category_id)
        .join(chapter, chapter.id == Product.chapter_id)
        .join(Stock, Stock.product_id == Product.id)
        .where(Product.id == product_id)
    ).first()
    if found is None:
        raise NotFound
    usages = session.scalars(
        select(Usage)
        .join(ProductUsage, ProductUsage.usage_id == Usage.id)
        .where(ProductUsage.product_id == product_id)
        .order_by(Usage.name)
    )
    return OfficeProduct(found[0], found[1], found[2], found[3], found[4], list(usages))


def products_named(session: Session, references: Collection[str]) -> dict[str, int]:
    """The id of the product of each reference that has one, however it is written: hyphens, spaces
    and capitals do not matter; one that is written so comes first. One statement.
    """
    keys = {typed: fold_reference(typed)[:40] for typed in references}
    which = or_(Product.sku.in_(references), Product.reference_key.in_(set(keys.values()) - {""}))
    columns = Product.id, Product.sku, Product.reference_key
    found: dict[str, int] = {}
    written: dict[str, int] = {}
    for row in session.execute(select(*columns).where(which).order_by(Product.id.desc())):
        found[row.reference_key] = written[row.sku] = row.id
    named = {typed: written.get(typed) or found.get(key) for typed, key in keys.items()}
    return {typed: one for typed, one in named.items() if one is not None}


def history_of(session: Session, product_id: int, place: Place = FIRST) -> Page[JournalEntry]:
    """What was done to a product, the latest first: who, when, and what changed."""
    entry = JournalEntry.act
    kinds = (
        Choice("sheet", N_("Product sheet"), entry.not_in(STOCK_ENTRIES)),
        Choice("stock", N_("Stock"), entry.in_(STOCK_ENTRIES)),
    )
    entries = Listing(
        select(JournalEntry).where(JournalEntry.subject == f"product:{product_id}"),
        (JournalEntry.id.desc(),),
        JournalEntry.id,
        (Filter("kind", N_("About"), kinds),),
        (Sort("date", N_("Date"), (JournalEntry.id,)),),
        "-date",
    )
    return page_of(session, entries, place).of(lambda row: row[0])


def all_brands(session: Session) -> list[Brand]:
    """The brands of the catalogue, by name."""
    return list(session.scalars(select(Brand).order_by(Brand.name_key, Brand.id)))


def all_departments(session: Session) -> list[Category]:
    """Chapters, each followed by its families, in their order."""
    rows = session.scalars(select(Category).order_by(Category.position, Category.id)).all()
    return [
        one
        for chapter in rows
        if chapter.parent_id is None
        for one in (chapter, *(row for row in rows if row.parent_id == chapter.id))
    ]


def all_usages(session: Session) -> list[Usage]:
    """The uses of products, by name."""
    return list(session.scalars(select(Usage).order_by(Usage.name, Usage.id)))


def last_edit_of(session: Session, product_id: int) -> JournalEntry | None:
    """The latest change of a product's sheet, or of what logistics says of its return."""
    return session.scalar(
        select(JournalEntry)
        .where(
            JournalEntry.subject == f"product:{product_id}",
            JournalEntry.act.in_(("edit_product", "expect_goods")),
        )
        .order_by(JournalEntry.id.desc())
        .limit(1)
    )
