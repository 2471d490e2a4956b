"""The fees of a payout whose report does not give them: typed, and corrected by another act."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.payouts.fee_rules import FeesChanged, FeesReasonMissing, ensure_fees
from checkout.payouts.models import CardPayout
from checkout.payouts.procedure import ARRIVED, PROCEDURE
from shop.core.actors import THE_PROCESSOR, Actor
from shop.core.errors import NotFound
from shop.core.money import Money
from shop.core.text import one_line
from shop.storage.db import locking
from shop.storage.journal import JournalEntry
from shop.storage.transitions import Subject, advance


@dataclass(frozen=True, slots=True)
class Correction:
    """Fees that take the place of those `seen`."""

    fees: Money
    seen: Money
    reason: str


def type_fees(
    session: Session, payout_id: str, fees: Money, *, by: Actor, at: datetime
) -> CardPayout:
    """Type the fees of a payout. Raises NotFound, NotAllowed, IllegalTransition, FeesChanged,
    FeesReported, FeesRefused.
    """
    row = _locked(session, payout_id)
    transition = PROCEDURE.ensure("type_fees", row.state, by)
    if row.typed_fees is not None:
        raise FeesChanged
    ensure_fees(row.reported, None, fees)
    booked = _change(session, row, fees)
    _write(row, fees, by=by, at=at)
    told = _facts(row) | {"amount": fees.cents, "booked": booked.cents}
    advance(session, payout_subject(row), transition, by=by, at=at, **told)
    return row


def correct_fees(
    session: Session, payout_id: str, correction: Correction, *, by: Actor, at: datetime
) -> CardPayout:
    """Correct typed fees; the journal keeps the former ones. Raises NotFound, NotAllowed,
    IllegalTransition, FeesChanged, FeesReported, FeesRefused, FeesReasonMissing.
    """
    row = _locked(session, payout_id)
    transition = PROCEDURE.ensure("correct_fees", row.state, by)
    if row.typed_fees is None or row.typed_fees != correction.seen:
        raise FeesChanged
    ensure_fees(row.reported, row.typed_fees, correction.fees)
    reason = one_line(correction.reason)
    if not reason:
        raise FeesReasonMissing
    told = _facts(row) | {"amount": correction.fees.cents, "before": row.typed_fees.cents}
    told["reason"] = reason
    told["booked"] = _change(session, row, correction.fees).cents
    _write(row, correction.fees, by=by, at=at)
    advance(session, payout_subject(row), transition, by=by, at=at, **told)
    return row


def report_fees(session: Session, row: CardPayout, before: Money, *, at: datetime) -> None:
    """The report gives fees after the payout was booked with those of `before`: the difference is
    an entry of this day.
    """
    if row.kept_fees == before or not is_booked(session, row):
        return
    transition = PROCEDURE.ensure("report_fees", row.state, THE_PROCESSOR)
    told = _facts(row) | {"amount": row.kept_fees.cents, "before": before.cents}
    told["booked"] = (row.kept_fees - before).cents
    advance(session, payout_subject(row), transition, by=THE_PROCESSOR, at=at, **told)


def payout_subject(row: CardPayout) -> Subject:
    """A payout as the subject of its transitions."""
    return Subject(row, "state", f"card_payout:{row.id}"[:64])


def is_booked(session: Session, row: CardPayout) -> bool:
    """Whether the entries have the payout: it arrived, even if it came back afterwards."""
    arrived = select(JournalEntry.id).where(
        JournalEntry.subject == payout_subject(row).name, JournalEntry.target.in_(ARRIVED)
    )
    return session.scalar(arrived.limit(1)) is not None


def _locked(session: Session, payout_id: str) -> CardPayout:
    statement = select(CardPayout).where(CardPayout.id == payout_id)
    row = session.scalars(locking(session, statement)).one_or_none()
    if row is None:
        raise NotFound
    return row


def _change(session: Session, row: CardPayout, fees: Money) -> Money:
    """What the entries lack of the fees; a payout that has not arrived is booked with them."""
    return fees - row.kept_fees if is_booked(session, row) else Money()


def _facts(row: CardPayout) -> dict[str, Any]:
    """The day of the payout stays in its entry, also where the processor changes it afterwards."""
    return {"arrives_on": row.arrives_on.isoformat()}


def _write(row: CardPayout, fees: Money, *, by: Actor, at: datetime) -> None:
    row.typed_fees, row.fees_by, row.fees_at = fees, by.name, at
