"""The invoices of an organisation, as its accountants list and export them."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.invoices.rules import Settled, settled
from checkout.orders.models import Order
from shop.core.actors import Actor
from shop.core.errors import N_, DomainError
from shop.core.money import Money
from shop.core.rights import EXPORT_INVOICES, ensure_may
from shop.dossiers.dossiers import readable_by
from shop.dossiers.models import Dossier

#: Lets a spreadsheet recognise UTF-8.
BYTE_ORDER_MARK = "\ufeff"
#: Characters that start a formula in a spreadsheet (OWASP, CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


class PeriodTurned(DomainError):
    sentence = N_("The period ends before it begins. Correct one of the two dates.")
    status = 422


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One invoice, with its dossier; `left` is the amount still to pay."""

    id: int
    number: str
    dossier: str
    title: str
    order: str
    purchase_order: str
    paper_id: int
    issued_on: date
    due_on: date
    excluding: Money
    vat_total: Money
    including: Money
    left: Money
    settled: Settled


def ledger(
    session: Session, *, by: Actor, today: date, limit: int, before: int | None = None
) -> list[LedgerLine]:
    """The newest first, those before the one with id `before`. Raises NotAllowed."""
    ensure_may(by, EXPORT_INVOICES)
    statement = _invoices(by).order_by(Invoice.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Invoice.id < before)
    return _lines(session, statement, today)


def ledger_of_period(
    session: Session, since: date, until: date, *, by: Actor, today: date
) -> list[LedgerLine]:
    """Invoices issued from one day to the other, both included, the oldest first.

    Raises NotAllowed, PeriodTurned.
    """
    ensure_may(by, EXPORT_INVOICES)
    if until < since:
        raise PeriodTurned
    statement = _invoices(by).where(Invoice.issued_on.between(since, until)).order_by(Invoice.id)
    return _lines(session, statement, today)


def csv_of(head: Sequence[str], lines: Iterable[LedgerLine], words: dict[Settled, str]) -> str:
    """A CSV file for a French spreadsheet: semicolons, decimal commas, days in ISO 8601.

    `head` are the titles of its columns, `words` the names of the states of payment.
    """
    file = StringIO()
    file.write(BYTE_ORDER_MARK)
    table = csv.writer(file, delimiter=";", lineterminator="\r\n")
    table.writerow(head)
    for line in lines:
        table.writerow(
            [
                line.number,
                line.issued_on.isoformat(),
                line.due_on.isoformat(),
                _decimal(line.excluding),
                _decimal(line.vat_total),
                _decimal(line.including),
                _decimal(line.including - line.left),
                words[line.settled],
                line.dossier,
                line.order,
                safe(line.purchase_order),
                safe(line.title),
            ]
        )
    return file.getvalue()


def safe(typed: str) -> str:
    """Typed text that a spreadsheet does not take for a formula."""
    return f"'{typed}" if typed.strip(" ").startswith(FORMULA_SIGNS) else typed


def _decimal(amount: Money) -> str:
    return f"{amount.cents // 100},{amount.cents % 100:02d}"


def _invoices(by: Actor) -> Select[Invoice, str, str | None, str, str]:
    return (
        select(Invoice, Order.number, Order.purchase_order, Dossier.number, Dossier.title)
        .join(Order, Order.id == Invoice.order_id)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(readable_by(by), Dossier.organisation_id == by.organisation_id)
    )


def _lines(
    session: Session, statement: Select[Invoice, str, str | None, str, str], today: date
) -> list[LedgerLine]:
    return [
        LedgerLine(
            id=invoice.id,
            number=invoice.number,
            dossier=dossier,
            title=title,
            order=order,
            purchase_order=purchase_order or "",
            paper_id=invoice.paper_id,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            excluding=invoice.excluding,
            vat_total=invoice.vat_total,
            including=invoice.including,
            left=invoice.including - invoice.paid,
            settled=settled(invoice.including, invoice.paid, due_on=invoice.due_on, today=today),
        )
        for invoice, order, purchase_order, dossier, title in session.execute(statement)
    ]
