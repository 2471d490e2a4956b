"""Columns that hold the compared form of another column (shop/core/folding): searched and sorted
in SQL, alike on both databases.

The row writes them in a validator of the column that they follow.
"""

from sqlalchemy import String
from sqlalchemy.orm import MappedColumn, mapped_column


def folded_column(length: int) -> MappedColumn[str]:
    """Folded text, compared and sorted by its characters: PostgreSQL would otherwise apply the
    language of its cluster.
    """
    column = String(length).with_variant(String(length, collation="C"), "postgresql")
    return mapped_column(column, default="")
