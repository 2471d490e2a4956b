"""The copy of a stranger's scan that travels with the shop's own documents."""

from datetime import date

from shop.documents import reduced
from shop.documents.apart import run_apart


class CopyNotMade(ValueError):
    """The scan is damaged or locked, or no copy is made of it within the bounds."""


def travelling_copy(
    data: bytes, media_type: str, *, most: int, title: str, on: date, language: str
) -> bytes:
    """An accepted file as a PDF of at most `most` bytes where that can be, without scripts, forms
    and attachments. It is made in a process of its own. Raises CopyNotMade.
    """
    facts = (media_type, str(most), title, on.isoformat(), language)
    ended = run_apart(reduced.__name__, *facts, data=data, seconds=reduced.TIME)
    if ended.failed or not ended.output:
        raise CopyNotMade("too demanding" if ended.overdone else "unreadable")
    return ended.output
