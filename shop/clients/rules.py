"""Notes of the staff about a client: their length, and the refusals."""

from shop.core.errors import N_, DomainError

#: Maximum number of characters of a note.
LONGEST_NOTE = 2000


class ClientNoteMissing(DomainError):
    sentence = N_("Write the note.")
    status = 422


class ClientNoteTooLong(DomainError):
    sentence = N_("A note has at most %(most)s characters.")
    status = 422
