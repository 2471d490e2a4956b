"""The states of the money that a credit note gives back.

    – ── open_credit_refund ──> DUE ── order_card_refund ──> REFUNDING
                                 │                            │    │
                                 │           fail_card_refund │    │ complete_card_refund
                                 │                            v    v
                                 │                        FAILED  REFUNDED
                                 │                            │    ^
                                 └──── order_transfer ──> ORDERED ─┘ confirm_transfer
                                 ^                            │
                                 └───── send_back_transfer ───┘

    DUE, FAILED ── note_refund_elsewhere ──> REFUNDED      made on the processor's site

What was paid by card goes back to the card: the accounting staff order it, the worker requests it
from the card processor, once, and follows it. Everything else is paid back by a transfer, which one
person orders and another one confirms. One line a transition: from · transition · to · who may ·
evidence kept.
"""

from enum import StrEnum

from checkout.credits.rules import (
    CardDidNotTake,
    CardRefundOrdered,
    RefundedBefore,
    RefundNotOrdered,
    TransferOrdered,
)
from shop.core.actors import ACCOUNTING, ADMIN, PROCESSOR
from shop.core.errors import N_, Changed
from shop.core.workflow import Procedure, Transition, roles


class CreditRefundState(StrEnum):
    """DUE: to be refunded. REFUNDING: the refund to the card is ordered. FAILED: the card did not
    take it. ORDERED: a transfer is ordered, and awaits another person.
    """

    DUE = "DUE"
    REFUNDING = "REFUNDING"
    FAILED = "FAILED"
    ORDERED = "ORDERED"
    REFUNDED = "REFUNDED"


_DUE, _REFUNDING = CreditRefundState.DUE, CreditRefundState.REFUNDING
_FAILED, _ORDERED = CreditRefundState.FAILED, CreditRefundState.ORDERED
_REFUNDED = CreditRefundState.REFUNDED
_OFFICE = roles(ACCOUNTING, ADMIN)

PROCEDURE = Procedure(
    "credit refund",
    (
        Transition(
            (),
            "open_credit_refund",
            _DUE,
            _OFFICE,
            "the credit note of what was paid, the amount to give back",
        ),
        Transition(
            (_DUE,),
            "order_card_refund",
            _REFUNDING,
            _OFFICE,
            "the amount, to be refunded to the card that paid",
            N_("Refund the card"),
        ),
        Transition(
            (_REFUNDING, _FAILED),
            "complete_card_refund",
            _REFUNDED,
            roles(PROCESSOR),
            "the amount, the refund's id; the e-mail to the customer",
        ),
        Transition(
            (_DUE, _FAILED),
            "note_refund_elsewhere",
            _REFUNDED,
            roles(PROCESSOR),
            "the id of the refund of that amount that was made on the card processor's site",
        ),
        Transition(
            (_REFUNDING, _REFUNDED),
            "fail_card_refund",
            _FAILED,
            roles(PROCESSOR),
            "the amount, the refund's id or the processor's reason",
        ),
        Transition(
            (_DUE, _FAILED),
            "order_transfer",
            _ORDERED,
            _OFFICE,
            "the amount, the account to pay it to, who ordered it",
            N_("Order the transfer"),
        ),
        Transition(
            (_ORDERED,),
            "confirm_transfer",
            _REFUNDED,
            _OFFICE,
            "another person: the reference of the transfer; the e-mail to the customer",
            N_("Confirm the transfer"),
        ),
        Transition(
            (_ORDERED,),
            "send_back_transfer",
            _DUE,
            _OFFICE,
            "the reason: the transfer is to be ordered again",
            N_("Send the order back"),
        ),
    ),
)

#: Refunds that the staff still have something to do about.
TO_DO = (_DUE, _FAILED, _ORDERED)
#: Refunds that are under way at the card processor, and those that it may still decide on.
REQUESTED = (_REFUNDING,)
FOLLOWED = PROCEDURE.sources_of("fail_card_refund")
WAITING = PROCEDURE.sources_of("note_refund_elsewhere")
COMPLETED = PROCEDURE.sources_of("complete_card_refund")
DUE, FAILED, AWAITING, REFUNDED = (_DUE,), (_FAILED,), (_ORDERED,), (_REFUNDED,)

#: What the staff are told when the state is no longer the one that their page showed.
MEANWHILE: dict[CreditRefundState, type[Changed]] = {
    _DUE: RefundNotOrdered,
    _REFUNDING: CardRefundOrdered,
    _FAILED: CardDidNotTake,
    _ORDERED: TransferOrdered,
    _REFUNDED: RefundedBefore,
}


def has_failed(state: CreditRefundState) -> bool:
    """Whether the card did not take the refund."""
    return state in FAILED


def is_awaiting(state: CreditRefundState) -> bool:
    """Whether a transfer was ordered that another person is to confirm."""
    return state in AWAITING
