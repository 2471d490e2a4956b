"""Asks the table of duties for the person who acts: refused, or marked where the rule is lifted."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import Actor, is_same_person
from shop.core.text import paris_day
from shop.duties.rules import ALONE, Duty
from shop.settings.settings import settings_known
from shop.settings.table_rules import SEPARATION
from shop.storage.journal import JournalEntry


def is_lifted(session: Session, at: datetime) -> bool:
    """Whether one person may do both acts, by the setting of that day."""
    return bool(settings_known(session).on(SEPARATION, paris_day(at))["one_person"])


def ensure_separate(
    session: Session, duty: Duty, by: Actor, *, user_id: int | None, name: str, at: datetime
) -> dict[str, Any]:
    """Whether the actor is another person than the one who did the first act. Returns facts for the
    journal: the mark, where it is the same person and the rule is lifted. Raises the refusal of the
    duty.
    """
    return _judged(session, duty, at, is_same=is_same_person(by, user_id=user_id, name=name))


def ensure_separate_in_dossier(
    session: Session, duty: Duty, by: Actor, *, dossier_id: int, at: datetime
) -> dict[str, Any]:
    """The same for a first act that the journal of the dossier tells."""
    return _judged(session, duty, at, is_same=did_first(session, duty, dossier_id, by))


def did_first(session: Session, duty: Duty, dossier_id: int, by: Actor) -> bool:
    """Whether the actor did the first act on this dossier: by their account, else by their name."""
    entries = select(JournalEntry.user_id, JournalEntry.by_name).where(
        JournalEntry.dossier_id == dossier_id, JournalEntry.act.in_(duty.first)
    )
    return any(
        is_same_person(by, user_id=user_id, name=name)
        for user_id, name in session.execute(entries.order_by(JournalEntry.id))
    )


def _judged(session: Session, duty: Duty, at: datetime, *, is_same: bool) -> dict[str, Any]:
    if not is_same:
        return {}
    if not is_lifted(session, at):
        raise duty.refusal
    return {ALONE: duty.key}
