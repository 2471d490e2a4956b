"""The personal data in questions: for the export and for erasure."""

from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from shop.core.errors import N_
from shop.privacy.holdings import Holding, Subject, iso
from shop.questions.models import Question


def _questions(session: Session, who: Subject) -> list[dict[str, Any]]:
    rows = session.scalars(select(Question).where(_asked_by(who)).order_by(Question.id))
    return [
        {
            "asked_at": iso(row.asked_at),
            "state": row.state.value,
            "name": row.name,
            "email": row.email,
            "subject": row.subject,
            "number": row.number,
            "message": row.message,
            "answer": row.answer,
            "answered_at": iso(row.ended_at),
        }
        for row in rows
    ]


def _erase_questions(session: Session, who: Subject) -> None:
    session.execute(delete(Question).where(_asked_by(who)))


def _asked_by(who: Subject) -> Any:
    """With the account, or with its address by a visitor."""
    return or_(Question.user_id == who.user_id, Question.email == who.email)


HOLDINGS = (Holding("questions", N_("Your questions to us."), _questions, _erase_questions),)
