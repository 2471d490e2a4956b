"""The states of a question.

    – ── ask_question ──> WAITING ── answer_question ──> ANSWERED
                             │
                             └── close_question ──> CLOSED

One line a transition: from · transition · to · who may · evidence kept.
"""

from enum import StrEnum

from shop.core.actors import ADMIN, CUSTOMER, SALES, SALES_ADMIN, STAFF_ROLES
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class QuestionState(StrEnum):
    """CLOSED: ended without an answer, for a reason (asked twice, advertising)."""

    WAITING = "WAITING"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


#: The staff who read questions and answer them; an administrator may as well.
OFFICE = (SALES, SALES_ADMIN)
_WAITING = QuestionState.WAITING
_STAFF = roles(*OFFICE, ADMIN)

PROCEDURE = Procedure(
    "question",
    (
        Transition(
            (),
            "ask_question",
            _WAITING,
            roles(CUSTOMER, *STAFF_ROLES),
            "the question as it was sent, its moment; the e-mail that acknowledges it",
        ),
        Transition(
            (_WAITING,),
            "answer_question",
            QuestionState.ANSWERED,
            _STAFF,
            "the answer, sent by e-mail with the question",
            N_("Send the answer"),
        ),
        Transition(
            (_WAITING,),
            "close_question",
            QuestionState.CLOSED,
            _STAFF,
            "the reason why it is not answered",
            N_("Close without an answer"),
        ),
    ),
)


#: Questions that the staff still have to answer.
OPEN = (_WAITING,)


def is_waiting(state: QuestionState) -> bool:
    """Whether the staff still have to answer it."""
    return state is _WAITING


def is_answered(state: QuestionState) -> bool:
    return state is QuestionState.ANSWERED
