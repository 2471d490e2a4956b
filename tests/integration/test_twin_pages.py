"""The page of a document: the twin of its PDF, for those who may read the PDF and nobody else."""

from dataclasses import replace
from typing import Any

import pytest
from lxml import html as lxml_html
from sqlalchemy import select, update

from shop.core.actors import ACCOUNTING
from shop.documents import samples
from shop.dossiers.models import Dossier, Paper, PdfAttempt, PdfOutcome, StoredFile
from shop.dossiers.papers import REVERSAL, issue_paper, pdf_of
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.conftest import TEST_SETTINGS, Opening
from tests.counting import counted
from tests.factories import AT, make_buyer, make_shop, siret_of
from tests.orders import make_card_order, make_quote
from tests.people import sign_in, staff


@pytest.fixture
def quoted(database: Database) -> tuple[str, int, int]:
    """The dossier of a quote, its document and its buyer."""
    with database.transaction() as session:
        buyer = make_buyer(session)
        make_quote(session, buyer, make_shop(session))
        assert buyer.user_id is not None
        dossier = session.scalars(select(Dossier)).one()
        return dossier.number, session.scalars(select(Paper.id)).one(), buyer.user_id


def path(number: str, paper: int) -> str:
    return f"/dossiers/{number}/documents/{paper}"


def heading(page: str) -> str:
    return " ".join(lxml_html.fromstring(page).find(".//h1").text_content().split())


def add_paper(database: Database, kind: str, content: dict[str, Any]) -> int:
    with database.transaction() as session:
        dossier = session.scalars(select(Dossier.id)).one()
        return issue_paper(session, dossier, kind, content, at=AT).id


def test_a_buyer_reads_a_quote_as_a_page(client, database: Database, quoted):
    number, paper, buyer = quoted
    page = sign_in(client, buyer).get(path(number, paper))
    assert page.status_code == 200
    assert heading(page.text) == "Devis N° DE-2026-000001"
    assert "<caption>Lignes du document" in page.text
    assert 'lang="fr"' in page.text
    assert "Le PDF est en préparation." in page.text
    assert f'href="{path(number, paper)}.pdf"' in page.text
    assert f'href="/devis/{number}"' in page.text


def test_the_page_names_the_archived_file(client, database: Database, quoted):
    number, paper, buyer = quoted
    made = pdf_of(database, paper, at=AT)
    page = sign_in(client, buyer).get(path(number, paper)).text
    assert made.sha256 in page
    assert "Le PDF est en préparation." not in page


def test_reading_a_page_draws_no_pdf(client, database: Database, quoted):
    number, paper, buyer = quoted
    sign_in(client, buyer).get(path(number, paper))
    with database.reading_session() as session:
        assert session.scalars(select(StoredFile).order_by(StoredFile.id)).all() == []


def test_a_page_costs_as_many_statements_whatever_the_dossier_holds(
    client, database: Database, quoted
):
    number, paper, buyer = quoted
    reader = sign_in(client, buyer)
    reader.get(path(number, paper))
    with counted(database) as few:
        reader.get(path(number, paper))
    for extra in range(6):
        content = samples.delivery_note(2) | {"number": f"BL-2026-00010{extra}"}
        add_paper(database, "delivery_note", content)
    with counted(database) as many:
        page = reader.get(path(number, paper))
    assert "BL-2026-000105" in page.text
    assert len(many) == len(few)


def test_a_page_of_another_customer_is_not_found(client, database: Database, quoted):
    number, paper, _buyer = quoted
    assert client.get(path(number, paper)).location.startswith("/connexion?")
    with database.transaction() as session:
        other = make_buyer(session, "autre@ville.example", siret=siret_of(1))
    assert other.user_id is not None
    stranger = sign_in(client, other.user_id)
    assert stranger.get(path(number, paper)).status_code == 404
    assert stranger.get(path(number, paper) + "?key=x").status_code == 404


def test_a_reversal_is_read_by_the_staff_alone(app, database: Database, quoted):
    number, paper, buyer = quoted
    reversal = add_paper(database, REVERSAL, samples.reversal(1))
    books, client = staff(app, database, ACCOUNTING), sign_in(app.test_client(), buyer)
    assert client.get(path(number, reversal)).status_code == 404
    assert "AV-2026-000012" not in client.get(path(number, paper)).text
    assert "Contre-passation interne" in books.get(path(number, reversal)).text
    assert "AV-2026-000012" in books.get(path(number, paper)).text


def test_a_page_keeps_the_language_of_its_document(client, database: Database, quoted):
    number, _paper, buyer = quoted
    english = add_paper(database, "invoice", samples.invoice(2, language="en"))
    page = sign_in(client, buyer).get(path(number, english)).text
    assert '<article class="twin" lang="en">' in page
    assert "<caption>Lines of the document" in page
    assert "À propos de ce document" in page


def test_an_invoice_whose_pdf_is_held_back_has_no_page(client, database: Database, quoted):
    number, _paper, buyer = quoted
    invoice = add_paper(database, "invoice", samples.invoice(1))
    with database.transaction() as session:
        session.add(
            PdfAttempt(
                paper_id=invoice,
                outcome=PdfOutcome.NOT_CONFORMING,
                findings=["BR-CO-15"],
                attempts=1,
                next_try_at=AT,
            )
        )
    reader = sign_in(client, buyer)
    assert reader.get(path(number, invoice)).status_code == 503
    with database.transaction() as session:
        session.execute(update(PdfAttempt).values(outcome=PdfOutcome.NOT_MADE))
    assert reader.get(path(number, invoice)).status_code == 200


def test_a_guest_reads_a_page_with_the_key_of_the_order(client, database: Database):
    with database.transaction() as session:
        make_card_order(session, make_shop(session))
        dossier = session.scalars(select(Dossier)).one()
        number, key = dossier.number, dossier.guest_key
    invoice = add_paper(database, "invoice", samples.invoice(1, audience="consumer", paid=True))
    assert client.get(path(number, invoice)).location.startswith("/connexion?")
    page = client.get(f"{path(number, invoice)}?key={key}")
    assert page.status_code == 200
    assert f'href="{path(number, invoice)}.pdf?key={key}"' in page.text


def test_the_dossier_links_the_page_beside_the_pdf(client, database: Database, quoted):
    number, paper, buyer = quoted
    page = sign_in(client, buyer).get(f"/devis/{number}").text
    assert f'href="{path(number, paper)}"' in page
    assert "Lire en page web" in page


def test_the_mailbox_of_a_demonstration_shows_the_page(opened: Opening, database: Database, quoted):
    _number, paper, _buyer = quoted
    client = opened(database, replace(TEST_SETTINGS, mode="demonstration")).test_client()
    with database.reading_session() as session:
        mail = session.scalars(select(Email.id)).one()
    base = f"/demonstration/courriels/{mail}"
    assert f'href="{base}/documents/{paper}"' in client.get(base).text
    shown = client.get(f"{base}/documents/{paper}").text
    assert heading(shown) == "Devis N° DE-2026-000001"
    assert client.get(f"{base}/documents/{paper + 1}").status_code == 404
