"""Sorting a list, filtering it, and the opaque cursor of its next page."""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum

#: Full rows in three columns.
PAGE_SIZE = 21
#: Pages that have a number; beyond them, next and previous.
NUMBERED = 20


class Sort(StrEnum):
    """RELEVANCE is popularity in a list, similarity in a search."""

    RELEVANCE = "relevance"
    PRICE_UP = "price"
    PRICE_DOWN = "price-down"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after (or before) the row with that key and id.

    `position` counts the rows before the page, for « Produits 25 à 48 ».
    """

    key: int
    row_id: int
    position: int

    def __str__(self) -> str:
        plain = f"{self.key}.{self.row_id}.{self.position}".encode()
        return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def cursor_from(text: str | None) -> Cursor | None:
    """A cursor from a link; None for anything that is not one."""
    if not text or len(text) > 80:
        return None
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        key, row_id, position = (int(part) for part in plain.split("."))
    except (binascii.Error, ValueError):
        return None
    largest = 2**62
    if not (0 <= key < largest and 0 <= row_id < largest and 0 <= position < largest):
        return None
    return Cursor(key, row_id, position)


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters that a visitor has ticked. Values are slugs; prices are cents including VAT."""

    supply: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    brand: tuple[str, ...] = ()
    usage: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def shape(self) -> frozenset[str]:
        """Which filters are active: a prepared statement depends on it."""
        named = {"family": self.family, "brand": self.brand, "usage": self.usage}
        shape = {name for name, values in named.items() if values}
        shape |= {f"supply:{value}" for value in self.supply}
        if self.least is not None:
            shape.add("least")
        if self.most is not None:
            shape.add("most")
        return frozenset(shape)

    def __bool__(self) -> bool:
        return bool(self.shape)


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What the address of a list asks for: its order, its filters, and one of its pages.

    A page has a number (the first twenty), or lies `after` or `before` a cursor; `after` wins.
    """

    sort: Sort = Sort.RELEVANCE
    filters: Filters = Filters()
    number: int = 1
    after: Cursor | None = None
    before: Cursor | None = None

    @property
    def cursor(self) -> Cursor | None:
        return self.after or self.before

    @property
    def backwards(self) -> bool:
        """Whether the rows are read from the cursor towards the beginning of the list."""
        return self.before is not None and self.after is None


def page_numbers(current: int, last: int) -> list[int | None]:
    """The numbers to show, None for a gap: [1, None, 7, 8, 9, None, 20]."""
    wanted = sorted({1, last, *(n for n in range(current - 1, current + 2) if 1 <= n <= last)})
    shown: list[int | None] = []
    for number in wanted:
        if shown and shown[-1] is not None and number - shown[-1] == 2:
            shown.append(number - 1)
        elif shown and shown[-1] is not None and number - shown[-1] > 2:
            shown.append(None)
        shown.append(number)
    return shown
