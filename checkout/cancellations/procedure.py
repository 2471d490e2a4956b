"""The states of a cancellation: of an order before delivery, or of what is left of it.

    – ── ask_cancellation ──> ASKED ── accept_cancellation ──> DONE
                                │ └── refuse_cancellation ──> REFUSED
                                └── take_cancellation_back ──> TAKEN_BACK

    – ── decide_cancellation ──> DONE ── reopen_cancellation ──> REOPENED

A buyer of an organisation asks, and the office decides: it alone knows whether the goods are being
packed. A consumer withdraws instead, which counts at once (checkout/withdrawals). The office may
also decide by itself: a rest that will never be delivered is closed short. What was paid by card is
credited and refunded to the card. One line a transition: from · transition · to · who may ·
evidence kept.
"""

from enum import StrEnum

from checkout.cancellations.rules import DecidedMeanwhile, ReopenedMeanwhile, TakenBack
from shop.core.actors import ACCOUNTING, ADMIN, BUYER, MEMBER_ADMIN, SALES_ADMIN
from shop.core.errors import N_, Changed
from shop.core.workflow import Procedure, Transition, roles


class CancellationState(StrEnum):
    """ASKED: the office has not decided. DONE: the units are not delivered any more. REOPENED: they
    are, after all.
    """

    ASKED = "ASKED"
    TAKEN_BACK = "TAKEN_BACK"
    REFUSED = "REFUSED"
    DONE = "DONE"
    REOPENED = "REOPENED"


_ASKED, _TAKEN_BACK = CancellationState.ASKED, CancellationState.TAKEN_BACK
_REFUSED, _DONE = CancellationState.REFUSED, CancellationState.DONE
_REOPENED = CancellationState.REOPENED
_BUYERS = roles(BUYER, MEMBER_ADMIN)
_OFFICE = roles(SALES_ADMIN, ACCOUNTING, ADMIN)

PROCEDURE = Procedure(
    "cancellation",
    (
        Transition((), "ask_cancellation", _ASKED, _BUYERS, "the reason; the e-mail to the buyer"),
        Transition(
            (_ASKED,),
            "take_cancellation_back",
            _TAKEN_BACK,
            _BUYERS,
            "who, when: the order goes on",
            N_("Take the request back"),
        ),
        Transition(
            (_ASKED,),
            "refuse_cancellation",
            _REFUSED,
            _OFFICE,
            "the reason, mailed to the buyer",
            N_("Refuse"),
        ),
        Transition(
            (_ASKED,),
            "accept_cancellation",
            _DONE,
            _OFFICE,
            "the units, stock freed; the e-mail to the buyer; the credit note and the refund of "
            "what was paid by card (accounting staff)",
            N_("Cancel what is left"),
        ),
        Transition(
            (),
            "decide_cancellation",
            _DONE,
            _OFFICE,
            "the reason, the units, stock freed; the e-mail to the buyer; the credit note and the "
            "refund of what was paid by card (accounting staff)",
            N_("Cancel these units"),
        ),
        Transition(
            (_DONE,),
            "reopen_cancellation",
            _REOPENED,
            _OFFICE,
            "the reason, stock reserved again; the e-mail to the buyer. Not of an order that was "
            "cancelled whole, paid by card or invoiced in full",
            N_("Deliver after all"),
        ),
    ),
)

#: Requests that the office has not decided.
WAITING = PROCEDURE.sources_of("accept_cancellation")
#: Cancellations that hold.
HELD = PROCEDURE.sources_of("reopen_cancellation")

#: What a person is told when the state is no longer the one that their page showed.
MEANWHILE: dict[CancellationState, type[Changed]] = {
    _ASKED: DecidedMeanwhile,
    _TAKEN_BACK: TakenBack,
    _REFUSED: DecidedMeanwhile,
    _DONE: DecidedMeanwhile,
    _REOPENED: ReopenedMeanwhile,
}


def is_held(state: CancellationState) -> bool:
    """Whether the units are not delivered any more."""
    return state in HELD
