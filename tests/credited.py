"""Credit notes of a test: invoices to credit, and what is asked of them."""

from datetime import datetime
from typing import Any

from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.models import CreditNote
from checkout.credits.rules import CreditRequest
from checkout.invoices.invoices import get_invoice
from checkout.payments.billing import bill_order
from checkout.payments.payments import record_payment
from shop.core.actors import Actor
from shop.core.money import Money
from shop.core.text import paris_day
from shop.storage.db import Database
from tests.factories import AT, BOOKS, make_shop
from tests.orders import deliver_all, locked_order, make_card_order, make_ordered


def invoiced(database: Database) -> str:
    """The invoice of a public body's order, delivered in whole; its number."""
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        return bill_order(session, order, by=BOOKS, at=AT).number


def invoiced_by_card(database: Database) -> str:
    """The paid invoice of a private person's card order, delivered in whole; its number."""
    with database.transaction() as session:
        number = make_card_order(session, make_shop(session)).number
    with database.transaction() as session:
        order = locked_order(session, number)
        deliver_all(session, order)
        return bill_order(session, order, by=BOOKS, at=AT).number


def credit(
    database: Database,
    invoice: str,
    *,
    by: Actor = BOOKS,
    at: datetime = AT,
    reason: str = "Erreur de prix",
    expected: Money | None = None,
    **asked: Any,
) -> CreditNote:
    """Issue a credit note of that invoice, of everything unless `units` or `amounts` are named."""
    if not {"units", "amounts"} & asked.keys():
        asked["whole"] = True
    with database.transaction() as session:
        found, order = get_invoice(session, invoice, by=by)
        return issue_credit_note(
            session, found, order, CreditRequest(reason, **asked), expected=expected, by=by, at=at
        )


def pay(database: Database, number: str, cents: int | None = None) -> None:
    """A transfer for that invoice: of what is due, or of so many cents."""
    with database.transaction() as session:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        amount = invoice.due if cents is None else Money(cents)
        record_payment(
            session,
            invoice,
            amount=amount,
            received_on=paris_day(AT),
            reference=f"VIR {amount}",
            by=BOOKS,
            at=AT,
        )
