"""What the shop asks of Chorus Pro. An answer is believed, a request without one is looked up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


class PortalError(Exception):
    """Something went wrong between the shop and the portal."""


class PortalUnavailable(PortalError):
    """It was not reached, or said that it does not work now: nothing was deposited."""


class PortalRefused(PortalError):
    """It understood and said no; the message is its own."""


class AnswerLost(PortalError):
    """The request was sent, and its answer did not arrive: it may have been done or not."""


@dataclass(frozen=True, slots=True)
class FlowReport:
    """What the portal says of a flow. `errors` are its reasons, `numbers` the documents that they
    concern.
    """

    told: str
    errors: Sequence[str] = ()
    numbers: Sequence[str] = ()

    @property
    def is_integrated(self) -> bool:
        return self.told in ("IN_INTEGRE", "IN_INTEGRE_PARTIEL")

    @property
    def is_rejected(self) -> bool:
        return self.told in ("IN_REJETE", "IN_INCIDENTE")

    def accepts(self, number: str) -> bool:
        """Whether a document of an integrated flow is among those that were taken."""
        return self.is_integrated and number not in self.numbers


@dataclass(frozen=True, slots=True)
class FoundInvoice:
    """An invoice on the portal: its own id, and the flow by which it came."""

    portal_id: str
    flow: str
    status: str


@dataclass(frozen=True, slots=True)
class FoundStatus:
    """The present status of an invoice on the portal, since when, and why."""

    code: str
    on: date | None = None
    reason: str = ""


class Portal(Protocol):
    """Chorus Pro. Each method raises PortalUnavailable, PortalRefused or AnswerLost."""

    def deposit(self, filename: str, data: bytes) -> str:
        """Deposit a PDF with its electronic form; the number of the flow."""
        ...

    def report(self, flow: str) -> FlowReport:
        """What became of a flow."""
        ...

    def find(self, number: str) -> FoundInvoice | None:
        """The invoice or credit note of that number, if the portal has it."""
        ...

    def status(self, portal_id: str) -> FoundStatus:
        """The status of an invoice."""
        ...
