"""Questions: asking one, those of a dossier, their deletion."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop.core.actors import CUSTOMER, Actor
from shop.dossiers.dossiers import may_read
from shop.dossiers.finder import Finder, find_named
from shop.dossiers.models import Dossier
from shop.people.people import folded_email
from shop.questions.models import Question
from shop.questions.procedure import PROCEDURE
from shop.questions.rules import Asked
from shop.storage.db import count_rows
from shop.storage.outbox import post
from shop.storage.transitions import Subject, begin

#: A question that names no dossier is kept for a year after it has ended.
KEPT = timedelta(days=365)


def ask_question(
    session: Session, asked: Asked, finders: Sequence[Finder], *, by: Actor, at: datetime
) -> Question:
    """Keep a question with the dossier that it names, and acknowledge it by e-mail.

    The acknowledgement repeats nothing that was typed: anybody can give anybody's address. Whether
    a number names a dossier is told to nobody.
    """
    author = by if by.is_staff else Actor(by.name, by.roles | {CUSTOMER}, by.user_id)
    transition = PROCEDURE.ensure("ask_question", None, author)
    dossier, reads = _named(session, asked.number, finders, by)
    row = Question(
        state=PROCEDURE.first("ask_question"),
        asked_at=at,
        name=asked.name,
        email=folded_email(asked.email),
        language=asked.language,
        subject=asked.subject,
        number=asked.number,
        message=asked.message,
        user_id=by.user_id,
        dossier_id=dossier.id if dossier else None,
        reads_dossier=reads,
    )
    session.add(row)
    session.flush()
    post(
        session,
        "question_acknowledged",
        to=row.email,
        language=row.language,
        at=at,
        asked_at=at.isoformat(),
    )
    begin(session, subject_of(row), transition, by=author, at=at)
    return row


def subject_of(row: Question) -> Subject:
    """A question as the subject of its transitions; in the journal of its dossier when the person
    who asked may read that.
    """
    dossier_id = row.dossier_id if row.reads_dossier else None
    return Subject(row, "state", f"question:{row.id}", dossier_id)


def questions_of(session: Session, dossier_id: int, *, by: Actor) -> Sequence[Question]:
    """The questions of a dossier, oldest first: its readers see those of its readers."""
    statement = select(Question).where(Question.dossier_id == dossier_id).order_by(Question.id)
    if not by.is_staff:
        statement = statement.where(Question.reads_dossier)
    return session.scalars(statement).all()


def tidy_questions(session: Session, *, at: datetime) -> int:
    """Delete questions that ended long ago and belong to no dossier; how many."""
    old = delete(Question).where(Question.dossier_id.is_(None), Question.ended_at <= at - KEPT)
    return count_rows(session, old)


def _named(
    session: Session, number: str, finders: Sequence[Finder], by: Actor
) -> tuple[Dossier | None, bool]:
    """The one dossier that a number names, and whether the person may read it; the one that they
    may read before another person's.
    """
    found = find_named(session, number, finders)
    readable = [dossier for dossier in found if may_read(dossier, by)]
    if len(readable) == 1:
        return readable[0], not by.is_staff
    return (found[0] if len(found) == 1 else None), False
