"""Refusals, raised as exceptions that say what is refused and why. Any other exception is a fault.

A refusal carries facts as keyword arguments; its sentence is defined once, on the class, in
English, marked for translation with `N_`, and may name those facts as %(fact)s.
"""

from typing import Any


def N_(sentence: str) -> str:
    """Mark a sentence for translation without translating it here."""
    return sentence


class DomainError(Exception):
    """The base class of all refusals. `status` is the HTTP status of the answer for a fragment or
    an API.
    """

    sentence = N_("This is not possible.")
    status = 409
    #: A forged request: the refusal is written to the journal, because no page of the shop sends
    #: it.
    suspicious = False

    def __init__(self, **facts: Any) -> None:
        super().__init__(type(self).__name__, facts)
        self.facts = facts


class NotAllowed(DomainError):
    sentence = N_("You do not have permission to do this.")
    status = 403
    suspicious = True


class NotFound(DomainError):
    sentence = N_("This page does not exist, or you do not have access to it.")
    status = 404


class IllegalTransition(DomainError):
    sentence = N_("This action is not possible at this stage of the file.")


class Changed(DomainError):
    """What was read has changed in the meantime. It is never raised itself: a class of its own
    tells each change.
    """
