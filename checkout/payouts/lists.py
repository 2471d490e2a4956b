"""Payouts for the accounting staff: what each is made of, what matches, what was not paid out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from checkout.card.models import CardPayment, CardReversal
from checkout.payouts.matching import was_seen
from checkout.payouts.models import CardPayout, PayoutTransaction
from checkout.payouts.procedure import ARRIVED, FAILED, PROCEDURE, SENT
from checkout.payouts.rules import CHARGES, Finding, Part, finding_of
from shop.core.days import end_of_day
from shop.core.errors import N_, NotFound
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, page_of


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """A payout with the number of its parts that the shop does not know so, and whether the bank's
    line was found.
    """

    payout: CardPayout
    strange: int
    is_seen: bool


@dataclass(frozen=True, slots=True)
class PayoutPart:
    """A part of a payout, and what the shop knows of it."""

    row: PayoutTransaction
    finding: Finding


def payouts(session: Session, place: Place = FIRST) -> Page[PayoutRow]:
    """The payouts, the latest first, a page at a time."""
    return page_of(session, _PAYOUTS, place).of(lambda row: PayoutRow(*row))


def every_payout(session: Session, place: Place = FIRST) -> Sequence[PayoutRow]:
    """The whole list as the place arranges it, for a file."""
    there = _PAYOUTS.at(place)
    rows = session.execute(there.statement.order_by(*there.order))
    return [PayoutRow(*row) for row in rows]


def get_payout(session: Session, payout_id: str) -> CardPayout:
    """The payout of that id. Raises NotFound."""
    row = session.get(CardPayout, payout_id)
    if row is None:
        raise NotFound
    return row


def parts_of(session: Session, payout_id: str) -> list[PayoutPart]:
    """What a payout is made of, the oldest first."""
    rows = session.execute(
        select(PayoutTransaction, _known().label("known"))
        .where(PayoutTransaction.payout_id == payout_id)
        .order_by(PayoutTransaction.made_at, PayoutTransaction.id)
    )
    return [
        PayoutPart(row, finding_of(Part(row.kind, row.amount, known, row.source)))
        for row, known in rows
    ]


def not_paid_out(
    session: Session, today: date, days: int, place: Place = FIRST
) -> Page[CardPayment]:
    """Card payments that are in no payout after so many days, the oldest first."""
    return page_of(session, _waiting(today, days), place).of(lambda row: row[0])


def _known() -> ColumnElement[Any]:
    """The amount of the shop's payment, refund or dispute that a part is; none is NULL."""
    paid = select(CardPayment.amount).where(
        CardPayment.payment_intent == PayoutTransaction.payment_intent
    )
    reversed_ = select(CardReversal.amount).where(CardReversal.id == PayoutTransaction.source)
    return case(
        (PayoutTransaction.kind.in_(CHARGES), paid.scalar_subquery()),
        else_=reversed_.scalar_subquery(),
    )


def _strange() -> Any:
    """How many parts of a payout the shop does not know, or knows with another amount."""
    ours = PayoutTransaction.kind.in_(("charge", "payment", "refund", "payment_refund"))
    dispute = and_(PayoutTransaction.kind == "adjustment", PayoutTransaction.source != "")
    known = _known()
    same = or_(PayoutTransaction.amount == known, PayoutTransaction.amount == -known)
    return (
        select(func.count())
        .select_from(PayoutTransaction)
        .where(
            PayoutTransaction.payout_id == CardPayout.id,
            or_(ours, dispute),
            or_(known.is_(None), ~same),
        )
        .scalar_subquery()
    )


def _fees() -> ColumnElement[Any]:
    """`kept_fees` of a payout, in a statement."""
    typed = func.coalesce(CardPayout.typed_fees, CardPayout.fees)
    return case((CardPayout.is_whole, CardPayout.fees), else_=typed)


_SHOWN: Select[Any] = select(CardPayout, _strange().label("strange"), was_seen().label("seen"))
_TYPED = (~CardPayout.is_whole, CardPayout.typed_fees.is_not(None))
_UNTOLD = (
    ~CardPayout.is_whole,
    CardPayout.typed_fees.is_(None),
    CardPayout.state.in_(PROCEDURE.sources_of("type_fees")),
)
_PAYOUTS = Listing(
    _SHOWN,
    (CardPayout.arrives_on.desc(), CardPayout.id),
    CardPayout.id,
    (
        Filter(
            "state",
            N_("Status"),
            (
                Choice("sent", N_("On its way"), CardPayout.state.in_(SENT)),
                Choice("arrived", N_("Arrived"), CardPayout.state.in_(ARRIVED)),
                Choice("failed", N_("Failed"), CardPayout.state.in_(FAILED)),
            ),
        ),
        Filter(
            "bank",
            N_("Bank statement"),
            (
                Choice("seen", N_("Line found"), was_seen()),
                Choice("unseen", N_("Line not found"), ~was_seen()),
            ),
        ),
        Filter(
            "fees",
            N_("Fees"),
            (
                Choice("reported", N_("In the processor’s report"), CardPayout.is_whole),
                Choice("typed", N_("Typed"), and_(*_TYPED)),
                Choice("untold", N_("To be typed"), and_(*_UNTOLD)),
            ),
        ),
    ),
    (
        Sort("day", N_("Arrives on"), (CardPayout.arrives_on,)),
        Sort("amount", N_("Amount"), (CardPayout.amount,)),
        Sort("fees", N_("Fees"), (_fees(),)),
    ),
    "-day",
)


def _waiting(today: date, days: int) -> Listing:
    paid_out = select(PayoutTransaction.id).where(
        PayoutTransaction.payment_intent == CardPayment.payment_intent,
        PayoutTransaction.kind.in_(CHARGES),
    )
    before: datetime = end_of_day(today - timedelta(days=days + 1))
    kinds = (
        Choice("ordered", N_("With an order"), CardPayment.order_id.is_not(None)),
        Choice("refunded", N_("Without an order"), CardPayment.order_id.is_(None)),
    )
    return Listing(
        select(CardPayment).where(
            CardPayment.payment_intent.is_not(None),
            CardPayment.created_at < before,
            ~paid_out.exists(),
        ),
        (CardPayment.created_at, CardPayment.id),
        CardPayment.id,
        (Filter("kind", N_("Kind"), kinds),),
        (
            Sort("date", N_("Paid on"), (CardPayment.created_at,)),
            Sort("sum", N_("Amount"), (CardPayment.amount,)),
        ),
        "date",
    )
