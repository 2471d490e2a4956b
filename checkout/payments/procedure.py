"""The states of the money that came in by transfer, by parts: a transfer begins with one.

    – ── book_transfer ──> BOOKED ──┐
                                    ├── allot_transfer ──> MOVED, and its parts begin
    – ── hold_transfer ──> HELD ────┘
                          │    ^
    order_transfer_back   │    │  send_back_return
                          v    │
                        ORDERED ── confirm_return ──> RETURNED

A part pays an invoice (BOOKED), or is held: as the credit of a client, or unidentified. Its amount
never changes: another use of it is a new part. So a transfer is always the sum of its parts that
are not MOVED. Money is given back by a transfer, which one person orders and another one confirms.
One line a transition: from · transition · to · who may · evidence kept.
"""

from enum import StrEnum

from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class PartState(StrEnum):
    """BOOKED: on an invoice. HELD: a client's credit, or unidentified. ORDERED: it is to be given
    back, once another person confirms it. MOVED: other parts took its place.
    """

    BOOKED = "BOOKED"
    HELD = "HELD"
    ORDERED = "ORDERED"
    RETURNED = "RETURNED"
    MOVED = "MOVED"


_BOOKED, _HELD, _ORDERED = PartState.BOOKED, PartState.HELD, PartState.ORDERED
_OFFICE = roles(ACCOUNTING, ADMIN)

PROCEDURE = Procedure(
    "transfer",
    (
        Transition(
            (),
            "book_transfer",
            _BOOKED,
            _OFFICE,
            "the amount, the invoice that it pays, the transfer's day and reference",
        ),
        Transition(
            (),
            "hold_transfer",
            _HELD,
            _OFFICE,
            "the amount, the client whose credit it is, or none: unidentified",
        ),
        Transition(
            (_BOOKED, _HELD),
            "allot_transfer",
            PartState.MOVED,
            _OFFICE,
            "the reason, the parts that take its place; on an invoice, a payment of the opposite "
            "amount",
            N_("Allot this money"),
        ),
        Transition(
            (_HELD,),
            "order_transfer_back",
            _ORDERED,
            _OFFICE,
            "the amount, the account to pay it to, the reason, who ordered it",
            N_("Order the return"),
        ),
        Transition(
            (_ORDERED,),
            "confirm_return",
            PartState.RETURNED,
            _OFFICE,
            "another person: the reference of the transfer; the e-mail to a known client",
            N_("Confirm the return"),
        ),
        Transition(
            (_ORDERED,),
            "send_back_return",
            _HELD,
            _OFFICE,
            "the reason: the money is held again",
            N_("Send the order back"),
        ),
    ),
)

BOOKED, HELD, AWAITING = (_BOOKED,), (_HELD,), (_ORDERED,)
RETURNED = (PartState.RETURNED,)
#: Parts that the staff still have something to do about.
TO_DO = (_HELD, _ORDERED)
#: The parts of which a transfer is the sum.
COUNTED = tuple(state for state in PartState if state is not PartState.MOVED)


def is_booked(state: PartState) -> bool:
    """Whether the part pays an invoice."""
    return state in BOOKED


def is_held(state: PartState) -> bool:
    """Whether the shop holds the part: a credit, or unidentified."""
    return state in HELD
