"""How an organisation receives its invoices: the form of the file, the copies, the notice."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from checkout.batches.batches import request_batch, run_batches
from checkout.batches.rules import BatchAct
from checkout.invoices.invoice_files import LARGEST, build_file, build_invoice_zip
from checkout.invoices.invoices import get_invoice
from checkout.invoices.sendings import forward_invoice_file, note_deposited
from shop.core.actors import ACCOUNTING, SALES
from shop.core.errors import NotAllowed
from shop.dossiers.papers import get_file
from shop.organisations.invoicing import invoicing_of, set_invoicing
from shop.organisations.models import Organisation
from shop.organisations.rules import FileForm, Invoicing, TooManyCopies, distinct_copies
from shop.people.models import User
from shop.people.people import actor_of
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.credited import invoiced
from tests.factories import AT, BOOKS, OFFICE, make_buyer, siret_of
from tests.people import sign_in, staff

pytestmark = pytest.mark.usefixtures("printed_once")
COPIES = ("dgs@ville.example", "archives@ville.example")


def wish(database: Database, **wanted) -> None:
    with database.transaction() as session:
        body = session.scalars(select(Organisation)).first()
        set_invoicing(session, body, Invoicing(**wanted), by=OFFICE, at=AT)


def posted(database: Database, template: str) -> list[Email]:
    with database.reading_session() as session:
        found = select(Email).where(Email.template == template).order_by(Email.id)
        return list(session.scalars(found))


def test_an_address_counts_once_and_three_are_the_most() -> None:
    twice = ["a@ville.example", "", "A@Ville.example", "b@ville.example"]
    assert distinct_copies(twice) == ("a@ville.example", "b@ville.example")
    with pytest.raises(TooManyCopies):
        distinct_copies(f"{place}@ville.example" for place in range(4))


def test_a_client_that_wishes_a_zip_is_sent_one_by_the_batch(database: Database) -> None:
    number = invoiced(database)
    wish(database, form=FileForm.ZIP, copies=COPIES)
    with database.transaction() as session:
        request_batch(session, BatchAct.SEND, [number], by=BOOKS, at=AT)
    run_batches(database, at=AT)
    (sent,) = posted(database, "invoice_sent_to_service")
    copies = posted(database, "invoice_copied")
    assert [one.to for one in copies] == list(COPIES)
    assert {tuple(one.files) for one in (*copies, sent)} == {tuple(sent.files)}
    with database.reading_session() as session:
        stored = get_file(session, sent.files[0])
    assert (stored.filename, sent.facts["form"]) == (f"{number}-dossier.zip", "zip")
    with ZipFile(BytesIO(stored.data)) as whole:
        assert len(whole.namelist()) == 5
        assert "NOT-MADE-YET.txt" not in whole.namelist()
    assert build_invoice_zip(database, number, at=AT) == stored.data
    assert build_file(database, number, FileForm.PDF, at=AT).startswith(b"%PDF")
    assert len(stored.data) < LARGEST


def test_the_office_may_choose_the_form_of_one_sending(app, database: Database) -> None:
    number = invoiced(database)
    wish(database, form=FileForm.ZIP)
    books, page = staff(app, database, ACCOUNTING), f"/bureau/factures/{number}"
    assert re.search(r'<input checked[^>]*value="zip"', books.get(page).text)
    books.post(page, data={"to": "compta@ville.example", "file_form": "pdf"})
    run_batches(database, at=AT)
    (sent,) = posted(database, "invoice_sent_to_service")
    with database.reading_session() as session:
        assert get_file(session, sent.files[0]).filename == f"{number}-dossier.pdf"


@pytest.mark.parametrize("way", ["chorus", "forwarded"])
def test_the_buyer_and_the_copies_are_told_once_of_another_way(database, way: str) -> None:
    number = invoiced(database)
    wish(database, announces=True, copies=COPIES[:1])
    for _time in range(2):
        with database.transaction() as session:
            invoice, order = get_invoice(session, number, by=BOOKS)
            if way == "chorus":
                note_deposited(session, invoice, order, AT.date(), at=AT)
            else:
                forward_invoice_file(session, invoice, order, AT.date(), by=BOOKS, at=AT)
    (notice,) = posted(database, "invoice_available")
    (copy,) = posted(database, "invoice_copied")
    assert (notice.to, notice.facts["way"]) == ("acheteur@ville.example", way)
    assert (copy.to, copy.papers) == (COPIES[0], [invoice.paper_id])


def test_without_a_wish_nobody_else_is_written_to(database: Database) -> None:
    number = invoiced(database)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        forward_invoice_file(session, invoice, order, AT.date(), by=BOOKS, at=AT)
    assert posted(database, "invoice_available") == posted(database, "invoice_copied") == []


def test_an_administrator_and_the_sales_staff_set_it(app, client, database: Database) -> None:
    invoiced(database)
    with database.reading_session() as session:
        buyer = session.scalars(select(User).where(User.email == "acheteur@ville.example")).one()
        body = session.scalars(select(Organisation)).first()
    sign_in(client, buyer.id)
    path = "/compte/organisation/factures"
    answers = {"file_form": "zip", "copy_1": COPIES[0], "copy_2": "personne", "announces": "y"}
    refused = client.post(path, data=answers)
    assert refused.status_code == 422
    assert COPIES[0] in refused.text
    assert client.post(path, data=answers | {"copy_2": COPIES[1]}).status_code == 303
    with database.reading_session() as session:
        assert invoicing_of(session, body.id) == Invoicing(FileForm.ZIP, True, COPIES)
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "set_invoicing")
        ).one()
        assert entry.facts["copies"] == 2
        assert COPIES[0] not in str(entry.facts)
    office = staff(app, database, SALES)
    place = f"/bureau/clients/{body.id}/factures"
    assert COPIES[1] in office.get(place).text
    assert office.post(place, data={"file_form": "pdf"}).status_code == 303
    with database.reading_session() as session:
        assert invoicing_of(session, body.id) == Invoicing()


def test_an_administrator_of_another_body_may_not(database: Database) -> None:
    invoiced(database)
    with database.transaction() as session:
        body = session.scalars(select(Organisation)).first()
        other = make_buyer(session, email="autre@ville.example", siret=siret_of(7), at=AT)
        by = actor_of(session.get_one(User, other.user_id))
        for stranger in (other, by):
            with pytest.raises(NotAllowed):
                set_invoicing(session, body, Invoicing(), by=stranger, at=AT)
