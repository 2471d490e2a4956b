"""The brands of the catalogue."""

from itertools import chain, count

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
        brand = new_brand(name, set(session.scalars(select(Brand.slug))))
        session.add(brand)
        session.flush()
    return brand


def new_brand(name: str, taken: set[str]) -> Brand:
    """A brand whose address none of those `taken` is: it is numbered where its name gives the same
    one, and is taken then.
    """
    key = fold_name(name)[:80]
    asked = key.replace(" ", "-")
    numbered = (f"{asked[:70]}-{place}" for place in count(2))
    slug = next(one for one in chain((asked,), numbered) if one not in taken)
    taken.add(slug)
    return Brand(slug=slug, name=name, name_key=key)


def _called(session: Session, name: str) -> Brand | None:
    key = fold_name(name)[:80]
    return session.scalar(select(Brand).where(Brand.name_key == key).order_by(Brand.id).limit(1))
