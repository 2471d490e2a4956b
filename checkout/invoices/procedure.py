"""The life cycle of an issued invoice: what its recipient, or a platform, says of it.

    – ── issue ──> ISSUED ──> DEPOSITED ──> RECEIVED ──> AVAILABLE ──> IN_CHARGE ──> ACCEPTED

    on its way ── dispute_invoice ──> DISPUTED ── end_dispute ──> IN_CHARGE
    on its way ── interrupt_payment ──> SUSPENDED ── resume_payment ──> COMPLETED
    on its way ── refuse_invoice ──> REFUSED         the buyer: reversed, replaced by a new invoice
    before IN_CHARGE ── reject_invoice ──> REJECTED  a platform: corrected, sent again, DEPOSITED
    accepted or on its way ── announce_payment ──> PAYMENT_SENT ── collect_invoice ──> COLLECTED
    REFUSED, REJECTED ── replace_invoice ──> REVERSED    other ── replace_invoice ──> REPLACED

A step that is told after a later one is kept and changes nothing. A status that was recorded by
mistake is taken back (`correct_status`). status_rules.py alone maps the codes of the reform (200
« Déposée » to 213 « Rejetée », XP Z12-012) and of Chorus Pro to these transitions. One line a
transition: from · transition · to · who may · evidence kept.
"""

from enum import StrEnum

from shop.core.actors import (
    ACCOUNTANT,
    ACCOUNTING,
    ADMIN,
    BUYER,
    CLOCK,
    MEMBER_ADMIN,
    PROCESSOR,
)
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class InvoiceState(StrEnum):
    """AVAILABLE: the recipient may read it. SUSPENDED: the body interrupts the payment period.
    COMPLETED: it has received what was missing. REFUSED: by the buyer. REJECTED: by a platform.
    COLLECTED: paid. REPLACED: a credit note took it back, another invoice took its place. REVERSED:
    the same without a credit note for its recipient, who never booked it.
    """

    ISSUED = "ISSUED"
    DEPOSITED = "DEPOSITED"
    RECEIVED = "RECEIVED"
    AVAILABLE = "AVAILABLE"
    IN_CHARGE = "IN_CHARGE"
    ACCEPTED = "ACCEPTED"
    DISPUTED = "DISPUTED"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    REFUSED = "REFUSED"
    REJECTED = "REJECTED"
    PAYMENT_SENT = "PAYMENT_SENT"
    COLLECTED = "COLLECTED"
    REPLACED = "REPLACED"
    REVERSED = "REVERSED"


_ISSUED, _DEPOSITED = InvoiceState.ISSUED, InvoiceState.DEPOSITED
_RECEIVED, _AVAILABLE = InvoiceState.RECEIVED, InvoiceState.AVAILABLE
_IN_CHARGE, _ACCEPTED = InvoiceState.IN_CHARGE, InvoiceState.ACCEPTED
_DISPUTED, _SUSPENDED = InvoiceState.DISPUTED, InvoiceState.SUSPENDED
_COMPLETED, _REFUSED = InvoiceState.COMPLETED, InvoiceState.REFUSED
_REJECTED, _PAYMENT_SENT = InvoiceState.REJECTED, InvoiceState.PAYMENT_SENT
_COLLECTED, _REPLACED = InvoiceState.COLLECTED, InvoiceState.REPLACED
_REVERSED = InvoiceState.REVERSED
_TOLD, _OFFICE = roles(ACCOUNTING, ADMIN, CLOCK), roles(ACCOUNTING, ADMIN)

#: The steps of the way to the recipient, in their order.
_STEPS = (_ISSUED, _DEPOSITED, _RECEIVED, _AVAILABLE, _IN_CHARGE)
#: Nothing is decided yet: the recipient may still say anything.
_ON_ITS_WAY = (*_STEPS, _DISPUTED, _SUSPENDED, _COMPLETED)
_DECIDED = (_DISPUTED, _SUSPENDED, _COMPLETED, _ACCEPTED, _REFUSED, _PAYMENT_SENT, _COLLECTED)


def _step(name: str, target: InvoiceState, evidence: str) -> tuple[Transition, Transition]:
    """A step of the way: from those before it; told after a later one, it changes nothing. A
    rejected invoice that is sent again begins its way again.
    """
    place = _STEPS.index(target)
    later = (*_STEPS[place:], *_DECIDED, _REPLACED, _REVERSED)
    return (
        Transition((*_STEPS[:place], _REJECTED), name, target, _TOLD, evidence),
        Transition(later, name, None, _TOLD, f"{evidence}; told after a later one"),
    )


PROCEDURE = Procedure(
    "invoice",
    (
        Transition(
            (),
            "issue_invoice",
            _ISSUED,
            roles(ACCOUNTING, ADMIN, PROCESSOR),
            "the invoice (FA), its frozen document",
        ),
        *_step("deposit_invoice", _DEPOSITED, "the day; a platform: 200, 201, DEPOSEE"),
        *_step("receive_invoice", _RECEIVED, "the day; a platform: 202"),
        *_step("make_available", _AVAILABLE, "the day; a platform: 203, MISE_A_DISPOSITION"),
        *_step("take_in_charge", _IN_CHARGE, "the day; the recipient: 204"),
        Transition(
            (*_ON_ITS_WAY, _ACCEPTED),
            "accept_invoice",
            _ACCEPTED,
            _TOLD,
            "the day; the recipient: 205, SERVICE_FAIT, MANDATEE: from now on a mistake is "
            "corrected by a credit note that is delivered",
        ),
        Transition(
            (_PAYMENT_SENT, _COLLECTED, _REPLACED, _REVERSED),
            "accept_invoice",
            None,
            _TOLD,
            "the day; the recipient, told after a later one",
        ),
        Transition(
            (*_ON_ITS_WAY, _ACCEPTED),
            "dispute_invoice",
            _DISPUTED,
            _TOLD,
            "the day, what is contested; the recipient: 207",
        ),
        Transition(
            (_DISPUTED,),
            "end_dispute",
            _IN_CHARGE,
            _OFFICE,
            "the day, the answer that ended it",
        ),
        Transition(
            (*_ON_ITS_WAY, _ACCEPTED),
            "interrupt_payment",
            _SUSPENDED,
            _TOLD,
            "the day of the body's notification that it interrupts the payment period of an "
            "invoice, and its reason: once an invoice (CCP R2192-27, R2192-28); 208, SUSPENDUE",
            N_("Record an interruption"),
        ),
        Transition(
            (_SUSPENDED, _COMPLETED),
            "resume_payment",
            _COMPLETED,
            _TOLD,
            "the day on which the body received everything it had asked for: a new period of "
            "payment is counted from it (CCP R2192-29); 209, COMPLETEE",
            N_("Record the end of the interruption"),
        ),
        Transition(
            (*_STEPS, _DISPUTED, _ACCEPTED),
            "resume_payment",
            None,
            _TOLD,
            "the same day, of an invoice that was accepted or contested meanwhile",
            N_("Record the end of the interruption"),
        ),
        Transition(
            (_SUSPENDED, _COMPLETED),
            "cancel_interruption",
            _RECEIVED,
            _OFFICE,
            "the reason: an interruption that was recorded by mistake counts no more",
            N_("Take the record back"),
        ),
        Transition(
            (*_STEPS, _DISPUTED, _ACCEPTED),
            "cancel_interruption",
            None,
            _OFFICE,
            "the reason, of an invoice that was accepted or contested meanwhile",
            N_("Take the record back"),
        ),
        Transition(
            (*_ON_ITS_WAY, _ACCEPTED),
            "refuse_invoice",
            _REFUSED,
            _TOLD,
            "the day, the reason; the recipient: 210, REJETEE: the shop reverses it in its books, "
            "no credit note is delivered, a new invoice follows",
        ),
        Transition(
            (_ISSUED, _DEPOSITED, _RECEIVED, _AVAILABLE),
            "reject_invoice",
            _REJECTED,
            _TOLD,
            "the day, the reason; a platform: 213, A_RECYCLER: corrected and sent again",
        ),
        Transition(
            (*_ON_ITS_WAY, _ACCEPTED, _PAYMENT_SENT),
            "announce_payment",
            _PAYMENT_SENT,
            _TOLD,
            "the day; the recipient: 211, MISE_EN_PAIEMENT: no payment is recorded by it",
        ),
        Transition(
            (_COLLECTED, _REPLACED, _REVERSED),
            "announce_payment",
            None,
            _TOLD,
            "the day; the recipient, told after a later one",
        ),
        Transition(
            (*_ON_ITS_WAY, _ACCEPTED, _PAYMENT_SENT, _REFUSED, _REJECTED),
            "collect_invoice",
            _COLLECTED,
            roles(ACCOUNTING, ADMIN, PROCESSOR, CLOCK),
            "the payment that leaves nothing to pay: 212",
        ),
        Transition(
            (_COLLECTED,),
            "reopen_invoice",
            _IN_CHARGE,
            _OFFICE,
            "a payment that was taken off it: it is to be paid again",
        ),
        Transition(
            (_DISPUTED, _REFUSED, _REJECTED, _ACCEPTED, _PAYMENT_SENT),
            "correct_status",
            _RECEIVED,
            _OFFICE,
            "the reason: a status that was recorded by mistake counts no more",
            N_("Take the status back"),
        ),
        Transition(
            (_REFUSED, _REJECTED),
            "answer_refusal",
            None,
            roles(BUYER, MEMBER_ADMIN, ACCOUNTANT),
            "the commitment number or the service code that the refusal names, as the buyer gives "
            "it once: the office corrects the invoice with it",
        ),
        Transition(
            (_DISPUTED, _SUSPENDED),
            "answer_objection",
            None,
            roles(BUYER, MEMBER_ADMIN, ACCOUNTANT),
            "what the buyer says of what is contested or missing: the office settles it with the "
            "recipient",
        ),
        Transition(
            (*_ON_ITS_WAY, _ACCEPTED, _PAYMENT_SENT, _COLLECTED),
            "replace_invoice",
            _REPLACED,
            _OFFICE,
            "what was wrong, the credit note, the invoice that takes its place",
            N_("Correct this invoice"),
        ),
        Transition(
            (_REFUSED, _REJECTED),
            "replace_invoice",
            _REVERSED,
            _OFFICE,
            "what was wrong, the reversal in the books of the shop, which is not delivered, the "
            "invoice that takes its place",
            N_("Correct this invoice"),
        ),
    ),
)

#: States that somebody has to do something about.
TO_CURE = (_REFUSED, _REJECTED, _DISPUTED, _SUSPENDED)
CURED_BY_REPLACING = (_REFUSED, _REJECTED)
NEVER_BOOKED = (_REFUSED, _REJECTED)
REPLACED = (_REPLACED, _REVERSED)
REVERSED = (_REVERSED,)
SUSPENDED = (_SUSPENDED,)
DISPUTED = (_DISPUTED,)
OBJECTED = (_DISPUTED, _SUSPENDED)


def is_replaced(state: InvoiceState) -> bool:
    """Whether another invoice took its place."""
    return state in REPLACED


def is_disputed(state: InvoiceState) -> bool:
    """Whether its recipient contests it."""
    return state in DISPUTED


def is_suspended(state: InvoiceState) -> bool:
    """Whether its recipient interrupts its payment, and waits for something."""
    return state in SUSPENDED


def is_objected(state: InvoiceState) -> bool:
    """Whether its recipient contests it, or waits for something."""
    return state in OBJECTED


def is_to_be_replaced(state: InvoiceState) -> bool:
    """Whether it was refused or rejected: a corrected one goes out."""
    return state in CURED_BY_REPLACING


def is_never_booked(state: InvoiceState) -> bool:
    """Whether its recipient never booked it: no credit note of it is delivered."""
    return state in NEVER_BOOKED
