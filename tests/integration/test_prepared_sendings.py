"""The file of one invoice: made by the worker and then sent; sent at once where it is made."""

import pytest
from sqlalchemy import func, select

from checkout.batches.batches import Wanted, run_batches
from checkout.batches.models import Batch, BatchItem
from checkout.batches.rules import FilePrepared, SendingPrepared
from checkout.batches.sendings import preparation_of, request_file, send_or_prepare
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import InvoiceSending
from checkout.invoices.rules import PurchaseOrderUnreadable
from shop.core.actors import ACCOUNTING
from shop.core.errors import NotAllowed
from shop.dossiers.models import StoredFile
from shop.organisations.rules import FileForm
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.credited import invoiced
from tests.factories import AT, BOOKS, STORES
from tests.people import staff

pytestmark = pytest.mark.usefixtures("printed_once")
SERVICE = Wanted("compta@ville.example", FileForm.PDF)


def send(database: Database, number: str, *, by=BOOKS, wanted: Wanted = SERVICE) -> bool:
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        return send_or_prepare(session, invoice, order, wanted, by=by, at=AT)


def addresses(database: Database) -> list[str]:
    with database.reading_session() as session:
        sent = select(Email.to).join(InvoiceSending, InvoiceSending.email_id == Email.id)
        return list(session.scalars(sent.order_by(Email.id)))


def test_the_worker_makes_the_file_once_and_the_next_sending_leaves_at_once(database: Database):
    number = invoiced(database)
    assert not send(database, number)
    assert addresses(database) == []
    with pytest.raises(SendingPrepared):
        send(database, number)
    for _turn in range(2):
        run_batches(database, at=AT)
    assert addresses(database) == [SERVICE.to]
    with database.reading_session() as session:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        assert preparation_of(session, invoice) is None
    again = Wanted("tresorerie@ville.example", FileForm.PDF)
    assert send(database, number, wanted=again), "its file is made"
    assert addresses(database) == [SERVICE.to, again.to]
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 1


def test_an_invoice_that_was_sent_is_sent_again_in_another_form(database: Database):
    number = invoiced(database)
    for form in FileForm:
        assert not send(database, number, wanted=Wanted(SERVICE.to, form))
        run_batches(database, at=AT)
    with database.reading_session() as session:
        names = session.scalars(
            select(StoredFile.filename).where(StoredFile.kind == "invoice_file")
        )
        assert set(names) == {f"{number}-dossier.{form}" for form in FileForm}
    assert addresses(database) == [SERVICE.to] * 2


def test_a_file_that_cannot_be_made_says_why_and_may_be_asked_for_again(app, database: Database):
    number = invoiced(database)
    page, url = staff(app, database, ACCOUNTING, language="en"), f"/bureau/factures/{number}"
    page.post(url, data={"to": SERVICE.to, "file_form": "pdf"})
    assert "is being prepared" in page.get(url).text
    with database.transaction() as session:
        item = session.scalars(select(BatchItem)).one()
        item.done_at, item.sentence = AT, PurchaseOrderUnreadable.sentence
        item.facts = {"reference": "BC-18"}
    told = page.get(url).text
    assert "could not be made" in told and "BC-18" in told
    assert page.post(url, data={"to": SERVICE.to, "file_form": "pdf"}).status_code == 303
    run_batches(database, at=AT)
    assert addresses(database) == [SERVICE.to]


def test_other_staff_send_nothing(database: Database):
    number = invoiced(database)
    with pytest.raises(NotAllowed):
        send(database, number, by=STORES)
    run_batches(database, at=AT)
    assert addresses(database) == []


def test_the_worker_makes_the_file_that_the_staff_forward(database: Database):
    number = invoiced(database)

    def ask(*, by=BOOKS) -> None:
        with database.transaction() as session:
            invoice, order = get_invoice(session, number, by=BOOKS)
            request_file(session, invoice, order, by=by, at=AT)

    with pytest.raises(NotAllowed):
        ask(by=STORES)
    ask()
    with pytest.raises(FilePrepared):
        ask()
    with pytest.raises(FilePrepared):
        send(database, number)
    run_batches(database, at=AT)
    assert addresses(database) == [], "the staff forward it"
    with database.reading_session() as session:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        assert preparation_of(session, invoice) is None
        assert session.scalar(select(func.count()).select_from(StoredFile)) >= 1
        assert not invoice.is_sent
    assert send(database, number), "its file is made"
