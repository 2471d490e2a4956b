"""Levels of an electronic signature (ETSI EN 319 142-1), and what is needed for each."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """B-B: signed. B-T: with the time stamp of a service. B-LTA: with what proves, for as long as
    the file is kept, that the certificates were valid then, itself under a time stamp.
    """

    B = "B-B"
    T = "B-T"
    LTA = "B-LTA"


@dataclass(frozen=True, slots=True)
class TimeService:
    """The address of a time-stamp service (RFC 3161), and the file of the authorities (PEM) by
    which its certificates and the shop's are checked; without them nothing beyond B-T is possible.
    """

    url: str
    authorities_path: str | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file, and the level of its signature."""

    data: bytes
    level: Level


def level_for(service: TimeService | None, *, has_revocation: bool) -> Level:
    """The level that is reached, or else nothing is signed. `has_revocation`: whether the shop's
    certificate says where its revocation can be asked for.
    """
    if service is None:
        return Level.B
    return Level.LTA if service.authorities_path and has_revocation else Level.T
