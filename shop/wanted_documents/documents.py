"""The checklist of documents before the first order of an organisation: sent, ticked, waived."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, SALES_ADMIN, Actor
from shop.core.errors import NotAllowed, NotFound
from shop.core.text import one_line, paris_day
from shop.dossiers.models import StoredFile
from shop.dossiers.papers import get_file
from shop.organisations.models import Organisation
from shop.settings.settings import settings_known
from shop.settings.table_rules import FIRST_ORDERS
from shop.storage.db import get_locked
from shop.storage.journal import record
from shop.wanted_documents.models import WantedDocument
from shop.wanted_documents.rules import DocumentSettled, Wanted, ensure_filed, ensure_waived

#: Who ticks and waives.
DECIDING = (SALES_ADMIN, ADMIN)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the checklist; `row` is what the shop has of it."""

    kind: Wanted
    row: WantedDocument | None
    is_wanted: bool

    @property
    def is_missing(self) -> bool:
        return self.is_wanted and (self.row is None or not self.row.is_settled)


def wanted_at(session: Session, at: datetime) -> tuple[Wanted, ...]:
    """The documents that the settings want on the day of a moment; none by default."""
    values = settings_known(session).on(FIRST_ORDERS, paris_day(at))
    return tuple(kind for kind in Wanted if values[kind.value])


def checklist_of(session: Session, organisation_id: int, *, at: datetime) -> list[Item]:
    """What is wanted of an organisation, and what it gave of other kinds."""
    wanted = wanted_at(session, at)
    rows = session.scalars(
        select(WantedDocument)
        .where(WantedDocument.organisation_id == organisation_id)
        .order_by(WantedDocument.kind)
    )
    known = {row.kind: row for row in rows}
    return [
        Item(kind, known.get(kind), kind in wanted)
        for kind in Wanted
        if kind in wanted or kind in known
    ]


def missing_of(session: Session, organisation_id: int, *, at: datetime) -> tuple[Item, ...]:
    """What is wanted and not there; nothing is read while the settings want nothing."""
    if not wanted_at(session, at):
        return ()
    found = checklist_of(session, organisation_id, at=at)
    return tuple(one for one in found if one.is_missing)


def send_document(
    session: Session,
    organisation_id: int,
    kind: Wanted,
    file: StoredFile,
    *,
    by: Actor,
    at: datetime,
) -> WantedDocument:
    """The client sends a document, or another file of it: the office reads it. Raises NotAllowed,
    DocumentSettled.
    """
    if not by.is_staff and by.organisation_id != organisation_id:
        raise NotAllowed
    row = _row(session, organisation_id, kind)
    if row.is_settled:
        raise DocumentSettled
    row.file_id, row.by_name = file.id, by.name
    _note(session, row, "send_document", by=by, at=at)
    return row


def tick_document(
    session: Session,
    organisation_id: int,
    kind: Wanted,
    filed_at: str,
    file: StoredFile | None,
    *,
    by: Actor,
    at: datetime,
) -> WantedDocument:
    """The shop has the document: its file, or where it is filed. Raises NotAllowed,
    DocumentPlaceMissing.
    """
    row = _decided(session, organisation_id, kind, by)
    told = one_line(filed_at)
    ensure_filed(told, has_file=file is not None or row.file_id is not None)
    if file is not None:
        row.file_id = file.id
    row.filed_at, row.waived_for = told, ""
    row.settled_at, row.by_name = at, by.name
    _note(session, row, "tick_document", by=by, at=at, filed_at=told)
    return row


def waive_document(
    session: Session, organisation_id: int, kind: Wanted, reason: str, *, by: Actor, at: datetime
) -> WantedDocument:
    """The document is not wanted of this organisation. Raises NotAllowed, WaiverReasonMissing."""
    row = _decided(session, organisation_id, kind, by)
    told = one_line(reason)
    ensure_waived(told)
    row.waived_for, row.settled_at, row.by_name = told, at, by.name
    _note(session, row, "waive_document", by=by, at=at, reason=told)
    return row


def document_file(session: Session, organisation_id: int, kind: Wanted) -> StoredFile:
    """The file of a document. Raises NotFound."""
    row = session.get(WantedDocument, (organisation_id, kind))
    if row is None or row.file_id is None:
        raise NotFound
    return get_file(session, row.file_id)


def _decided(session: Session, organisation_id: int, kind: Wanted, by: Actor) -> WantedDocument:
    if not by.has(*DECIDING):
        raise NotAllowed
    return _row(session, organisation_id, kind)


def _row(session: Session, organisation_id: int, kind: Wanted) -> WantedDocument:
    """The row of a document, under the lock of its organisation."""
    get_locked(session, Organisation, organisation_id)
    row = session.get(WantedDocument, (organisation_id, kind))
    if row is None:
        row = WantedDocument(organisation_id=organisation_id, kind=kind, by_name="")
        row.filed_at = row.waived_for = ""
        session.add(row)
    return row


def _note(
    session: Session, row: WantedDocument, act: str, *, by: Actor, at: datetime, **facts: Any
) -> None:
    session.flush()
    subject = f"organisation:{row.organisation_id}"
    record(session, subject, act, by=by, at=at, kind=row.kind.value, **facts)
