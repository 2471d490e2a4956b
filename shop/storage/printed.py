"""Columns whose text documents show: `mapped_column(…, info=PRINTED)`.

A service that gives such a column text that no document can show is refused, whatever form or
command it came from; an import, which writes many rows with one statement, asks `not_printed()`.
What is stored already stays as it is.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import InstrumentedAttribute

from shop.core.alphabet import ensure_printable, missing_letters
from shop.storage.db import Base

PRINTED = {"printed": True}


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _check_printed(_row: type[Base], _key: str, attribute: InstrumentedAttribute[Any]) -> None:
    """Check the values of a printed column as they are set."""
    columns = getattr(attribute.property, "columns", ())
    if any(column.info.get("printed") for column in columns):
        event.listen(attribute, "set", _refuse)


def not_printed(kind: type[Base], values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The characters that no document can show in the values of a row's printed columns, by
    column.
    """
    printed = [column.name for column in kind.__table__.columns if column.info.get("printed")]
    found = {name: missing_letters(values[name]) for name in printed if name in values}
    return {name: letters for name, letters in found.items() if letters}


def _refuse(_row: Base, value: Any, _before: Any, _initiator: Any) -> None:
    """Raises LettersNotPrinted."""
    ensure_printable(value)
