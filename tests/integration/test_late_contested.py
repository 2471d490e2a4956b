"""A contested invoice is not late on any page: it is for the shop to answer."""

import ast
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkout.invoices.models import Invoice
from checkout.invoices.overdue import is_overdue, late_of, overdue_of
from checkout.invoices.procedure import TO_CURE, InvoiceState
from checkout.invoices.statuses import end_dispute
from checkout.orders.models import Order
from checkout.receivables.holds import hold_of
from checkout.receivables.interest import interest_of
from checkout.receivables.receivables import every_receivable, sums_by_age
from checkout.receivables.reminder_lists import overdue_invoices
from checkout.receivables.rules import Age
from checkout.receivables.settings import receivable_rules
from quotes.web.quotes.invoicing import longest_overdue
from shop.storage.db import Database
from shop.storage.paging import page_of
from tests.factories import BOOKS
from tests.integration.test_invoice_statuses import LATER, TODAY, forwarded, told
from tests.layout import name_of, sources, tree, walk

pytestmark = pytest.mark.usefixtures("printed_once")
THEN = TODAY + timedelta(days=90)
#: Where a last day to pay is compared with a day: the rules, and the one condition of lists.
COMPARED = {
    "checkout/invoices/overdue.py",
    "checkout/invoices/queue.py",
    "checkout/invoices/rules.py",
}
COMPARED |= {"checkout/receivables/receivables.py", "checkout/receivables/rules.py"}


def lateness(database: Database) -> list[object]:
    """What each place that says « late » says of the invoice."""
    with database.reading_session() as session:
        order, invoice = session.execute(
            select(Order, Invoice).join(Invoice, Invoice.order_id == Order.id)
        ).one()
        rules = receivable_rules(session, THEN)
        (owed,) = every_receivable(session, THEN)
        return [
            late_of(invoice, today=THEN),
            longest_overdue([invoice], today=THEN),
            *session.scalars(select(Invoice.id).where(is_overdue(THEN))),
            *overdue_of(session, [order.id], today=THEN),
            *page_of(session, overdue_invoices(THEN)),
            hold_of(session, order.organisation_id, today=THEN),
            interest_of(session, invoice, rules, today=THEN).indemnity.cents,
            owed.late,
            owed.age is not Age.NOT_DUE,
            *(
                left.cents
                for age, left in sums_by_age(session, THEN).items()
                if age is not Age.NOT_DUE
            ),
        ]


def test_a_contested_invoice_is_late_nowhere_until_the_contest_ends(database: Database):
    number = forwarded(database)
    assert any(lateness(database))
    told(database, number, "207", "Un prix est faux")
    assert not any(lateness(database))
    with database.transaction() as session:
        invoice = session.scalars(select(Invoice)).one()
        end_dispute(session, invoice, TODAY, "Le prix est celui du devis", by=BOOKS, at=LATER)
    assert any(lateness(database))


@pytest.mark.parametrize("state", InvoiceState)
def test_an_invoice_is_late_but_where_the_shop_is_to_answer(state: InvoiceState):
    invoice = Invoice(state=state, payable_by=TODAY)
    assert (invoice.late_after is None) == (state in TO_CURE)


def test_the_last_day_to_pay_is_compared_in_one_place():
    """Another place that compares it would call a contested invoice late."""
    found = {
        name_of(path)
        for path in sources()
        for node in walk(tree(path))
        if isinstance(node, ast.Compare)
        and any(isinstance(one, ast.Lt | ast.Gt | ast.LtE | ast.GtE) for one in node.ops)
        and "payable_by" in ast.unparse(node)
    }
    assert found == COMPARED
