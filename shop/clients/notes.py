"""Notes about clients: written by the staff who look after them, for each other."""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from shop.clients.keys import Client
from shop.clients.models import ClientNote
from shop.clients.rules import LONGEST_NOTE, ClientNoteMissing, ClientNoteTooLong
from shop.core.actors import ADMIN, SALES, SALES_ADMIN, Actor
from shop.core.errors import N_, NotAllowed
from shop.storage.arrangements import Sort
from shop.storage.journal import record
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

#: The staff who keep the records of clients.
KEEPERS = (SALES, SALES_ADMIN, ADMIN)


def write_note(
    session: Session, client: Client, text: str, *, by: Actor, at: datetime
) -> ClientNote:
    """Write a note about a client. The journal says who wrote one, not what: it is never erased.

    Raises NotAllowed, ClientNoteMissing, ClientNoteTooLong.
    """
    if not by.has(*KEEPERS):
        raise NotAllowed(act="write_note")
    text = text.strip()
    if not text:
        raise ClientNoteMissing
    if len(text) > LONGEST_NOTE:
        raise ClientNoteTooLong(most=LONGEST_NOTE)
    note = ClientNote(
        organisation_id=client.organisation_id,
        user_id=client.user_id,
        text=text,
        written_at=at,
        by_name=by.name,
    )
    session.add(note)
    session.flush()
    record(session, client.subject, "write_note", by=by, at=at, note=note.id)
    return note


def notes_about(
    session: Session, client: Client, place: Place = FIRST, *, size: int | None = None
) -> Page[ClientNote]:
    """The notes about a client, the newest first, a page at a time."""
    whose = and_(
        ClientNote.organisation_id == client.organisation_id
        if client.organisation_id is not None
        else ClientNote.user_id == client.user_id
    )
    listing = Listing(
        select(ClientNote).where(whose),
        (ClientNote.id.desc(),),
        ClientNote.id,
        (),
        (Sort("written", N_("Written on"), (ClientNote.written_at,)),),
        "-written",
    )
    return page_of(session, listing, place, size=size).of(lambda row: row[0])
