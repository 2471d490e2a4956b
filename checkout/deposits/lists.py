"""The desk of deposits on Chorus Pro."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from checkout.credits.models import CreditNote
from checkout.deposits.models import Deposit
from checkout.deposits.procedure import DONE, TO_DO, UNDER_WAY
from checkout.invoices.corrections import customer_of
from checkout.invoices.models import Invoice
from checkout.orders.lists import BY_CUSTOMER
from checkout.orders.models import Order
from shop.core.errors import N_
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of


@dataclass(frozen=True, slots=True)
class ListedDeposit:
    """A deposit with its customer."""

    deposit: Deposit
    customer: str
    requested_at: datetime


def deposits(session: Session, place: Place = FIRST) -> Page[ListedDeposit]:
    """The deposits, the newest first, a page at a time."""
    return page_of(session, _LISTED, place).of(_listed)


def count_deposits_to_do() -> ColumnElement[int]:
    """The number on the tab: those that a person must look at."""
    return count_of(_rows().where(Deposit.state.in_(TO_DO)))


#: The invoice that was deposited, or the one of the credit note that was.
_IS_OF_DEPOSIT = or_(Invoice.paper_id == Deposit.paper_id, Invoice.id == CreditNote.invoice_id)


def _rows() -> Listing:
    rows = (
        select(Deposit, Order.parties, Invoice.corrected)
        .join(Order, Order.id == Deposit.order_id)
        .outerjoin(CreditNote, CreditNote.paper_id == Deposit.paper_id)
        .outerjoin(Invoice, _IS_OF_DEPOSIT)
        .join(Dossier, Dossier.id == Order.dossier_id)
    )
    states = (
        Choice("to_do", N_("To look at"), Deposit.state.in_(TO_DO)),
        Choice("under_way", N_("Under way"), Deposit.state.in_(UNDER_WAY)),
        Choice("done", N_("On Chorus Pro"), Deposit.state.in_(DONE)),
    )
    return Listing(
        rows,
        (Deposit.id.desc(),),
        Deposit.id,
        (Filter("state", N_("Status"), states),),
        (
            BY_CUSTOMER,
            Sort("number", N_("Document"), (Deposit.number,)),
            Sort("asked", N_("Asked for on"), (Deposit.requested_at.desc(),)),
        ),
        "asked",
    )


def _listed(row: Any) -> ListedDeposit:
    deposit, parties, corrected = row
    return ListedDeposit(deposit, customer_of(corrected, parties), deposit.requested_at)


_LISTED = _rows()
