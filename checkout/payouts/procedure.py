"""The states of a payout of the card processor.

    – ── send_payout ──> SENT ── receive_payout ──> ARRIVED
                          │                            │
                          └─────── fail_payout ────────┴──> FAILED

The processor reports them; one that arrived may still come back. Where its report does not give the
fees, the accounting staff type them. One line a transition: from · transition · to · who may ·
evidence kept.
"""

from enum import StrEnum

from shop.core.actors import ACCOUNTING, PROCESSOR
from shop.core.workflow import Procedure, Transition, roles


class PayoutState(StrEnum):
    """SENT: on its way. ARRIVED: at the bank. FAILED: the bank did not take it."""

    SENT = "SENT"
    ARRIVED = "ARRIVED"
    FAILED = "FAILED"


_SENT, _ARRIVED, _FAILED = PayoutState.SENT, PayoutState.ARRIVED, PayoutState.FAILED

PROCEDURE = Procedure(
    "card payout",
    (
        Transition(
            (), "send_payout", _SENT, roles(PROCESSOR), "the amount, the day on which it arrives"
        ),
        Transition(
            (_SENT,),
            "receive_payout",
            _ARRIVED,
            roles(PROCESSOR),
            "the amount that the bank has, the fees that were kept",
        ),
        Transition(
            (_SENT, _ARRIVED),
            "fail_payout",
            _FAILED,
            roles(PROCESSOR),
            "the amount, the processor's reason: the money is on its balance again",
        ),
        Transition(
            (_SENT, _ARRIVED),
            "type_fees",
            None,
            roles(ACCOUNTING),
            "the fees that the report does not give, who typed them, what is booked",
        ),
        Transition(
            (_SENT, _ARRIVED, _FAILED),
            "correct_fees",
            None,
            roles(ACCOUNTING),
            "the typed fees before and after, the reason, what is booked",
        ),
        Transition(
            (_SENT, _ARRIVED, _FAILED),
            "report_fees",
            None,
            roles(PROCESSOR),
            "the fees of a report that came after the payout, those before, what is booked",
        ),
    ),
)

SENT, ARRIVED, FAILED = (_SENT,), (_ARRIVED,), (_FAILED,)
#: The acts that change the fees of a payout.
FEE_ACTS = ("type_fees", "correct_fees", "report_fees")
_REPORTED = {"paid": "receive_payout", "failed": "fail_payout", "canceled": "fail_payout"}


def report_of(state: PayoutState, status: str) -> Transition | None:
    """The transition for the processor's status; None for one that is stored already."""
    return PROCEDURE.find(_REPORTED.get(status, ""), state)


def has_arrived(state: PayoutState) -> bool:
    """Whether the bank has the money."""
    return state in ARRIVED


def has_failed(state: PayoutState) -> bool:
    """Whether the bank did not take it."""
    return state in FAILED
