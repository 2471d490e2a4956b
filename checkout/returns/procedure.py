"""The states of a return of delivered goods.

    – ── ask_return ──> ASKED ── accept_return ──> ACCEPTED ── receive_return ──> RECEIVED
                          │ │                         │
                          │ └── refuse_return ──> REFUSED
                          │                           │
                          └── take_return_back ──> TAKEN_BACK

    RECEIVED ── settle_return ──> SETTLED          credited, or taken off what is to be invoiced
    RECEIVED ── replace_return ──> REPLACED        to be delivered again

Whoever reads the order asks: the client, or the staff for them. A consumer within the period of
withdrawal withdraws instead (checkout/withdrawals). Logistics count what comes back; the accounting
staff credit it. One line a transition: from · transition · to · who may · evidence kept.
"""

from enum import StrEnum

from checkout.returns.rules import DecidedMeanwhile, EndedMeanwhile, ReceivedMeanwhile, TakenBack
from shop.core.actors import (
    ACCOUNTING,
    ADMIN,
    CUSTOMER,
    LOGISTICS,
    MEMBER_ROLES,
    SALES_ADMIN,
    STAFF_ROLES,
)
from shop.core.errors import N_, Changed
from shop.core.workflow import Procedure, Transition, roles


class ReturnState(StrEnum):
    """ASKED: the office has not decided. ACCEPTED: the goods may come. RECEIVED: they are counted.
    SETTLED: credited, or not invoiced. REPLACED: to be delivered again.
    """

    ASKED = "ASKED"
    TAKEN_BACK = "TAKEN_BACK"
    REFUSED = "REFUSED"
    ACCEPTED = "ACCEPTED"
    RECEIVED = "RECEIVED"
    SETTLED = "SETTLED"
    REPLACED = "REPLACED"


_ASKED, _TAKEN_BACK = ReturnState.ASKED, ReturnState.TAKEN_BACK
_REFUSED, _ACCEPTED = ReturnState.REFUSED, ReturnState.ACCEPTED
_RECEIVED = ReturnState.RECEIVED
_SETTLED, _REPLACED = ReturnState.SETTLED, ReturnState.REPLACED
_READERS = roles(CUSTOMER, *MEMBER_ROLES, *STAFF_ROLES)
_OFFICE = roles(SALES_ADMIN, LOGISTICS, ADMIN)

PROCEDURE = Procedure(
    "return",
    (
        Transition(
            (),
            "ask_return",
            _ASKED,
            _READERS,
            "the units by line, the reason, the words, photographs; the e-mail to the client",
        ),
        Transition(
            (_ASKED, _ACCEPTED),
            "take_return_back",
            _TAKEN_BACK,
            _READERS,
            "who, when: the goods stay with the client",
            N_("Take the request back"),
        ),
        Transition(
            (_ASKED, _ACCEPTED),
            "refuse_return",
            _REFUSED,
            _OFFICE,
            "the reason, mailed to the client",
            N_("Refuse"),
        ),
        Transition(
            (_ASKED,),
            "accept_return",
            _ACCEPTED,
            _OFFICE,
            "the instructions, mailed to the client with the number of the return slip",
            N_("Accept the return"),
        ),
        Transition(
            (_ACCEPTED,),
            "receive_return",
            _RECEIVED,
            roles(LOGISTICS, ADMIN),
            "the units by line: back in stock, to repair, lost; their movements of stock; the "
            "e-mail to the client",
            N_("Record what came back"),
        ),
        Transition(
            (_RECEIVED,),
            "settle_return",
            _SETTLED,
            roles(ACCOUNTING, ADMIN),
            "the credit notes of the units that were invoiced; the others are no longer invoiced",
            N_("Credit the return"),
        ),
        Transition(
            (_RECEIVED,),
            "replace_return",
            _REPLACED,
            _OFFICE,
            "the units that are to be delivered again, reserved in stock; the e-mail to the client",
            N_("Deliver again"),
        ),
    ),
)

#: Returns that somebody of the shop, or the client, still has to do something about.
OPEN = (_ASKED, _ACCEPTED, _RECEIVED)
ASKED, AWAITED, COUNTED = (_ASKED,), (_ACCEPTED,), (_RECEIVED,)
#: Returns whose units cannot be asked for again: on their way, or back.
HELD = (_ASKED, _ACCEPTED)

#: What a person is told when the state is no longer the one that their page showed.
MEANWHILE: dict[ReturnState, type[Changed]] = {
    _ASKED: DecidedMeanwhile,
    _TAKEN_BACK: TakenBack,
    _REFUSED: DecidedMeanwhile,
    _ACCEPTED: DecidedMeanwhile,
    _RECEIVED: ReceivedMeanwhile,
    _SETTLED: EndedMeanwhile,
    _REPLACED: EndedMeanwhile,
}


def may_be_taken_back(state: ReturnState) -> bool:
    """Whether the goods have not come back: the client may keep them."""
    return PROCEDURE.find("take_return_back", state) is not None


def has_slip(state: ReturnState) -> bool:
    """Whether the goods may come back: the client encloses the return slip."""
    return state in AWAITED
