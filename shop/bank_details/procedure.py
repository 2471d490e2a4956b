"""The states of a change of the shop's bank details.

    – ── ask_bank_change ──> ASKED ── confirm_bank_change ──> CONFIRMED
                               │
                               └── refuse_bank_change ──> REFUSED

One person asks, another one confirms: the account is on every invoice. The command line can only
ask. One line a transition: from · transition · to · who may · evidence kept.
"""

from enum import StrEnum

from shop.bank_details.rules import ChangeAsked, ChangeConfirmed, ChangeRefused
from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.errors import N_, Changed
from shop.core.workflow import Procedure, Transition, roles


class BankChangeState(StrEnum):
    """ASKED: another person is to decide. CONFIRMED: the account is on the papers issued since."""

    ASKED = "ASKED"
    CONFIRMED = "CONFIRMED"
    REFUSED = "REFUSED"


_ASKED = BankChangeState.ASKED
_OFFICE = roles(ACCOUNTING, ADMIN)

PROCEDURE = Procedure(
    "bank details",
    (
        Transition(
            (),
            "ask_bank_change",
            _ASKED,
            _OFFICE,
            "the account in force and the new one, the reason; the e-mail to the administrators",
            N_("Ask for the change"),
        ),
        Transition(
            (_ASKED,),
            "confirm_bank_change",
            BankChangeState.CONFIRMED,
            _OFFICE,
            "another person, who read both accounts; the e-mail to the administrators",
            N_("Confirm the change"),
        ),
        Transition(
            (_ASKED,),
            "refuse_bank_change",
            BankChangeState.REFUSED,
            _OFFICE,
            "the reason; the e-mail to the administrators",
            N_("Refuse the change"),
        ),
    ),
)

WAITING = (_ASKED,)
#: What the staff are told when the state is no longer the one that their page showed.
MEANWHILE: dict[BankChangeState, type[Changed]] = {
    BankChangeState.ASKED: ChangeAsked,
    BankChangeState.CONFIRMED: ChangeConfirmed,
    BankChangeState.REFUSED: ChangeRefused,
}


def is_waiting(state: BankChangeState) -> bool:
    """Whether another person is to decide."""
    return state in WAITING
