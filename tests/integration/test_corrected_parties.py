"""The office and the reminders name the parties of a corrected invoice, not those of its order."""

from dataclasses import replace

import pytest

from checkout.corrections.lists import to_cure
from checkout.corrections.replacements import replace_invoice
from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.lists import issued_credits
from checkout.credits.rules import CreditRequest
from checkout.deposits.lists import deposits
from checkout.deposits.models import Deposit
from checkout.deposits.procedure import DepositState
from checkout.invoices.corrections import correction_of
from checkout.invoices.invoices import get_invoice
from checkout.invoices.queue import to_send, unpaid
from checkout.receivables.receivables import receivables
from checkout.receivables.reminders import recipient_of
from checkout.statements.lists import open_invoices
from shop.core.actors import ACCOUNTING
from shop.core.text import paris_day
from shop.storage.db import Database
from tests.factories import AT, BOOKS
from tests.integration.test_invoice_statuses import forwarded, told
from tests.people import staff

pytestmark = pytest.mark.usefixtures("printed_once")
TODAY, NAME = paris_day(AT), "Métropole de Tours"


def corrected(database: Database) -> str:
    """The number of an invoice to another customer and paying service than those of its order."""
    number = forwarded(database)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        said = correction_of(invoice, order)
        assert said.parties.paying_service
        parties = replace(
            said.parties,
            header=replace(said.parties.header, name=NAME),
            paying_service=replace(said.parties.paying_service, email="tours@metropole.example"),
        )
        other = replace(said, parties=parties)
        done = replace_invoice(session, invoice, order, other, "Payeur", by=BOOKS, at=AT)
        return done.invoice.number


def test_the_lists_name_the_customer_of_the_corrected_invoice(database: Database):
    number = corrected(database)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        session.add(
            Deposit(
                paper_id=invoice.paper_id,
                order_id=order.id,
                number=number,
                attempt=1,
                by_hand=True,
                state=DepositState.SENT,
                requested_at=AT,
                by_name="x",
            )
        )
    with database.reading_session() as session:
        assert [one.customer for one in to_send(session, TODAY)] == [NAME]
        assert [one.customer for one in unpaid(session, TODAY)] == [NAME]
        assert [one.client for one in receivables(session, TODAY)] == [NAME]
        assert [one.customer for one in deposits(session)] == [NAME]
        assert [one.client for one in open_invoices(session)] == [NAME]
    told(database, number, "210", "Doublon")
    with database.reading_session() as session:
        assert [one.customer for one in to_cure(session, TODAY)] == [NAME]


def test_a_credit_note_of_it_bears_its_customer_in_the_list(database: Database):
    number = corrected(database)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        asked = CreditRequest("Remise", whole=True)
        issue_credit_note(session, invoice, order, asked, by=BOOKS, at=AT)
    with database.reading_session() as session:
        assert NAME in [one.customer for one in issued_credits(session, TODAY)]


def test_a_reminder_goes_to_the_paying_service_of_the_corrected_invoice(database: Database):
    number = corrected(database)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        found = recipient_of(session, invoice, order)
        assert found is not None and found.email == "tours@metropole.example"


def test_the_pages_of_the_office_name_its_customer(app, database: Database):
    number = corrected(database)
    books = staff(app, database, ACCOUNTING)
    for page in ("factures", "paiements", "avoirs/factures", "relances", "depots"):
        assert NAME in books.get(f"/bureau/{page}/{number}").text, page
