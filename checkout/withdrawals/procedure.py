"""The states of a consumer's withdrawal.

    – ── declare_withdrawal ──> RECEIVED ── answer_withdrawal ──> ANSWERED
                                   │
                                   └── attach_withdrawal ──> DUE ── refund_withdrawal ──> REFUNDED
                                                             │ ^                          ^    ^
                                                             └─┘ specify_withdrawal       │    │
    DUE ── order_withdrawal_refund ──> REFUNDING ── complete_withdrawal_refund ───────────┘    │
                                           └── fail_withdrawal_refund ──> REFUND_FAILED        │
    REFUNDED ── fail_withdrawal_refund ──────────────────────────────────────┘ └───────────────┘
                                        complete_withdrawal_refund, refund_withdrawal

The accounting staff order the refund; the worker requests it from the card processor, once, and
follows it. One that fails, even later, is made by transfer and recorded.

A statement that matches a consumer's card order within the period is attached by itself; the staff
attach or answer the others. One line a transition: from · transition · to · who may · evidence
kept.
"""

from enum import StrEnum

from checkout.withdrawals.rules import (
    AnsweredMeanwhile,
    AttachedMeanwhile,
    NotAttached,
    RefundedMeanwhile,
    RefundNotTaken,
    RefundOrdered,
)
from shop.core.actors import (
    ACCOUNTING,
    ADMIN,
    CLOCK,
    CUSTOMER,
    PROCESSOR,
    SALES_ADMIN,
    STAFF_ROLES,
)
from shop.core.errors import N_, Changed
from shop.core.workflow import Procedure, Transition, roles


class WithdrawalState(StrEnum):
    """RECEIVED: it names no order yet. DUE: its order is known and the refund is owed. REFUNDING:
    the refund to the card is ordered. REFUND_FAILED: the card did not take it.
    """

    RECEIVED = "RECEIVED"
    DUE = "DUE"
    REFUNDING = "REFUNDING"
    REFUND_FAILED = "REFUND_FAILED"
    REFUNDED = "REFUNDED"
    ANSWERED = "ANSWERED"


_RECEIVED, _DUE = WithdrawalState.RECEIVED, WithdrawalState.DUE
_REFUNDING, _FAILED = WithdrawalState.REFUNDING, WithdrawalState.REFUND_FAILED
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
            "order_withdrawal_refund",
            _REFUNDING,
            roles(ACCOUNTING, ADMIN),
            "the amount, to be refunded to the card that paid",
            N_("Refund the card"),
        ),
        Transition(
            (_REFUNDING, _FAILED),
            "complete_withdrawal_refund",
            _REFUNDED,
            roles(PROCESSOR),
            "the amount, the refund's id; the e-mail to the consumer",
        ),
        Transition(
            (_REFUNDING, _REFUNDED),
            "fail_withdrawal_refund",
            _FAILED,
            roles(PROCESSOR),
            "the amount, the refund's id or the processor's reason",
        ),
        Transition(
            (_DUE, _FAILED),
            "refund_withdrawal",
            _REFUNDED,
            roles(ACCOUNTING, ADMIN),
            "the amount, the reference of a refund made elsewhere; the e-mail to the consumer",
            N_("Record the refund"),
        ),
    ),
)

#: Statements that the staff still have something to do about.
OPEN = (_RECEIVED, _DUE, _REFUNDING, _FAILED)
#: Statements whose units are withdrawn from their order.
COUNTED = (_DUE, _REFUNDING, _FAILED, _REFUNDED)
#: Statements whose refund the consumer does not have.
OWED, DUE = (_DUE, _REFUNDING, _FAILED), (_DUE,)
#: Refunds to request from the processor, those that it may still decide on, those that failed.
ORDERED = (_REFUNDING,)
FOLLOWED = PROCEDURE.sources_of("fail_withdrawal_refund")
FAILED = (_FAILED,)
#: Refunds that the consumer has.
COMPLETED = (_REFUNDED,)


#: What the staff are told when the state is no longer the one that their page showed.
MEANWHILE: dict[WithdrawalState, type[Changed]] = {
    _RECEIVED: NotAttached,
    _DUE: AttachedMeanwhile,
    _ANSWERED: AnsweredMeanwhile,
    _REFUNDING: RefundOrdered,
    _FAILED: RefundNotTaken,
    _REFUNDED: RefundedMeanwhile,
}


def is_unmatched(state: WithdrawalState) -> bool:
    """Whether it still has to be attached to an order, or answered."""
    return state is _RECEIVED


def is_due(state: WithdrawalState) -> bool:
    """Whether the consumer is owed a refund that nobody has ordered."""
    return state is _DUE


def is_ordered(state: WithdrawalState) -> bool:
    """Whether the refund to the card is under way."""
    return state in ORDERED


def has_failed(state: WithdrawalState) -> bool:
    """Whether the card did not take the refund."""
    return state in FAILED
