"""Questions, pure rules: what is asked, and what the staff must give."""

from dataclasses import dataclass

from shop.core.errors import N_, Changed, DomainError

#: Maximum length of a question and of its answer, in characters.
LONGEST = 4000


class QuestionAnswered(Changed):
    sentence = N_("%(name)s has already answered this question.")


class QuestionClosed(Changed):
    sentence = N_("%(name)s has already closed this question without an answer.")


class QuestionUnanswered(DomainError):
    sentence = N_("Write the answer: it is sent by e-mail.")
    status = 422


class NoClosingReason(DomainError):
    sentence = N_("Say why the question is closed without an answer.")
    status = 422


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is sent. `number` is the number of a document as it was typed, or empty."""

    name: str
    email: str
    subject: str
    message: str
    language: str
    number: str = ""
