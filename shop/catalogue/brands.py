"""The brands of the catalogue."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalogue.models import Brand
from shop.core.folding import fold_name


def known_brand(session: Session, name: str) -> str:
    """The name of a brand as the catalogue writes it, however it was typed; a new one as typed."""
    brand = _called(session, name)
    return name if brand is None else brand.name


def find_or_add_brand(session: Session, name: str) -> Brand:
    """The brand of that name, however it is written; a new one when there is none."""
    brand = _called(session, name)
    if brand is None:
        key = fold_name(name)[:80]
        slug = key.replace(" ", "-")
        taken = session.scalar(select(Brand.id).where(Brand.slug == slug))
        brand = Brand(slug=slug if taken is None else f"{slug[:76]}-new", name=name, name_key=key)
        session.add(brand)
        session.flush()
    return brand


def _called(session: Session, name: str) -> Brand | None:
    key = fold_name(name)[:80]
    return session.scalar(select(Brand).where(Brand.name_key == key).order_by(Brand.id).limit(1))
