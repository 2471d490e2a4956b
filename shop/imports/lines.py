"""The lines of an import, read and marked some hundred at a time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from shop.catalogue.models import Product
from shop.core.errors import DomainError
from shop.core.stored_facts import stored_facts
from shop.imports.models import ImportLine
from shop.imports.rules import Outcome
from shop.storage.db import locking, table_of

#: Lines that are written or read at once.
AT_ONCE = 500
_LINES = table_of(ImportLine)
_OUTCOME = (
    update(_LINES)
    .where(_LINES.c.id == bindparam("row_id"))
    .values(outcome=bindparam("became"), sentence=bindparam("told"), facts=bindparam("told_facts"))
)


def parts_of(session: Session, import_id: int, after: int = 0) -> Iterator[Sequence[Any]]:
    """The lines of an import behind that one, in their order."""
    lines = select(_LINES).where(_LINES.c.import_id == import_id).order_by(_LINES.c.id)
    while part := session.execute(lines.where(_LINES.c.id > after).limit(AT_ONCE)).all():
        yield part
        after = part[-1].id


def lock_products(session: Session, import_id: int) -> None:
    """Lock the products of an import, in one order."""
    products = (
        select(Product.id)
        .join(ImportLine, ImportLine.product_id == Product.id)
        .where(ImportLine.import_id == import_id)
        .order_by(Product.id)
    )
    session.execute(locking(session, products, of=(Product,))).all()


def note_outcomes(
    session: Session, outcome: Outcome, found: Mapping[int, DomainError | None]
) -> None:
    """What became of lines, by their ids, and why."""
    values = [
        {
            "row_id": key,
            "became": outcome,
            "told": refusal.sentence if refusal else "",
            "told_facts": stored_facts(refusal.facts) if refusal else {},
        }
        for key, refusal in found.items()
    ]
    if values:
        session.connection().execute(_OUTCOME, values)
