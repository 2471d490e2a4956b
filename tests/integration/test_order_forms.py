"""The purchase order that a buyer fills in from their quote, on both databases."""

from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader
from sqlalchemy import select

from quotes.order_forms.order_forms import order_forms_of, prepare_order_form
from quotes.order_forms.rules import MOST, Filled, TooManyOrderForms
from quotes.quotes.models import Quote
from quotes.quotes.quotes import cancel_quote
from quotes.quotes.rules import QuoteExpired
from shop.core.actors import READER, Actor
from shop.core.errors import IllegalTransition, NotAllowed
from shop.dossiers.dossiers import journal_of
from shop.jobs import make_pdfs
from shop.ops.clock import now
from shop.storage.db import Database
from tests.factories import Town, make_town, sale_line
from tests.orders import make_quote
from tests.people import sign_in
from tests.snapshots import Snapshots

FORM = "/devis/{0}/modele-de-bon-de-commande"


@pytest.fixture
def drawn(database: Database, snapshots: Snapshots) -> tuple[Town, str]:
    def fill(session):
        town = make_town(session, at=now())
        lines = [sale_line(session, town.product_id)]
        return town, make_quote(session, town.buyer, lines, at=now()).number

    return snapshots.fill(database, fill)


@pytest.fixture
def buyer(client, drawn):
    sign_in(client, drawn[0].buyer.user_id)
    return client


def quote_in(session, number: str) -> Quote:
    return session.scalars(select(Quote).where(Quote.number == number)).one()


def test_the_buyer_fills_in_a_purchase_order_and_downloads_it(buyer, database, drawn):
    _town, number = drawn
    address = FORM.format(number)
    assert address in buyer.get(f"/devis/{number}").text
    sent = {
        "reference": "BC-26-0871",
        "engagement": "EJ-2026-0457",
        "service_code": "",
        "contract": "M-2025-014",
        "signatory_name": "Hélène Vasseur",
        "signatory_capacity": "Maire",
    }
    answer = buyer.post(address, data=sent)
    assert answer.status_code == 303
    page = buyer.get(address).text
    assert "Télécharger le DOCX" in page
    assert 'value="BC-26-0871"' in page, "what was given is there for the next one"
    with database.reading_session() as session:
        paper = order_forms_of(session, quote_in(session, number))[-1].id
    word = buyer.get(f"{address}/{paper}.docx")
    assert word.status_code == 200
    assert "BC-26-0871" in "\n".join(line.text for line in Document(BytesIO(word.data)).paragraphs)
    assert buyer.get(f"/dossiers/{number}/documents/{paper}.pdf").status_code == 202
    make_pdfs(database)
    pdf = buyer.get(f"/dossiers/{number}/documents/{paper}.pdf")
    assert "bon-de-commande" in pdf.headers["Content-Disposition"]
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.data)).pages)
    for told in ("BC-26-0871", "EJ-2026-0457", "M-2025-014", "Hélène Vasseur", number):
        assert told in printed
    assert f"{number}-1" not in printed
    assert "Bon de commande à imprimer rempli" in buyer.get(f"/devis/{number}").text


def test_the_same_answers_make_one_purchase_order(database, drawn):
    town, number = drawn
    with database.transaction() as session:
        quote = quote_in(session, number)
        first = prepare_order_form(session, quote, Filled("A"), by=town.buyer, at=now())
        again = prepare_order_form(session, quote, Filled("A"), by=town.buyer, at=now())
        other = prepare_order_form(session, quote, Filled("B"), by=town.buyer, at=now())
        entries = [one.act for one in journal_of(session, quote.dossier_id)]
    assert first.id == again.id != other.id
    assert entries.count("prepare_order_form") == 2


def test_a_quote_has_a_limited_number_of_them(database, drawn):
    town, number = drawn
    with database.transaction() as session:
        quote = quote_in(session, number)
        for one in range(MOST):
            prepare_order_form(session, quote, Filled(str(one)), by=town.buyer, at=now())
        with pytest.raises(TooManyOrderForms):
            prepare_order_form(session, quote, Filled("more"), by=town.buyer, at=now())


def test_only_who_draws_quotes_fills_it_in_and_only_while_the_quote_is_open(database, drawn):
    town, number = drawn
    reader = Actor("Lecteur", frozenset({READER}), organisation_id=town.buyer.organisation_id)
    with database.transaction() as session:
        quote = quote_in(session, number)
        with pytest.raises(NotAllowed):
            prepare_order_form(session, quote, Filled(), by=reader, at=now())
        late = now().replace(year=now().year + 1)
        with pytest.raises(QuoteExpired):
            prepare_order_form(session, quote, Filled(), by=town.buyer, at=late)
        cancel_quote(session, quote, by=town.buyer, at=now())
        with pytest.raises(IllegalTransition):
            prepare_order_form(session, quote, Filled(), by=town.buyer, at=now())


def test_a_mistake_stands_beside_its_field_and_nothing_typed_is_lost(buyer, drawn):
    _town, number = drawn
    answer = buyer.post(FORM.format(number), data={"reference": "x" * 61, "contract": "M-1"})
    assert answer.status_code == 422
    assert 'id="reference-error"' in answer.text
    assert 'value="M-1"' in answer.text


def test_the_word_file_of_another_paper_does_not_exist(buyer, database, drawn):
    _town, number = drawn
    with database.reading_session() as session:
        paper = quote_in(session, number).paper_id
    assert buyer.get(f"{FORM.format(number)}/{paper}.docx").status_code == 404


def test_the_page_of_a_closed_quote_leads_to_its_file(buyer, database, drawn):
    town, number = drawn
    with database.transaction() as session:
        cancel_quote(session, quote_in(session, number), by=town.buyer, at=now())
    answer = buyer.get(FORM.format(number))
    assert answer.status_code == 303
    assert answer.location.endswith(f"/devis/{number}")
