"""The payment links of the office, a page at a time."""

from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkout.payment_links.models import PaymentLink
from shop.core.errors import N_
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of


def payment_links(session: Session, day: date, place: Place = FIRST) -> Page[PaymentLink]:
    """Every link, the newest first."""
    return page_of(session, _listing(day), place).of(lambda row: row[0])


def count_over(day: date) -> ColumnElement[int]:
    """The links whose last day is over and that were not paid: the number on the tab."""
    over = PaymentLink.is_waiting & (PaymentLink.last_day < day) & (PaymentLink.email != "")
    return count_of(_listing(day).where(over))


def _listing(day: date) -> Listing:
    waiting = PaymentLink.is_waiting & (PaymentLink.last_day >= day)
    states = (
        Choice("prepared", N_("in preparation"), PaymentLink.is_prepared),
        Choice("waiting", N_("to be paid"), waiting),
        Choice("over", N_("last day over"), PaymentLink.is_waiting & ~waiting),
        Choice("paid", N_("paid, order made"), PaymentLink.is_paid),
        Choice("revoked", N_("revoked"), PaymentLink.is_revoked),
    )
    return Listing(
        select(PaymentLink),
        (PaymentLink.id.desc(),),
        PaymentLink.id,
        (Filter("state", N_("Status"), states),),
        (
            Sort("begun", N_("Prepared on"), (PaymentLink.begun_at, PaymentLink.id)),
            Sort("end", N_("Last day"), (PaymentLink.last_day, PaymentLink.id)),
        ),
        "-begun",
    )
