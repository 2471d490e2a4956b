"""Photographs of products, pure: which files are accepted, and how many."""

from collections.abc import Sequence
from dataclasses import dataclass

from shop.core.errors import N_, DomainError

#: Photographs of a product; bytes of one as it is sent.
MOST, MOST_BYTES = 12, 12_000_000
LONGEST_ALT = 200
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


class NoPhotograph(DomainError):
    sentence = N_("Choose at least one photograph.")
    status = 422


class NotAPhotograph(DomainError):
    sentence = N_("%(name)s is not a photograph: send JPEG, PNG or WebP files.")
    status = 422


class PhotographTooHeavy(DomainError):
    sentence = N_("%(name)s is larger than %(most)s MB. Reduce it, then send it again.")
    status = 422


class TooManyPictures(DomainError):
    sentence = N_("A product has at most %(most)s photographs. Remove some first.")
    status = 422


@dataclass(frozen=True, slots=True)
class SentPhotograph:
    """A file as it was sent; at most one byte more than allowed is read of it."""

    name: str
    data: bytes


def ensure_photographs(sent: Sequence[SentPhotograph], *, there: int) -> None:
    """Files for a product that has so many photographs: their type by their first bytes. Raises
    NoPhotograph, TooManyPictures, PhotographTooHeavy, NotAPhotograph.
    """
    if not sent:
        raise NoPhotograph
    if there + len(sent) > MOST:
        raise TooManyPictures(most=MOST)
    for one in sent:
        if len(one.data) > MOST_BYTES:
            raise PhotographTooHeavy(name=one.name, most=MOST_BYTES // 1_000_000)
        is_webp = one.data[:4] == b"RIFF" and one.data[8:12] == b"WEBP"
        if not (one.data.startswith((_JPEG, _PNG)) or is_webp):
            raise NotAPhotograph(name=one.name)


def ordered(positions: Sequence[int]) -> list[int]:
    """The order of rows, by their present places from 0, once each has the position typed for it:
    one that moves up comes before the row that has its place, one that moves down after it.
    """

    def key(place: int) -> tuple[int, int]:
        moved = positions[place] - (place + 1)
        return positions[place], (moved > 0) - (moved < 0)

    return sorted(range(len(positions)), key=key)
