"""The paid copy of an invoice: once it is wholly paid, for those who may read the invoice."""

import pytest
from sqlalchemy import select

from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.payments.models import Payment
from checkout.payments.paid_copies import PaidCopy, build_paid_copy
from checkout.payments.receipts import correct_payment
from checkout.payments.rules import CreditedSince, NothingWasPaid, NotPaidYet, ensure_paid_copy
from shop.core.actors import ACCOUNTING
from shop.core.errors import NotFound
from shop.core.money import Money
from shop.core.text import day, money
from shop.documents.attached import attached_xml
from shop.documents.validation import validate
from shop.dossiers.models import Dossier, Paper, StoredFile
from shop.dossiers.papers import INVOICE, pdf_of
from shop.jobs import make_pdfs
from shop.people.models import User
from shop.storage.db import Database
from tests.credited import credit, invoiced, invoiced_by_card, pay
from tests.factories import AT, BOOKS, make_buyer, siret_of
from tests.people import sign_in, staff
from tests.three_way import text_of

pytestmark = pytest.mark.usefixtures("printed_once")
MARK = "Facture acquittée — copie"


def place(database: Database, number: str) -> tuple[Dossier, int]:
    """The dossier and the document of an invoice."""
    with database.reading_session() as session:
        paper_id = session.scalars(select(Invoice.paper_id).where(Invoice.number == number)).one()
        return session.scalars(select(Dossier)).one(), paper_id


def copy_of(database: Database, number: str) -> PaidCopy:
    dossier, paper_id = place(database, number)
    pdf_of(database, paper_id, at=AT)
    copy = build_paid_copy(database, dossier.id, paper_id, at=AT)
    assert copy is not None
    return copy


def path_of(database: Database, number: str) -> str:
    dossier, paper_id = place(database, number)
    return f"/dossiers/{dossier.number}/factures/{paper_id}/acquittee.pdf"


def drawn(words: str) -> str:
    """Words with single spaces of one kind, as they are compared."""
    return " ".join(words.split())


def words_of(data: bytes) -> str:
    return drawn(text_of(data))


def test_the_copy_names_each_transfer_and_their_sum(database: Database) -> None:
    number = invoiced(database)
    pay(database, number, 100_00)
    pay(database, number)
    copy = copy_of(database, number)
    words = words_of(copy.data)
    with database.reading_session() as session:
        including = session.scalars(select(Invoice.including)).one()
        payments = session.scalars(select(Payment).order_by(Payment.id)).all()
        told = [
            drawn(
                f"{day(one.received_on, 'fr')} Virement, référence {one.reference} "
                f"{money(one.amount.cents, 'fr')}"
            )
            for one in payments
        ]
    assert copy.filename == f"{number}-acquittee.pdf"
    assert len(told) == 2
    assert all(line in words for line in told), words
    assert drawn(f"Total des paiements {money(including.cents, 'fr')}") in words
    assert "FACTURE ACQUITTÉE" in words


def test_it_is_the_archived_invoice_marked_on_each_page_without_xml(database: Database) -> None:
    number = invoiced(database)
    pay(database, number)
    original = pdf_of(database, place(database, number)[1], at=AT).data
    copy = copy_of(database, number).data
    assert attached_xml(original) is not None
    assert attached_xml(copy) is None
    assert validate(copy).conforms
    leaf, *pages = text_of(copy).rstrip("\f").split("\f")
    assert number in leaf
    assert [page.count(MARK) for page in pages] == [1] * len(pages)
    unmarked = [drawn(page.replace(MARK, "")) for page in pages]
    assert unmarked == [drawn(page) for page in text_of(original).rstrip("\f").split("\f")]


def test_the_copy_is_no_second_invoice_and_always_the_same_file(database: Database) -> None:
    number = invoiced(database)
    pay(database, number)
    assert copy_of(database, number) == copy_of(database, number)
    with database.reading_session() as session:
        kinds = select(Paper.kind).where(Paper.kind == INVOICE)
        assert len(session.scalars(kinds).all()) == 1
        assert not session.scalars(
            select(StoredFile).where(StoredFile.filename.contains("acq")).order_by(StoredFile.id)
        ).all()


def test_a_card_payment_is_named_by_its_means(database: Database) -> None:
    words = words_of(copy_of(database, invoiced_by_card(database)).data)
    assert "Carte se terminant par 4242" in words
    assert "Virement" not in words


def test_a_payment_taken_off_closes_the_copy_and_is_not_on_the_next_one(database: Database) -> None:
    number = invoiced(database)
    pay(database, number)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        wrong = session.scalars(select(Payment)).one()
        correct_payment(session, order, invoice, wrong, "Erreur", by=BOOKS, at=AT)
    with pytest.raises(NotPaidYet):
        copy_of(database, number)
    pay(database, number, 50_00)
    pay(database, number)
    assert words_of(copy_of(database, number).data).count("Virement, référence") == 2


def test_a_credited_invoice_has_no_paid_copy(database: Database) -> None:
    number = invoiced_by_card(database)
    credit(database, number)
    with pytest.raises(CreditedSince):
        copy_of(database, number)


@pytest.mark.parametrize(
    ("including", "paid", "is_undone", "refusal"),
    [(100, 99, False, NotPaidYet), (0, 0, False, NothingWasPaid), (100, 100, True, CreditedSince)],
)
def test_what_has_no_paid_copy(including: int, paid: int, is_undone: bool, refusal: type) -> None:
    with pytest.raises(refusal):
        ensure_paid_copy("FA-1", Money(including), Money(paid), is_undone=is_undone)


def test_another_document_than_an_invoice_has_none(database: Database) -> None:
    dossier, paper_id = place(database, invoiced(database))
    with pytest.raises(NotFound):
        build_paid_copy(database, dossier.id, paper_id - 1, at=AT)


def test_the_office_downloads_it_from_the_page_of_the_invoice(app, database: Database) -> None:
    number = invoiced(database)
    books, path = staff(app, database, ACCOUNTING), path_of(database, number)
    page = f"/bureau/factures/{number}"
    assert path not in books.get(page).text
    refused = books.get(path)
    assert refused.status_code == 409
    assert "reste" in refused.text
    pay(database, number)
    assert path in books.get(page).text
    waiting = books.get(path)
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "2")
    make_pdfs(database)
    answer = books.get(path)
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert f"{number}-acquittee.pdf" in answer.headers["Content-Disposition"]


def test_the_buyer_downloads_it_and_a_stranger_does_not(client, app, database: Database) -> None:
    number = invoiced(database)
    pay(database, number)
    path, (dossier, _paper_id) = path_of(database, number), place(database, number)
    with database.transaction() as session:
        buyer = session.scalars(select(User).where(User.email == "acheteur@ville.example")).one()
        other = make_buyer(session, email="autre@ville.example", siret=siret_of(7), at=AT)
    make_pdfs(database)
    sign_in(client, buyer.id)
    assert path in client.get(f"/devis/{dossier.number}").text
    assert client.get(path).status_code == 200
    assert app.test_client().get(path).status_code == 303
    assert sign_in(app.test_client(), other.user_id).get(path).status_code == 404
