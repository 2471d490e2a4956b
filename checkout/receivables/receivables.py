"""What clients owe: each invoice with something due by its age, and the sums of each client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from checkout.invoices.corrections import customer_of
from checkout.invoices.models import Invoice
from checkout.invoices.overdue import late_of
from checkout.orders.lists import BY_CUSTOMER
from checkout.orders.models import Order
from checkout.receivables.rules import LAST_DAYS, Age, age_of
from shop.clients.keys import Client
from shop.core.errors import N_
from shop.core.money import Money, total
from shop.dossiers.models import Dossier
from shop.organisations.models import Organisation
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

AGES: dict[Age, str] = {
    Age.NOT_DUE: N_("not due yet"),
    Age.TO_30: N_("1 to 30 days"),
    Age.TO_60: N_("31 to 60 days"),
    Age.TO_90: N_("61 to 90 days"),
    Age.OVER_90: N_("over 90 days"),
}
_LEFT = Invoice.including - Invoice.paid - Invoice.credited


@dataclass(frozen=True, slots=True)
class Receivable:
    """An invoice with something due: `left` is the amount, `late` the days after the last day to
    pay, `due_on`, which is None while the payment period does not run; 0 for one that is for the
    shop to answer.
    """

    number: str
    order: str
    client: str
    organisation_id: int | None
    issued_on: date
    due_on: date | None
    is_interrupted: bool
    is_to_cure: bool
    including: Money
    left: Money
    late: int
    age: Age


@dataclass(frozen=True, slots=True)
class ClientSum:
    """What a client owes, by age. `organisation_id` is None for a private person."""

    client: str
    organisation_id: int | None
    invoices: int
    by_age: Mapping[Age, Money]

    @property
    def left(self) -> Money:
        return total(list(self.by_age.values()))


def receivables(session: Session, today: date, place: Place = FIRST) -> Page[Receivable]:
    """The invoices with something due, the oldest last day first, a page at a time."""
    return page_of(session, _invoices(today), place).of(lambda row: _receivable(row, today))


def every_receivable(session: Session, today: date, place: Place = FIRST) -> Sequence[Receivable]:
    """The whole list as the place arranges it, for an export."""
    there = _invoices(today).at(place)
    rows = session.execute(there.statement.order_by(*there.order))
    return [_receivable(row, today) for row in rows]


def sums_by_age(session: Session, today: date) -> dict[Age, Money]:
    """What is due at each age, over all clients."""
    row = session.execute(select(*_sums(today)).where(Invoice.is_due)).one()
    return {age: Money(int(cents or 0)) for age, cents in zip(Age, row, strict=True)}


def sums_by_client(session: Session, today: date, place: Place = FIRST) -> Page[ClientSum]:
    """What each client owes, the greatest sum first."""
    return page_of(session, _clients(today), place).of(_client)


def owed_by(session: Session, client: Client, today: date) -> dict[Age, Money]:
    """What a client owes at each age."""
    row = session.execute(
        select(*_sums(today))
        .join(Order, Order.id == Invoice.order_id)
        .where(Invoice.is_due, client.owns(Order))
    ).one()
    return {age: Money(int(cents or 0)) for age, cents in zip(Age, row, strict=True)}


def is_of_age(age: Age, today: date) -> ColumnElement[bool]:
    """`age_of()` for a row that was not read."""
    last = LAST_DAYS.get(age)
    ages = list(Age)
    before = LAST_DAYS[ages[ages.index(age) - 1]] if age is not Age.NOT_DUE else None
    if before is None:
        runs = or_(Invoice.payable_by.is_(None), Invoice.payable_by >= today)
        return or_(runs, Invoice.is_to_cure)
    younger = and_(Invoice.payable_by < today - timedelta(days=before), ~Invoice.is_to_cure)
    if last is None:
        return and_(Invoice.payable_by.is_not(None), younger)
    return and_(younger, Invoice.payable_by >= today - timedelta(days=last))


def _sums(today: date) -> list[ColumnElement[int]]:
    """The cents due at each age, in the order of the ages."""
    left = cast(_LEFT, BigInteger)
    return [cast(func.sum(case((is_of_age(age, today), left), else_=0)), BigInteger) for age in Age]


def _invoices(today: date) -> Listing:
    rows = (
        select(Invoice, Order)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(Invoice.is_due)
    )
    ages = tuple(Choice(age.value, AGES[age], is_of_age(age, today)) for age in Age)
    kinds = (
        Choice("organisation", N_("Organisations"), Order.organisation_id.is_not(None)),
        Choice("private", N_("Private customers"), Order.organisation_id.is_(None)),
    )
    return Listing(
        rows,
        (Invoice.payable_by.is_(None), Invoice.payable_by, Invoice.id),
        Invoice.number,
        (Filter("age", N_("Age"), ages), Filter("kind", N_("Kind"), kinds)),
        (
            BY_CUSTOMER,
            Sort("number", N_("Invoice"), (Invoice.number,)),
            Sort("due", N_("Due on"), (Invoice.payable_by,)),
            Sort("left", N_("Left to pay"), (_LEFT,)),
        ),
        "due",
    )


def _clients(today: date) -> Listing:
    late = func.sum(case((is_of_age(Age.NOT_DUE, today), 0), else_=1))
    who = func.coalesce(Organisation.name_key, func.lower(Order.email))
    sums = [one.label(age.value) for age, one in zip(Age, _sums(today), strict=True)]
    owing = (
        select(
            func.min(Organisation.name).label("name"),
            Order.organisation_id.label("organisation_id"),
            func.count(Invoice.id).label("invoices"),
            func.min(Order.email).label("email"),
            *sums,
            who.label("who"),
            func.min(Invoice.id).label("key"),
            func.sum(cast(_LEFT, BigInteger)).label("whole"),
            late.label("late"),
        )
        .join(Order, Order.id == Invoice.order_id)
        .outerjoin(Organisation, Organisation.id == Order.organisation_id)
        .where(Invoice.is_due)
        .group_by(Order.organisation_id, who)
        .subquery()
    ).c
    states = (
        Choice("overdue", N_("Overdue"), owing.late > 0),
        Choice("running", N_("Not due yet"), owing.late == 0),
    )
    shown = (owing.name, owing.organisation_id, owing.invoices, owing.email)
    return Listing(
        select(*shown, *(owing[age.value] for age in Age)),
        (owing.whole.desc(), owing.key),
        owing.key,
        (Filter("state", N_("Status"), states),),
        (
            Sort("client", N_("Customer"), (owing.who,)),
            Sort("left", N_("Left to pay"), (owing.whole,)),
        ),
        "-left",
    )


def _receivable(row: Any, today: date) -> Receivable:
    invoice, order = row
    return Receivable(
        number=invoice.number,
        order=order.number,
        client=customer_of(invoice.corrected, order.parties),
        organisation_id=order.organisation_id,
        issued_on=invoice.issued_on,
        due_on=invoice.payable_by,
        is_interrupted=invoice.is_interrupted,
        is_to_cure=invoice.is_to_cure,
        including=invoice.including,
        left=invoice.due,
        late=late_of(invoice, today=today),
        age=age_of(invoice.late_after, today=today),
    )


def _client(row: Any) -> ClientSum:
    name, organisation_id, count, email, *sums = row
    by_age = {age: Money(int(cents or 0)) for age, cents in zip(Age, sums, strict=True)}
    return ClientSum(name or email, organisation_id, int(count), by_age)
