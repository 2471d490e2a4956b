"""What two persons do: the original and its credit note, money; and a shop of one person."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.models import CreditNote
from checkout.credits.rules import CreditRequest
from checkout.invoices.invoices import get_invoice
from shop.core.actors import ACCOUNTING, ADMIN, SALES_ADMIN, Actor
from shop.core.text import paris_day
from shop.dossiers.dossiers import content_of
from shop.duties.duties import did_first
from shop.duties.rules import ALONE, CREDIT, RecordedByYou
from shop.settings.settings import set_settings
from shop.settings.table_rules import SEPARATION
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.web.dossiers.journal import journal_lines
from tests.credited import invoiced
from tests.factories import AT, OFFICE
from tests.people import staff

#: The person who records the originals of the tests, with another role as well.
ALSO_BOOKS = Actor(OFFICE.name, frozenset({SALES_ADMIN, ACCOUNTING}), OFFICE.user_id)
CHIEF = Actor("Anne Delorme", frozenset({ADMIN}))


def credit_alone(session: Any, number: str) -> CreditNote:
    invoice, order = get_invoice(session, number, by=ALSO_BOOKS)
    asked = CreditRequest("Reprise", whole=True)
    return issue_credit_note(session, invoice, order, asked, by=ALSO_BOOKS, at=AT)


def lift(session: Any) -> None:
    values, day = {"one_person": 1}, paris_day(AT)
    set_settings(session, SEPARATION, values, day, seen=0, by=CHIEF, at=AT)


def test_whoever_recorded_the_original_does_not_issue_its_credit_note(database: Database):
    number = invoiced(database)
    with database.transaction() as session, pytest.raises(RecordedByYou):
        credit_alone(session, number)
    with database.reading_session() as session:
        assert session.scalars(select(CreditNote.id).order_by(CreditNote.id)).all() == []


def test_a_shop_of_one_person_lifts_the_rule_and_its_paper_and_journal_say_so(
    app: Flask, database: Database
):
    number = invoiced(database)
    with database.transaction() as session:
        lift(session)
        note = credit_alone(session, number)
        assert content_of(session, note.paper_id)[ALONE] is True
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "issue_credit_note")
        ).one()
        assert entry.facts[ALONE] == CREDIT.key
        with app.test_request_context(headers={"Accept-Language": "fr"}):
            assert "Une seule personne" in journal_lines([entry])[0].text


def test_the_credit_note_of_another_person_says_nothing(database: Database):
    number = invoiced(database)
    with database.transaction() as session:
        lift(session)
        other = Actor("Zoé", frozenset({ACCOUNTING}), 77_000)
        invoice, order = get_invoice(session, number, by=other)
        assert not did_first(session, CREDIT, order.dossier_id, other)
        other = Actor("Zoé", frozenset({ACCOUNTING}))
        asked = CreditRequest("Reprise", whole=True)
        note = issue_credit_note(session, invoice, order, asked, by=other, at=AT)
        assert ALONE not in content_of(session, note.paper_id)


def test_the_page_of_the_team_tells_the_duties(app: Flask, database: Database):
    office = staff(app, database, ADMIN)
    assert "n’émet pas d’avoir" in office.get("/bureau/equipe").text
    with database.transaction() as session:
        lift(session)
    assert "Un réglage lève cette règle" in office.get("/bureau/equipe").text
