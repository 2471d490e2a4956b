"""The states of a consumer's withdrawal.

    – ── declare_withdrawal ──> RECEIVED ── answer_withdrawal ──> ANSWERED
                                   │
                                   └── attach_withdrawal ──> DUE ── refund_withdrawal ──> REFUNDED
                                                             │ ^
                                                             └─┘ specify_withdrawal

A statement that matches a consumer's card order within the period is attached by itself; the staff
attach or answer the others. One line a transition: from · transition · to · who may · evidence
kept.
"""

from enum import StrEnum

from shop.core.actors import ACCOUNTING, ADMIN, CLOCK, CUSTOMER, SALES_ADMIN, STAFF_ROLES
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class WithdrawalState(StrEnum):
    """RECEIVED: it names no order yet. DUE: its order is known and the refund is owed."""

    RECEIVED = "RECEIVED"
    DUE = "DUE"
    REFUNDED = "REFUNDED"
    ANSWERED = "ANSWERED"


_RECEIVED, _DUE = WithdrawalState.RECEIVED, WithdrawalState.DUE
_REFUNDED, _ANSWERED = WithdrawalState.REFUNDED, WithdrawalState.ANSWERED
_OFFICE = roles(SALES_ADMIN, ACCOUNTING, ADMIN)

PROCEDURE = Procedure(
    "withdrawal",
    (
        Transition(
            (),
            "declare_withdrawal",
            _RECEIVED,
            roles(CUSTOMER, *STAFF_ROLES),
            "the statement as it was sent, its moment; the e-mail that acknowledges it",
        ),
        Transition(
            (_RECEIVED,),
            "attach_withdrawal",
            _DUE,
            _OFFICE | {CLOCK},
            "the order, in whose file the statement is shown",
            N_("Attach to this order"),
        ),
        Transition(
            (_RECEIVED,),
            "answer_withdrawal",
            _ANSWERED,
            _OFFICE | {CLOCK},
            "the answer, sent by e-mail; organisations are told why the right is not theirs",
            N_("Send the answer"),
        ),
        Transition(
            (_DUE,),
            "specify_withdrawal",
            None,
            _OFFICE,
            "the lines and quantities that the statement names in words",
            N_("Save the quantities"),
        ),
        Transition(
            (_DUE,),
            "refund_withdrawal",
            _REFUNDED,
            roles(ACCOUNTING, ADMIN),
            "the amount, the reference of the refund; the e-mail to the consumer",
            N_("Record the refund"),
        ),
    ),
)

#: Statements that the staff still have something to do about.
OPEN = (_RECEIVED, _DUE)
#: Statements whose units are withdrawn from their order.
COUNTED = (_DUE, _REFUNDED)


def is_unmatched(state: WithdrawalState) -> bool:
    """Whether it still has to be attached to an order, or answered."""
    return state is _RECEIVED


def is_due(state: WithdrawalState) -> bool:
    """Whether the consumer is owed a refund."""
    return state is _DUE
