"""The record of a client, an organisation or a person: papers, money, notes."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import HOLDINGS
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.payments.billing import bill_order
from quotes.quotes.models import Quote
from shop.clients.keys import Client
from shop.clients.models import ClientNote
from shop.clients.notes import write_note
from shop.clients.rules import LONGEST_NOTE, ClientNoteMissing, ClientNoteTooLong
from shop.core.actors import ACCOUNTING, SALES, Actor
from shop.core.errors import NotAllowed
from shop.people.models import User
from shop.people.people import actor_of
from shop.privacy.personal_data import copy_of, erase
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.counting import counted
from tests.factories import AT, BOOKS, Town, make_person, make_town, sale_line
from tests.orders import deliver_all, make_order_from_original, make_quote
from tests.people import staff

SELLER = Actor("Sam", frozenset({SALES}))


@pytest.fixture
def town(database: Database) -> Town:
    with database.transaction() as session:
        return make_town(session, at=AT)


@pytest.fixture
def office(app, database: Database):
    return staff(app, database, SALES)


def invoiced(session: Session, town: Town, reference: str = "BC-1") -> tuple[Quote, Order, Invoice]:
    """A quote of the town, ordered, delivered and invoiced."""
    quote = make_quote(session, town.buyer, [sale_line(session, town.product_id)])
    order = make_order_from_original(session, quote, reference=reference)
    deliver_all(session, order)
    return quote, order, bill_order(session, order, by=BOOKS, at=AT)


def test_the_record_of_a_body_shows_its_papers_and_what_it_owes(office, database, town):
    with database.transaction() as session:
        quote, order, invoice = invoiced(session, town)
        numbers, due = (quote.number, order.number, invoice.number), invoice.due
    page = office.get(f"/bureau/clients/{town.organisation_id}").text
    for number in numbers:
        assert number in page
    assert "Reste à payer" in page
    assert due.cents > 0
    for name in ("devis", "commandes", "factures", "avoirs", "reglements", "questions", "journal"):
        assert office.get(f"/bureau/clients/{town.organisation_id}/liste/{name}").status_code == 200
    assert office.get(f"/bureau/clients/{town.organisation_id}/liste/autre").status_code == 404


def test_more_papers_add_no_statement_to_the_record(office, database, town):
    with database.transaction() as session:
        invoiced(session, town)
        write_note(session, Client(town.organisation_id), "Note", by=SELLER, at=AT)
    url = f"/bureau/clients/{town.organisation_id}"
    office.get(url)
    with counted(database) as few:
        office.get(url)
    with database.transaction() as session:
        for number in (2, 3):
            invoiced(session, town, f"BC-{number}")
            write_note(session, Client(town.organisation_id), "Note", by=SELLER, at=AT)
    with counted(database) as many:
        assert office.get(url).status_code == 200
    assert len(many) == len(few)


def test_a_person_is_found_in_the_list_and_by_the_search_of_the_office(office, database, town):
    with database.transaction() as session:
        paul = make_person(session, at=AT, email="paul@maison.example", name="Paul Lefèvre").id
    listed = office.get("/bureau/clients/personnes?q=lefevre").text
    assert f"/bureau/clients/personnes/{paul}" in listed
    assert "claire@chinon.example" not in office.get("/bureau/clients/personnes").text
    found = office.get("/bureau/recherche?q=paul@maison.example")
    assert found.headers["Location"].startswith(f"/bureau/clients/personnes/{paul}")
    assert "paul@maison.example" in office.get(f"/bureau/clients/personnes/{paul}").text
    with database.reading_session() as session:
        colleague = session.scalars(select(User.id).where(User.works_as(SALES))).one()
    assert office.get(f"/bureau/clients/personnes/{colleague}").status_code == 404


def test_a_note_is_kept_with_its_author_and_told_to_the_journal_without_its_words(
    office, database, town
):
    url = f"/bureau/clients/{town.organisation_id}/notes"
    assert office.post(url, data={"text": " "}).status_code == 422
    long = "a" * (LONGEST_NOTE + 1)
    refused = office.post(url, data={"text": long})
    assert refused.status_code == 422
    assert long in refused.text
    assert office.post(url, data={"text": "Rappeler le lundi."}).status_code == 303
    assert "Rappeler le lundi." in office.get(f"/bureau/clients/{town.organisation_id}").text
    with database.reading_session() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "write_note")).one()
    assert "lundi" not in str(entry.facts)


def test_who_may_write_a_note(database, town):
    whose = Client(town.organisation_id)
    with database.transaction() as session:
        for stranger in (town.buyer, BOOKS, Actor("A", frozenset({ACCOUNTING}))):
            with pytest.raises(NotAllowed):
                write_note(session, whose, "Note", by=stranger, at=AT)
        with pytest.raises(ClientNoteMissing):
            write_note(session, whose, " \n", by=SELLER, at=AT)
        with pytest.raises(ClientNoteTooLong):
            write_note(session, whose, "a" * (LONGEST_NOTE + 1), by=SELLER, at=AT)


def test_notes_about_a_person_are_in_their_copy_and_erased_with_them(database, town):
    with database.transaction() as session:
        paul = make_person(session, at=AT, email="paul@maison.example")
        write_note(session, Client(user_id=paul.id), "Préfère le matin.", by=SELLER, at=AT)
        write_note(session, Client(town.organisation_id), "Autre", by=SELLER, at=AT)
        by = actor_of(paul)
        copy = copy_of(session, paul, HOLDINGS, by=by, at=AT)
        assert [one["text"] for one in copy["notes"]] == ["Préfère le matin."]
        erase(session, paul, HOLDINGS, confirmed=paul.email, by=by, at=AT)
        assert session.scalars(select(ClientNote.text)).one() == "Autre"
