"""Once a year the office reviews each verified body."""

from datetime import timedelta

import pytest

from shop.core.actors import SALES, THE_CLOCK, Actor
from shop.core.errors import IllegalTransition, NotAllowed
from shop.ops.clock import travelled
from shop.organisations.models import Organisation
from shop.organisations.register_checks import keep_check
from shop.organisations.rules import Verification
from shop.register.answers import Outcome, RegisterAnswer, RegisterFacts, Source
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.verification import cases, verification
from shop.verification.evidence import Evidence, NoEvidence, RegisterNotAsked
from shop.verification.register_answers import learn
from tests.factories import AT, CHINON, EVIDENCE, OFFICE, make_body, make_buyer, make_person
from tests.people import staff

A_YEAR_LATER = AT + timedelta(days=366)
SILENT = RegisterAnswer(Outcome.UNAVAILABLE, Source.STATE)
OPEN = RegisterAnswer(
    Outcome.FOUND, Source.STATE, RegisterFacts(siren=CHINON[:9], legal_category="7210")
)
STILL_THERE = Evidence(still_there=True)


def town(session) -> Organisation:
    return session.get_one(Organisation, make_buyer(session).organisation_id)


def test_a_body_is_due_after_a_year_until_it_is_confirmed(database: Database):
    with database.transaction() as session:
        body = town(session)
        assert list(cases.due_again(session, AT + timedelta(days=364))) == []
        assert list(cases.due_again(session, A_YEAR_LATER)) == [body]
        with pytest.raises(RegisterNotAsked):
            verification.confirm(session, body, evidence=STILL_THERE, by=OFFICE, at=A_YEAR_LATER)
        keep_check(session, body, CHINON, SILENT, at=A_YEAR_LATER)
        with pytest.raises(RegisterNotAsked):
            verification.confirm(session, body, evidence=STILL_THERE, by=OFFICE, at=A_YEAR_LATER)
        keep_check(session, body, CHINON, OPEN, at=A_YEAR_LATER - timedelta(hours=23))
        verification.confirm(session, body, evidence=STILL_THERE, by=OFFICE, at=A_YEAR_LATER)
        assert (body.verification, body.verified_at) == (Verification.VERIFIED, A_YEAR_LATER)
        assert list(cases.due_again(session, A_YEAR_LATER)) == []
        assert [one.act for one in cases.decisions_on(session, body)] == ["confirm", "verify"]
        assert session.query(Email).count() == 0, "nobody is written to"


@pytest.mark.parametrize("said", [{"legal_category": "5710"}, {"unit_active": False}])
def test_a_verified_body_that_the_register_contradicts_is_reviewed(database: Database, said: dict):
    with database.transaction() as session:
        body = town(session)
        facts = RegisterFacts(**({"siren": CHINON[:9], "legal_category": "7210"} | said))
        against = RegisterAnswer(Outcome.FOUND, Source.STATE, facts)
        learn(session, body, CHINON, against, by=THE_CLOCK, at=AT)
        assert body.verification is Verification.VERIFIED, "the office's decision stands"
        assert list(cases.due_again(session, AT)) == [body]
        verification.confirm(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)
        assert list(cases.due_again(session, AT)) == []
        learn(session, body, CHINON, against, by=THE_CLOCK, at=AT)
        learn(session, body, CHINON, OPEN, by=THE_CLOCK, at=AT)
        assert list(cases.due_again(session, AT)) == [], "it has said since that all is well"


def test_the_register_and_the_member_still_there_verify_nobody_the_first_time(database: Database):
    with database.transaction() as session:
        body = make_body(session, make_person(session, at=AT), at=AT)
        session.flush()
        with pytest.raises(NoEvidence):
            verification.verify(session, body, evidence=STILL_THERE, by=OFFICE, at=AT)
        with pytest.raises(IllegalTransition):
            verification.confirm(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)


def test_only_the_office_confirms_and_on_evidence(database: Database):
    with database.transaction() as session:
        body = town(session)
        with pytest.raises(NoEvidence):
            verification.confirm(session, body, evidence=Evidence(), by=OFFICE, at=A_YEAR_LATER)
        sales = Actor("Hugo", frozenset({SALES}))
        with pytest.raises(NotAllowed):
            verification.confirm(session, body, evidence=EVIDENCE, by=sales, at=A_YEAR_LATER)
        assert body.verified_at == AT


def test_the_terms_agreed_outlive_a_second_verification(database: Database):
    with database.transaction() as session:
        body = town(session)
        body.payment_delay_days = 20
        verification.suspend(session, body, reason="Impayés", by=OFFICE, at=AT)
        verification.verify(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)
        assert body.payment_delay_days == 20


def test_the_queue_lists_what_is_due(app, database: Database):
    with database.transaction() as session:
        town(session).verified_at = AT - timedelta(days=3650)
    with travelled(timedelta(days=2)):
        desk = staff(app, database, "sales_admin")
        assert "À revoir" in desk.get("/bureau/verifications").text
        path = "/bureau/verifications/1"
        assert "toujours là" in desk.get(path).text
        assert desk.post(f"{path}/confirmation", data={"about": "1"}).status_code == 422
        still = {"about": "1", "still_there": "y"}
        assert "depuis 24 heures" in desk.post(f"{path}/confirmation", data=still).text
        assert desk.post(f"{path}/registre").status_code == 303
        done = desk.post(f"{path}/confirmation", data=still)
        assert done.status_code == 303
        assert "À revoir" not in desk.get("/bureau/verifications").text
