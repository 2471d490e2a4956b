"""Batches: what is asked for, and why something is left out."""

from enum import StrEnum

from shop.core.errors import N_, Changed, DomainError


class BatchAct(StrEnum):
    """ISSUE: the invoices of orders. SEND: the files of invoices to their paying services."""

    ISSUE = "issue"
    SEND = "send"


class NothingChosen(DomainError):
    sentence = N_("Nothing is chosen: tick at least one line of the list.")
    status = 422


class SentBefore(DomainError):
    sentence = N_("The file of invoice %(number)s has been sent already, or is being sent.")


class NoAddress(DomainError):
    sentence = N_(
        "No e-mail address is known for the paying service of invoice %(number)s: send it from its "
        "page, or forward it."
    )


class SendingPrepared(Changed):
    sentence = N_("The file of invoice %(number)s is being prepared: it leaves when it is made.")


class FilePrepared(Changed):
    sentence = N_("The file of invoice %(number)s is being prepared: it appears on its page.")


class Unforeseen(DomainError):
    """A fault of the shop: the log tells it."""

    sentence = N_("A fault has stopped %(number)s. It has been noted: try again, or report it.")
