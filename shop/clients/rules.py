"""Notes of the staff about a client: their length, and the refusals."""

import re
from collections.abc import Iterable

from shop.core.errors import N_, DomainError

#: Maximum number of characters of a note.
LONGEST_NOTE = 2000
#: What a note has in the place of an erased person, for the staff who read it.
ERASED = "[effacé]"


class ClientNoteMissing(DomainError):
    sentence = N_("Write the note.")
    status = 422


class ClientNoteTooLong(DomainError):
    sentence = N_("A note has at most %(most)s characters.")
    status = 422


def names_one_of(text: str, words: Iterable[str]) -> bool:
    """Whether a note names a person by one of these words: their name, their address."""
    return bool(_words(words).search(text))


def without(text: str, words: Iterable[str]) -> str:
    """The note with these words taken out; it may become longer than `LONGEST_NOTE`."""
    return _words(words).sub(ERASED, text)


def _words(words: Iterable[str]) -> re.Pattern[str]:
    """Each as it is written, in either case and with any space, and not within another word."""
    parts = (r"\s+".join(map(re.escape, one.split())) for one in words if one.split())
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)
