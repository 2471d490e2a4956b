"""Families of the catalogue: added to a chapter, renamed, ordered, deleted while they are empty;
and brands: renamed, deleted while no product has them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from shop.catalogue.counts import refresh_counts
from shop.catalogue.models import Brand, Category, Facet, Product
from shop.catalogue.products import bump_version
from shop.catalogue.search import index_products
from shop.catalogue.sheets import ensure_may_edit
from shop.core.actors import Actor
from shop.core.errors import N_, DomainError, NotFound
from shop.core.folding import fold_name
from shop.core.text import one_line
from shop.storage import journal
from shop.storage.db import get_locked


class FamilyNamed(DomainError):
    sentence = N_("Another family has this name already.")
    status = 422


class FamilyInUse(DomainError):
    sentence = N_("%(count)s products belong to this family: move them to another one first.")


class BrandNamed(DomainError):
    sentence = N_("Another brand has this name already.")
    status = 422


class BrandInUse(DomainError):
    sentence = N_("%(count)s products are of this brand: change their brand first.")


@dataclass(frozen=True, slots=True)
class FamilyNames:
    """What a family is called, in French and in English, and its place in its chapter."""

    name: str
    name_en: str
    position: int


def family_rows(session: Session) -> list[tuple[Category, int]]:
    """Chapters, each before its families, with the number of their products, on sale or not."""
    counts = dict(
        session.execute(
            select(Product.category_id, func.count()).group_by(Product.category_id)
        ).all()
    )
    rows = session.scalars(select(Category).order_by(Category.position, Category.id)).all()
    return [
        (one, counts.get(one.id, 0))
        for chapter in rows
        if chapter.parent_id is None
        for one in (chapter, *(row for row in rows if row.parent_id == chapter.id))
    ]


def brand_rows(session: Session) -> list[Any]:
    """The brands by name, with the number of their products, on sale or not."""
    products = select(func.count()).where(Product.brand_id == Brand.id).scalar_subquery()
    rows = select(Brand.id, Brand.name, products.label("products"))
    return list(session.execute(rows.order_by(Brand.name_key, Brand.id)).all())


def add_family(
    session: Session, chapter_id: int | None, names: FamilyNames, *, by: Actor, at: datetime
) -> Category:
    """Add a family to a chapter, or a chapter: None. Raises NotAllowed, NotFound, FamilyNamed."""
    ensure_may_edit(by)
    if chapter_id is not None and get_locked(session, Category, chapter_id).parent_id is not None:
        raise NotFound
    slug = fold_name(names.name).replace(" ", "-")[:80]
    if not slug or session.scalar(select(Category.id).where(Category.slug == slug)) is not None:
        raise FamilyNamed
    family = Category(
        parent_id=chapter_id,
        slug=slug,
        name=one_line(names.name),
        name_en=one_line(names.name_en),
        position=names.position,
    )
    session.add(family)
    session.flush()
    bump_version(session)
    _record(session, family, "add_family", by=by, at=at, name=family.name)
    return family


def change_family(
    session: Session, family_id: int, names: FamilyNames, *, by: Actor, at: datetime
) -> None:
    """Rename a family or a chapter, or change its place; its address stays.

    Raises NotAllowed, NotFound.
    """
    ensure_may_edit(by)
    family = get_locked(session, Category, family_id)
    before = [family.name, family.name_en, family.position]
    family.name, family.name_en = one_line(names.name), one_line(names.name_en)
    family.position = names.position
    session.flush()
    if before[0] != family.name:
        inside = or_(Product.category_id == family_id, Product.chapter_id == family_id)
        _index_again(session, inside)
    refresh_counts(session, {family_id, family.parent_id or family_id})
    after = [family.name, family.name_en, family.position]
    _record(session, family, "change_family", by=by, at=at, before=before, after=after)


def delete_family(session: Session, family_id: int, *, by: Actor, at: datetime) -> None:
    """Delete a family without products. Raises NotAllowed, NotFound, FamilyInUse."""
    ensure_may_edit(by)
    family = get_locked(session, Category, family_id)
    if family.parent_id is None:
        raise NotFound
    count = session.scalar(select(func.count()).where(Product.category_id == family_id)) or 0
    if count:
        raise FamilyInUse(count=count)
    session.execute(delete(Facet).where(Facet.category_id == family_id))
    _record(session, family, "delete_family", by=by, at=at, name=family.name)
    session.delete(family)
    session.flush()
    bump_version(session)


def rename_brand(session: Session, brand_id: int, name: str, *, by: Actor, at: datetime) -> None:
    """Rename a brand; its filter keeps its address. Raises NotAllowed, NotFound, BrandNamed."""
    ensure_may_edit(by)
    brand = get_locked(session, Brand, brand_id)
    key, before = fold_name(name)[:80], brand.name
    same = select(Brand.id).where(Brand.name_key == key, Brand.id != brand_id).limit(1)
    if not key or session.scalar(same) is not None:
        raise BrandNamed
    brand.name, brand.name_key = one_line(name), key
    session.flush()
    _index_again(session, Product.brand_id == brand_id)
    places = session.execute(
        select(Product.chapter_id, Product.category_id)
        .where(Product.brand_id == brand_id)
        .distinct()
    ).all()
    refresh_counts(session, {one for pair in places for one in pair})
    subject = f"brand:{brand_id}"
    journal.record(session, subject, "rename_brand", by=by, at=at, before=before, after=brand.name)


def delete_brand(session: Session, brand_id: int, *, by: Actor, at: datetime) -> None:
    """Delete a brand that no product has. Raises NotAllowed, NotFound, BrandInUse."""
    ensure_may_edit(by)
    brand = get_locked(session, Brand, brand_id)
    count = session.scalar(select(func.count()).where(Product.brand_id == brand_id)) or 0
    if count:
        raise BrandInUse(count=count)
    journal.record(session, f"brand:{brand_id}", "delete_brand", by=by, at=at, name=brand.name)
    session.delete(brand)
    session.flush()
    bump_version(session)


def _index_again(session: Session, which: Any) -> None:
    """The search reads the names of families and brands with those of products."""
    index_products(
        session, session.scalars(select(Product.id).where(Product.published, which)).all()
    )


def _record(
    session: Session, family: Category, act: str, *, by: Actor, at: datetime, **facts: Any
) -> None:
    journal.record(session, f"family:{family.id}", act, by=by, at=at, **facts)
