"""A refusal that the buyer can cure asks them for one field; the office corrects with it."""

from html import unescape

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select

from checkout.invoices.answers import answer_refusal
from checkout.invoices.corrections import correction_of
from checkout.invoices.cure_rules import AnsweredBefore, NothingAsked
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice, RefusalAnswer
from checkout.invoices.procedure import InvoiceState
from checkout.orders.models import Order
from shop.core.actors import ACCOUNTANT, ACCOUNTING, BUYER, READER, THE_CLOCK, Actor
from shop.core.errors import IllegalTransition, NotAllowed
from shop.emails.messages import render_email
from shop.organisations.contacts import PAYER
from shop.organisations.models import OrganisationContact
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS
from tests.integration.test_invoice_statuses import forwarded, told
from tests.people import sign_in, staff

pytestmark = pytest.mark.usefixtures("printed_once")
CODE = "Code service inconnu"
MEMBER = Actor("Jeanne Comptable", frozenset({READER, ACCOUNTANT}))


def give(database: Database, number: str, value: str, by: Actor = MEMBER) -> None:
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        answer_refusal(session, invoice, order, value, by=by, at=AT)


def sent(database: Database, template: str) -> list[Email]:
    with database.reading_session() as session:
        return list(
            session.scalars(select(Email).where(Email.template == template).order_by(Email.id))
        )


def buyer_of(database: Database) -> tuple[int, Order]:
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        return order.user_id, order


def test_the_buyer_and_the_accounts_are_asked_once(database: Database):
    number = forwarded(database)
    with database.transaction() as session:
        body = session.scalars(select(Order)).one().organisation_id
        session.add(
            OrganisationContact(
                organisation_id=body, function=PAYER, name="Paie", phone="", email="paie@x.example"
            )
        )
    told(database, number, "210", CODE, by=THE_CLOCK)
    with pytest.raises(IllegalTransition):
        told(database, number, "210", CODE, by=THE_CLOCK)
    asked = sent(database, "invoice_to_complete")
    _user, order = buyer_of(database)
    assert [one.to for one in asked] == [order.email, "paie@x.example"]
    assert asked[0].facts["field"] == "service_code"
    told_to = asked[0]
    letter = render_email(told_to.template, told_to.facts, language="fr", public_url="https://x")
    assert CODE in str(letter) and f"/commandes/{order.number}/reponse" in str(letter)


def test_what_the_office_alone_cures_asks_nobody(database: Database):
    number = forwarded(database)
    told(database, number, "210", "Un prix est faux")
    assert sent(database, "invoice_to_complete") == []
    with pytest.raises(NothingAsked):
        give(database, number, "CULT-09")


def test_an_answer_is_written_once_with_who_gave_it(database: Database):
    number = forwarded(database)
    with pytest.raises(IllegalTransition):
        give(database, number, "CULT-09")
    told(database, number, "213", CODE)
    for stranger in (Actor("Lectrice", frozenset({READER})), BOOKS, THE_CLOCK):
        with pytest.raises(NotAllowed):
            give(database, number, "CULT-09", by=stranger)
    give(database, number, "CULT-09")
    give(database, number, "CULT-09", by=Actor("Achat", frozenset({READER, BUYER})))
    with pytest.raises(AnsweredBefore):
        give(database, number, "CULT-10")
    with database.reading_session() as session:
        answer = session.scalars(select(RefusalAnswer)).one()
        assert (answer.value, answer.by_name) == ("CULT-09", MEMBER.name)
        acts = select(func.count()).where(JournalEntry.act == "answer_refusal")
        assert session.scalar(acts) == 1


def test_a_refusal_told_by_mistake_asks_nothing_more(database: Database):
    number = forwarded(database)
    told(database, number, "210", CODE)
    with database.transaction() as session:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        invoice.state = InvoiceState.RECEIVED
    with pytest.raises(IllegalTransition):
        give(database, number, "CULT-09")


def test_from_the_file_of_the_buyer_to_the_corrected_invoice(app: Flask, database: Database):
    number = forwarded(database)
    books = staff(app, database, ACCOUNTING)
    told(database, number, "210", CODE)
    user, order = buyer_of(database)
    desk = f"/bureau/rectifications/{number}"
    assert "Il n’a pas encore répondu" in unescape(books.get(desk).text)
    buyer = sign_in(app.test_client(), user)
    file, page = f"/devis/{order.quote_number}", f"/commandes/{order.number}/reponse"
    shown = unescape(buyer.get(file).text)
    assert f"La facture {number} a été refusée" in shown and CODE in shown
    assert f'action="{page}"' in shown
    assert CODE in buyer.get(page).text
    wrong = buyer.post(page, data={"invoice": number, "value": ""})
    assert wrong.status_code == 422 and "Saisissez le numéro" in wrong.text
    assert buyer.post(page, data={"invoice": "FA-2026-000009", "value": "1"}).status_code == 422
    done = buyer.post(page, data={"invoice": number, "value": "CULT-09"})
    assert (done.status_code, done.location) == (303, file)
    assert "a été refusée" not in unescape(buyer.get(file).text)
    late = buyer.post(page, data={"invoice": number, "value": "CULT-10"})
    assert late.status_code == 422 and "a répondu entre-temps" in unescape(late.text)
    assert len(sent(database, "invoice_completed")) == 1
    ready = unescape(books.get(desk).text)
    assert "L’acheteur a répondu" in ready and 'value="CULT-09"' in ready
    issued = books.post(f"{desk}/emission", data=hidden_of(books.get(desk).text))
    assert issued.status_code == 303, "the one button of the page issues it"
    with database.reading_session() as session:
        new = session.scalars(select(Invoice).where(Invoice.replaces_id.is_not(None))).one()
        said = correction_of(new, session.scalars(select(Order)).one())
    assert said.parties.paying_service and said.parties.paying_service.service_code == "CULT-09"


def hidden_of(page: str) -> dict[str, str]:
    """The answers of the form that issues the corrected invoice."""
    (form,) = html.fromstring(page).xpath("//form[contains(@action, '/emission')]")
    return {field.get("name"): field.get("value") for field in form.xpath(".//input[@name]")}
