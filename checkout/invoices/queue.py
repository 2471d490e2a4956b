"""The work of the accounting staff: orders to invoice, files to send, invoices that are due."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from checkout.deliveries.contrary import left_on_note
from checkout.deliveries.models import DeliveryLine, DeliveryNote
from checkout.invoices.corrections import customer_of
from checkout.invoices.grouping_rules import last_day_of_month
from checkout.invoices.models import Invoice
from checkout.invoices.overdue import LAST_DAY, is_overdue, late_of
from checkout.invoices.sendings import is_under_way
from checkout.orders.lists import BY_CUSTOMER, UNDELIVERED
from checkout.orders.models import Order, OrderLine
from shop.core.errors import N_
from shop.core.money import Money
from shop.dossiers.models import Dossier
from shop.organisations.models import Organisation
from shop.organisations.rules import Grouping
from shop.storage.arrangements import Choice, Filter, Sort, by_period
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, following, page_of


@dataclass(frozen=True, slots=True)
class ToInvoice:
    """An order with something delivered and not invoiced; `units` of goods, without the line of
    the delivery; `last` when it is the last invoice; `waits_until` the later day on which the
    invoice is due, where deliveries are invoiced by month.
    """

    number: str
    customer: str
    purchase_order: str | None
    units: int
    last: bool
    waits_until: date | None = None


@dataclass(frozen=True, slots=True)
class IssuedInvoice:
    """An invoice with its customer; `due` is the amount left to pay, `late` the days after the last
    day to pay, `due_on`, which is None while its payment period does not run. `is_under_way`: the
    mail server has not answered to the e-mail with its file.
    """

    number: str
    order: str
    customer: str
    issued_on: date
    due_on: date | None
    is_interrupted: bool
    including: Money
    due: Money
    late: int
    is_under_way: bool = False


def to_invoice(session: Session, today: date, place: Place = FIRST) -> Page[ToInvoice]:
    """Orders with something delivered and not invoiced, oldest first."""
    return page_of(session, _orders(today), place).of(lambda row: _order(row, today))


def to_send(session: Session, today: date, place: Place = FIRST) -> Page[IssuedInvoice]:
    """Invoices of quote orders whose file was not sent to the paying service."""
    page = page_of(session, _unsent(today), place)
    return page.of(lambda row: replace(_issued(row[:3], today), is_under_way=bool(row[3])))


def unpaid(session: Session, today: date, place: Place = FIRST) -> Page[IssuedInvoice]:
    """Invoices with an amount left to pay, the oldest due day first."""
    return page_of(session, _unpaid(today), place).of(lambda row: _issued(row, today))


def numbers_to_invoice(session: Session, today: date, place: Place = FIRST) -> Sequence[str]:
    """The numbers of all orders whose invoice is due, as the place arranges them."""
    return _numbers(session, _orders(today).where(_is_due(today)).at(place))


def numbers_to_send(session: Session, today: date, place: Place = FIRST) -> Sequence[str]:
    """The numbers of all invoices to send, as the place arranges them."""
    return _numbers(session, _unsent(today).at(place))


def _numbers(session: Session, there: Listing) -> Sequence[str]:
    keys = there.statement.with_only_columns(there.key, maintain_column_froms=True)
    return session.scalars(keys.order_by(*there.order)).all()


def count_to_do(today: date) -> ColumnElement[int]:
    """The number on the tab: orders whose invoice is due and files to send."""
    unsent = _invoices().where(*TO_SEND)
    return count_of(_billable().where(_is_due(today))) + count_of(unsent)


def count_unpaid() -> ColumnElement[int]:
    """The number on the tab of payments."""
    return count_of(_invoices().where(Invoice.is_due))


def count_overdue(today: date) -> ColumnElement[int]:
    """The unpaid invoices whose last day to pay has passed."""
    return count_of(_invoices().where(Invoice.is_due, is_overdue(today)))


def next_unpaid(session: Session, number: str, today: date, place: Place = FIRST) -> str | None:
    """The invoice after that one among those to pay, as the place arranges them."""
    return following(session, _unpaid(today).at(place), number)


def next_to_send(
    session: Session, number: str, today: date, place: Place = FIRST, *, asked: ColumnElement[bool]
) -> str | None:
    """The invoice after that one among those to send whose file is not on its way, nor `asked` for,
    a condition on invoices.
    """
    waits = and_(~is_under_way(), ~asked)
    waiting = _unsent(today).where(or_(waits, Invoice.number == number))
    return following(session, waiting.at(place), number)


def _waits(today: date) -> ColumnElement[bool]:
    """Whether everything that could be invoiced of an order was delivered in this month, which is
    not over, to a client whose deliveries are invoiced by month (grouping_rules.py).
    """
    if today == last_day_of_month(today):
        return false()
    line = aliased(OrderLine)
    lately = (
        select(func.coalesce(func.sum(left_on_note()), 0))
        .join(DeliveryNote, DeliveryNote.id == DeliveryLine.delivery_note_id)
        .where(DeliveryNote.order_id == line.order_id, DeliveryLine.position == line.position)
        .where(DeliveryNote.shipped_on >= today.replace(day=1))
        .correlate(line)
        .scalar_subquery()
    )
    before = exists().where(line.order_id == Order.id, line.delivered - line.invoiced > lately)
    return and_(Organisation.invoice_grouping == Grouping.MONTH, ~before)


def _is_due(today: date) -> ColumnElement[bool]:
    """The contrary; an order without an organisation has no grouping, and NULL is not True."""
    return or_(Organisation.id.is_(None), ~_waits(today))


@lru_cache(maxsize=8)
def _orders(today: date) -> Listing:
    """Those to invoice, with whether they wait for the end of the month."""
    listing, waits = _billable(), _waits(today)
    moments = (
        Choice("now", N_("Due now"), _is_due(today)),
        Choice("later", N_("At the end of the month"), waits),
    )
    return replace(
        listing,
        statement=listing.statement.add_columns(waits),
        filters=(*listing.filters, Filter("due", N_("Invoice"), moments)),
    )


def _billable() -> Listing:
    billable = OrderLine.delivered - OrderLine.invoiced  # negative while delivered again
    waiting = func.sum(case((billable > 0, billable), else_=0))
    goods = case((~OrderLine.is_shipping & (billable > 0), billable), else_=0)
    left = func.sum(OrderLine.quantity - OrderLine.delivered - OrderLine.cancelled)
    rows = (
        select(Order.number, Order.parties, Order.purchase_order, func.sum(goods), left)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .outerjoin(Organisation, Organisation.id == Order.organisation_id)
        .where(~Order.is_reversed, Order.id.in_(_with_something_billable()))
        .group_by(Order.id, Dossier.id, Organisation.id)
        .having(waiting > 0)
    )
    open_now = Order.stage.in_(UNDELIVERED)
    parts = (
        Choice("whole", N_("Wholly delivered"), ~open_now),
        Choice("part", N_("Partly delivered"), open_now),
    )
    return Listing(
        rows,
        (Order.id,),
        Order.number,
        (Filter("state", N_("Delivery"), parts),),
        (
            BY_CUSTOMER,
            Sort("number", N_("Order"), (Order.number,)),
            Sort("reference", N_("Purchase order"), (Order.purchase_order_key,)),
        ),
        "number",
    )


def _with_something_billable() -> Select[int]:
    """The orders that the list is about, so that those long settled are not joined and summed."""
    return select(OrderLine.order_id).where(OrderLine.delivered - OrderLine.invoiced > 0)


def _order(row: Any, today: date) -> ToInvoice:
    number, parties, reference, units, left, waits = row
    until = last_day_of_month(today) if waits else None
    return ToInvoice(number, parties["header"]["name"], reference, int(units), not left, until)


#: An invoice that credit notes took before it was sent is not sent.
TO_SEND = (Invoice.to_service, ~Invoice.is_sent, ~Invoice.is_credited)
_SORTS = (
    BY_CUSTOMER,
    Sort("number", N_("Invoice"), (Invoice.number,)),
)


def _invoices() -> Listing:
    rows = (
        select(Invoice, Order.number, Order.parties)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
    )
    return Listing(rows, (LAST_DAY, Invoice.id), Invoice.number)


@lru_cache(maxsize=8)
def _unsent(today: date) -> Listing:
    rows, under_way = _invoices().where(*TO_SEND), is_under_way()
    states = (
        Choice("waiting", N_("To send"), ~under_way),
        Choice("under_way", N_("Being sent"), under_way),
    )
    return replace(
        rows,
        statement=rows.statement.add_columns(under_way),
        order=(Invoice.id,),
        filters=(Filter("state", N_("Status"), states), by_period(Invoice.issued_on, today)),
        sorts=(
            *_SORTS,
            Sort("issued", N_("Date of the invoice"), (Invoice.issued_on,)),
            Sort("total", N_("Amount incl. VAT"), (Invoice.including,)),
        ),
        sorted_by="issued",
    )


@lru_cache(maxsize=8)
def _unpaid(today: date) -> Listing:
    left = Invoice.including - Invoice.paid - Invoice.credited
    states = (
        Choice("overdue", N_("Overdue"), is_overdue(today)),
        Choice("running", N_("Not due yet"), (Invoice.payable_by >= today) & ~Invoice.is_to_cure),
        Choice("to_cure", N_("Refused, contested or suspended"), Invoice.is_to_cure),
        Choice("unsent", N_("Not sent yet"), Invoice.payable_by.is_(None) & ~Invoice.is_to_cure),
    )
    return replace(
        _invoices().where(Invoice.is_due),
        filters=(Filter("state", N_("Status"), states),),
        sorts=(
            *_SORTS,
            Sort("due", N_("Due on"), (LAST_DAY,)),
            Sort("left", N_("Left to pay"), (left,)),
        ),
        sorted_by="due",
    )


def _issued(row: Any, today: date) -> IssuedInvoice:
    invoice, number, parties = row
    return IssuedInvoice(
        number=invoice.number,
        order=number,
        customer=customer_of(invoice.corrected, parties),
        issued_on=invoice.issued_on,
        due_on=invoice.payable_by,
        is_interrupted=invoice.is_interrupted,
        including=invoice.including,
        due=invoice.due,
        late=late_of(invoice, today=today),
    )
