"""Columns that hold the compared form of another column (shop/core/folding): searched and sorted
in SQL, alike on both databases.

The row writes them in a validator of the column that they follow.
"""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, false, literal
from sqlalchemy.orm import InstrumentedAttribute, MappedColumn, mapped_column

from shop.core.folding import words_of

#: Maximum number of words of a query that are compared.
MOST_WORDS = 6


def folded_column(length: int) -> MappedColumn[str]:
    """Folded text, compared and sorted by its characters: PostgreSQL would otherwise apply the
    language of its cluster.
    """
    column = String(length).with_variant(String(length, collation="C"), "postgresql")
    return mapped_column(column, default="")


def has_words(
    column: InstrumentedAttribute[str] | ColumnElement[str], typed: str
) -> ColumnElement[bool]:
    """Whether each typed word begins a word of the folded column, in any order; false without a
    word.
    """
    spaced: ColumnElement[Any] = literal(" ").concat(column)
    words = words_of(typed)[:MOST_WORDS]
    return and_(*(spaced.like(f"% {word}%") for word in words)) if words else false()
