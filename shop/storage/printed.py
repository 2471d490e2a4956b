"""Columns whose text documents show: `mapped_column(…, info=PRINTED)`.

A service that gives such a column text that no document can show is refused, whatever form,
command or import it came from. What is stored already stays as it is.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import InstrumentedAttribute

from shop.core.alphabet import ensure_printable
from shop.storage.db import Base

PRINTED = {"printed": True}


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _check_printed(_row: type[Base], _key: str, attribute: InstrumentedAttribute[Any]) -> None:
    """Check the values of a printed column as they are set."""
    columns = getattr(attribute.property, "columns", ())
    if any(column.info.get("printed") for column in columns):
        event.listen(attribute, "set", _refuse)


def _refuse(_row: Base, value: Any, _before: Any, _initiator: Any) -> None:
    """Raises LettersNotPrinted."""
    ensure_printable(value)
