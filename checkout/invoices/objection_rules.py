"""Invoices that are contested, or of which the payment period is interrupted: what is asked, and
what an answer must be.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shop.core.errors import N_, Changed, DomainError

#: Characters of an answer.
LONGEST_ANSWER = 2000


class NothingContested(Changed):
    sentence = N_("Invoice %(number)s is not contested or suspended any more: nothing was sent.")


class ObjectionAnswerMissing(DomainError):
    sentence = N_("Write your answer.")
    status = 422


class ObjectionAnswerTooLong(DomainError):
    sentence = N_("Enter %(most)s characters at most.")
    status = 422


class Ending(StrEnum):
    """How an objection ended: settled by an answer, completed by what was missing, or recorded by
    mistake.
    """

    SETTLED = "settled"
    COMPLETED = "completed"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class Objection:
    """What the recipient of an invoice objects, told by the event `event_id` since a day.

    `is_suspended`: they interrupt the payment period, which would have ended on `due_without`;
    None where the period of the invoice does not run, or where it is contested only.
    """

    event_id: int
    invoice_id: int
    number: str
    is_suspended: bool
    reason: str
    told_on: date
    due_without: date | None


def ensure_objection_answer(text: str) -> str:
    """The answer. Raises ObjectionAnswerMissing, ObjectionAnswerTooLong."""
    told = text.strip()
    if not told:
        raise ObjectionAnswerMissing
    if len(told) > LONGEST_ANSWER:
        raise ObjectionAnswerTooLong(most=LONGEST_ANSWER)
    return told
