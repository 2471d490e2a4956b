"""The fees of a payout that the processor does not tell: typed, corrected, booked once."""

import csv
from datetime import datetime, timedelta
from io import StringIO

import pytest
from sqlalchemy import select

from checkout.card.payout_gateway import FoundTransaction
from checkout.entries.entries import count_rows
from checkout.entries.rules import Entry
from checkout.payouts.fee_rules import (
    FeesChanged,
    FeesReasonMissing,
    FeesReported,
    FeesTooHigh,
)
from checkout.payouts.fees import Correction, correct_fees, type_fees
from checkout.payouts.lists import get_payout
from checkout.payouts.models import CardPayout
from shop.core.actors import ACCOUNTING, SALES, Actor
from shop.core.errors import IllegalTransition, NotAllowed, NotFound
from shop.core.money import Money, total
from shop.core.text import paris_day
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, BOOKS, OFFICE
from tests.integration.test_entries import entries
from tests.paid_out import make_payout, part
from tests.people import staff

NEXT, LATER = AT + timedelta(days=1), AT + timedelta(days=2)


def make(database: Database, *parts: FoundTransaction, amount: int = 970, status: str = "paid"):
    with database.transaction() as session:
        make_payout(session, amount, parts, status=status)


def typed(database: Database, cents: int, *, at: datetime = NEXT, by: Actor = BOOKS) -> None:
    with database.transaction() as session:
        type_fees(session, "po_1", Money(cents), by=by, at=at)


def corrected(database: Database, cents: int, seen: int, *, reason: str = "Relu", at=LATER) -> None:
    asked = Correction(Money(cents), Money(seen), reason)
    with database.transaction() as session:
        correct_fees(session, "po_1", asked, by=BOOKS, at=at)


def booked(database: Database, moment: datetime) -> list[Entry]:
    day = paris_day(moment)
    return [one for one in entries(database, day, day) if one.piece == "po_1"]


def sums(found: list[Entry]) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for one in (posting for entry in found for posting in entry.postings):
        amounts[one.kind] = amounts.get(one.kind, 0) + one.amount.cents
    return amounts


def facts(database: Database, act: str) -> JournalEntry:
    with database.reading_session() as session:
        return session.scalars(select(JournalEntry).where(JournalEntry.act == act)).one()


@pytest.mark.each_database
def test_typed_fees_are_booked_on_their_day_and_their_correction_on_its_own(database: Database):
    make(database)
    typed(database, 30)
    corrected(database, 25, 30)
    days = [sums(booked(database, one)) for one in (AT, NEXT, LATER)]
    assert days == [
        {"bank": 970, "card": -970},
        {"fees": 30, "card": -30},
        {"fees": -5, "card": 5},
    ]
    assert all(not one.balance for day in (AT, NEXT, LATER) for one in booked(database, day))
    with database.reading_session() as session:
        row = get_payout(session, "po_1")
        assert (row.kept_fees, row.before_fees, row.adds_up) == (Money(25), Money(995), True)
        assert (row.fees_by, row.fees_at) == (BOOKS.name, LATER)
        assert count_rows(session, paris_day(AT), paris_day(LATER)) == 3


def test_the_journal_says_who_typed_what_and_why_it_was_corrected(database: Database):
    make(database)
    typed(database, 30)
    corrected(database, 25, 30, reason=" Facture   du mois ")
    first, second = facts(database, "type_fees"), facts(database, "correct_fees")
    assert (first.by_name, first.at, first.subject) == (BOOKS.name, NEXT, "card_payout:po_1")
    day = {"arrives_on": paris_day(AT).isoformat()}
    assert first.facts == day | {"amount": 30, "booked": 30}
    told = {"amount": 25, "before": 30, "booked": -5, "reason": "Facture du mois"}
    assert second.facts == day | told


@pytest.mark.each_database
def test_fees_typed_before_the_payout_arrives_are_booked_with_it(database: Database):
    make(database, status="in_transit")
    typed(database, 30, at=AT)
    corrected(database, 40, 30, at=AT)
    assert booked(database, AT) == []
    with database.transaction() as session:
        make_payout(session, 970, at=NEXT)
    assert sums(booked(database, NEXT)) == {"bank": 970, "fees": 40, "card": -1_010}


@pytest.mark.each_database
def test_a_report_that_comes_later_takes_the_place_of_typed_fees(database: Database):
    make(database)
    typed(database, 30)
    with database.transaction() as session:
        make_payout(session, 970, [part(1_000, fee=30, intent="pi_1")], at=LATER)
    assert booked(database, LATER) == [], "the report has the fees that were typed"
    with pytest.raises(FeesReported):
        corrected(database, 25, 30)


@pytest.mark.each_database
def test_fees_that_are_reported_after_the_payout_are_booked_too(database: Database):
    make(database)
    parts = [part(1_000, fee=30, intent="pi_1")]
    with database.transaction() as session:
        make_payout(session, 970, parts, at=NEXT)
        make_payout(session, 970, parts, at=LATER)
    assert [sums(booked(database, one)) for one in (NEXT, LATER)] == [{"fees": 30, "card": -30}, {}]
    assert facts(database, "report_fees").facts["before"] == 0


def test_fees_are_typed_once_and_corrected_as_they_were_seen(database: Database):
    make(database)
    with pytest.raises(FeesChanged):
        corrected(database, 25, 0)
    typed(database, 30)
    with pytest.raises(FeesChanged):
        typed(database, 31)
    with pytest.raises(FeesChanged):
        corrected(database, 25, 29)
    with pytest.raises(FeesReasonMissing):
        corrected(database, 25, 30, reason="  ")
    with pytest.raises(FeesTooHigh):
        corrected(database, 97_000, 30)


def test_only_the_accounting_staff_type_fees_of_a_payout_that_did_not_fail(database: Database):
    make(database, status="failed")
    with pytest.raises(IllegalTransition):
        typed(database, 30)
    with pytest.raises(NotAllowed):
        typed(database, 30, by=OFFICE)
    with database.transaction() as session, pytest.raises(NotFound):
        type_fees(session, "po_9", Money(1), by=BOOKS, at=NEXT)


def test_fees_of_a_payout_that_came_back_stay_and_may_be_corrected(database: Database):
    make(database)
    typed(database, 30)
    with database.transaction() as session:
        make_payout(session, 970, status="failed", at=NEXT)
    corrected(database, 20, 30)
    found = [one for moment in (AT, NEXT, LATER) for one in booked(database, moment)]
    assert sums(found) == {"bank": 0, "fees": 20, "card": -20}
    assert not total([one.balance for one in found])


@pytest.mark.each_database
def test_an_entry_of_a_past_day_keeps_the_day_of_the_payout(database: Database):
    make(database)
    typed(database, 30)
    before = [booked(database, one) for one in (AT, NEXT)]
    assert {one.piece_day for day in before for one in day} == {paris_day(AT)}
    with database.transaction() as session:
        make_payout(session, 970, status="failed", at=LATER)
        assert get_payout(session, "po_1").arrives_on == paris_day(LATER)
    assert [booked(database, one) for one in (AT, NEXT)] == before


def test_the_page_asks_for_fees_and_says_mistakes_beside_the_field(app, database: Database):
    make(database, part(1_000, kind="topup", source="tu_1"))
    books = staff(app, database, ACCOUNTING)
    assert "les frais sont à saisir" in books.get("/bureau/versements?fees=untold").text
    page = books.get("/bureau/versements/po_1").text
    assert "0,30" in page and "Enregistrer les frais" in page
    place = "/bureau/versements/po_1/frais"
    refused = books.post(place, data={"fees": "trente"})
    assert refused.status_code == 422 and 'value="trente"' in refused.text
    refused = books.post(place, data={"fees": "30,00"})
    assert refused.status_code == 422 and "Les frais dépassent le versement" in refused.text
    assert 'value="30,00"' in refused.text and 'aria-invalid="true"' in refused.text
    assert books.post(place, data={"fees": "0,30"}).status_code == 303
    shown = books.get("/bureau/versements/po_1").text
    assert "Frais saisis par" in shown and "Corriger les frais" in shown
    refused = books.post(place, data={"fees": "0,25", "seen": "30", "reason": ""})
    assert refused.status_code == 422 and "Indiquez le motif" in refused.text
    assert 'value="0,25"' in refused.text
    answer = books.post(place, data={"fees": "0,25", "seen": "30", "reason": "Relu"})
    assert answer.status_code == 303
    assert "le détail ne donne pas le montant" in books.get("/bureau/versements?fees=typed").text
    text = books.get("/bureau/versements.csv").data.decode("utf-8-sig")
    row = list(csv.reader(StringIO(text), delimiter=";"))[1]
    assert (row[4], row[5], bool(row[-1])) == ("10,00", "0,25", True)
    with database.reading_session() as session:
        assert session.get_one(CardPayout, "po_1").fees_by == row[-1]


def test_a_forged_page_types_no_fees(app, database: Database):
    make(database, part(1_000, fee=30, intent="pi_1"))
    books, place = staff(app, database, ACCOUNTING), "/bureau/versements/po_1/frais"
    assert "Enregistrer les frais" not in books.get("/bureau/versements/po_1").text
    told = books.post(place, data={"fees": "0,10"}, follow_redirects=True).text
    assert "il n’y a rien à saisir" in told
    forged = {"fees": "1", "seen": "x", "reason": "y"}
    assert "Relisez-les" in books.post(place, data=forged, follow_redirects=True).text
    assert staff(app, database, SALES).post(place, data={"fees": "1"}).status_code == 403
    with database.reading_session() as session:
        assert session.get_one(CardPayout, "po_1").typed_fees is None
