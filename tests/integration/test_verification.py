"""Organisations and their verification, on both databases."""

import pytest
from sqlalchemy import func, select

from shop.core.actors import MEMBER_ADMIN, Actor
from shop.core.errors import IllegalTransition, NotAllowed
from shop.members import registration
from shop.members.administrators import LastAdministrator, last_administrator
from shop.members.members import let_in, member_actor, remove_member
from shop.members.models import Membership
from shop.organisations import organisations
from shop.organisations.models import Organisation
from shop.organisations.rules import Verification
from shop.people.models import User
from shop.people.people import actor_of, register_person
from shop.people.rules import Profile
from shop.register.embedded import find_body, import_register, search_bodies
from shop.register.models import PublicBody
from shop.register.rules import Nature
from shop.signin.sessions import open_sessions, open_user_session
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from shop.storage.paging import read_number
from shop.verification import cases, verification
from shop.verification.models import VerificationDecision
from shop.verification.persons import let_in_on_evidence
from tests.factories import AT, EVIDENCE, OFFICE, register_town

CHINON = "21370072700018"
COMPANY = "73282932000074"


@pytest.fixture
def register(database: Database) -> Database:
    with database.transaction() as session:
        register_town(session)
    return database


def person(session, email="claire@chinon.example", name="Claire Marchand") -> User:
    return register_person(session, email=email, password_hash="x", profile=Profile(name), at=AT)


def chinon(session, user: User | None = None) -> Organisation:
    user = user or person(session)
    return registration.register_organisation(
        session, siret=CHINON, name="Ville de Chinon", by=actor_of(user), at=AT
    )


def test_a_body_of_the_register_waits_for_the_office(register: Database):
    with register.transaction() as session:
        body = chinon(session)
        assert body.nature is Nature.PUBLIC
        assert body.verification is Verification.PENDING
        assert body.legal_category == "7210"
        assert body.payment_delay_days == 30
        assert body.customer_code == "C-000001"
        place = organisations.establishments_of(session, body.id)[0]
        assert (place.siret, place.header["postal_code"]) == (CHINON, "37500")
        member = session.scalars(select(Membership)).one()
        assert (member.administers, member.approved_at) == (True, AT)


def test_a_body_unknown_to_the_register_waits_too(database: Database):
    with database.transaction() as session:
        body = chinon(session)
        assert body.nature is Nature.REVIEW
        assert body.verification is Verification.PENDING
        assert [one for one, _since in cases.waiting(session)] == [body]


def test_a_company_is_registered_but_never_awaits_the_quote_way(database: Database):
    with database.transaction() as session:
        user = person(session, "paul@son.example")
        company = registration.register_organisation(
            session,
            siret=COMPANY,
            name="Son SARL",
            declared_private=True,
            by=actor_of(user),
            at=AT,
        )
        assert company.nature is Nature.PRIVATE
        assert company.verification is Verification.UNVERIFIED
        assert read_number(session, cases.count_pending()) == 0
        with pytest.raises(IllegalTransition):
            verification.verify(session, company, evidence=EVIDENCE, by=OFFICE, at=AT)


def test_a_public_body_registered_as_a_company_is_corrected_by_the_register(register: Database):
    with register.transaction() as session:
        body = registration.register_organisation(
            session,
            siret=CHINON,
            name="Chinon",
            declared_private=True,
            by=actor_of(person(session)),
            at=AT,
        )
        assert body.nature is Nature.PUBLIC


def test_a_verification_stores_who_when_and_on_what_evidence(register: Database):
    with register.transaction() as session:
        body = chinon(session)
        verification.verify(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)
    with register.transaction() as session:
        body = session.scalars(select(Organisation)).one()
        assert body.verification is Verification.VERIFIED
        decision = session.scalars(select(VerificationDecision)).one()
        assert decision.by_name == "Hugo Perrin"
        assert (decision.act, decision.evidence["call_back"]) == ("verify", True)
        entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
        assert (entry.act, entry.source, entry.target) == ("verify", "PENDING", "VERIFIED")
        email = session.scalars(select(Email)).one()
        assert (email.to, email.template) == ("claire@chinon.example", "organisation_verified")


def test_a_verification_needs_evidence_on_the_person(register: Database):
    with register.transaction() as session:
        body = chinon(session)
        with pytest.raises(verification.NoEvidence):
            verification.verify(
                session, body, evidence=verification.Evidence(note="je pense"), by=OFFICE, at=AT
            )
        assert body.verification is Verification.PENDING


def test_a_category_missing_from_the_register_is_chosen_by_the_office(database: Database):
    with database.transaction() as session:
        body = chinon(session)
        with pytest.raises(verification.CategoryUnknown):
            verification.verify(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)
        with pytest.raises(verification.NotAPublicBody):
            verification.verify(
                session, body, evidence=EVIDENCE, legal_category="5710", by=OFFICE, at=AT
            )
        verification.verify(
            session, body, evidence=EVIDENCE, legal_category="7364", by=OFFICE, at=AT
        )
        assert (body.nature, body.payment_delay_days) == (Nature.PUBLIC, 50)


@pytest.mark.parametrize("role", ["sales", "logistics", "accounting", "customer", "member_admin"])
def test_only_the_office_verifies(register: Database, role: str):
    with register.transaction() as session:
        body = chinon(session)
        somebody = Actor("X", frozenset({role}))
        with pytest.raises(NotAllowed):
            verification.verify(session, body, evidence=EVIDENCE, by=somebody, at=AT)
        with pytest.raises(NotAllowed):
            verification.refuse(session, body, reason="non", by=somebody, at=AT)


def test_a_refusal_gives_its_reason_and_can_be_asked_again(register: Database):
    with register.transaction() as session:
        user = person(session)
        body = chinon(session, user)
        with pytest.raises(verification.NoReason):
            verification.refuse(session, body, reason="  ", by=OFFICE, at=AT)
        verification.refuse(session, body, reason="Délégation manquante", by=OFFICE, at=AT)
        assert body.verification is Verification.REFUSED
        email = session.scalars(select(Email)).one()
        assert email.facts["reason"] == "Délégation manquante"
        verification.ask_again(session, body, by=actor_of(user), at=AT)
        assert body.verification is Verification.PENDING


def test_a_suspended_body_can_be_verified_again(register: Database):
    with register.transaction() as session:
        body = chinon(session)
        verification.verify(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)
        with pytest.raises(IllegalTransition):
            verification.verify(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)
        verification.suspend(session, body, reason="Impayés", by=OFFICE, at=AT)
        assert body.verification is Verification.SUSPENDED
        verification.verify(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)
        assert body.verification is Verification.VERIFIED
        assert len(cases.decisions_on(session, body)) == 3


def test_the_second_person_of_a_body_waits_for_approval(register: Database):
    with register.transaction() as session:
        body = chinon(session)
        verification.verify(session, body, evidence=EVIDENCE, by=OFFICE, at=AT)
        second = person(session, "marc@chinon.example", "Marc Lefèvre")
        assert chinon(session, second) is body
        session.flush()
        membership = session.scalars(
            select(Membership).where(Membership.user_id == second.id)
        ).one()
        assert (membership.buys, membership.approved_at) == (True, None)
        assert [one for one, _since in cases.waiting(session)] == [body]
        with pytest.raises(NotAllowed):
            let_in(session, membership, by=actor_of(second), at=AT)
        let_in_on_evidence(session, membership, evidence=EVIDENCE, by=OFFICE, at=AT)
        assert membership.approved_at == AT
        with pytest.raises(organisations.AlreadyMember):
            chinon(session, second)


def test_the_whole_register_is_imported_and_searched(database: Database):
    with database.transaction() as session:
        assert import_register(session) == 36_130
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(PublicBody)) == 36_130
        assert find_body(session, "213700727").name == "Chinon"
        assert find_body(session, "732829320") is None
        assert search_bodies(session, "Hay-les-roses")[0].name == "L'Haÿ-les-Roses"
        assert search_bodies(session, "37500 chinon")[0].name == "Chinon"
        assert "Chinon" in [body.name for body in search_bodies(session, "37500", limit=30)]
        assert search_bodies(session, "213 700 727")[0].name == "Chinon"
        assert search_bodies(session, "  ") == []
        assert search_bodies(session, "%_") == []
        assert search_bodies(session, "Paris")[0].name == "Paris"


def test_the_last_administrator_is_removed_only_when_that_is_confirmed(register: Database):
    with register.transaction() as session:
        user = person(session)
        body = chinon(session, user)
        second = person(session, "marc@chinon.example", "Marc Lefèvre")
        chinon(session, second)
        session.flush()
        for member in (user, second):
            open_user_session(session, member.id, staff=False, at=AT)
        first, other = session.scalars(select(Membership).order_by(Membership.id))
        with pytest.raises(NotAllowed):
            remove_member(session, other, by=member_actor(second, other), at=AT)
        with pytest.raises(LastAdministrator):
            remove_member(session, first, by=OFFICE, at=AT)
        let_in_on_evidence(
            session, other, roles=[MEMBER_ADMIN], evidence=EVIDENCE, by=OFFICE, at=AT
        )
        remove_member(session, first, by=OFFICE, at=AT)
        session.flush()
        assert last_administrator(session, body.id) == other.id
        remove_member(session, other, without_administrator=True, by=OFFICE, at=AT)
        session.flush()
        assert session.scalar(select(func.count(Membership.id))) == 0
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
        assert acts[-2:] == ["remove_member", "remove_member"]
        for person_out in (user, second):
            assert not open_sessions(session, person_out.id, at=AT), "who is removed is signed out"
