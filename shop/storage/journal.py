"""The journal: who did what, when, on which subject. Append-only; a database trigger refuses
changes.

A service writes its entry last.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.core.actors import Actor
from shop.storage.db import Base, RowId


class JournalEntry(Base):
    """One line of the journal. `subject` is "quote:12", "organisation:3"…; facts are JSON."""

    __tablename__ = "journal"
    __table_args__ = (
        Index("ix_journal_act", "act", "id"),
        Index("ix_journal_user_id", "user_id", "by_name"),
        Index("ix_journal_at", "at"),
    )
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime]
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"), index=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    act: Mapped[str] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(String(20))
    target: Mapped[str | None] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]]


def record(
    session: Session,
    subject: str,
    act: str,
    *,
    by: Actor,
    at: datetime,
    dossier_id: int | None = None,
    source: StrEnum | None = None,
    target: StrEnum | None = None,
    **facts: Any,
) -> JournalEntry:
    """Add an entry. `source` and `target` are the states when the service changed the state."""
    entry = JournalEntry(
        at=at,
        dossier_id=dossier_id,
        subject=subject,
        act=act,
        source=source,
        target=target,
        user_id=by.user_id,
        by_name=by.name,
        facts=facts,
    )
    session.add(entry)
    return entry


def record_all(
    session: Session,
    act: str,
    entries: Iterable[tuple[str, dict[str, Any]]],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Add the same entry for many subjects in one statement: each subject with its facts."""
    rows = [
        {
            "at": at,
            "subject": subject,
            "act": act,
            "user_id": by.user_id,
            "by_name": by.name,
            "facts": facts,
        }
        for subject, facts in entries
    ]
    if rows:
        session.execute(insert(JournalEntry), rows)
