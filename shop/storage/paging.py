"""Long lists: counted whole, read a page at a time, and the row after the one that was dealt with.

Every list that may grow past a page is a `Listing`; its count is that of its heading and its tab.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from shop.storage.arrangements import Arrangement, CountedFilter, Filter, Sort

#: Rows on a page of a list.
A_PAGE = 25

Row = TypeVar("Row")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list: its page that holds the row with the key `holding`, where there is one;
    otherwise the page `number`, the first being 1.

    `asked` is how the list is to be arranged: choices of its filters by the filter's name, and
    `sort`. What the list does not offer is ignored. `name` is the parameter of the page's number.
    """

    number: int = 1
    holding: Any = None
    name: str = "page"
    asked: tuple[tuple[str, str], ...] = ()


FIRST = Place()
UNARRANGED = Arrangement()


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The rows of a list: a statement, its order, the column that identifies a row, and the filters
    and orders that it offers. One that is kept, for a day or for good, has its counting statements
    composed once.

    The order ends with a column that is unique, or rows would change their place between pages.
    `sorted_by` is the name of the offered order that it is (« -issued »: the latest first).
    """

    statement: Select[*tuple[Any, ...]]
    order: tuple[Any, ...]
    key: Any
    filters: tuple[Filter, ...] = ()
    sorts: tuple[Sort, ...] = ()
    sorted_by: str = ""

    def where(self, *conditions: Any) -> "Listing":
        """The same list, narrowed."""
        return replace(self, statement=self.statement.where(*conditions))

    def at(self, place: Place) -> "Listing":
        """The same list, filtered and sorted as that place asks."""
        asked = dict(place.asked)
        kept = [one.where for name, one in self._choices().items() if asked.get(name[0]) == name[1]]
        narrowed = self.where(*kept) if kept else self
        return replace(narrowed, order=(*self._sorting(self.sort_at(place)), *self.order))

    def sort_at(self, place: Place) -> str:
        """The order that the place asks for, if the list offers it; else nothing."""
        asked = dict(place.asked).get("sort", "")
        return asked if asked.removeprefix("-") in {one.name for one in self.sorts} else ""

    def _sorting(self, sort: str) -> tuple[Any, ...]:
        named = (one for one in self.sorts if one.name == sort.removeprefix("-"))
        return next((one.order(falling=sort.startswith("-")) for one in named), ())

    def _choices(self) -> dict[tuple[str, str], Any]:
        return {(each.name, one.name): one for each in self.filters for one in each.choices}

    def counted(self, session: Session, place: Place) -> tuple[int, Arrangement]:
        """The number of rows at that place, and how the list is arranged there, in one statement:
        each choice is counted under those of the other filters.
        """
        asked = dict(place.asked)
        chosen = {each: name for each, name in self._choices() if asked.get(each) == name}
        total, whole, *counts = session.execute(_counting(self, tuple(chosen.items()))).one()
        of_choices = dict(zip(self._choices(), counts[len(self.filters) :], strict=True))
        filters = tuple(
            CountedFilter(
                each,
                {one.name: of_choices[each.name, one.name] for one in each.choices},
                without,
                chosen.get(each.name, ""),
            )
            for each, without in zip(self.filters, counts[: len(self.filters)], strict=True)
        )
        return total, self.arranged(place, whole, filters)

    def counting(self, chosen: tuple[tuple[str, str], ...]) -> Select[*tuple[Any, ...]]:
        """The statement of `counted()` under the choices that are on, by their filters."""
        choices = self._choices()
        flags = {name: one.where.label("_".join(name)) for name, one in choices.items()}
        keys = self.statement.with_only_columns(
            self.key.label("key"), *flags.values(), maintain_column_froms=True
        ).subquery()
        on = {name: keys.c["_".join(name)] for name in choices}

        def count(without: str = "", *more: Any) -> Any:
            others = [on[pair] for pair in chosen if pair[0] != without]
            return func.count(case((and_(*others, *more), 1))) if others or more else func.count()

        columns = [count(), func.count(), *(count(each.name) for each in self.filters)]
        columns += [count(name[0], on[name]) for name in choices]
        return select(*columns).select_from(keys)

    def arranged(
        self, place: Place, whole: int, filters: tuple[CountedFilter, ...] = ()
    ) -> Arrangement:
        """How the list is arranged at that place; `whole` is the number of its rows."""
        sort = self.sort_at(place)
        return Arrangement(place.name, filters, self.sorts, sort or self.sorted_by, sort, whole)


@lru_cache(maxsize=256)
def _counting(listing: Listing, chosen: tuple[tuple[str, str], ...]) -> Select[*tuple[Any, ...]]:
    return listing.counting(chosen)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page; `total` counts those of the whole list, under the filters that are
    on.
    """

    rows: Sequence[Row]
    total: int
    number: int = 1
    size: int = A_PAGE
    arranged: Arrangement = UNARRANGED

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

    @property
    def query(self) -> dict[str, str]:
        """This place as parameters of an address."""
        number = {self.arranged.name: str(self.number)} if self.number > 1 else {}
        return self.arranged.query | number

    def of(self, read: Callable[[Row], Other]) -> "Page[Other]":
        """The same page with each row read by that function."""
        rows = [read(row) for row in self.rows]
        return Page(rows, self.total, self.number, self.size, self.arranged)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Row:
        return self.rows[index]


def last_page(total: int, size: int) -> int:
    """The number of the last page of so many rows; an empty list has one page."""
    return max(1, -(-total // size))


def count_of(listing: Listing) -> ColumnElement[int]:
    """The number of rows of the whole list, as an expression: one statement reads those of many
    lists.
    """
    keys = listing.statement.with_only_columns(listing.key, maintain_column_froms=True)
    return select(func.count()).select_from(keys.subquery()).scalar_subquery()


def read_number(session: Session, number: ColumnElement[int]) -> int:
    """The value of such an expression."""
    return session.scalar(select(number)) or 0


def page_of(
    session: Session, listing: Listing, place: Place = FIRST, *, size: int | None = None
) -> Page[Any]:
    """One page of the list as the place arranges it, and the count of all its rows. A page after
    the last is the last. It has `size` rows, those of `A_PAGE` when none is given.
    """
    size = size or A_PAGE
    there = listing.at(place)
    if not listing.filters and place.number == 1 and place.holding is None:
        rows = _rows(session, there, size + 1)
        if len(rows) <= size:  # all of them: nothing is left to count
            return Page(rows, len(rows), 1, size, listing.arranged(place, len(rows)))
    total, arranged = listing.counted(session, place)
    found = position_of(session, there, place.holding) if total > size else None
    number = min(_page_at(found, size) or max(1, place.number), last_page(total, size))
    rows = _rows(session, there, size, (number - 1) * size) if total else []
    return Page(rows, total, number, size, arranged)


def _rows(session: Session, listing: Listing, limit: int, offset: int = 0) -> Sequence[Any]:
    return session.execute(
        listing.statement.order_by(*listing.order).limit(limit).offset(offset)
    ).all()


def position_of(session: Session, listing: Listing, key: Any) -> int | None:
    """The position of a row in the list, from 1; None when it is not in it."""
    if key is None:
        return None
    place = func.row_number().over(order_by=listing.order)
    return _beside(session, listing, key, place)


def following(session: Session, listing: Listing, key: Any) -> Any:
    """The key of the row after that one; after the last, and of one that is not in the list, the
    first of the others. None when the list has no other row.
    """
    after = _beside(session, listing, key, func.lead(listing.key).over(order_by=listing.order))
    if after is not None:
        return after
    others = listing.where(listing.key != key).statement
    keys = others.with_only_columns(listing.key, maintain_column_froms=True)
    return session.scalar(keys.order_by(*listing.order).limit(1))


def _beside(session: Session, listing: Listing, key: Any, value: Any) -> Any:
    rows = listing.statement.with_only_columns(
        listing.key.label("key"), value.label("value"), maintain_column_froms=True
    ).subquery()
    return session.scalar(select(rows.c.value).where(rows.c.key == key))


def _page_at(position: int | None, size: int) -> int | None:
    return None if position is None else -(-position // size)
