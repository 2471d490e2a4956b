"""Refusals that the buyer can cure: the field of the invoice that the reason names."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shop.core.errors import N_, Changed, DomainError
from shop.core.text import one_line


class AskedField(StrEnum):
    """What only the buyer knows of an invoice, and its name in the sentences."""

    ENGAGEMENT = "engagement"
    SERVICE_CODE = "service_code"


#: Words of a refusal that name each field, in lower case. Chorus Pro names a missing element by
#: its path in the XML. The first field that is named is asked for.
NAMED: dict[AskedField, tuple[str, ...]] = {
    AskedField.SERVICE_CODE: (
        "buyerreference",
        "code service",
        "code du service",
        "service code",
    ),
    AskedField.ENGAGEMENT: ("buyerorderreferenceddocument", "engagement", "commitment number"),
}
#: The status of Chorus Pro of an invoice that was addressed to the wrong service of a body.
_MISADDRESSED = "A_RECYCLER"
#: Characters of an answer: what the field of the corrected invoice takes.
LONGEST: dict[AskedField, int] = {AskedField.ENGAGEMENT: 50, AskedField.SERVICE_CODE: 100}


class NothingAsked(Changed):
    sentence = N_("Nothing is asked of you any more about invoice %(number)s.")


class AnsweredBefore(Changed):
    sentence = N_("Somebody of your organisation has answered meanwhile. We correct the invoice.")


class AnswerMissing(DomainError):
    sentence = N_("Enter the number that belongs on the invoice.")
    status = 422


class AnswerTooLong(DomainError):
    sentence = N_("Enter %(most)s characters at most.")
    status = 422


class AnswerUnchanged(DomainError):
    sentence = N_("The refused invoice bears this number already. Ask your accountant for another.")
    status = 422


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the buyer of an invoice: the field, because of the event of its refusal,
    its reason and its day; and what the invoice bears now.
    """

    event_id: int
    number: str
    field: AskedField
    reason: str
    told_on: date
    before: str


def field_named(reason: str, code: str = "") -> AskedField | None:
    """The field that a refusal names, told by that code; None where the office alone cures it."""
    told = reason.lower()
    for field, words in NAMED.items():
        if any(word in told for word in words):
            return field
    return AskedField.SERVICE_CODE if code == _MISADDRESSED and "siret" not in told else None


def ensure_answer(question: Question, value: str) -> str:
    """The answer on one line. Raises AnswerMissing, AnswerTooLong, AnswerUnchanged."""
    told = one_line(value)
    if not told:
        raise AnswerMissing
    if len(told) > LONGEST[question.field]:
        raise AnswerTooLong(most=LONGEST[question.field])
    if told == question.before:
        raise AnswerUnchanged
    return told
