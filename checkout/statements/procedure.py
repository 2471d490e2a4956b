"""The states of a movement of a bank statement that brought money.

    – ── import_movement ──> OPEN ── confirm_movement ──> BOOKED
                             ^  │ ── set_movement_aside ──> ASIDE
          take_up_movement   │  │ ── link_movement ──> KNOWN
                             │  v leave_out_movement
                             OUT

The import proposes invoices, a person confirms: nothing is booked by itself. A movement that cannot
be a payment of a client (a debit, another currency, not booked yet) begins as OUT. One line a
transition: from · transition · to · who may · evidence kept.
"""

from enum import StrEnum

from checkout.statements.rules import (
    MovementAside,
    MovementBooked,
    MovementKnown,
    MovementLeftOut,
    MovementOpen,
)
from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.errors import N_, Changed
from shop.core.workflow import Procedure, Transition, roles


class MovementState(StrEnum):
    """OPEN: a person is to decide. BOOKED: its transfer pays invoices. ASIDE: held, unidentified.
    KNOWN: its transfer was recorded before. OUT: no payment of a client.
    """

    OPEN = "OPEN"
    BOOKED = "BOOKED"
    ASIDE = "ASIDE"
    KNOWN = "KNOWN"
    OUT = "OUT"


_OPEN, _OUT = MovementState.OPEN, MovementState.OUT
_OFFICE = roles(ACCOUNTING, ADMIN)

PROCEDURE = Procedure(
    "bank movement",
    (
        Transition(
            (),
            "import_movement",
            _OPEN,
            _OFFICE,
            "the line of the statement: day, amount, wording, references, payer",
        ),
        Transition(
            (_OPEN,),
            "confirm_movement",
            MovementState.BOOKED,
            _OFFICE,
            "the invoices that it pays and their amounts, what is kept as the client's credit",
            N_("Confirm"),
        ),
        Transition(
            (_OPEN,),
            "set_movement_aside",
            MovementState.ASIDE,
            _OFFICE,
            "the amount, held as unidentified money",
            N_("Set aside"),
        ),
        Transition(
            (_OPEN,),
            "link_movement",
            MovementState.KNOWN,
            _OFFICE,
            "the transfer that was recorded before: nothing is booked again",
            N_("Recorded before"),
        ),
        Transition(
            (_OPEN,),
            "leave_out_movement",
            _OUT,
            _OFFICE,
            "the reason why it is no payment of a client",
            N_("Leave out"),
        ),
        Transition(
            (_OUT,),
            "take_up_movement",
            _OPEN,
            _OFFICE,
            "a movement left out by mistake is to be decided again",
            N_("Take up again"),
        ),
    ),
)

OPEN, DONE = (_OPEN,), (MovementState.BOOKED, MovementState.ASIDE, MovementState.KNOWN)
LEFT_OUT = (_OUT,)

#: What the staff are told when the state is no longer the one that their page showed.
MEANWHILE: dict[MovementState, type[Changed]] = {
    MovementState.OPEN: MovementOpen,
    MovementState.BOOKED: MovementBooked,
    MovementState.ASIDE: MovementAside,
    MovementState.KNOWN: MovementKnown,
    MovementState.OUT: MovementLeftOut,
}


def is_open(state: MovementState) -> bool:
    """Whether a person is to decide about the movement."""
    return state in OPEN


def is_left_out(state: MovementState) -> bool:
    """Whether the movement was left out."""
    return state in LEFT_OUT
