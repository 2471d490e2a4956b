"""Photographs of products: sent, ordered, described and removed by the sales staff.

Bytes that were sent wait for the worker, which resizes them in a program of its own; no web thread
opens them. The row of the product holds the photographs that are shown, so that no page of the shop
reads more rows for them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop.catalogue.models import Product
from shop.catalogue.products import bump_version
from shop.catalogue.sheets import ensure_may_edit
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.text import one_line
from shop.documents.photographs import Prepared, prepare
from shop.photographs.models import Photograph, PhotographFile
from shop.photographs.rules import SentPhotograph, ensure_photographs, ordered
from shop.storage import journal
from shop.storage.db import Database, get_locked

_TYPES = {"webp": "image/webp", "jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Words:
    """Where a photograph stands, and its alternative text in French and in English."""

    position: int
    alt: str
    alt_en: str


def photographs_of(session: Session, product_id: int) -> list[Photograph]:
    """The photographs of a product in their order, those that wait among them."""
    rows = select(Photograph).where(Photograph.product_id == product_id)
    return list(session.scalars(rows.order_by(Photograph.position, Photograph.id)))


def add_photographs(
    session: Session,
    product_id: int,
    sent: Sequence[SentPhotograph],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Keep photographs of a product until the worker has made their files.

    Raises NotAllowed, NotFound, NoPhotograph, TooManyPictures, PhotographTooHeavy, NotAPhotograph.
    """
    ensure_may_edit(by)
    product = get_locked(session, Product, product_id)
    there = photographs_of(session, product_id)
    ensure_photographs(sent, there=len(there))
    last = there[-1].position if there else 0
    for place, one in enumerate(sent, last + 1):
        session.add(
            Photograph(
                product_id=product_id,
                position=place,
                filename=one_line(one.name)[:200],
                original=one.data,
                sent_at=at,
            )
        )
    journal.record(
        session,
        f"product:{product_id}",
        "add_photographs",
        by=by,
        at=at,
        sku=product.sku,
        count=len(sent),
    )


def arrange_photographs(
    session: Session, product_id: int, words: Mapping[int, Words], *, by: Actor, at: datetime
) -> None:
    """Change the order and the words of a product's photographs. Raises NotAllowed, NotFound."""
    ensure_may_edit(by)
    product = get_locked(session, Product, product_id)
    rows = photographs_of(session, product_id)
    typed = [words[row.id].position if row.id in words else n for n, row in enumerate(rows, 1)]
    for place, index in enumerate(ordered(typed), 1):
        rows[index].position = place
    for row in rows:
        if row.id in words:
            row.alt, row.alt_en = one_line(words[row.id].alt), one_line(words[row.id].alt_en)
    _show(session, product)
    journal.record(
        session, f"product:{product_id}", "arrange_photographs", by=by, at=at, sku=product.sku
    )


def remove_photograph(
    session: Session, product_id: int, photograph_id: int, *, by: Actor, at: datetime
) -> None:
    """Remove a photograph and its files. Raises NotAllowed, NotFound."""
    ensure_may_edit(by)
    product = get_locked(session, Product, product_id)
    row = get_photograph(session, product_id, photograph_id)
    session.execute(delete(PhotographFile).where(PhotographFile.photograph_id == row.id))
    session.delete(row)
    _show(session, product)
    journal.record(
        session,
        f"product:{product_id}",
        "remove_photograph",
        by=by,
        at=at,
        sku=product.sku,
        filename=row.filename,
    )


def get_photograph(session: Session, product_id: int, photograph_id: int) -> Photograph:
    """A photograph of that product. Raises NotFound."""
    row = session.get(Photograph, photograph_id)
    if row is None or row.product_id != product_id:
        raise NotFound
    return row


def waiting_photographs(session: Session) -> list[int]:
    """The photographs whose files have yet to be made, the oldest first."""
    waiting = select(Photograph.id).where(Photograph.is_waiting)
    return list(session.scalars(waiting.order_by(Photograph.id)))


def make_files(database: Database, photograph_id: int) -> bool:
    """Make the files of a photograph, outside any transaction, and keep them; nothing when another
    worker was faster, or when it was removed meanwhile. Whether they were made.
    """
    with database.reading_session() as session:
        data = session.scalar(select(Photograph.original).where(Photograph.id == photograph_id))
    if data is None:
        return False
    made = prepare(data)
    with database.transaction() as session:
        product_id = session.scalar(
            select(Photograph.product_id).where(Photograph.id == photograph_id)
        )
        if product_id is None:
            return False
        product = get_locked(session, Product, product_id)
        row = session.get(Photograph, photograph_id)
        if row is None or not row.is_waiting:
            return False
        _keep(session, row, made, hashlib.sha256(data).hexdigest()[:20])
        _show(session, product)
        return True


def _keep(session: Session, row: Photograph, made: Prepared, digest: str) -> None:
    """The bytes that were sent are not kept: they may say where a photograph was taken."""
    row.original = None
    if made.wrong:
        row.refusal = made.wrong
        return
    row.name, row.width, row.height = f"{row.id}-{digest}", made.width, made.height
    session.add_all(
        PhotographFile(
            photograph_id=row.id,
            name=f"{row.name}-{one.width}.{one.kind}",
            media_type=_TYPES[one.kind],
            data=one.data,
        )
        for one in made.files
    )


def _show(session: Session, product: Product) -> None:
    """Write the photographs that are ready to the row of their product."""
    session.flush()
    product.photographs = [
        {
            "name": row.name,
            "width": row.width,
            "height": row.height,
            "alt": row.alt,
            "alt_en": row.alt_en,
        }
        for row in photographs_of(session, product.id)
        if row.name
    ]
    session.flush()
    bump_version(session)


def find_file(session: Session, name: str) -> PhotographFile | None:
    """The file of that name; None when there is none."""
    return session.scalar(
        select(PhotographFile).where(PhotographFile.name == name).order_by(PhotographFile.id)
    )
