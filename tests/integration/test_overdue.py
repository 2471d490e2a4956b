"""The last day to pay an invoice: what it follows, who interrupts it, where it is told."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.interruptions import (
    cancel_interruption,
    interrupt_payment,
    resume_payment,
)
from checkout.invoices.invoice_files import send_invoice_file
from checkout.invoices.invoices import issue_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.receipts import record_delivery_receipt, record_invoice_receipt
from checkout.invoices.rules import (
    InvoiceNotSent,
    InvoicePaid,
    MistakeReasonMissing,
    NotInterrupted,
    Settled,
    last_day_to_pay,
    receipt_day,
    settled,
)
from checkout.invoices.sendings import forward_invoice_file, note_sent
from checkout.orders.models import Order
from shop.core.actors import ACCOUNTING
from shop.core.errors import NotAllowed
from shop.core.money import Money
from shop.core.text import paris_day
from shop.dossiers.models import Paper
from shop.emails.messages import render_email
from shop.ops import clock
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.conftest import new_database, shop_on
from tests.factories import AT, BOOKS, STORES
from tests.orders import deliver_all, make_ordered, scan
from tests.people import sign_in
from tests.world import World, make_world

#: The invoice of the world is sent on its day: received two days later, payable in thirty.
LAST_DAY, LATE = timedelta(days=32), timedelta(days=33)
READERS = ("administrator", "buyer", "accountant", "reader")


def accepted(session: Session, invoice: Invoice, order: Order, *, at: datetime) -> None:
    """The mail server accepts the last e-mail with its file."""
    email = session.scalars(select(Email).order_by(Email.id.desc())).first()
    assert email is not None
    email.sent_at = at
    note_sent(session, invoice, order, email.id, at=at)


@pytest.fixture(scope="module")
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, World]]:
    database = new_database(request, "sqlite", tmp_path_factory.mktemp("overdue"))
    world = make_world(database)
    yield shop_on(database), world
    database.dispose()


def test_lists_that_name_no_invoice_say_that_one_is_overdue(shop: tuple[Flask, World]):
    app, world = shop
    viewer = world.person("administrator").viewer
    assert viewer is not None
    with clock.travelled(LATE):
        browser = sign_in(app.test_client(), viewer.user_id, language="en")
        for page in ("/devis", "/commandes", "/factures", "/compte"):
            assert "overdue" in browser.get(page).text, page


@pytest.mark.parametrize(
    ("delivered", "received", "last"),
    [
        (None, None, date(2026, 12, 20)),  # sent on the 18th: received on the 20th
        (date(2026, 11, 17), None, date(2026, 12, 20)),
        (date(2026, 11, 25), None, date(2026, 12, 25)),
        (date(2026, 11, 25), date(2026, 11, 27), date(2026, 12, 27)),
        (date(2026, 11, 25), date(2026, 11, 19), date(2026, 12, 25)),
    ],
)
def test_the_period_runs_from_the_later_of_delivery_and_receipt(
    delivered: date | None, received: date | None, last: date
):
    day = receipt_day(date(2026, 11, 18), received)
    assert last_day_to_pay(delivered, day, 30) == last


def test_an_invoice_that_was_not_sent_is_never_late():
    assert settled(Money(100), Money(0), payable_by=None, today=date(2099, 1, 1)) is Settled.DUE


def test_the_last_day_to_pay_follows_what_is_recorded(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        note = deliver_all(session, order)
        invoice = issue_invoice(session, order, by=BOOKS, at=AT)
        assert invoice.payable_by is None
        with pytest.raises(InvoiceNotSent):
            record_invoice_receipt(session, invoice, order, AT.date(), by=BOOKS, at=AT)
        send_invoice_file(session, invoice, order, scan(), to="p@x.example", by=BOOKS, at=AT)
        assert invoice.payable_by is None, "the mail server has not accepted it yet"
        accepted(session, invoice, order, at=AT)
        assert invoice.payable_by == date(2026, 12, 20)
        later = AT + timedelta(days=9)
        send_invoice_file(session, invoice, order, scan(), to="p@x.example", by=BOOKS, at=later)
        accepted(session, invoice, order, at=later)
        assert invoice.payable_by == date(2026, 12, 20), "sent again, it was received before"
        day = date(2026, 11, 24)
        record_delivery_receipt(session, note.number, order, day, by=STORES, at=later)
        assert invoice.payable_by == date(2026, 12, 24)
        day = date(2026, 11, 26)
        record_invoice_receipt(session, invoice, order, day, by=BOOKS, at=later)
        assert invoice.payable_by == date(2026, 12, 26)
        printed = session.get_one(Paper, invoice.paper_id).content
        assert (printed["due_on"], printed["payment_delay_days"]) == (None, 30)


def test_the_e_mails_of_an_invoice_name_the_period_and_no_day(database: Database):
    """Whoever reads them cannot know the day on which the paying service receives the invoice."""
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        invoice = issue_invoice(session, order, by=BOOKS, at=AT)
        send_invoice_file(session, invoice, order, scan(), to="p@x.example", by=BOOKS, at=AT)
        for template in ("invoice_issued", "invoice_sent_to_service"):
            facts = session.scalars(select(Email.facts).where(Email.template == template)).one()
            told = render_email(template, facts, language="en", public_url="https://x.fr").body
            assert "within 30 days of" in told, template
            assert "December" not in told, template


def test_the_office_records_the_day_of_receipt(shop: tuple[Flask, World]):
    app, world = shop
    number = world.named["invoices:number"]
    viewer = world.person(ACCOUNTING).viewer
    assert viewer is not None
    address = f"/bureau/factures/{number}"
    with clock.travelled(timedelta(days=3)):
        browser = sign_in(app.test_client(), viewer.user_id, language="en")
        future = browser.post(f"{address}/reception", data={"receipt-received_on": "2099-01-01"})
        assert (future.status_code, "is in the future" in future.text) == (422, True)
        empty = browser.post(f"{address}/reception", data={})
        assert (empty.status_code, "Enter the day of receipt" in empty.text) == (422, True)


def test_the_body_interrupts_the_payment_period_once(shop: tuple[Flask, World]):
    """The accounting staff record the notification and its end; the body's file shows both."""
    app, world = shop
    number = world.named["invoices:number"]
    viewer = world.person(ACCOUNTING).viewer
    reader = world.person("reader").viewer
    assert viewer is not None and reader is not None
    address = f"/bureau/factures/{number}"

    def told(field: str, day: date, **more: str) -> str:
        page = {"notified_on": "interruption", "completed_on": "reprise"}[field]
        prefix = {"notified_on": "interruption", "completed_on": "resumption"}[field]
        answers = {f"{prefix}-{name}": value for name, value in more.items()}
        answer = browser.post(
            f"{address}/{page}", data={f"{prefix}-{field}": day.isoformat()} | answers
        )
        return answer.text if answer.status_code == 422 else ""

    with clock.travelled(timedelta(days=10)):
        browser = sign_in(app.test_client(), viewer.user_id, language="en")
        today = paris_day(clock.now())
        assert "Give the reason" in told("notified_on", today)
        late = today + timedelta(days=1)
        assert "in the future" in told("notified_on", late, reason="Le bon de commande manque")
        assert not told("notified_on", today, reason="Le bon de commande manque")
        assert "payment period interrupted" in browser.get(address).text
        file = sign_in(app.test_client(), reader.user_id, language="en").get(f"/devis/{world.home}")
        assert "Le bon de commande manque" in file.text
        assert "is before" in told("completed_on", today - timedelta(days=1))
        assert not told("completed_on", today)
        again = browser.post(
            f"{address}/interruption",
            data={"interruption-notified_on": today.isoformat(), "interruption-reason": "Encore"},
            follow_redirects=True,
        )
        assert "no second interruption" in again.text
        page = browser.get(address).text
        assert "Payment period runs again" in browser.get(f"/devis/{world.home}").text
        assert "everything on" in page


def test_an_interruption_that_was_recorded_by_mistake_counts_no_more(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        invoice = issue_invoice(session, order, by=BOOKS, at=AT)
        forward_invoice_file(session, invoice, order, AT.date(), by=BOOKS, at=AT)
        before = invoice.payable_by
        with pytest.raises(NotInterrupted):
            cancel_interruption(session, invoice, order, "?", by=BOOKS, at=AT)
        interrupt_payment(session, invoice, order, AT.date(), "Il manque", by=BOOKS, at=AT)
        resume_payment(session, invoice, order, AT.date(), by=BOOKS, at=AT)
        with pytest.raises(MistakeReasonMissing):
            cancel_interruption(session, invoice, order, " ", by=BOOKS, at=AT)
        cancel_interruption(session, invoice, order, "Autre facture", by=BOOKS, at=AT)
        assert (invoice.interruption, invoice.payable_by) == (None, before)
        interrupt_payment(session, invoice, order, AT.date(), "Il manque", by=BOOKS, at=AT)
        assert invoice.payable_by is None


def test_a_paid_invoice_is_not_interrupted_and_only_the_accounting_staff_record_it(
    database: Database,
):
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        invoice = issue_invoice(session, order, by=BOOKS, at=AT)
        with pytest.raises(InvoiceNotSent):
            interrupt_payment(session, invoice, order, AT.date(), "Il manque", by=BOOKS, at=AT)
        forward_invoice_file(session, invoice, order, AT.date(), by=BOOKS, at=AT)
        with pytest.raises(NotAllowed):
            interrupt_payment(session, invoice, order, AT.date(), "Il manque", by=STORES, at=AT)
        invoice.paid = invoice.including
        with pytest.raises(InvoicePaid):
            interrupt_payment(session, invoice, order, AT.date(), "Il manque", by=BOOKS, at=AT)
