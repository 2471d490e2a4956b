"""Invoices that are contested or suspended: told to the buyer, answered, ended by the office."""

from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice, ObjectionAnswer
from checkout.invoices.objection_rules import (
    LONGEST_ANSWER,
    NothingContested,
    ObjectionAnswerMissing,
    ObjectionAnswerTooLong,
    ensure_objection_answer,
)
from checkout.invoices.objections import answer_objection, objections_of
from checkout.invoices.procedure import InvoiceState
from checkout.invoices.rules import InterruptedBefore
from checkout.invoices.statuses import correct_status, end_dispute, end_suspension
from checkout.orders.models import Order
from shop.core.actors import ACCOUNTANT, ACCOUNTING, READER, THE_CLOCK, Actor
from shop.core.errors import NotAllowed
from shop.emails.messages import render_email
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import BOOKS
from tests.integration.test_invoice_statuses import LATER, TODAY, forwarded, told
from tests.people import sign_in, staff

pytestmark = pytest.mark.usefixtures("printed_once")
MEMBER = Actor("Jeanne Comptable", frozenset({READER, ACCOUNTANT}))
ASKED = "Il manque le bon de livraison"


def answer(database: Database, number: str, text: str, by: Actor = MEMBER) -> None:
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        answer_objection(session, invoice, order, text, by=by, at=LATER)


def state_of(database: Database, number: str) -> InvoiceState:
    with database.reading_session() as session:
        return session.scalars(select(Invoice.state).where(Invoice.number == number)).one()


def letters(database: Database, template: str) -> list[str]:
    """The e-mails of a kind, as they are read in French."""
    with database.reading_session() as session:
        sent = select(Email).where(Email.template == template).order_by(Email.id)
        rows = session.scalars(sent).all()
    return [
        str(render_email(one.template, one.facts, language="fr", public_url="https://x"))
        for one in rows
    ]


def test_a_suspension_says_what_is_asked_and_the_day_without_it(database: Database) -> None:
    number = forwarded(database)
    with database.reading_session() as session:
        before = session.scalars(select(Invoice)).one().payable_by
    told(database, number, "208", ASKED, on=TODAY + timedelta(days=1))
    with database.reading_session() as session:
        order, invoices = session.scalars(select(Order)).one(), session.scalars(select(Invoice))
        found = objections_of(session, order, invoices.all())[number]
    assert (found.is_suspended, found.reason) == (True, ASKED)
    assert (found.told_on, found.due_without) == (TODAY + timedelta(days=1), before)
    (letter,) = letters(database, "invoice_objected")
    assert ASKED in letter and f"/factures/{number}/reponse" in letter


def test_the_buyer_is_told_once_of_what_a_platform_repeats(database: Database) -> None:
    number = forwarded(database)
    for _time in range(2):
        told(database, number, "207", "Un prix est faux", by=THE_CLOCK)
    assert len(letters(database, "invoice_objected")) == 1


def test_an_answer_is_kept_and_told_to_the_accounting_staff(app: Flask, database: Database) -> None:
    staff(app, database, ACCOUNTING)
    number = forwarded(database)
    with pytest.raises(NothingContested):
        answer(database, number, "Rien")
    told(database, number, "207", "Un prix est faux")
    for stranger in (Actor("Lectrice", frozenset({READER})), BOOKS, THE_CLOCK):
        with pytest.raises(NotAllowed):
            answer(database, number, "Le prix est celui du devis", by=stranger)
    answer(database, number, "Le prix est celui du devis")
    answer(database, number, "Page 2")
    with database.reading_session() as session:
        kept = session.scalars(select(ObjectionAnswer).order_by(ObjectionAnswer.id)).all()
    assert [one.answer for one in kept] == ["Le prix est celui du devis", "Page 2"]
    assert "Le prix est celui du devis" in letters(database, "objection_answered")[0]


def test_the_end_of_each_objection_is_told_to_the_buyer(database: Database) -> None:
    number = forwarded(database)
    told(database, number, "207", "Un prix est faux")
    told(database, number, "208", ASKED)
    with database.transaction() as session:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        end_suspension(session, invoice, TODAY, by=BOOKS, at=LATER)
    assert state_of(database, number) is InvoiceState.COMPLETED
    told(database, number, "207", "Deux prix")
    with database.transaction() as session:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        end_dispute(session, invoice, TODAY, "Prix du marché", by=BOOKS, at=LATER)
    told(database, number, "207", "Trois prix")
    with database.transaction() as session:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        correct_status(session, invoice, "Autre facture", by=BOOKS, at=LATER)
    completed, settled, mistake = letters(database, "objection_ended")
    assert "a tout ce qu’il avait demandé" in completed
    assert "Prix du marché" in settled
    assert "n’est ni contestée ni suspendue" in mistake


def test_a_second_suspension_that_a_platform_tells_can_be_ended(database: Database) -> None:
    number = forwarded(database)
    told(database, number, "208", ASKED)
    told(database, number, "209")
    with pytest.raises(InterruptedBefore):
        told(database, number, "208", "Encore")
    told(database, number, "208", "Encore", by=THE_CLOCK)
    assert state_of(database, number) is InvoiceState.SUSPENDED
    with database.transaction() as session:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        end_suspension(session, invoice, TODAY, by=BOOKS, at=LATER)
    assert state_of(database, number) is InvoiceState.COMPLETED


def test_an_answer_is_neither_empty_nor_endless() -> None:
    with pytest.raises(ObjectionAnswerMissing):
        ensure_objection_answer(" \n ")
    with pytest.raises(ObjectionAnswerTooLong):
        ensure_objection_answer("x" * (LONGEST_ANSWER + 1))
    assert ensure_objection_answer(" oui\nnon ") == "oui\nnon"


def test_from_the_file_of_the_buyer_to_the_end_by_the_office(
    app: Flask, database: Database
) -> None:
    number = forwarded(database)
    books = staff(app, database, ACCOUNTING)
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
    buyer = sign_in(app.test_client(), order.user_id)
    file = f"/devis/{order.quote_number}"
    page = f"/commandes/{order.number}/factures/{number}/reponse"
    desk = f"/bureau/rectifications/{number}"
    assert "rien ne vous est demandé" in unescape(buyer.get(page).text)
    assert buyer.post(page, data={"answer": "Voici"}).status_code == 422
    assert buyer.get(page.replace(number, "FA-2026-000009")).status_code == 404
    told(database, number, "208", ASKED)
    for reader in (buyer, books):
        shown = unescape(reader.get(file).text)
        assert f"Le paiement de la facture {number} est suspendu" in shown and ASKED in shown
        assert "Sans l’interruption, le dernier jour pour payer est le" in shown
    assert page in buyer.get(file).text and page not in books.get(file).text
    assert "Rédigez votre réponse" in unescape(buyer.post(page, data={"answer": ""}).text)
    sent = buyer.post(page, data={"answer": "Il est joint\nau colis 2"})
    assert (sent.status_code, sent.location) == (303, f"{file}#invoices")
    assert "Compléter la réponse" in unescape(buyer.get(file).text)
    assert "au colis 2" in books.get(desk).text
    ended = {"ending-ended_on": (TODAY - timedelta(days=400)).isoformat()}
    assert books.post(f"{desk}/fin", data=ended).status_code == 422
    ended["ending-ended_on"] = TODAY.isoformat()
    assert books.post(f"{desk}/fin", data=ended).status_code == 303
    assert state_of(database, number) is InvoiceState.COMPLETED
    again = books.post(f"{desk}/fin", data=ended | {"ending-answer": "x"})
    assert again.status_code == 422 and "n’est plus contestée" in unescape(again.text)
    told(database, number, "207", "Un prix", on=TODAY)
    missing = books.post(f"{desk}/fin", data=ended)
    assert missing.status_code == 422
    done = books.post(f"{desk}/fin", data=ended | {"ending-answer": "Prix du devis"})
    assert done.status_code == 303
    assert state_of(database, number) is InvoiceState.IN_CHARGE
