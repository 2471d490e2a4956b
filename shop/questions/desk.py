"""Questions at the desk: those that wait, their answer, their closing."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, IllegalTransition, NotFound
from shop.core.workflow import Transition
from shop.questions.models import Question
from shop.questions.procedure import OPEN, PROCEDURE
from shop.questions.questions import subject_of
from shop.questions.rules import (
    NoClosingReason,
    QuestionAnswered,
    QuestionClosed,
    QuestionUnanswered,
)
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.db import get_locked
from shop.storage.outbox import post
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, following, page_of
from shop.storage.transitions import advance

_WAITING = Listing(
    select(Question).where(Question.state.in_(OPEN)),
    (Question.id,),
    Question.id,
    (
        Filter(
            "about",
            N_("About"),
            (
                Choice("file", N_("A file"), Question.dossier_id.is_not(None)),
                Choice("other", N_("No file"), Question.dossier_id.is_(None)),
            ),
        ),
        Filter(
            "language",
            N_("Language"),
            (
                Choice("fr", N_("French"), Question.language == "fr"),
                Choice("en", N_("English"), Question.language == "en"),
            ),
        ),
    ),
    (
        Sort("asked", N_("Asked on"), (Question.asked_at,)),
        Sort("name", N_("Name"), (Question.name_key,)),
        Sort("file", N_("File"), (Question.dossier_id,)),
    ),
    "asked",
)


def count_waiting() -> ColumnElement[int]:
    """How many questions wait for an answer."""
    return count_of(_WAITING)


def waiting_questions(session: Session, place: Place = FIRST) -> Page[Question]:
    """A page of those that wait, the oldest first."""
    return page_of(session, _WAITING, place).of(lambda row: row[0])


def next_waiting(session: Session, question_id: int, place: Place = FIRST) -> int | None:
    """The question after that one in the queue, as the place arranges it."""
    return following(session, _WAITING.at(place), question_id)


def get_question(session: Session, question_id: int) -> Question:
    """Raises NotFound."""
    row = session.get(Question, question_id)
    if row is None:
        raise NotFound
    return row


def answer_question(
    session: Session, question_id: int, *, answer: str, by: Actor, at: datetime
) -> Question:
    """Answer by e-mail, with the question below the answer.

    Raises NotAllowed, NotFound, QuestionAnswered, QuestionClosed, QuestionUnanswered.
    """
    row, transition = _ready(session, question_id, "answer_question", by)
    answer = answer.strip()
    if not answer:
        raise QuestionUnanswered
    row.answer = answer
    post(
        session,
        "question_answered",
        to=row.email,
        language=row.language,
        at=at,
        name=row.name,
        subject=row.subject,
        question=[line for line in row.message.splitlines() if line.strip()],
        asked_at=row.asked_at.isoformat(),
        reason=answer,
    )
    _end(row, by, at)
    advance(session, subject_of(row), transition, by=by, at=at)
    return row


def close_question(
    session: Session, question_id: int, *, reason: str, by: Actor, at: datetime
) -> Question:
    """End a question without an answer.

    Raises NotAllowed, NotFound, QuestionAnswered, QuestionClosed, NoClosingReason.
    """
    row, transition = _ready(session, question_id, "close_question", by)
    reason = reason.strip()
    if not reason:
        raise NoClosingReason
    _end(row, by, at)
    advance(session, subject_of(row), transition, by=by, at=at, reason=reason)
    return row


def _end(row: Question, by: Actor, at: datetime) -> None:
    row.ended_at, row.ended_by = at, by.name


def _ready(session: Session, question_id: int, act: str, by: Actor) -> tuple[Question, Transition]:
    """The question, locked, and the transition. Raises NotAllowed, NotFound, and QuestionAnswered
    or QuestionClosed where a colleague did it first.
    """
    row = get_locked(session, Question, question_id)
    try:
        return row, PROCEDURE.ensure(act, row.state, by)
    except IllegalTransition as late:
        raise (QuestionAnswered if row.is_answered else QuestionClosed)(name=row.ended_by) from late
