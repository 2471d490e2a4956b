"""The register's answer decides on a registration: at once, or when it is available again."""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select

from shop.jobs import ask_register
from shop.members.registration import register_organisation
from shop.ops import clock
from shop.organisations.models import Establishment, Organisation, RegisterCheck
from shop.organisations.register_checks import LATE, SOON, checks_on, keep_check
from shop.organisations.rules import Verification
from shop.people.people import actor_of
from shop.register.answers import (
    EstablishmentClosed,
    Outcome,
    RegisterAnswer,
    RegisterFacts,
    Source,
    UnitClosed,
)
from shop.register.rules import Nature
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from shop.verification.register_answers import ask_due
from shop.verification.verification import refuse, verify
from tests.conftest import TEST_SETTINGS
from tests.factories import AT, EVIDENCE, OFFICE, make_person
from tests.register_server import PRIVATE, PUBLIC, REVIEW, served, siret

pytestmark = pytest.mark.each_database

TOWN = siret(1)
SILENCE = RegisterAnswer(Outcome.UNAVAILABLE, Source.STATE)


def found(category: str = PUBLIC, number: str = TOWN, **changed) -> RegisterAnswer:
    facts = RegisterFacts(
        siren=number[:9],
        siret=number,
        name="COMMUNE DE CHINON",
        legal_category=category,
        establishment_open=True,
        line1="1 PLACE DU MARCHE",
        postal_code="37500",
        city="CHINON",
    )
    return RegisterAnswer(
        Outcome.FOUND, Source.STATE, replace(facts, **changed), payload_sha256="a" * 64
    )


NOT_FOUND = RegisterAnswer(Outcome.NOT_FOUND, Source.STATE)


def registered(
    database: Database,
    answer: RegisterAnswer,
    *,
    private: bool = False,
    email="claire@ville.example",
) -> Organisation:
    with database.transaction() as session:
        user = make_person(session, at=AT, email=email)
        return register_organisation(
            session,
            siret=TOWN,
            name="Ville de Chinon",
            declared_private=private,
            answer=answer,
            by=actor_of(user),
            at=AT,
        )


def kept(database: Database) -> Organisation:
    with database.reading_session() as session:
        return session.scalars(select(Organisation)).one()


def emails(database: Database) -> list[str]:
    with database.reading_session() as session:
        return list(session.scalars(select(Email.template).order_by(Email.id)))


def checks(database: Database) -> list[RegisterCheck]:
    with database.reading_session() as session:
        return checks_on(session, session.scalars(select(Organisation)).one())


def test_a_body_that_is_found_has_the_name_the_category_and_the_address_of_the_register(
    database: Database,
):
    body = registered(database, found())
    assert (body.name, body.legal_category) == ("COMMUNE DE CHINON", PUBLIC)
    assert (body.nature, body.verification) == (Nature.PUBLIC, Verification.PENDING)
    assert body.register_due_at is None
    with database.reading_session() as session:
        place = session.scalars(select(Establishment)).one()
    assert place.name == "Ville de Chinon"
    assert place.header == {
        "name": "Ville de Chinon",
        "line1": "1 PLACE DU MARCHE",
        "postal_code": "37500",
        "city": "CHINON",
    }


def test_the_answer_is_stored_with_its_source_and_its_digest(database: Database):
    registered(database, found())
    [check] = checks(database)
    assert (check.siret, check.at, check.source) == (TOWN, AT, "state")
    assert (check.outcome, check.payload_sha256) == ("FOUND", "a" * 64)
    assert check.facts["name"] == "COMMUNE DE CHINON"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [({"unit_active": False}, UnitClosed), ({"establishment_open": False}, EstablishmentClosed)],
)
def test_a_closed_unit_or_establishment_is_not_registered(database: Database, changed, refusal):
    with pytest.raises(refusal):
        registered(database, found(**changed))
    with database.reading_session() as session:
        assert session.scalar(select(func.count(Organisation.id))) == 0


def test_a_company_that_says_that_it_is_a_public_body_pays_by_card(database: Database):
    company = registered(database, found(PRIVATE))
    assert (company.nature, company.verification) == (Nature.PRIVATE, Verification.UNVERIFIED)
    assert company.verification_reason


def test_a_private_category_among_the_states_administrations_is_reviewed(
    database: Database,
):
    body = registered(database, found("9220", is_administration=True))
    assert (body.nature, body.verification) == (Nature.REVIEW, Verification.PENDING)
    with database.transaction() as session:
        session.add(body)
        verify(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)
    assert (body.nature, body.verification) == (Nature.REVIEW, Verification.VERIFIED)


def test_a_body_unknown_to_the_register_waits_for_the_office(database: Database):
    body = registered(database, NOT_FOUND)
    assert (body.nature, body.verification) == (Nature.REVIEW, Verification.PENDING)
    assert (body.name, body.register_due_at) == ("Ville de Chinon", None)


def test_an_unavailable_register_blocks_nobody_and_is_asked_again_in_a_minute(database: Database):
    body = registered(database, SILENCE)
    assert (body.nature, body.verification) == (Nature.REVIEW, Verification.PENDING)
    assert body.register_due_at == AT + SOON
    assert [check.outcome for check in checks(database)] == ["UNAVAILABLE"]


def test_no_request_is_sent_before_retry_after_of_the_register(database: Database):
    body = registered(database, replace(SILENCE, retry_after=900))
    assert body.register_due_at == AT + timedelta(minutes=15)


def again(database: Database, answer: RegisterAnswer, *, at: datetime) -> list[str]:
    """The worker asks at that moment; returns the SIRETs that it asked for."""
    asked: list[str] = []

    def look_up(number: str) -> RegisterAnswer:
        asked.append(number)
        return answer

    ask_due(database, look_up, clock=lambda: at)
    return asked


def test_the_worker_asks_only_when_it_is_time(database: Database):
    registered(database, SILENCE)
    assert again(database, found(), at=AT + SOON - timedelta(seconds=1)) == []
    assert again(database, found(), at=AT + SOON) == [TOWN]
    assert again(database, found(), at=AT + timedelta(days=1)) == []


def test_a_register_unavailable_for_long_is_asked_less_often(
    database: Database,
):
    registered(database, SILENCE)
    at, waits = AT + SOON, []
    for _ in range(12):
        again(database, SILENCE, at=at)
        due = kept(database).register_due_at
        assert due is not None
        waits.append(due - at)
        at = due
    assert waits == sorted(waits)
    assert waits[0] == SOON
    assert waits[-1] == LATE
    assert len(checks(database)) == 1


def test_a_later_answer_sets_the_name_and_the_category(database: Database):
    registered(database, SILENCE)
    again(database, found(), at=AT + SOON)
    body = kept(database)
    assert (body.name, body.legal_category) == ("COMMUNE DE CHINON", PUBLIC)
    assert (body.nature, body.verification) == (Nature.PUBLIC, Verification.PENDING)
    assert [check.outcome for check in checks(database)] == ["FOUND", "UNAVAILABLE"]
    with database.reading_session() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "learn")).one()
    assert entry.facts["changed"] is True
    assert emails(database) == []


def test_a_private_body_pays_by_card_and_gets_an_e_mail(database: Database):
    registered(database, SILENCE)
    again(database, found(PRIVATE), at=AT + SOON)
    body = kept(database)
    assert (body.nature, body.verification) == (Nature.PRIVATE, Verification.UNVERIFIED)
    assert emails(database) == ["organisation_private"]


def test_a_closed_body_waits_for_the_office(database: Database):
    registered(database, SILENCE)
    again(database, found(establishment_open=False), at=AT + SOON)
    body = kept(database)
    assert body.verification is Verification.PENDING
    assert "closed" in body.verification_reason
    with database.reading_session() as session:
        assert session.scalars(select(Establishment)).one().closed


def test_a_company_that_is_a_public_body_after_all_waits_for_its_verification(database: Database):
    company = registered(database, SILENCE, private=True)
    assert (company.nature, company.verification) == (Nature.PRIVATE, Verification.UNVERIFIED)
    again(database, found(REVIEW), at=AT + SOON)
    body = kept(database)
    assert (body.nature, body.verification) == (Nature.REVIEW, Verification.PENDING)


def test_a_company_unknown_to_the_registers_stays_a_company(database: Database):
    registered(database, SILENCE, private=True)
    again(database, NOT_FOUND, at=AT + SOON)
    body = kept(database)
    assert (body.nature, body.verification) == (Nature.PRIVATE, Verification.UNVERIFIED)
    assert body.register_due_at is None


def test_a_later_answer_does_not_change_the_offices_decision(database: Database):
    body = registered(database, SILENCE)
    with database.transaction() as session:
        session.add(body)
        refuse(session, body, reason="Lettre absente", by=OFFICE, at=AT)
    again(database, found(PRIVATE), at=AT + SOON)
    body = kept(database)
    assert (body.verification, body.nature) == (Verification.REFUSED, Nature.REVIEW)
    assert body.verification_reason == "Lettre absente"
    assert [check.outcome for check in checks(database)] == ["FOUND", "UNAVAILABLE"]


def test_two_workers_may_ask_the_register_at_once(database: Database):
    registered(database, SILENCE)
    at = AT + SOON
    workers = [
        Thread(
            target=ask_due, args=(database, lambda _: found(PRIVATE)), kwargs={"clock": lambda: at}
        )
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert emails(database) == ["organisation_private"]
    assert [check.outcome for check in checks(database)] == ["FOUND", "UNAVAILABLE"]


def test_nothing_is_locked_while_the_register_is_asked(database: Database):
    registered(database, SILENCE)

    def look_up(_number: str) -> RegisterAnswer:
        with database.transaction() as session:
            session.scalars(select(Organisation)).one().name = "Somebody else writes"
        return NOT_FOUND

    ask_due(database, look_up, clock=lambda: AT + SOON)
    assert kept(database).name == "Somebody else writes"


def test_each_establishment_is_looked_up_until_the_register_has_answered(database: Database):
    body = registered(database, SILENCE)
    school = TOWN[:9] + "00025"
    with database.transaction() as session:
        session.add(body)
        keep_check(session, body, school, replace(SILENCE, retry_after=3600), at=AT)
    assert again(database, found(), at=AT + LATE) == [TOWN]
    assert again(database, found(number=school), at=AT + LATE) == [school]
    assert kept(database).register_due_at is None


def test_one_unavailable_answer_ends_the_round(database: Database):
    registered(database, SILENCE)
    with database.transaction() as session:
        other = make_person(session, at=AT, email="paul@autre.example")
        register_organisation(
            session, siret=siret(2), name="Autre", answer=SILENCE, by=actor_of(other), at=AT
        )
    assert again(database, SILENCE, at=AT + SOON) == [TOWN]
    assert again(database, found(), at=AT + SOON) == [siret(2)]


def test_the_worker_asks_the_state_over_http(database: Database, monkeypatch):
    with served() as state:
        settings = replace(TEST_SETTINGS, register="state", register_url=state.url)
        registered(database, SILENCE)
        state.know(TOWN)
        monkeypatch.setattr(clock, "now", lambda: AT + SOON)
        ask_register(database, settings)
    body = kept(database)
    assert (body.name, body.nature) == ("COMMUNE DE CHINON", Nature.PUBLIC)
