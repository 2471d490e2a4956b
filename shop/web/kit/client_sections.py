"""The sections of a client's record: each package offers its own in its manifest, and `app.py`
collects them. A section is a list: its latest rows stand in the record, all of them on its page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import Session

from shop.clients.keys import Client
from shop.core.errors import NotFound
from shop.core.money import Money
from shop.storage.paging import FIRST, Page, Place
from shop.web.kit.paging import this_page

#: Rows of a section in the record.
A_FEW = 5


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A row of a section: `name` leads to `url`, if any; `told` is the kind and the words
    of its state.
    """

    name: str
    day: date | datetime
    url: str = ""
    about: str = ""
    told: tuple[str, str] | None = None
    amount: Money | None = None


#: Reads a page of a section: its rows are counted whole.
Reads = Callable[[Session, Client, Place, int | None], Page[ClientRow]]


@dataclass(frozen=True, slots=True)
class ClientSection:
    """One section. `name` stands in the address of its page; `label`, `none` (what it says while
    it is empty), `thing` and `amount` (the heads of two columns) are lazy translations.
    """

    name: str
    label: Any
    none: Any
    thing: Any
    read: Reads
    order: int
    amount: Any = None


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section with the rows that a page shows."""

    section: ClientSection
    rows: Page[ClientRow]


#: What the record says of a client's money: pairs of a label and an amount.
Figures = Callable[[Session, Client], list[tuple[str, Money]]]


def sections_of(session: Session, client: Client) -> list[ShownSection]:
    """All sections, each with its latest rows."""
    return [ShownSection(one, one.read(session, client, FIRST, A_FEW)) for one in _sections()]


def get_section(name: str) -> ClientSection:
    """Raises NotFound."""
    found = next((one for one in _sections() if one.name == name), None)
    if found is None:
        raise NotFound
    return found


def figures_of(session: Session, client: Client) -> list[tuple[str, Money]]:
    """What the packages say of the client's money."""
    offered: tuple[Figures, ...] = current_app.extensions["comptoir.client_figures"]
    return [pair for figures in offered for pair in figures(session, client)]


def dossier_url(number: str) -> str:
    """The page of a dossier, with the way back to this one."""
    return url_for("quotes.show", number=number, back=this_page())


def _sections() -> Sequence[ClientSection]:
    offered: Sequence[ClientSection] = current_app.extensions["comptoir.client_sections"]
    return offered
