"""Indexes of some rows of a table: what waits is found however much is done."""

from sqlalchemy import Index, text


def partial_index(name: str, column: str, where: str, *, flag: str = "") -> Index:
    """An index of the rows that meet a condition and, where one is named, have a boolean column
    that is true: SQLite finds the index only by « = 1 », as the statements write it there.
    """
    here = f"{flag} AND {where}" if flag else where
    there = f"{flag} = 1 AND {where}" if flag else where
    return Index(name, column, postgresql_where=text(here), sqlite_where=text(there))
