"""The list of invoices and credit notes: of an organisation for its accountants, of all clients for
the accounting staff. Its page, its sums and its export are one list under the same criteria.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, Subquery, case, cast, func, select
from sqlalchemy.orm import Session

from checkout.credits.models import CreditNote
from checkout.invoices.ledger import LedgerLine, ledger_line
from checkout.invoices.models import Invoice
from checkout.invoices.overdue import LAST_DAY, by_payment
from checkout.ledger.criteria import Criteria
from checkout.ledger.rows import credit_line, documents_of, sees_all_clients
from checkout.orders.lists import BY_CUSTOMER
from checkout.orders.models import Order
from shop.core.actors import Actor
from shop.core.errors import N_
from shop.core.money import Money
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Choice, Filter, Sort, by_period
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

#: Rows that are read from the database at a time.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Sums:
    """How many documents a list has, and their sums: credit notes are taken off. `left` is what is
    still to pay.
    """

    documents: int
    excluding: Money
    vat_total: Money
    including: Money
    left: Money


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list: criteria, and a place that says how it is arranged. `by` is an
    accountant of an organisation, or of the accounting staff.
    """

    criteria: Criteria
    by: Actor
    today: date
    place: Place = FIRST


def documents(session: Session, asked: Asked) -> Page[LedgerLine]:
    """The newest first, a page at a time. Raises NotAllowed."""
    rows = page_of(session, _listing(asked), asked.place)
    return rows.of(lambda row: _line(row, asked.today))


def sums_of(session: Session, asked: Asked) -> Sums:
    """The sums of the whole list. Raises NotAllowed."""
    names = ("excluding", "vat_total", "including", "left")
    rows = select_documents(asked, *names).subquery()
    cents = [cast(func.coalesce(func.sum(rows.c[name]), 0), BigInteger) for name in names]
    count, *amounts = session.execute(select(func.count(), *cents).select_from(rows)).one()
    return Sums(count, *map(Money, amounts))


def every_document(session: Session, asked: Asked) -> Iterator[LedgerLine]:
    """The whole list, the oldest first, read while it is used. Raises NotAllowed."""
    table = documents_of(asked.criteria, asked.by)
    statement = _listing_of(table, asked).at(asked.place).statement.order_by(table.c.paper_id)
    rows = session.execute(statement.execution_options(yield_per=BATCH))
    return (_line(row, asked.today) for row in rows)


def select_documents(asked: Asked, *names: Any) -> Select[Any]:
    """Columns of `rows.documents_of()` by name, or of invoices, orders and dossiers, for the whole
    list. Raises NotAllowed.
    """
    table = documents_of(asked.criteria, asked.by)
    there = _listing_of(table, asked).at(asked.place)
    columns = [table.c[one] if isinstance(one, str) else one for one in names]
    return there.statement.with_only_columns(*columns, maintain_column_froms=True)


def _listing(asked: Asked) -> Listing:
    return _listing_of(documents_of(asked.criteria, asked.by), asked)


def _listing_of(table: Subquery, asked: Asked) -> Listing:
    statement = (
        select(Invoice, Order, Dossier, CreditNote)
        .select_from(table)
        .join(Invoice, Invoice.id == table.c.invoice_id)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .outerjoin(CreditNote, CreditNote.id == table.c.credit_note_id)
    )
    is_invoice = table.c.credit_note_id.is_(None)
    return Listing(
        statement,
        (table.c.paper_id.desc(),),
        table.c.number,
        (_by_state(asked.today, is_invoice), by_period(table.c.issued_on, asked.today)),
        (
            Sort("number", N_("Invoice"), (table.c.number,)),
            Sort("date", N_("Date"), (table.c.issued_on,)),
            Sort("due", N_("Due on"), (case((is_invoice, LAST_DAY)),)),
            *([BY_CUSTOMER] if sees_all_clients(asked.by) else []),
            Sort("file", N_("File"), (Dossier.number,)),
            Sort("total", N_("Total incl. VAT"), (table.c.including,)),
        ),
        "-date",
    )


def _by_state(today: date, is_invoice: Any) -> Filter:
    """Invoices by their payment, and credit notes, which have none."""
    paid = by_payment(today)
    choices = [replace(one, where=is_invoice & one.where) for one in paid.choices]
    notes = Choice("credit_note", N_("credit notes"), ~is_invoice)
    return replace(paid, choices=(*choices, notes))


def _line(row: Any, today: date) -> LedgerLine:
    invoice, order, dossier, note = row
    line = ledger_line(invoice, order, dossier, today)
    return line if note is None else credit_line(line, note)
