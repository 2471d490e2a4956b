"""Transfers that give back the money of credit notes: one person orders, another one confirms."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkout.credits.credit_notes import refund_subject
from checkout.credits.models import CreditRefund
from checkout.credits.refunds import ready_refund, send_refunded
from checkout.credits.rules import (
    SendingBackReasonMissing,
    TransferReferenceMissing,
    ensure_account,
)
from shop.core.actors import Actor
from shop.core.text import one_line
from shop.duties.duties import ensure_separate
from shop.duties.rules import REFUND
from shop.storage.transitions import advance


def order_transfer(
    session: Session, number: str, *, account: str, by: Actor, at: datetime
) -> CreditRefund:
    """Order the transfer of the money that a credit note gives back.

    Raises NotAllowed, NotFound, Changed, AccountNotValid.
    """
    refund, order, transition = ready_refund(session, number, "order_transfer", by)
    refund.account = ensure_account(account)
    refund.ordered_by_id, refund.ordered_by = by.user_id, by.name
    subject = refund_subject(refund, order)
    facts: dict[str, Any] = {
        "amount": refund.amount.cents,
        "number": number,
        "account": refund.account,
    }
    advance(session, subject, transition, by=by, at=at, **facts)
    return refund


def confirm_transfer(
    session: Session, number: str, *, reference: str, by: Actor, at: datetime
) -> CreditRefund:
    """Another person confirms that the transfer was made, with the bank's reference.

    Raises NotAllowed, NotFound, Changed, SamePerson, TransferReferenceMissing.
    """
    refund, order, transition = ready_refund(session, number, "confirm_transfer", by)
    user_id, name = refund.ordered_by_id, refund.ordered_by
    alone = ensure_separate(session, REFUND, by, user_id=user_id, name=name, at=at)
    told = one_line(reference)
    if not told:
        raise TransferReferenceMissing
    refund.reference = told
    send_refunded(session, refund, order, means="transfer", at=at)
    subject = refund_subject(refund, order)
    facts: dict[str, Any] = {"amount": refund.amount.cents, "number": number, "reference": told}
    advance(session, subject, transition, by=by, at=at, **facts, **alone)
    return refund


def send_back_transfer(
    session: Session, number: str, *, reason: str, by: Actor, at: datetime
) -> CreditRefund:
    """The transfer is not made, for a reason: it is to be ordered again.

    Raises NotAllowed, NotFound, Changed, SendingBackReasonMissing.
    """
    refund, order, transition = ready_refund(session, number, "send_back_transfer", by)
    told = one_line(reason)
    if not told:
        raise SendingBackReasonMissing
    refund.account, refund.ordered_by_id, refund.ordered_by = "", None, ""
    subject = refund_subject(refund, order)
    facts: dict[str, Any] = {"amount": refund.amount.cents, "number": number, "reason": told}
    advance(session, subject, transition, by=by, at=at, **facts)
    return refund
