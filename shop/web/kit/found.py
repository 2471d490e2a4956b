"""What the search box finds: kinds of results, each shown to those who may open their page.

Each package offers its kinds in its manifest, with a function that reads rows; app.py collects.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, request, url_for
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.lookup_terms import MOST_TYPED, read_asked
from shop.core.money import Money
from shop.storage import paging
from shop.storage.lookup import LookupKind
from shop.storage.lookup_search import COUNTED, EVERYTHING, Hits, Scope, look_up
from shop.storage.paging import Arrangement, Page, last_page
from shop.web.kit.bounds import number_asked
from shop.web.kit.guards import STAFF, Audience
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import reading

#: Results of each kind, while all kinds are shown.
A_FEW = 5


@dataclass(frozen=True, slots=True)
class Target:
    """A page, by its endpoint and the values of its address."""

    endpoint: str
    values: Mapping[str, Any]

    def url(self, back: str = "") -> str:
        """Its address; on it, the way back leads to `back`, a page of the office."""
        return url_for(self.endpoint, **self.values, back=back or None)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A result: the `target` it leads to, with its number or its name and what else is said of it.
    `dossier` is the number of its dossier, if any.
    """

    target: "Target | None"
    name: str
    about: str
    day: date | datetime | None = None
    amount: Money | None = None
    dossier: str = ""


#: Whether whoever searches may open the pages of an endpoint.
Opens = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class FoundKind:
    """A kind of results, called `label` (a lazy plural), for those who may open `endpoint`. `rows`
    reads the results with these ids; `for_buyers`: buyers find their own.
    """

    kind: LookupKind
    label: Any
    endpoint: str
    rows: Callable[[Session, Sequence[int], Opens], dict[int, FoundRow]]
    for_buyers: bool = False


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """Results of a kind; there are `more` than the counted `rows.total`, or not."""

    kind: LookupKind
    label: Any
    rows: Page[FoundRow]
    more: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: groups of results. `at_once` is where the one result leads that the
    search names; `chosen` the group that is shown alone, which may be empty.
    """

    typed: str
    groups: Sequence[FoundGroup] = ()
    at_once: Target | None = None
    chosen: str = ""

    @property
    def total(self) -> int:
        return sum(group.rows.total for group in self.groups)

    @property
    def more(self) -> bool:
        return any(group.more for group in self.groups)

    @property
    def query(self) -> dict[str, str]:
        """The search as parameters of an address."""
        return {"q": self.typed} | ({"kind": self.chosen} if self.chosen else {})


def found_by_staff() -> Found:
    """What the address of this request searches, of what their roles may open."""
    kinds = [one for one in _kinds() if may_open(one.endpoint)]
    return _found(kinds, EVERYTHING)


def found_by_buyer() -> Found:
    """The same among the papers that the person may read."""
    return _found([one for one in _kinds() if one.for_buyers], scope_of(actor()))


def scope_of(by: Actor) -> Scope:
    """The papers of `dossiers.readable_by()`."""
    owners = [f"u{by.user_id}"] if by.user_id is not None else []
    if by.organisation_id is not None:
        owners.append(f"o{by.organisation_id}")
    return Scope(tuple(owners), by.establishment_id if by.confined else None)


def may_open(endpoint: str) -> bool:
    """Whether the member of the staff who asks may open the pages of that endpoint; a page for
    readers of a dossier is open to all of them.
    """
    view: Any = current_app.view_functions[endpoint]
    audience: Audience = view.audience
    person = viewer()
    return audience.kind != STAFF or (person is not None and person.works_as(*audience.roles))


def _kinds() -> Iterable[FoundKind]:
    """All kinds, in the order of their groups."""
    kinds: Iterable[FoundKind] = current_app.extensions["comptoir.found_kinds"]
    order = list(LookupKind)
    return sorted(kinds, key=lambda one: order.index(one.kind))


def _found(kinds: Sequence[FoundKind], scope: Scope) -> Found:
    typed = request.args.get("q", "").strip()[:MOST_TYPED]
    chosen = next((one for one in kinds if one.kind == request.args.get("kind")), None)
    shown, size = ([chosen], paging.A_PAGE) if chosen else (kinds, A_FEW)
    asked, names = read_asked(typed), [one.kind for one in shown]
    number = number_asked("page", most=last_page(COUNTED, size)) if chosen else 1
    hits = look_up(reading(), asked, names, scope, skip=(number - 1) * size, size=size)
    if not hits and number > 1:
        number, hits = 1, look_up(reading(), asked, names, scope, size=size)
    known = {one.kind: one for one in shown}
    read = [_group(known[one.kind], one, number, size) for one in hits]
    at_once = None if chosen else _at_once(asked.identifies, hits, read)
    return Found(typed, read, at_once, chosen.kind.value if chosen else "")


def _group(kind: FoundKind, found: Hits, number: int, size: int) -> FoundGroup:
    rows = kind.rows(reading(), [hit.subject_id for hit in found.hits], may_open)
    shown = [rows[hit.subject_id] for hit in found.hits if hit.subject_id in rows]
    page = Page(shown, found.total, number, size, Arrangement(whole=found.total))
    return FoundGroup(kind.kind, kind.label, page, found.more)


def _at_once(identifies: bool, hits: Sequence[Hits], groups: Sequence[FoundGroup]) -> Target | None:
    """Where the one result leads that is named, or the first of several of one dossier."""
    named = [
        row
        for found, group in zip(hits, groups, strict=True)
        for hit, row in zip(found.hits, group.rows, strict=False)
        if hit.named
    ]
    if not identifies or not named:
        return None
    of_one = named[0].dossier and len({row.dossier for row in named}) == 1
    return named[0].target if len(named) == 1 or of_one else None
