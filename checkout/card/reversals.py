"""Refunds and disputes of card payments: what the processor has now is stored, and changes what
may be delivered and invoiced.

The webhook and the worker only say which payment to ask about: whatever the order in which they do,
and however often, the end is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkout.card.gateway import FoundReversal, PaymentGateway
from checkout.card.models import CardPayment, CardReversal
from checkout.card.procedure import (
    REVERSALS,
    UNDECIDED,
    ReversalKind,
    ReversalState,
    counts,
    is_complete,
    is_followed,
    is_undecided,
    report_of,
    reversal_state,
)
from checkout.card.refunds import look_again
from checkout.card.rules import NotedMeanwhile, OpenAgain
from checkout.orders.cancellations import Cause, Ground, cancel_the_rest
from checkout.orders.models import Order
from checkout.orders.progress import send_email
from shop.core.actors import THE_PROCESSOR, Actor
from shop.core.errors import N_, IllegalTransition, NotFound
from shop.core.money import Money, total
from shop.core.text import paris_day
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.db import Database, locking
from shop.storage.journal import record
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of


def look_at_reversals(
    database: Database, gateway: PaymentGateway, payment_intent: str, *, at: datetime
) -> bool:
    """Ask the processor for the refunds and disputes of a payment; False for a payment that is not
    of this shop, or not settled yet. Raises CardProcessorError.
    """
    with database.reading_session() as session:
        named = CardPayment.payment_intent == payment_intent
        found = session.execute(select(CardPayment.id, CardPayment.state).where(named)).first()
    if found is None:
        return False
    reversals = gateway.reversals(payment_intent)
    with database.transaction() as session:
        apply_reversals(session, found.id, reversals, at=at)
    if is_followed(found.state):
        look_again(database, gateway, payment_intent, at=at)
    return True


def apply_reversals(
    session: Session, payment_id: int, found: Sequence[FoundReversal], *, at: datetime
) -> None:
    """Store the present refunds and disputes of a payment; applying them again changes nothing."""
    statement = select(CardPayment).where(CardPayment.id == payment_id)
    payment = session.scalars(locking(session, statement)).one()
    order = _order_of(session, payment)
    known = {row.id: row for row in reversals_of(session, payment.id)}
    for one in found:
        _apply(session, payment, order, known.get(one.id), one, at=at)
    session.flush()
    if order is not None:
        rows = reversals_of(session, payment.id)
        _count(order, rows)
        _tell(session, order, [row for row in rows if row.id in {one.id for one in found}], at=at)


def reversals_of(session: Session, payment_id: int) -> Sequence[CardReversal]:
    """The refunds and disputes of a payment, the oldest first."""
    return session.scalars(
        select(CardReversal)
        .where(CardReversal.payment_id == payment_id)
        .order_by(CardReversal.made_at, CardReversal.id)
    ).all()


def received(session: Session, payment: CardPayment) -> Money:
    """What the shop has of a payment that placed an order: the charge, less what was taken back."""
    gone = [row.amount for row in reversals_of(session, payment.id) if counts(row.state)]
    return payment.amount - total(gone)


def _order_of(session: Session, payment: CardPayment) -> Order | None:
    """The order of a payment, locked after it."""
    if payment.order_id is None:
        return None
    return session.scalar(locking(session, select(Order).where(Order.id == payment.order_id)))


def _apply(
    session: Session,
    payment: CardPayment,
    order: Order | None,
    row: CardReversal | None,
    one: FoundReversal,
    *,
    at: datetime,
) -> None:
    kind, before = ReversalKind(one.kind), row.state if row else None
    transition = report_of(kind, before, one.status)
    if row is None:
        row = CardReversal(
            id=one.id, payment_id=payment.id, kind=kind, key=one.key, made_at=one.made_at
        )
        session.add(row)
    row.state, row.status = reversal_state(one.status), one.status
    row.amount, row.reason, row.due_by = Money(one.amount), one.reason, one.due_by
    if transition is None:
        return
    row.noted_at = None  # what has changed is to be noted again
    if one.key:
        return  # a refund of ours: its own transitions say so
    record(
        session,
        f"card:{payment.id}",
        transition.name,
        by=THE_PROCESSOR,
        at=at,
        dossier_id=order.dossier_id if order is not None else None,
        source=before,
        target=row.state,
        amount=one.amount,
        reason=one.reason,
        reversal=one.id,
        until=_iso(one.due_by),
    )


def _tell(session: Session, order: Order, rows: Sequence[CardReversal], *, at: datetime) -> None:
    """Write to the buyer about each refund made at the processor, once: nothing else tells it."""
    for row in rows:
        if row.kind is not ReversalKind.REFUND or row.key or row.is_told:
            continue
        if is_complete(row.state):
            row.told_at = at
            send_email(
                session,
                order,
                "card_refund_made",
                at=at,
                amount=row.amount.cents,
                made_on=paris_day(row.made_at).isoformat(),
                payment=order.including.cents,
                whole=order.refunded >= order.including,
            )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else paris_day(moment)


def _iso(moment: datetime | None) -> str | None:
    day = _day(moment)
    return None if day is None else day.isoformat()


def _count(order: Order, rows: Sequence[CardReversal]) -> None:
    """Write what the order's payment lost, by kind."""
    counted = [row for row in rows if counts(row.state)]
    refunds = [row.amount for row in counted if row.kind is ReversalKind.REFUND]
    disputes = [row.amount for row in counted if row.kind is ReversalKind.DISPUTE]
    order.refunded, order.disputed = total(refunds), total(disputes)


@dataclass(frozen=True, slots=True)
class ToNote:
    """A refund made elsewhere or a dispute, for the accounting staff. `order` is None for a payment
    that placed none; `until` is the last day of the evidence that a dispute waits for.
    """

    id: str
    kind: ReversalKind
    state: ReversalState
    status: str
    amount: Money
    reason: str
    made_at: datetime
    until: date | None
    customer: str
    order: str | None
    may_note: bool


_UNNOTED = (
    select(CardReversal, CardPayment, Order)
    .join(CardPayment, CardPayment.id == CardReversal.payment_id)
    .outerjoin(Order, Order.id == CardPayment.order_id)
    .where(CardReversal.key == "", ~CardReversal.is_noted)
)
_TO_NOTE = Listing(
    _UNNOTED,
    (CardReversal.made_at, CardReversal.id),
    CardReversal.id,
    (
        Filter(
            "state",
            N_("Status"),
            (
                Choice("decided", N_("To note"), CardReversal.state.not_in(UNDECIDED)),
                Choice("open", N_("Not decided yet"), CardReversal.state.in_(UNDECIDED)),
            ),
        ),
    ),
    (
        Sort("date", N_("What happened"), (CardReversal.made_at,)),
        Sort("until", N_("Last day of evidence"), (CardReversal.due_by,)),
        Sort("amount", N_("Amount"), (CardReversal.amount,)),
    ),
    "date",
)


def reversals_to_note(session: Session, place: Place = FIRST) -> Page[ToNote]:
    """Open disputes, and what the staff have not noted yet; the oldest first, a page at a time."""
    return page_of(session, _TO_NOTE, place).of(lambda row: _to_note(*row))


def _to_note(row: CardReversal, payment: CardPayment, order: Order | None) -> ToNote:
    return ToNote(
        id=row.id,
        kind=row.kind,
        state=row.state,
        status=row.status,
        amount=row.amount,
        reason=row.reason,
        made_at=row.made_at,
        until=_day(row.due_by) if is_undecided(row.state) else None,
        customer=payment.email,
        order=order.number if order else None,
        may_note=REVERSALS.find("note_reversal", row.state) is not None,
    )


def count_reversals_to_note() -> ColumnElement[int]:
    """The number on the tab."""
    return count_of(_TO_NOTE)


def note_reversal(session: Session, reversal_id: str, *, by: Actor, at: datetime) -> CardReversal:
    """The accounting staff note a refund or a dispute that is decided; what was not shipped of an
    order whose money is gone is cancelled.

    Raises NotAllowed, NotFound, OpenAgain, NotedMeanwhile.
    """
    row = session.get(CardReversal, reversal_id)
    if row is None:
        raise NotFound
    payment = session.scalars(
        locking(session, select(CardPayment).where(CardPayment.id == row.payment_id))
    ).one()
    session.refresh(row)
    try:
        transition = REVERSALS.ensure("note_reversal", row.state, by)
    except IllegalTransition as open_again:
        raise OpenAgain from open_again
    if row.is_noted:
        raise NotedMeanwhile
    row.noted_at = at
    order = _order_of(session, payment)
    if order is not None and order.is_reversed and not _is_undecided(session, payment.id):
        cause = Cause(Ground.REFUND, row.id)
        cancel_the_rest(session, order, cause=cause, by=by, at=at)
    record(
        session,
        f"card:{payment.id}",
        transition.name,
        by=by,
        at=at,
        dossier_id=order.dossier_id if order is not None else None,
        amount=row.amount.cents,
        reversal=row.id,
    )
    return row


def _is_undecided(session: Session, payment_id: int) -> bool:
    """Whether the processor or the bank still decides on money of that payment."""
    return any(is_undecided(row.state) for row in reversals_of(session, payment_id))
