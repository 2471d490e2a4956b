"""Money that the shop holds is given back: one person orders the transfer, another confirms it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkout.credits.rules import (
    SendingBackReasonMissing,
    TransferReferenceMissing,
    ensure_account,
)
from checkout.orders.progress import send_email
from checkout.payments.models import TransferPart
from checkout.payments.transfers import part_subject
from checkout.transfers.allotments import ready_part
from checkout.transfers.rules import AllotmentReasonMissing
from shop.core.actors import Actor
from shop.core.text import one_line
from shop.duties.duties import ensure_separate
from shop.duties.rules import TRANSFER_BACK
from shop.storage.transitions import advance


def order_return(
    session: Session, part_id: int, *, account: str, reason: str, by: Actor, at: datetime
) -> TransferPart:
    """Order the transfer that gives held money back.

    Raises NotAllowed, NotFound, Changed, AccountNotValid, AllotmentReasonMissing.
    """
    part, client, transition = ready_part(session, part_id, "order_transfer_back", by)
    told = one_line(reason)
    if not told:
        raise AllotmentReasonMissing
    part.account, part.reason = ensure_account(account), told
    part.ordered_by_id, part.ordered_by = by.user_id, by.name
    facts: dict[str, Any] = {
        "amount": part.amount.cents,
        "account": part.account,
        "reason": told,
    }
    advance(session, part_subject(part, client), transition, by=by, at=at, **facts)
    return part


def confirm_return(
    session: Session, part_id: int, *, reference: str, by: Actor, at: datetime
) -> TransferPart:
    """Another person confirms that the transfer was made, with the bank's reference.

    Raises NotAllowed, NotFound, Changed, SamePerson, TransferReferenceMissing.
    """
    part, client, transition = ready_part(session, part_id, "confirm_return", by)
    user_id, name = part.ordered_by_id, part.ordered_by
    alone = ensure_separate(session, TRANSFER_BACK, by, user_id=user_id, name=name, at=at)
    told = one_line(reference)
    if not told:
        raise TransferReferenceMissing
    part.reference = told
    amount = part.amount.cents
    if client is not None:
        send_email(session, client, "credit_returned", at=at, amount=amount, reference=told)
    facts: dict[str, Any] = {"amount": amount, "reference": told, **alone}
    advance(session, part_subject(part, client), transition, by=by, at=at, **facts)
    return part


def send_back_return(
    session: Session, part_id: int, *, reason: str, by: Actor, at: datetime
) -> TransferPart:
    """The transfer is not made, for a reason: the money is held again.

    Raises NotAllowed, NotFound, Changed, SendingBackReasonMissing.
    """
    part, client, transition = ready_part(session, part_id, "send_back_return", by)
    told = one_line(reason)
    if not told:
        raise SendingBackReasonMissing
    part.account, part.ordered_by_id, part.ordered_by = "", None, ""
    facts: dict[str, Any] = {"amount": part.amount.cents, "reason": told}
    advance(session, part_subject(part, client), transition, by=by, at=at, **facts)
    return part
