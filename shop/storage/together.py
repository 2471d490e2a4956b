"""Rows that a service adds one by one, written with one statement for each of their tables.

SQLite gives each row that has a number of its own a statement of its own otherwise.
"""

from typing import Any

from sqlalchemy import insert, inspect
from sqlalchemy.orm import Session

from shop.storage.db import Base, table_of


def write_together(session: Session, *kinds: type[Base]) -> None:
    """Write the rows of these kinds that were added and not written yet, in their order. Their
    numbers are not known afterwards.
    """
    values: dict[type[Base], list[dict[str, Any]]] = {kind: [] for kind in kinds}
    for row in [row for row in session.new if isinstance(row, kinds)]:
        written = vars(row)
        names = [one.key for one in inspect(row).mapper.column_attrs if one.key in written]
        values[type(row)].append({name: written[name] for name in names})
        session.expunge(row)
    for kind, rows in values.items():
        if rows:
            session.execute(insert(table_of(kind)), rows)
