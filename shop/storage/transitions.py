"""What every transition does to its subject: the new state and the journal entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.workflow import Transition
from shop.storage.journal import JournalEntry, record


@dataclass(frozen=True, slots=True)
class Subject:
    """What a transition changes: a row, the column of its state, its name in the journal.

    `dossier_id` is the dossier whose page shows the entry.
    """

    row: Any
    column: str
    name: str
    dossier_id: int | None = None


def advance(
    session: Session,
    subject: Subject,
    transition: Transition,
    *,
    complete: bool = True,
    by: Actor,
    at: datetime,
    **facts: Any,
) -> JournalEntry:
    """Write the state that follows and the journal entry, at the end of a service.

    `complete` False leaves the state unchanged (a partial delivery). The caller has asked the table
    before (Procedure.ensure).
    """
    before = getattr(subject.row, subject.column)
    after = transition.onto(before) if complete else before
    moved = after != before
    if moved:
        setattr(subject.row, subject.column, after)
    return record(
        session,
        subject.name,
        transition.name,
        by=by,
        at=at,
        dossier_id=subject.dossier_id,
        source=before if moved else None,
        target=after if moved else None,
        **facts,
    )


def begin(
    session: Session,
    subject: Subject,
    transition: Transition,
    *,
    by: Actor,
    at: datetime,
    **facts: Any,
) -> JournalEntry:
    """Write the first entry of a subject, whose row was just added in its initial state."""
    return record(
        session,
        subject.name,
        transition.name,
        by=by,
        at=at,
        dossier_id=subject.dossier_id,
        target=transition.target,
        **facts,
    )
