"""A list as its page shows it: filters with their counts, chips and pages, in words."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection

from shop.catalogue import listing
from shop.catalogue.keyset import NUMBERED, PAGE_SIZE, Filters, ListRequest, Sort, page_numbers
from shop.catalogue.tree import Department, FacetValue, Tree
from shop.core import text
from shop.web.catalogue.labels import Card, cards

#: Lines of one filter that a page shows, the fullest first.
SHOWN_VALUES = 12


@dataclass(frozen=True, slots=True)
class Group:
    """One filter: its name in the address, its question, its lines."""

    name: str
    label: str
    values: list[FacetValue]
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything that the template of a list reads."""

    cards: list[Card]
    total: int
    total_words: str
    range_words: str
    groups: list[Group]
    chips: list[tuple[str, str]]
    numbers: list[tuple[int | None, str, bool]]
    previous_url: str | None
    next_url: str | None
    sort: Sort
    filters: Filters
    clear_url: str
    kept: list[tuple[str, str]]

    @property
    def price_from(self) -> str:
        return euros(self.filters.least)

    @property
    def price_to(self) -> str:
        return euros(self.filters.most)


def list_page(
    connection: Connection,
    tree: Tree,
    department: Department,
    asked: ListRequest,
    *,
    language: str,
) -> ListPage:
    """One page of a department. Two statements, one when the count is stored."""
    sort, filters = asked.sort, asked.filters
    chosen = {kind: tree.ids(kind, getattr(filters, kind)) for kind in ("family", "brand", "usage")}
    shown = listing.page(connection, department, asked, chosen)
    total, capped = _stored_total(tree, department, filters), False
    if total is None:
        total = listing.count(connection, department, filters, chosen)
        capped = total > listing.COUNTED
    address = _Address(department.url, sort, filters)
    current = shown.position // PAGE_SIZE + 1
    return ListPage(
        cards=cards(shown.rows, language),
        total=total,
        total_words=count_words(total, language, capped=capped),
        range_words=_range(shown, total, language, capped=capped),
        groups=_groups(tree, department, filters, language),
        chips=_chips(tree, department, filters, address, language),
        numbers=_numbers(address, current, total),
        previous_url=_previous(address, shown, current),
        next_url=_next(address, shown, current),
        sort=sort,
        filters=filters,
        clear_url=department.url if sort is Sort.RELEVANCE else f"{department.url}?sort={sort}",
        kept=address.pairs,
    )


class _Address:
    """Addresses of the same list, otherwise filtered or further on."""

    def __init__(self, path: str, sort: Sort, filters: Filters) -> None:
        self._path = path
        self._sort = [] if sort is Sort.RELEVANCE else [("sort", str(sort))]
        self.pairs = _pairs(filters)

    def to(self, **extra: Any) -> str:
        more = [(key, str(value)) for key, value in extra.items() if (key, value) != ("page", 1)]
        query = urlencode([*self.pairs, *self._sort, *more])
        return f"{self._path}?{query}" if query else self._path

    def without(self, pair: tuple[str, str]) -> str:
        query = urlencode([each for each in self.pairs if each != pair] + self._sort)
        return f"{self._path}?{query}" if query else self._path


def _pairs(filters: Filters) -> list[tuple[str, str]]:
    pairs = [
        (name, value)
        for name in ("supply", "family", "brand", "usage")
        for value in getattr(filters, name)
    ]
    for name, cents in (("from", filters.least), ("to", filters.most)):
        if cents is not None:
            pairs.append((name, euros(cents)))
    return pairs


def euros(cents: int | None) -> str:
    """As one types it: 1200 or 12,50."""
    if cents is None:
        return ""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02d}" if rest else str(whole)


def _stored_total(tree: Tree, department: Department, filters: Filters) -> int | None:
    """The count without asking: nothing is ticked, or one line whose count is kept."""
    pairs = _pairs(filters)
    if not pairs:
        return department.product_count
    if len(pairs) == 1 and pairs[0][0] in ("family", "brand", "usage"):
        name, value = pairs[0]
        return next((f.count for f in tree.facets(department).get(name, []) if f.value == value), 0)
    return None


def _groups(tree: Tree, department: Department, filters: Filters, language: str) -> list[Group]:
    labels = {
        "supply": _("Availability"),
        "family": _("Family"),
        "usage": _("Use"),
        "brand": _("Brand"),
    }
    facets = tree.facets(department)
    groups = []
    for name, label in labels.items():
        chosen = getattr(filters, name)
        values = facets.get(name, [])
        shown = values[:SHOWN_VALUES] + [v for v in values[SHOWN_VALUES:] if v.value in chosen]
        if shown:
            groups.append(Group(name, label, shown, chosen))
    return groups


def _chips(
    tree: Tree, department: Department, filters: Filters, address: _Address, language: str
) -> list[tuple[str, str]]:
    chips = []
    for name, value in address.pairs:
        if name == "from":
            label = _("From %(price)s", price=_round_price(filters.least, language))
        elif name == "to":
            label = _("Up to %(price)s", price=_round_price(filters.most, language))
        else:
            known = tree.facets(department).get(name, [])
            label = next((f.title(language) for f in known if f.value == value), value)
        chips.append((label, address.without((name, value))))
    return chips


def _round_price(cents: int | None, language: str) -> str:
    words = text.money(cents or 0, language)
    return words.replace(",00" if language == "fr" else ".00", "")


def count_words(total: int, language: str, *, capped: bool = False) -> str:
    """« 412 références »; « plus de 2 000 références » when counting stopped there."""
    if capped:
        return _("more than %(count)s products", count=text.number(listing.COUNTED, language))
    return ngettext(
        "%(count)s product",
        "%(count)s products",
        total,
        count=text.number(total, language),
    )


def _range(shown: listing.Page, total: int, language: str, *, capped: bool) -> str:
    if not shown.rows:
        return ""
    if capped:
        return _(
            "Products %(first)s to %(last)s of more than %(total)s",
            first=text.number(shown.position + 1, language),
            last=text.number(shown.position + len(shown.rows), language),
            total=text.number(listing.COUNTED, language),
        )
    return _(
        "Products %(first)s to %(last)s of %(total)s",
        first=text.number(shown.position + 1, language),
        last=text.number(shown.position + len(shown.rows), language),
        total=text.number(max(total, shown.position + len(shown.rows)), language),
    )


def _numbers(address: _Address, current: int, total: int) -> list[tuple[int | None, str, bool]]:
    """The links to numbered pages: number (None for a gap), address, whether it is this page."""
    last = -(-total // PAGE_SIZE)
    if current > NUMBERED or last <= 1:
        return []
    return [
        (n, address.to(page=n) if n else "", n == current)
        for n in page_numbers(current, min(last, NUMBERED))
    ]


def _previous(address: _Address, shown: listing.Page, current: int) -> str | None:
    if shown.position == 0:
        return None
    aligned = shown.position % PAGE_SIZE == 0
    if aligned and current - 1 <= NUMBERED:
        return address.to(page=current - 1)
    return address.to(before=shown.before) if shown.before else None


def _next(address: _Address, shown: listing.Page, current: int) -> str | None:
    if shown.after is None:
        return None
    aligned = shown.position % PAGE_SIZE == 0
    if aligned and current < NUMBERED:
        return address.to(page=current + 1)
    return address.to(after=shown.after)
