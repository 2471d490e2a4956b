"""Invoices and credit notes as the rows of one statement, for those whom an accountant may see."""

from dataclasses import replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    case,
    cast,
    null,
    select,
    union_all,
)

from checkout.credits.models import CreditNote
from checkout.invoices.ledger import LedgerLine
from checkout.invoices.models import Invoice
from checkout.ledger.criteria import Criteria
from checkout.orders.models import Order
from shop.core.actors import ACCOUNTING, ADMIN, Actor
from shop.core.money import Money
from shop.core.rights import EXPORT_INVOICES, ensure_may
from shop.dossiers.dossiers import readable_by
from shop.dossiers.models import Dossier


def sees_all_clients(by: Actor) -> bool:
    """Whether the actor is of the accounting staff."""
    return by.has(ACCOUNTING, ADMIN)


def documents_of(criteria: Criteria, by: Actor) -> Subquery:
    """Every invoice and credit note that the actor may see, under the criteria: its keys, day and
    amounts in cents, those of credit notes negative. `left` is what is still to pay.

    An organisation does not see what was reversed in the books of the shop alone: it never booked
    it. Raises NotAllowed.
    """
    own = _visible_to(by)
    invoices = (
        _joined(
            select(
                Invoice.paper_id.label("paper_id"),
                Invoice.id.label("invoice_id"),
                cast(null(), Integer).label("credit_note_id"),
                Invoice.number.label("number"),
                Invoice.issued_on.label("issued_on"),
                *_amounts(Invoice, 1),
                case(
                    (Invoice.is_due, _cents(Invoice.including - Invoice.paid - Invoice.credited))
                ).label("left"),
            )
        )
        .where(*criteria.conditions(Invoice.issued_on, Invoice.including))
        .where(*own, *([~Invoice.is_reversed] if own else []))
    )
    return union_all(invoices, _credit_notes(criteria, own)).subquery("documents")


def _credit_notes(criteria: Criteria, own: list[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    statement = select(
        CreditNote.paper_id.label("paper_id"),
        CreditNote.invoice_id.label("invoice_id"),
        CreditNote.id.label("credit_note_id"),
        CreditNote.number.label("number"),
        CreditNote.issued_on.label("issued_on"),
        *_amounts(CreditNote, -1),
        cast(null(), BigInteger).label("left"),
    ).join(Invoice, Invoice.id == CreditNote.invoice_id)
    return (
        _joined(statement)
        .where(*criteria.conditions(CreditNote.issued_on, CreditNote.including))
        .where(*own, *([~CreditNote.is_internal] if own else []))
    )


def _visible_to(by: Actor) -> list[ColumnElement[bool]]:
    """What an accountant of an organisation may see; nothing is left out for the staff."""
    if sees_all_clients(by):
        return []
    ensure_may(by, EXPORT_INVOICES)
    return [readable_by(by), Dossier.organisation_id == by.organisation_id]


def _joined(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return statement.join(Order, Order.id == Invoice.order_id).join(
        Dossier, Dossier.id == Order.dossier_id
    )


def _amounts(row: Any, sign: int) -> list[ColumnElement[int]]:
    return [
        (_cents(getattr(row, name)) * sign).label(name)
        for name in ("excluding", "vat_total", "including")
    ]


def _cents(column: Any) -> ColumnElement[int]:
    return cast(column, BigInteger)


def credit_line(line: LedgerLine, note: CreditNote) -> LedgerLine:
    """The line of its invoice, with the number, the day and the amounts of a credit note."""
    return replace(
        line,
        number=note.number,
        paper_id=note.paper_id,
        issued_on=note.issued_on,
        due_on=None,
        is_interrupted=False,
        excluding=-note.excluding,
        vat_total=-note.vat_total,
        rounding=-note.rounding,
        including=-note.including,
        paid=Money(),
        left=Money(),
        settled=None,
        credited=Money(),
        credit_of=line.number,
    )
