"""A body is verified on evidence about one person: nobody else profits unproven, on both
databases.
"""

from dataclasses import replace

import pytest
from sqlalchemy import select

from shop.core.actors import BUYER
from shop.core.parties import Place
from shop.members.members import let_in, remove_member
from shop.members.models import Membership
from shop.organisations.establishments import add_establishment
from shop.organisations.models import Organisation
from shop.organisations.organisations import establishments_of
from shop.organisations.register_checks import keep_check
from shop.people.models import User
from shop.register.answers import Outcome, RegisterAnswer, RegisterFacts, Source
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.verification import cases, changes
from shop.verification.persons import let_in_on_evidence
from shop.verification.verification import suspend, verify
from tests.factories import AT, CHINON, EVIDENCE, OFFICE, make_body, make_person, member_of
from tests.people import staff
from tests.teams import SCHOOL, emails_to, make_asking, make_proven_town

EVE, MARC = "eve@gmail.com", "marc@chinon.example"


def eves_body(session) -> tuple[Organisation, User, User]:
    """Eve was the first to name the town; Marc, who works there, asked to join and was approved."""
    eve = make_person(session, at=AT, email=EVE, name="Eve Noir")
    body = make_body(session, eve, at=AT)
    session.flush()
    marc, membership = make_asking(session, MARC)
    let_in_on_evidence(session, membership, evidence=EVIDENCE, by=OFFICE, at=AT)
    session.flush()
    return body, eve, marc


def waits(session, user: User) -> bool:
    row = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    return row.approved_at is None


def test_the_first_to_register_waits_when_the_evidence_is_about_another(database: Database):
    with database.transaction() as session:
        body, eve, marc = eves_body(session)
        verify(session, body, evidence=EVIDENCE, about_id=marc.id, by=OFFICE, at=AT)
        assert (waits(session, eve), waits(session, marc)) == (True, False)
        assert member_of(session, eve).organisation_id is None, "no right is left to Eve"
        assert [one.template for one in emails_to(session, EVE)] == ["member_set_aside"]
        assert [one for one, _since in cases.waiting(session)] == [body]
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "set_aside")).one()
        assert entry.facts["member"] == eve.id


def test_the_person_of_the_evidence_and_proven_members_stay(database: Database):
    with database.transaction() as session:
        body, eve, marc = eves_body(session)
        verify(session, body, evidence=EVIDENCE, about_id=eve.id, by=OFFICE, at=AT)
        assert (waits(session, eve), waits(session, marc)) == (False, False)


def test_an_address_at_a_proven_domain_is_proof_enough(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        body = session.get_one(Organisation, claire.organisation_id)
        marc, membership = make_asking(session, MARC)
        marc.email_confirmed_at = AT
        let_in(session, membership, roles=(BUYER,), by=claire, at=AT)
        suspend(session, body, reason="Doute", by=OFFICE, at=AT)
        verify(session, body, evidence=EVIDENCE, about_id=claire.user_id, by=OFFICE, at=AT)
        assert not waits(session, marc)


def test_the_domain_that_the_office_proves_now_counts_for_colleagues(database: Database):
    own = replace(
        EVIDENCE, call_back=False, email_domain=True, domain="chinon.example", domain_source="site"
    )
    for proves in (True, False):
        with database.transaction() as session:
            eve = make_person(session, at=AT, email="eve@chinon.example", name="Eve Noir")
            eve.email_confirmed_at = AT
            body = make_body(session, eve, at=AT)
            session.flush()
            marc, membership = make_asking(session, MARC)
            marc.email_confirmed_at = AT
            let_in_on_evidence(session, membership, evidence=EVIDENCE, by=OFFICE, at=AT)
            session.flush()
            verify(
                session,
                body,
                evidence=own,
                about_id=marc.id,
                proves_domain=proves,
                by=OFFICE,
                at=AT,
            )
            assert waits(session, eve) is not proves
            session.rollback()


def test_an_applied_change_does_not_approve_unproven_members(database: Database):
    with database.transaction() as session:
        body, eve, marc = eves_body(session)
        place = establishments_of(session, body.id)[0]
        change = changes.ask_change(
            session,
            body,
            place,
            name="Chinon",
            siret="",
            reason="Nom",
            by=member_of(session, eve),
            at=AT,
        )
        session.flush()
        changes.accept_change(
            session, change, evidence=EVIDENCE, about_id=marc.id, by=OFFICE, at=AT
        )
        assert (waits(session, eve), waits(session, marc)) == (True, False)


def test_the_page_names_unproven_members_before_the_decision(app, database: Database):
    with database.transaction() as session:
        eves_body(session)
    page = staff(app, database, "sales_admin", language="en").get("/bureau/verifications/1").text
    assert "these members act for the organisation: Eve Noir." in page


def test_a_decision_names_the_person_who_has_left_since(app, database: Database):
    with database.transaction() as session:
        body, eve, marc = eves_body(session)
        verify(session, body, evidence=EVIDENCE, about_id=marc.id, by=OFFICE, at=AT)
        row = session.scalars(select(Membership).where(Membership.user_id == eve.id)).one()
        marc_in = session.scalars(select(Membership).where(Membership.user_id == marc.id)).one()
        assert row.approved_at is None
        remove_member(session, marc_in, without_administrator=True, by=OFFICE, at=AT)
        marc.name = "Marc Autrement"
    page = staff(app, database, "sales_admin", language="en").get("/bureau/verifications/1").text
    assert "Concerns Marc Lefèvre." in page


@pytest.mark.parametrize(
    ("outcome", "listed"),
    [(None, []), (Outcome.UNAVAILABLE, []), (Outcome.NOT_FOUND, [CHINON]), (Outcome.FOUND, [])],
)
def test_the_only_establishment_of_a_body_is_listed_once_the_register_has_answered(
    database: Database, outcome: Outcome | None, listed: list[str]
):
    with database.transaction() as session:
        claire = make_proven_town(session)
        body = session.get_one(Organisation, claire.organisation_id)
        if outcome is not None:
            found = RegisterFacts(siren=CHINON[:9], siret=CHINON, legal_category="7210")
            facts = found if outcome is Outcome.FOUND else None
            keep_check(session, body, CHINON, RegisterAnswer(outcome, Source.STATE, facts), at=AT)
        shown = cases.unconfirmed_establishments(session, body)
        assert [one.siret for one in shown] == listed


def test_the_page_lists_establishments_that_no_register_confirmed(app, database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        body = session.get_one(Organisation, claire.organisation_id)
        place = Place("Service inventé", "1 rue X", "37500", "Chinon")
        add_establishment(session, body, siret=SCHOOL, header=place, by=claire, at=AT)
        listed = cases.unconfirmed_establishments(session, body)
        assert [one.siret for one in listed] == [CHINON, SCHOOL]
        facts = RegisterFacts(siren=SCHOOL[:9], siret=SCHOOL, legal_category="7210")
        keep_check(session, body, SCHOOL, RegisterAnswer(Outcome.FOUND, Source.STATE, facts), at=AT)
        listed = cases.unconfirmed_establishments(session, body)
        assert [one.siret for one in listed] == [CHINON]
    page = staff(app, database, "sales_admin", language="en").get("/bureau/verifications/1").text
    assert "Establishments that the register has not confirmed" in page
