"""The states of a trial of the card processor.

    – ── start_trial ──> STARTED ── charge_trial ──> CHARGED ── refund_trial ──> REFUNDED
                          │   │                         │
                          │   └─────── keep_trial ──────┴── keep_trial ──> KEPT
                          └── drop_trial ──> DROPPED

One line a transition: from · transition · to · who may · evidence kept.
"""

from enum import StrEnum

from shop.core.actors import ADMIN, PROCESSOR
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class TrialState(StrEnum):
    """STARTED: the page of the processor is open. CHARGED: paid, the refund is requested. KEPT: the
    processor did not pay it back. DROPPED: nobody paid before the page closed.
    """

    STARTED = "STARTED"
    CHARGED = "CHARGED"
    REFUNDED = "REFUNDED"
    KEPT = "KEPT"
    DROPPED = "DROPPED"


_PROCESSOR = roles(PROCESSOR)

PROCEDURE = Procedure(
    "card trial",
    (
        Transition(
            (), "start_trial", TrialState.STARTED, roles(ADMIN), "who tries it", N_("Pay 0.50 €")
        ),
        Transition(
            (TrialState.STARTED,),
            "charge_trial",
            TrialState.CHARGED,
            _PROCESSOR,
            "the payment at the processor, the amount received",
        ),
        Transition(
            (TrialState.STARTED,),
            "drop_trial",
            TrialState.DROPPED,
            _PROCESSOR,
            "the page closed without a payment",
        ),
        Transition(
            (TrialState.CHARGED,),
            "refund_trial",
            TrialState.REFUNDED,
            _PROCESSOR,
            "the refund at the processor; the step of the opening is done",
        ),
        Transition(
            (TrialState.STARTED, TrialState.CHARGED),
            "keep_trial",
            TrialState.KEPT,
            _PROCESSOR,
            "the answer of the processor; or the amount, where another one was paid",
        ),
    ),
)
#: States in which the processor is asked what became of a trial.
FOLLOWED = (TrialState.STARTED, TrialState.CHARGED)


def is_started(state: TrialState) -> bool:
    """Whether the page of the processor may still be paid."""
    return state is TrialState.STARTED


def is_charged(state: TrialState) -> bool:
    """Whether the amount is to be paid back."""
    return state is TrialState.CHARGED


def is_followed(state: TrialState) -> bool:
    """Whether the processor has not decided yet."""
    return state in FOLLOWED


def is_refunded(state: TrialState) -> bool:
    """Whether the card was charged and paid back: cards work."""
    return state is TrialState.REFUNDED


def is_kept(state: TrialState) -> bool:
    """Whether a person must pay the amount back in the dashboard of the processor."""
    return state is TrialState.KEPT


def has_moved(before: TrialState, after: TrialState) -> bool:
    """Whether the processor has decided something meanwhile."""
    return before is not after
