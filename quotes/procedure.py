"""The states of a quote.

                     receive_scan                record_original
    issue ──> QUOTED ────────────> RESERVED ─────────────────────> ORDERED ──> orders/procedure
                │  └──────────────────┼──────────────────────────────^  ^
                │        record_original                                │ honour_late
                ├──── cancel ─────────┴──> CANCELLED                    │
                └──── lapse ──────────┴──> EXPIRED ─────────────────────┘
                                              └── renew ──> a new quote

One line a transition: from · transition · to · who may · evidence kept. The table decides who may
act, gives the next stage, draws the buttons and writes the journal; docs/PROCEDURES.md shows it.
"""

from enum import StrEnum

from shop.core.actors import ADMIN, BUYER, CLOCK, MEMBER_ADMIN, SALES, SALES_ADMIN
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class QuoteStage(StrEnum):
    """The states of a quote. From ORDERED on, the order has the state."""

    QUOTED = "QUOTED"
    RESERVED = "RESERVED"
    ORDERED = "ORDERED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


_QUOTED, _RESERVED, _ORDERED = QuoteStage.QUOTED, QuoteStage.RESERVED, QuoteStage.ORDERED
_CANCELLED, _EXPIRED = QuoteStage.CANCELLED, QuoteStage.EXPIRED
_OPEN = (_QUOTED, _RESERVED)
_CLIENT = (BUYER, MEMBER_ADMIN)
_OFFICE = (SALES_ADMIN, ADMIN)
#: What became of a quote, for the reports.
RUNNING, CONVERTED, LAPSED, CANCELLED = _OPEN, (_ORDERED,), (_EXPIRED,), (_CANCELLED,)

PROCEDURE = Procedure(
    "quote",
    (
        Transition(
            (),
            "issue",
            _QUOTED,
            roles(*_CLIENT, SALES, *_OFFICE),
            "the PDF, frozen lines, the accepted conditions (version, time, person)",
            N_("Draw a quote"),
        ),
        Transition(
            _OPEN,
            "prepare_order_form",
            None,
            roles(*_CLIENT, SALES, *_OFFICE),
            "the purchase order to print, with the numbers that were given",
            N_("Fill in a purchase order to print"),
        ),
        Transition(
            _OPEN,
            "share_quote",
            None,
            roles(*_CLIENT),
            "whom the link is for, its last day, who created it",
            N_("Create a link for the person who signs"),
        ),
        Transition(
            (*_OPEN, _ORDERED),
            "send_copies",
            None,
            roles(*_CLIENT),
            "to whom the quote was sent",
            N_("Send copies of this quote"),
        ),
        Transition(
            _OPEN,
            "receive_scan",
            _RESERVED,
            roles(*_CLIENT, SALES, *_OFFICE),
            "the scan; stock set aside",
            N_("Send the copy of the purchase order"),
        ),
        Transition(
            _OPEN,
            "record_original",
            _ORDERED,
            roles(*_OFFICE),
            "the conformity record; the order",
            N_("Record the original"),
        ),
        Transition(
            (*_OPEN, _EXPIRED),
            "log_original",
            None,
            roles(SALES, *_OFFICE),
            "the scan of the original, the day it came, the documents that are wanted; the e-mail"
            " to the buyer",
            N_("Log the original as received"),
        ),
        Transition(
            (*_OPEN, _EXPIRED),
            "refuse_purchase_order",
            None,
            roles(*_OFFICE),
            "reason, mailed to the buyer",
            N_("Refuse this purchase order"),
        ),
        Transition(
            _OPEN,
            "log_signed_quote",
            None,
            roles(SALES, *_OFFICE),
            "a note: a signed quote alone never makes an order",
            N_("Record a signed quote received"),
        ),
        Transition(
            _OPEN,
            "cancel",
            _CANCELLED,
            roles(*_CLIENT, SALES, *_OFFICE),
            "who, when; stock freed",
            N_("Cancel this file"),
        ),
        Transition(_OPEN, "lapse", _EXPIRED, roles(CLOCK), "stock freed"),
        Transition(
            (_EXPIRED,),
            "honour_late",
            _ORDERED,
            roles(*_OFFICE),
            "reason, conformity record; prices of the quote if stock allows",
            N_("Honour the late original"),
        ),
        Transition(
            (_EXPIRED,),
            "give_up",
            None,
            roles(*_OFFICE),
            "reason; the office awaits the original no longer",
            N_("Await the original no longer"),
        ),
        Transition(
            (_EXPIRED,),
            "renew",
            None,
            roles(*_CLIENT, SALES, *_OFFICE),
            "a new quote at today's prices, with a table of the differences",
            N_("Renew this quote"),
        ),
    ),
)


def stage_at(stage: QuoteStage, *, lapsed: bool) -> QuoteStage:
    """The state of a quote today: after its last day an open one has expired, even before the job
    runs.
    """
    return _EXPIRED if lapsed and stage in _OPEN else stage
