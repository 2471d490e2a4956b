"""What the records of organisations and of people have in common: money, notes, sections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from shop.clients.keys import Client
from shop.clients.models import ClientNote
from shop.clients.notes import notes_about
from shop.core.money import Money
from shop.storage.paging import FIRST, Page
from shop.web.clients.forms import NoteForm
from shop.web.kit.client_sections import A_FEW, ShownSection, figures_of, sections_of
from shop.web.kit.paging import place_url


@dataclass(frozen=True, slots=True)
class Record:
    """`whose` are the values that the client has in addresses."""

    whose: dict[str, int]
    figures: Sequence[tuple[str, Money]]
    notes: Page[ClientNote]
    form: NoteForm
    sections: Sequence[ShownSection]

    def url(self, endpoint: str, **values: Any) -> str:
        """A page of this client; `endpoint` is that of an organisation's."""
        return client_url(endpoint, self.whose, **values)


def record_of(session: Session, client: Client) -> Record:
    """The parts of a client's record, in a number of statements that no length of a list
    changes.
    """
    return Record(
        values_of(client),
        figures_of(session, client),
        notes_about(session, client, FIRST, size=A_FEW),
        NoteForm(formdata=None),
        sections_of(session, client),
    )


def values_of(client: Client) -> dict[str, int]:
    """The values that name the client in an address."""
    if client.organisation_id is not None:
        return {"organisation_id": client.organisation_id}
    return {"user_id": client.user_id or 0}


def client_url(endpoint: str, whose: dict[str, int], **values: Any) -> str:
    """The address of a page of the organisation or of the person, with the way back to the list."""
    kind = "" if "organisation_id" in whose else "person_"
    told: dict[str, Any] = {**whose, **values}
    return place_url(f"clients.{kind}{endpoint}", **told)


def record_url(client: Client, back: str) -> str:
    """The record of a client."""
    endpoint = "show" if client.organisation_id is not None else "person"
    whose: dict[str, Any] = values_of(client)
    return url_for(f"clients.{endpoint}", back=back or None, **whose)
