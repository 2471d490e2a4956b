"""The states of a card payment.

    – ── start ──> OPEN ── settle ──────> PAID                 an order of that payment
                   │ ^ │
            expire │ │ └── owe_refund ─> REFUNDING ── refund_card ──> REFUNDED
                   v │                     ^    │                      │    ^
               EXPIRED ── owe_refund ──────┘    └── refund_failed ──┐  │    │
                   │                                                v  v    │
                   └── reopen, settle                    REFUND_FAILED ─────┘ record_refund_by_hand

`judge()` settles, owes or expires after asking the processor, whoever comes first: the browser's
return, the webhook or the worker. The refund is asked for after that commit, and followed until the
processor has decided. One line a transition: from · transition · to · who may · evidence kept.
"""

from enum import StrEnum

from shop.core.actors import ACCOUNTING, ADMIN, BUYER, CLOCK, CUSTOMER, MEMBER_ADMIN, PROCESSOR
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class PaymentState(StrEnum):
    """OPEN until the processor decides; PAID has its order; REFUNDING and REFUND_FAILED (not
    accepted by the card) owe the money back.
    """

    OPEN = "OPEN"
    PAID = "PAID"
    REFUNDING = "REFUNDING"
    REFUNDED = "REFUNDED"
    REFUND_FAILED = "REFUND_FAILED"
    EXPIRED = "EXPIRED"


class ReversalKind(StrEnum):
    """What takes money back from a card payment."""

    REFUND = "refund"
    DISPUTE = "dispute"


class ReversalState(StrEnum):
    """OPEN: a refund under way, a dispute that the bank has not decided. TAKEN: the customer has
    the money. KEPT: the shop has it; the refund failed, or the dispute was won.
    """

    OPEN = "OPEN"
    TAKEN = "TAKEN"
    KEPT = "KEPT"


class Outcome(StrEnum):
    """The result for the customer. UNKNOWN: it is not a payment of this shop."""

    OPEN = "open"
    PROCESSING = "processing"
    FAILED = "failed"
    EXPIRED = "expired"
    PAID = "paid"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"


_OPEN, _EXPIRED, _PAID = PaymentState.OPEN, PaymentState.EXPIRED, PaymentState.PAID
_REFUNDING, _REFUNDED = PaymentState.REFUNDING, PaymentState.REFUNDED
_FAILED = PaymentState.REFUND_FAILED
_BUYER = roles(CUSTOMER, BUYER, MEMBER_ADMIN)

PROCEDURE = Procedure(
    "card payment",
    (
        Transition((), "start", _OPEN, _BUYER, "what is to be paid, frozen; the accepted terms"),
        Transition(
            (_OPEN, _EXPIRED), "reopen", _OPEN, _BUYER, "the attempt; the page before is closed"
        ),
        Transition(
            (_OPEN, _EXPIRED), "settle", _PAID, roles(PROCESSOR), "the payment intent; the order"
        ),
        Transition(
            (_OPEN,),
            "expire",
            _EXPIRED,
            roles(PROCESSOR, CLOCK),
            "nobody paid before the page closed",
        ),
        Transition(
            (_OPEN, _EXPIRED),
            "owe_refund",
            _REFUNDING,
            roles(PROCESSOR),
            "the payment intent, the reason, the amount; the e-mail to the customer",
        ),
        Transition(
            (_REFUNDING, _REFUNDED), "refund_card", _REFUNDED, roles(PROCESSOR), "the refund's id"
        ),
        Transition(
            (_REFUNDING, _REFUNDED), "refund_failed", _FAILED, roles(PROCESSOR), "the refund's id"
        ),
        Transition(
            (_FAILED,),
            "record_refund_by_hand",
            _REFUNDED,
            roles(ACCOUNTING, ADMIN),
            "the reference of the bank transfer",
            N_("Record the refund"),
        ),
    ),
)

_PENDING, _TAKEN, _KEPT = ReversalState.OPEN, ReversalState.TAKEN, ReversalState.KEPT


def _whenever(name: str, target: ReversalState, evidence: str) -> tuple[Transition, ...]:
    """The processor reports a state, of a reversal that is new or not."""
    others = tuple(state for state in ReversalState if state is not target)
    return tuple(
        Transition(sources, name, target, roles(PROCESSOR), evidence) for sources in ((), others)
    )


#: The processor's own state is stored, whatever was reported before: events come in any order.
REVERSALS = Procedure(
    "card reversal",
    (
        *_whenever("start_refund", _PENDING, "the refund's id, the amount, the reason"),
        *_whenever("complete_refund", _TAKEN, "the refund's id, the amount, the reason"),
        *_whenever("undo_refund", _KEPT, "the refund's id, the amount: the shop has the money"),
        *_whenever("open_dispute", _PENDING, "the amount, the reason, the last day of evidence"),
        *_whenever("lose_dispute", _TAKEN, "the amount: the customer has the money"),
        *_whenever("win_dispute", _KEPT, "the amount: the shop has the money"),
        Transition(
            (_TAKEN, _KEPT),
            "note_reversal",
            None,
            roles(ACCOUNTING, ADMIN),
            "who noted it; what is left of a wholly refunded order is cancelled",
            N_("Mark as noted"),
        ),
    ),
)

#: Reversals that count: money that left or may leave.
COUNTED = (_PENDING, _TAKEN)
#: Reversals on which the processor or the bank has not decided.
UNDECIDED = (_PENDING,)
#: Refunds that the customer has, and those that came back to the shop.
COMPLETE, RETURNED = (_TAKEN,), (_KEPT,)
_REPORTED = {
    ReversalKind.REFUND: {
        _PENDING: "start_refund",
        _TAKEN: "complete_refund",
        _KEPT: "undo_refund",
    },
    ReversalKind.DISPUTE: {
        _PENDING: "open_dispute",
        _TAKEN: "lose_dispute",
        _KEPT: "win_dispute",
    },
}
#: The acts by which the processor reports them.
REPORTS = tuple(act for acts in _REPORTED.values() for act in acts.values())
_DECIDED = {
    "succeeded": _TAKEN,
    "failed": _KEPT,
    "canceled": _KEPT,
    "lost": _TAKEN,
    "prevented": _TAKEN,  # settled in the customer's favour before it became a dispute
    "won": _KEPT,
    "warning_closed": _KEPT,
}


def reversal_state(status: str) -> ReversalState:
    """The state for the processor's status of a refund or a dispute; OPEN until it is decided."""
    return _DECIDED.get(status, _PENDING)


def report_of(kind: ReversalKind, before: ReversalState | None, status: str) -> Transition | None:
    """The transition for what the processor reports; None when that state is stored already."""
    after = reversal_state(status)
    return None if after == before else REVERSALS.find(_REPORTED[kind][after], before)


def counts(state: ReversalState) -> bool:
    """Whether the money left, or may leave."""
    return state in COUNTED


def is_undecided(state: ReversalState) -> bool:
    """Whether the processor or the bank has not decided."""
    return state in UNDECIDED


def is_complete(state: ReversalState) -> bool:
    """Whether the customer has the money."""
    return state is _TAKEN


#: Payments that a customer may still pay, those that are finished, and those for which the shop
#: owes money that the card has not accepted.
AWAITED = (_OPEN,)
GIVEN_UP = (_EXPIRED,)
OWED_BACK = (_REFUNDING,)
FOLLOWED = PROCEDURE.sources_of("refund_card")
OWED_BY_HAND = PROCEDURE.sources_of("record_refund_by_hand")


def is_awaited(state: PaymentState) -> bool:
    """Whether the payment may still be made on the processor's page."""
    return state in AWAITED


def is_decided(state: PaymentState) -> bool:
    """Whether the payment was received and handled; it is not settled again."""
    return PROCEDURE.find("settle", state) is None


def outcome_of(state: PaymentState) -> Outcome:
    """The outcome of a payment in that state."""
    return {
        _OPEN: Outcome.OPEN,
        _EXPIRED: Outcome.EXPIRED,
        _PAID: Outcome.PAID,
        _REFUNDING: Outcome.REFUNDING,
        _REFUNDED: Outcome.REFUNDED,
        _FAILED: Outcome.REFUNDING,
    }[state]


def is_over(state: PaymentState) -> bool:
    """Whether the page closed without a payment; the checkout may open another one."""
    return state in GIVEN_UP


def is_owed_back(state: PaymentState) -> bool:
    """Whether a refund is due, or in progress."""
    return state in OWED_BACK


def is_followed(state: PaymentState) -> bool:
    """Whether the processor may still decide on the payment's refund."""
    return state in FOLLOWED


def is_given_back(state: PaymentState) -> bool:
    """Whether the refund is complete."""
    return state is _REFUNDED


def refund_transition(state: PaymentState, told: str) -> Transition | None:
    """The transition for the processor's status of a refund: None for any other status (such as
    "pending"), for a payment that owes nothing, and for a status that is stored already.
    """
    name = {"succeeded": "refund_card", "failed": "refund_failed", "canceled": "refund_failed"}
    transition = PROCEDURE.find(name.get(told, ""), state)
    return transition if transition is not None and transition.target != state else None
