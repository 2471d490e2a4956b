"""The states of a deposit on Chorus Pro.

    – ── request_deposit ──> QUEUED ── begin_deposit ──> SENDING ── note_flow ──> SENT
    – ── record_deposit ──> SENT

    QUEUED ── hold_deposit ──> HELD              SENT ── integrate_flow, note_status ──> INTEGRATED
    SENDING ── put_off ──> QUEUED                SENT ── reject_flow ──> REJECTED
    SENDING ── refuse_deposit ──> REFUSED        SENT ── doubt_deposit ──> UNCLEAR
    SENDING ── lose_answer ──> LOST

    LOST ── note_flow ──> SENT                   UNCLEAR ── confirm_flow ──> SENT
    LOST ── resend ──> QUEUED                    UNCLEAR ── send_again ──> QUEUED
    LOST ── doubt_deposit ──> UNCLEAR

    QUEUED, HELD, REFUSED, REJECTED ── close_deposit ──> ABANDONED

The worker speaks with the portal, never a web page. A request whose answer was lost is looked up
before it is sent again; what cannot be told goes to a person (UNCLEAR). One line a transition: from
· transition · to · who may · evidence kept.
"""

from enum import StrEnum

from shop.core.actors import ACCOUNTING, ADMIN, CLOCK
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class DepositState(StrEnum):
    """QUEUED: to be sent by the worker. HELD: a rule stopped it before. SENDING: the request is
    under way. LOST: its answer is missing. REFUSED: the service did not take the file. SENT: it has
    a flow number. INTEGRATED: the invoice is on the portal. REJECTED: its flow was. UNCLEAR: a
    person must look. ABANDONED: it counts no more.
    """

    QUEUED = "QUEUED"
    HELD = "HELD"
    SENDING = "SENDING"
    LOST = "LOST"
    REFUSED = "REFUSED"
    SENT = "SENT"
    INTEGRATED = "INTEGRATED"
    REJECTED = "REJECTED"
    UNCLEAR = "UNCLEAR"
    ABANDONED = "ABANDONED"


_QUEUED, _HELD, _SENDING = DepositState.QUEUED, DepositState.HELD, DepositState.SENDING
_LOST, _REFUSED, _SENT = DepositState.LOST, DepositState.REFUSED, DepositState.SENT
_INTEGRATED, _REJECTED = DepositState.INTEGRATED, DepositState.REJECTED
_UNCLEAR, _ABANDONED = DepositState.UNCLEAR, DepositState.ABANDONED
_OFFICE, _CLOCK = roles(ACCOUNTING, ADMIN), roles(CLOCK)

PROCEDURE = Procedure(
    "deposit",
    (
        Transition(
            (),
            "request_deposit",
            _QUEUED,
            _OFFICE,
            "the document, checked before; who asked for it",
            N_("Deposit on Chorus Pro"),
        ),
        Transition(
            (),
            "record_deposit",
            _SENT,
            _OFFICE,
            "the flow number of a deposit made on the portal, its day",
            N_("Record a deposit made on the portal"),
        ),
        Transition(
            (_QUEUED,), "hold_deposit", _HELD, _CLOCK, "the rule that the file breaks, who mends it"
        ),
        Transition(
            (_QUEUED,),
            "begin_deposit",
            _SENDING,
            _CLOCK,
            "the name and the sha256 of the file, before it is sent",
        ),
        Transition((_SENDING,), "put_off", _QUEUED, _CLOCK, "why the service was not reached"),
        Transition((_SENDING,), "refuse_deposit", _REFUSED, _CLOCK, "the service's reason"),
        Transition((_SENDING,), "lose_answer", _LOST, _CLOCK, "the request has no answer"),
        Transition((_SENDING, _LOST), "note_flow", _SENT, _CLOCK, "the flow number"),
        Transition(
            (_LOST,), "resend", _QUEUED, _CLOCK, "the portal was asked, and does not know it: once"
        ),
        Transition(
            (_LOST, _SENT), "doubt_deposit", _UNCLEAR, _CLOCK, "what the portal answered, and when"
        ),
        Transition((_SENT,), "reject_flow", _REJECTED, _CLOCK, "the portal's reasons"),
        Transition(
            (_SENT,), "integrate_flow", _INTEGRATED, _CLOCK, "the portal's id of the invoice"
        ),
        Transition(
            (_UNCLEAR,),
            "confirm_flow",
            _SENT,
            _OFFICE,
            "the flow number that a person found on the portal",
            N_("It is on the portal"),
        ),
        Transition(
            (_UNCLEAR,),
            "send_again",
            _QUEUED,
            _OFFICE,
            "a person looked, and the portal does not have it",
            N_("It is not there: send it again"),
        ),
        Transition(
            (_SENT, _INTEGRATED),
            "note_status",
            _INTEGRATED,
            roles(ACCOUNTING, ADMIN, CLOCK),
            "the portal's status of the invoice, its day, its reason",
            N_("Note a status"),
        ),
        Transition(
            (_QUEUED, _HELD, _UNCLEAR, _SENT, _INTEGRATED, _REFUSED, _REJECTED),
            "abandon_deposit",
            _ABANDONED,
            _OFFICE,
            "the reason",
            N_("Abandon this deposit"),
        ),
        Transition(
            (_QUEUED, _HELD, _REFUSED, _REJECTED),
            "close_deposit",
            _ABANDONED,
            _OFFICE,
            "the invoice that took the place of the one that the portal does not have",
        ),
    ),
)

#: Deposits that a person must look at, those under way, and those of which one is enough.
TO_DO = (_HELD, _REFUSED, _REJECTED, _UNCLEAR)
UNDER_WAY = (_QUEUED, _SENDING, _LOST, _SENT)
DONE = (_INTEGRATED,)
#: Those that the portal does not have yet, as far as is known.
UNSENT = (_QUEUED, _SENDING, _LOST)
#: Those that a corrected invoice closes: the portal does not have the wrong one.
CLOSABLE = PROCEDURE.sources_of("close_deposit")
OPEN = (*UNDER_WAY, _UNCLEAR, _INTEGRATED)
#: What the worker does next.
TO_SEND, BEGUN, TO_LOOK_UP, TO_FOLLOW = (_QUEUED,), (_SENDING,), (_LOST,), (_SENT,)
TO_WATCH = (_INTEGRATED,)


def is_open(state: DepositState) -> bool:
    """Whether no other deposit of the document may be made beside it."""
    return state in OPEN


def needs_a_person(state: DepositState) -> bool:
    """Whether nothing goes on without a person."""
    return state in TO_DO


def is_sent(state: DepositState) -> bool:
    """Whether the portal has it."""
    return state in (*TO_FOLLOW, *TO_WATCH)


def awaits_sending(state: DepositState) -> bool:
    """Whether the worker has not sent it yet."""
    return state in TO_SEND


def is_begun(state: DepositState) -> bool:
    """Whether its request is under way, or was when a process ended."""
    return state in BEGUN


def is_lost(state: DepositState) -> bool:
    """Whether the answer to its request is missing."""
    return state in TO_LOOK_UP


def is_followed(state: DepositState) -> bool:
    """Whether the portal has not decided on its flow yet."""
    return state in TO_FOLLOW
