"""Sheets of products: created and edited by the sales staff.

What changed is written to the journal, before and after; the search index and the stored counts are
refreshed for that product and its departments only.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from shop.catalogue.brands import find_or_add_brand, known_brand
from shop.catalogue.counts import refresh_counts
from shop.catalogue.models import (
    Brand,
    Category,
    Product,
    ProductUsage,
    Stock,
    Usage,
)
from shop.catalogue.product_addresses import free_slug, move_address
from shop.catalogue.products import UnknownShelf, bump_version
from shop.catalogue.receipts import FARTHEST, ReturnInPast, ReturnTooFar
from shop.catalogue.rules import Supply
from shop.catalogue.search import index_products
from shop.catalogue.sheet_rules import (
    COUNTED,
    FIELDS,
    SEARCHED,
    EanTaken,
    Sheet,
    SkuTaken,
    SupplyPromised,
    changes_between,
    ensure_sheet,
    merged,
)
from shop.core.actors import ADMIN, SALES, SALES_ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.core.folding import fold_name, fold_reference
from shop.core.money import Money, UnitPrice
from shop.core.text import paris_day
from shop.storage import journal
from shop.storage.db import get_locked, locking

WHO = (SALES, SALES_ADMIN, ADMIN)


@dataclass(frozen=True, slots=True)
class Edit:
    """A sheet as it was typed; the answers that its form showed when it was `opened`; of those that
    somebody else changed meanwhile, which are `chosen`: "mine" or "theirs".
    """

    typed: Sheet
    opened: Mapping[str, Any] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)


def ensure_may_edit(by: Actor) -> None:
    """Raises NotAllowed."""
    if not by.has(*WHO):
        raise NotAllowed


def sheet_of(session: Session, product: Product) -> Sheet:
    """The sheet of a product, as it is recorded."""
    family = session.get_one(Category, product.category_id).slug
    brand = session.get_one(Brand, product.brand_id).name
    usages = session.scalars(
        select(Usage.slug)
        .join(ProductUsage, ProductUsage.usage_id == Usage.id)
        .where(ProductUsage.product_id == product.id)
        .order_by(Usage.slug)
    )
    return Sheet(
        sku=product.sku,
        name=product.name,
        family=family,
        brand=brand,
        ean=product.ean,
        summary=product.summary,
        description=product.description,
        vat_rate=product.vat_rate,
        eco_fee=product.eco_fee.tenthousandths,
        supply=product.supply,
        lead_days=product.lead_days,
        restock_on=product.restock_on.isoformat() if product.restock_on else None,
        weight_g=product.weight_g,
        bulky=product.bulky,
        warranty_months=product.warranty_months,
        specifications=tuple((name, value) for name, value in product.specifications),
        usages=tuple(usages),
        picture=product.picture,
        finish=product.finish,
    )


def create_product(
    session: Session, sheet: Sheet, price: Money, *, by: Actor, at: datetime
) -> Product:
    """Add a product, not on sale yet, with an empty stock; `price` includes VAT.

    Raises NotAllowed, SkuNotValid, SkuTaken, EanNotValid, EanTaken, BrandMissing, UnknownShelf,
    ReturnInPast, ReturnTooFar.
    """
    ensure_may_edit(by)
    ensure_sheet(sheet)
    _ensure_free(session, sheet, 0, FIELDS)
    _ensure_day(sheet, at)
    product = Product(
        unit_price=UnitPrice.from_including(price, sheet.vat_rate),
        price_including=price,
        slug=free_slug(session, sheet, 0),
        popularity=0,
        published=False,
        created_at=at,
    )
    _write_columns(session, product, sheet)
    session.add(product)
    session.flush()
    backorder = sheet.supply is Supply.ON_ORDER
    session.add(Stock(product_id=product.id, on_hand=0, reserved=0, backorder=backorder))
    _write_usages(session, product.id, sheet)
    bump_version(session)
    journal.record(
        session,
        f"product:{product.id}",
        "create_product",
        by=by,
        at=at,
        sku=sheet.sku,
        name=sheet.name,
        price=price.cents,
    )
    return product


def edit_product(
    session: Session, product_id: int, edit: Edit, *, by: Actor, at: datetime
) -> dict[str, list[Any]]:
    """Change the sheet of a product; returns the answers that changed, before and after.

    Raises NotAllowed, NotFound, SheetChanged, SupplyPromised, and what `create_product()` raises.
    """
    ensure_may_edit(by)
    product = get_locked(session, Product, product_id)
    before = sheet_of(session, product)
    typed = replace(edit.typed, brand=known_brand(session, edit.typed.brand))
    after = merged(edit.opened, before, typed, edit.chosen)
    changes = changes_between(before, after)
    if not changes:
        return {}
    _change(session, product, after, changes, at)
    journal.record(
        session,
        f"product:{product_id}",
        "edit_product",
        by=by,
        at=at,
        sku=product.sku,
        version=product.version,
        changes=changes,
    )
    return changes


def _change(
    session: Session, product: Product, after: Sheet, changed: Collection[str], at: datetime
) -> None:
    """Write the answers that changed; the search and the counts follow."""
    ensure_sheet(after)
    _ensure_free(session, after, product.id, changed)
    if "restock_on" in changed:
        _ensure_day(after, at)
    if "supply" in changed:
        _change_supply(session, product.id, after.supply)
    departments = {product.chapter_id, product.category_id}
    _write_columns(session, product, after)
    if "vat_rate" in changed:
        product.unit_price = UnitPrice.from_including(product.price_including, after.vat_rate)
    if "usages" in changed:
        session.execute(delete(ProductUsage).where(ProductUsage.product_id == product.id))
        _write_usages(session, product.id, after)
    if "name" in changed:
        move_address(session, product, after)
    product.version += 1
    session.flush()
    if product.published and not SEARCHED.isdisjoint(changed):
        index_products(session, [product.id])
    if product.published and not COUNTED.isdisjoint(changed):
        refresh_counts(session, departments | {product.chapter_id, product.category_id})
    else:
        bump_version(session)


def _ensure_free(session: Session, sheet: Sheet, product_id: int, changed: Collection[str]) -> None:
    """Raises SkuTaken, EanTaken."""
    key = fold_reference(sheet.sku)[:40]
    others = select(Product.name).where(Product.id != product_id).limit(1)
    if "sku" in changed:
        taken = session.scalar(others.where(Product.reference_key == key))
        if taken is not None:
            raise SkuTaken(name=taken)
    if "ean" in changed and sheet.ean is not None:
        taken = session.scalar(others.where(Product.ean == sheet.ean))
        if taken is not None:
            raise EanTaken(name=taken)


def _ensure_day(sheet: Sheet, at: datetime) -> None:
    """Raises ReturnInPast, ReturnTooFar."""
    if sheet.day is not None and sheet.day < paris_day(at):
        raise ReturnInPast
    if sheet.day is not None and sheet.day > paris_day(at) + FARTHEST:
        raise ReturnTooFar


def _change_supply(session: Session, product_id: int, supply: Supply) -> None:
    """Raises SupplyPromised."""
    shelf = session.scalars(
        locking(session, select(Stock).where(Stock.product_id == product_id))
    ).one()
    beyond = shelf.reserved - shelf.on_hand - shelf.missing
    if supply is Supply.STOCKED and beyond > 0:
        raise SupplyPromised(units=beyond)
    shelf.backorder = supply is Supply.ON_ORDER


def _write_columns(session: Session, product: Product, sheet: Sheet) -> None:
    """Raises UnknownShelf."""
    category = session.scalar(select(Category).where(Category.slug == sheet.family))
    if category is None:
        raise UnknownShelf(kind="category", slug=sheet.family)
    product.sku, product.reference_key = sheet.sku, fold_reference(sheet.sku)[:40]
    product.name, product.name_key = sheet.name, fold_name(sheet.name)[:200]
    product.summary, product.description = sheet.summary, sheet.description
    product.category_id = category.id
    product.chapter_id = category.parent_id or category.id
    product.brand_id = find_or_add_brand(session, sheet.brand).id
    product.ean, product.vat_rate = sheet.ean, sheet.vat_rate
    product.eco_fee = sheet.eco_contribution
    product.supply, product.lead_days, product.restock_on = sheet.supply, sheet.lead_days, sheet.day
    product.weight_g, product.bulky = sheet.weight_g, sheet.bulky
    product.warranty_months = sheet.warranty_months
    product.specifications = [list(pair) for pair in sheet.specifications]
    product.picture, product.finish = sheet.picture, sheet.finish


def _write_usages(session: Session, product_id: int, sheet: Sheet) -> None:
    """Raises UnknownShelf."""
    ids = dict(session.execute(select(Usage.slug, Usage.id)).all())
    unknown = [slug for slug in sheet.usages if slug not in ids]
    if unknown:
        raise UnknownShelf(kind="usage", slug=unknown[0])
    rows = [{"product_id": product_id, "usage_id": ids[slug]} for slug in sorted(set(sheet.usages))]
    if rows:
        session.execute(insert(ProductUsage), rows)
