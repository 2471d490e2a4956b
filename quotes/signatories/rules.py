"""For whom a link is made, and why one opens no page."""

from dataclasses import dataclass
from datetime import date, timedelta

from quotes.signatories.procedure import GONE, USABLE, LinkState
from shop.core.errors import N_, DomainError

#: How many links of a quote may be open or of the last day: nobody's mailbox is filled by creating
#: one and withdrawing it.
MOST_OPEN = 10
LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person who signs. `email` "": the buyer hands the link over; `message` to them."""

    name: str
    email: str = ""
    message: str = ""


class LinkDead(DomainError):
    """The link opens no page. It is never raised itself: a class of its own tells each cause."""

    status = 410


class LinkUnknown(LinkDead):
    sentence = N_(
        "This link is not known. Copy the whole address from the e-mail, or ask whoever gave it to "
        "you for a new one."
    )
    status = 404


class LinkOver(LinkDead):
    sentence = N_(
        "This link was valid until %(last_day)s. Ask whoever gave it to you for a new quote."
    )


class LinkWithdrawn(LinkDead):
    sentence = N_("This link was withdrawn by the buyer. Ask them for a new one.")


class TooManyLinks(DomainError):
    sentence = N_(
        "%(most)s links of this quote are open, or were created within a day. Withdraw those that "
        "are no longer needed, or create the next one tomorrow."
    )


def ensure_usable(state: LinkState, last_day: date) -> None:
    """Raises LinkWithdrawn, LinkOver."""
    if state in GONE:
        raise LinkWithdrawn
    if state not in USABLE:
        raise LinkOver(last_day=last_day.strftime("%d/%m/%Y"))


def ensure_few(links: int) -> None:
    """`links`: those that are open or of the last day. Raises TooManyLinks."""
    if links >= MOST_OPEN:
        raise TooManyLinks(most=MOST_OPEN)
