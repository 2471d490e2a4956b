"""The interface of a register of legal units.

A register proves that a body exists and what it is, never that a person acts for it.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Protocol

from shop.core.errors import N_
from shop.register.siret import SiretMistake


class Source(StrEnum):
    """Which register answered: the one in the database, or the State's over HTTP."""

    EMBEDDED = "embedded"
    STATE = "state"


class Outcome(StrEnum):
    """NOT_FOUND is an answer (some bodies are not published); UNAVAILABLE is none."""

    FOUND = "FOUND"
    NOT_FOUND = "NOT_FOUND"
    UNAVAILABLE = "UNAVAILABLE"


class UnitClosed(SiretMistake):
    sentence = N_(
        "The register says that this organisation is closed (SIREN %(siren)s). Enter the SIRET "
        "of the organisation that replaced it."
    )


class EstablishmentClosed(SiretMistake):
    sentence = N_(
        "The register says that this establishment is closed. Enter the SIRET of the one where "
        "you work now: it is on your letterhead."
    )


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """A legal unit and the requested establishment. Empty or None: the source does not say.

    `siret` is the seat's in a search by name. `is_administration` is the State's hint (State
    operators too), no proof: it « may return false positives ».
    """

    siren: str
    siret: str = ""
    name: str = ""
    legal_category: str = ""
    unit_active: bool = True
    establishment_open: bool | None = None
    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""
    departement: str = ""
    is_administration: bool | None = None

    @property
    def address(self) -> dict[str, str]:
        """The known parts of its address, by the keys of parties.Place."""
        place = {
            "line1": self.line1,
            "line2": self.line2,
            "postal_code": self.postal_code,
            "city": self.city,
        }
        return {key: value for key, value in place.items() if value}


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """One answer: `facts` when FOUND; `retry_after` seconds when UNAVAILABLE and the source said
    so.

    `payload_sha256` is the digest of the bytes received, for the proof.
    """

    outcome: Outcome
    source: Source
    facts: RegisterFacts | None = None
    retry_after: int | None = None
    payload_sha256: str = ""

    @property
    def kept(self) -> dict[str, Any]:
        """The facts as they are stored in the database."""
        return asdict(self.facts) if self.facts else {}


class Register(Protocol):
    """A source. Neither method raises when it cannot be reached: they return UNAVAILABLE, and
    None.
    """

    def look_up(self, siret: str) -> RegisterAnswer:
        """The establishment of a SIRET (checked 14 digits), with its legal unit."""
        ...

    def search(self, words: str, *, limit: int) -> list[RegisterFacts] | None:
        """Open bodies by name, postal code or SIREN, as typed; None when it cannot be reached."""
        ...


def ensure_open(answer: RegisterAnswer) -> None:
    """A closed body cannot buy. Raises UnitClosed, EstablishmentClosed."""
    if answer.facts is None:
        return
    if not answer.facts.unit_active:
        raise UnitClosed(siren=answer.facts.siren)
    if answer.facts.establishment_open is False:
        raise EstablishmentClosed
