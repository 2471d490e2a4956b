"""Long lists: counted whole, read a page at a time, and the row after the one that was dealt with.

Every list that may grow past a page is a `Listing`; its count is that of its heading and its tab.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

#: Rows on a page of a list.
A_PAGE = 25

Row = TypeVar("Row")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a list: a statement, its order and the column that identifies a row.

    The order ends with a column that is unique, or rows would change their place between pages.
    """

    statement: Select[*tuple[Any, ...]]
    order: tuple[Any, ...]
    key: Any

    def where(self, *conditions: Any) -> "Listing":
        """The same list, narrowed."""
        return replace(self, statement=self.statement.where(*conditions))


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list: the page that holds the row with the key `holding`, where there is one;
    otherwise the page `number`, the first being 1.
    """

    number: int = 1
    holding: Any = None


FIRST = Place()


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page; `total` counts those of the whole list."""

    rows: Sequence[Row]
    total: int
    number: int = 1
    size: int = A_PAGE

    @property
    def last(self) -> int:
        """The number of the last page."""
        return last_page(self.total, self.size)

    @property
    def begins(self) -> int:
        """The position of the first row, from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def ends(self) -> int:
        """The position of the last row."""
        return self.begins + len(self.rows) - 1

    def of(self, read: Callable[[Row], Other]) -> "Page[Other]":
        """The same page with each row read by that function."""
        return Page([read(row) for row in self.rows], self.total, self.number, self.size)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Row:
        return self.rows[index]


def last_page(total: int, size: int = A_PAGE) -> int:
    """The number of the last page of so many rows; an empty list has one page."""
    return max(1, -(-total // size))


def count_of(session: Session, listing: Listing) -> int:
    """The number of rows of the whole list."""
    keys = listing.statement.with_only_columns(listing.key, maintain_column_froms=True)
    return session.scalar(select(func.count()).select_from(keys.subquery())) or 0


def page_of(
    session: Session, listing: Listing, place: Place = FIRST, *, size: int = A_PAGE
) -> Page[Any]:
    """One page, and the count of all rows. A page after the last is the last."""
    total = count_of(session, listing)
    found = position_of(session, listing, place.holding) if total > size else None
    number = min(_page_at(found, size) or max(1, place.number), last_page(total, size))
    rows = session.execute(
        listing.statement.order_by(*listing.order).limit(size).offset((number - 1) * size)
    ).all()
    return Page(rows, total, number, size)


def page_of_rows(
    rows: Sequence[Row],
    place: Place = FIRST,
    *,
    key: Callable[[Row], Any],
    size: int = A_PAGE,
) -> Page[Row]:
    """One page of rows that were read and sorted already."""
    found = next((n for n, row in enumerate(rows, 1) if key(row) == place.holding), None)
    number = min(_page_at(found, size) or max(1, place.number), last_page(len(rows), size))
    first = (number - 1) * size
    return Page(rows[first : first + size], len(rows), number, size)


def position_of(session: Session, listing: Listing, key: Any) -> int | None:
    """The position of a row in the list, from 1; None when it is not in it."""
    if key is None:
        return None
    place = func.row_number().over(order_by=listing.order)
    return _beside(session, listing, key, place)


def following(session: Session, listing: Listing, key: Any) -> Any:
    """The key of the row after that one; None when it is the last, or not in the list."""
    return _beside(session, listing, key, func.lead(listing.key).over(order_by=listing.order))


def _beside(session: Session, listing: Listing, key: Any, value: Any) -> Any:
    rows = listing.statement.with_only_columns(
        listing.key.label("key"), value.label("value"), maintain_column_froms=True
    ).subquery()
    return session.scalar(select(rows.c.value).where(rows.c.key == key))


def _page_at(position: int | None, size: int) -> int | None:
    return None if position is None else -(-position // size)
