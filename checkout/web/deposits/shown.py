"""Deposits as pages show them: their state in words, and what a refusal says."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from checkout.deposits.deposits import deposits_of
from checkout.deposits.documents import get_document, is_for_chorus
from checkout.deposits.models import Deposit
from checkout.deposits.procedure import DepositState
from checkout.deposits.rules import STATUSES
from shop.einvoicing.fault_rules import Mender, UnsoundInvoice
from shop.einvoicing.findings import fault_in
from shop.ops.clock import today
from shop.web.kit.site import sentence_of, settings

#: Days before the end of the technical password from which the office is warned.
_WARNED = 30


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a document is not on the portal: the rule, the sentence, who can mend it."""

    rule: str
    sentence: str
    mender: str


def state_words(state: DepositState) -> tuple[str, str]:
    """The kind and the words of a state."""
    return {
        DepositState.QUEUED: ("info", _("to be sent by the shop")),
        DepositState.HELD: ("bad", _("stopped before the deposit")),
        DepositState.SENDING: ("info", _("being sent")),
        DepositState.LOST: ("info", _("no answer: being looked up")),
        DepositState.REFUSED: ("bad", _("refused by Chorus Pro")),
        DepositState.SENT: ("info", _("deposited, being processed")),
        DepositState.INTEGRATED: ("good", _("on Chorus Pro")),
        DepositState.REJECTED: ("bad", _("rejected by Chorus Pro")),
        DepositState.UNCLEAR: ("you", _("cannot be told: look on the portal")),
        DepositState.ABANDONED: ("plain", _("abandoned")),
    }[state]


def words_of(deposit: Deposit) -> tuple[str, str]:
    """The kind and the words of a deposit: the portal's status where it has one."""
    if deposit.is_sent and deposit.status in STATUSES:
        status = STATUSES[deposit.status]
        return status.kind, _(status.words)
    return state_words(deposit.state)


def mender_words(mender: str) -> str:
    """Who can cure a refusal, in words; empty where nobody is named."""
    return {
        Mender.BUYER.value: _("The buyer can cure it, or the office in their place."),
        Mender.OFFICE.value: _("The office cures it."),
    }.get(mender, "")


def refusal_of(deposit: Deposit) -> Refusal | None:
    """Why a deposit went no further, or what the public body says; None without one."""
    if not deposit.reason:
        return None
    fault = fault_in(deposit.reason)
    if fault is not None:
        return _told(fault)
    return Refusal("", deposit.reason, mender_words(deposit.mender))


def told_faults(faults: list[UnsoundInvoice]) -> list[Refusal]:
    """The rules that stop a document before its deposit."""
    return [_told(fault) for fault in faults]


def _told(fault: UnsoundInvoice) -> Refusal:
    return Refusal(fault.rule, sentence_of(fault), mender_words(fault.mender))


def summary_of(session: Session, number: str) -> dict[str, Any]:
    """What the page of a document shows of its deposits."""
    document = get_document(session, number)
    made = deposits_of(session, [document.paper_id])
    last = made[0] if made else None
    return {
        "for_chorus": last is not None or is_for_chorus(session, document),
        "deposit": last,
        "deposit_words": words_of(last) if last else None,
        "deposit_number": number,
    }


def password_ends() -> date | None:
    """The last day of the technical password, where it is near."""
    told = settings().chorus_password_until
    if not told:
        return None
    day = date.fromisoformat(told)
    return day if (day - today()).days <= _WARNED else None
