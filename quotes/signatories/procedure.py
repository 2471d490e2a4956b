"""The states of a link for the person who signs.

    share_quote ──> OPEN ──── revoke_link ──> REVOKED
                     │                          ^
          (its last day is over)                │
                     └──> EXPIRED ─ revoke_link ┘

The quote's own table says who may create one. Expiry is a fact of its last day: no job writes it.
"""

from datetime import date, datetime
from enum import StrEnum

from shop.core.actors import ADMIN, BUYER, MEMBER_ADMIN, SALES, SALES_ADMIN
from shop.core.errors import N_
from shop.core.text import paris_day
from shop.core.workflow import Procedure, Transition, roles


class LinkState(StrEnum):
    OPEN = "OPEN"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


PROCEDURE = Procedure(
    "signatory link",
    (
        Transition(
            (LinkState.OPEN, LinkState.EXPIRED),
            "revoke_link",
            LinkState.REVOKED,
            roles(BUYER, MEMBER_ADMIN, SALES, SALES_ADMIN, ADMIN),
            "who, when; its page opens no more",
            N_("Withdraw this link"),
        ),
    ),
)
#: What the holder of an open link may do.
USABLE = (LinkState.OPEN,)
GONE = (LinkState.REVOKED,)


def link_state(*, revoked_at: datetime | None, last_day: date, at: datetime) -> LinkState:
    """The state of a link; the whole of its last day in Paris counts."""
    if revoked_at is not None:
        return LinkState.REVOKED
    return LinkState.OPEN if paris_day(at) <= last_day else LinkState.EXPIRED
