"""The states of a payment link.

    – ── prepare_link ──> PREPARED ── send_link ──> SENT ── open_link ──> OPENED
    OPENED ── pay_link ──> PAID
    SENT, OPENED ── revoke_link ──> REVOKED

What is given up before it is sent is deleted. The last day is a fact of the row: nobody begins to
pay after it, and a payment that was under way counts.
One line a transition: from · transition · to · who may · evidence kept.
"""

from enum import StrEnum

from shop.core.actors import ADMIN, CUSTOMER, PROCESSOR, SALES, SALES_ADMIN
from shop.core.errors import N_
from shop.core.workflow import Procedure, Transition, roles


class LinkState(StrEnum):
    """SENT: by e-mail. OPENED: the client has pressed the button that pays. PAID: there is an
    order. REVOKED: nobody pays from it any more.
    """

    PREPARED = "PREPARED"
    SENT = "SENT"
    OPENED = "OPENED"
    PAID = "PAID"
    REVOKED = "REVOKED"


_WAITING = (LinkState.SENT, LinkState.OPENED)
#: Who draws sales for private persons.
DRAWING = (SALES, SALES_ADMIN, ADMIN)

PROCEDURE = Procedure(
    "payment link",
    (
        Transition(
            (),
            "prepare_link",
            LinkState.PREPARED,
            roles(*DRAWING),
            "the name and the e-mail address of the client",
            N_("Prepare a sale"),
        ),
        Transition(
            (LinkState.PREPARED,),
            "send_link",
            LinkState.SENT,
            roles(*DRAWING),
            "the frozen lines and their total, what was granted and why, the last day; the e-mail"
            " to the client",
            N_("Send this link"),
        ),
        Transition(
            _WAITING,
            "send_link_again",
            None,
            roles(*DRAWING),
            "the last day; the e-mail to the client",
            N_("Send the link again"),
        ),
        Transition(
            (LinkState.SENT,),
            "open_link",
            LinkState.OPENED,
            roles(CUSTOMER),
            "the version of the terms of sale that were accepted",
            N_("Pay by card"),
        ),
        Transition(
            (LinkState.OPENED,),
            "pay_link",
            LinkState.PAID,
            roles(PROCESSOR),
            "the number of the order",
        ),
        Transition(
            _WAITING,
            "revoke_link",
            LinkState.REVOKED,
            roles(*DRAWING),
            "the reason; the e-mail to the client",
            N_("Revoke the link"),
        ),
    ),
)
