"""Card orders of which money was given back without a credit note: on the processor's site, after
a dispute that was lost, or for a withdrawal. They stay at the desk until they are credited.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.orm import Session

from checkout.card.models import CardPayment, CardReversal
from checkout.card.procedure import COMPLETE, ReversalKind
from checkout.invoices.models import Invoice
from checkout.orders.lists import BY_CUSTOMER
from checkout.orders.models import Order
from shop.core.errors import N_
from shop.core.money import Money
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of


@dataclass(frozen=True, slots=True)
class Uncredited:
    """An order of which `amount` was given back and no credit note says so; `invoice` is the one to
    credit.
    """

    order: str
    customer: str
    invoice: str
    amount: Money


def _cents(column: Any) -> Any:
    """The sum of a column of money, in cents, on both databases."""
    return cast(func.coalesce(func.sum(cast(column, BigInteger)), 0), BigInteger)


def _listing() -> Listing:
    taken = (
        select(_cents(CardReversal.amount))
        .join(CardPayment, CardPayment.id == CardReversal.payment_id)
        .where(CardPayment.order_id == Order.id, CardReversal.state.in_(COMPLETE))
        .scalar_subquery()
    )
    credited = (
        select(_cents(Invoice.credited)).where(Invoice.order_id == Order.id).scalar_subquery()
    )
    invoice = select(func.max(Invoice.number)).where(Invoice.order_id == Order.id).scalar_subquery()
    disputed = (
        select(CardReversal.id)
        .join(CardPayment, CardPayment.id == CardReversal.payment_id)
        .where(
            CardPayment.order_id == Order.id,
            CardReversal.state.in_(COMPLETE),
            CardReversal.kind == ReversalKind.DISPUTE,
        )
        .exists()
    )
    causes = (
        Choice("refund", N_("Refunded"), ~disputed),
        Choice("dispute", N_("Dispute lost"), disputed),
    )
    return Listing(
        select(Order.number, Order.parties, invoice, taken, credited)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(Order.id.in_(_taken_back()), taken > credited, invoice.is_not(None)),
        (Order.id,),
        Order.number,
        (Filter("cause", N_("Reason"), causes),),
        (Sort("order", N_("Order"), (Order.number,)), BY_CUSTOMER),
        "order",
    )


def _taken_back() -> Select[int | None]:
    """The orders that the list is about, so that no other is summed."""
    return (
        select(CardPayment.order_id)
        .join(CardReversal, CardReversal.payment_id == CardPayment.id)
        .where(CardReversal.state.in_(COMPLETE))
    )


def uncredited(session: Session, place: Place = FIRST) -> Page[Uncredited]:
    """The oldest order first, a page at a time."""
    return page_of(session, _listing(), place).of(_row)


def count_uncredited() -> ColumnElement[int]:
    """How many orders are to be credited."""
    return count_of(_listing())


def _row(row: Any) -> Uncredited:
    number, parties, invoice, taken, credited = row
    return Uncredited(number, parties["header"]["name"], invoice, Money(taken - credited))
