"""The members of an organisation: who approves, who may do what, who stays."""

import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from quotes.quotes.quotes import issue_quote
from shop.clients.terms import set_terms
from shop.core.actors import ACCOUNTANT, BUYER, MEMBER_ADMIN, READER, Actor
from shop.core.errors import IllegalTransition, NotAllowed
from shop.core.parties import Parties, Place
from shop.core.rights import RIGHTS
from shop.members import administrators, members
from shop.members.administrators import LastAdministrator
from shop.members.members import get_membership
from shop.members.models import Membership
from shop.ops.clock import now
from shop.organisations.establishments import AnotherSiren, EstablishmentKnown, add_establishment
from shop.organisations.models import Establishment
from shop.organisations.organisations import change_header, get_organisation
from shop.organisations.rules import EngagementRule
from shop.people.links import Links, Purpose
from shop.people.models import User
from shop.people.people import actor_of
from shop.register.siret import SiretMistake
from shop.signin.credentials import change_email
from shop.signin.sessions import open_sessions, open_user_session
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.verification import persons
from shop.verification.cases import due_again
from shop.verification.evidence import Evidence, NoEvidence
from shop.verification.left_domain import note_new_email
from shop.verification.models import VerificationDecision
from shop.verification.persons import let_in_on_evidence
from tests.conftest import TEST_SETTINGS
from tests.factories import (
    AT,
    EVIDENCE,
    OFFICE,
    make_body,
    make_buyer,
    make_parties,
    make_person,
    make_sale,
    make_shop,
    make_staff,
    siret_of,
)
from tests.people import sign_in
from tests.teams import (
    CLAIRE,
    SCHOOL,
    emails_to,
    first_place,
    main_of,
    make_asking,
    make_member,
    make_proven_town,
    own,
    send_invitation,
)

MARC, LEA = "marc@chinon.example", "lea@poste.example"
TEAM = "/compte/organisation/membres"
HEADER = Place("École Jules-Ferry", "2, rue des Écoles", "37500", "Chinon")


def membership_of(session, by: Actor) -> Membership:
    return session.scalars(select(Membership).where(Membership.user_id == by.user_id)).one()


def last_entry(session) -> JournalEntry:
    return session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()


def test_an_administrator_approves_a_colleague_at_a_proven_domain(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        _marc, asking = make_asking(session, MARC)
        members.let_in(session, asking, roles=(ACCOUNTANT,), by=claire, at=AT)
        assert (asking.approved_at, asking.approved_by) == (AT, claire.name)
        assert asking.roles == {"accountant", "reader"}
        mail = emails_to(session, MARC)[-1]
        assert (mail.template, mail.facts["roles"]) == ("member_let_in", ["accountant"])


def test_other_people_are_recommended_and_approved_by_the_office(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        _lea, asking = make_asking(session, LEA)
        with pytest.raises(members.NotProven):
            members.let_in(session, asking, by=claire, at=AT)
        with pytest.raises(members.NoNote):
            members.recommend(session, asking, "  ", by=claire, at=AT)
        members.recommend(session, asking, "Régisseuse depuis 2021.", by=claire, at=AT)
        assert asking.recommended_by == claire.name
        assert last_entry(session).act == "recommend"
        assert "Régisseuse" not in str(last_entry(session).facts)
        for nothing in (Evidence(), Evidence(note="je pense")):
            with pytest.raises(NoEvidence):
                let_in_on_evidence(session, asking, evidence=nothing, by=OFFICE, at=AT)
        let_in_on_evidence(session, asking, evidence=EVIDENCE, by=OFFICE, at=AT)
        kept = session.scalars(
            select(VerificationDecision).where(VerificationDecision.act == "let_in")
        ).one()
        assert (kept.about_id, kept.by_name) == (asking.user_id, OFFICE.name)
        assert kept.evidence["call_back"] is True


def test_an_address_that_nobody_confirmed_proves_nothing(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        marc, asking = make_asking(session, MARC)
        marc.email_confirmed_at = None
        with pytest.raises(members.NotProven):
            members.let_in(session, asking, by=claire, at=AT)


def test_nobody_approves_for_another_organisation_nor_without_the_right(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        buyer = make_member(session, "b@chinon.example", BUYER)
        stranger = make_buyer(session, "x@tours.example", siret=siret_of(3))
        marc, asking = make_asking(session, MARC)
        for by in (buyer, stranger, actor_of(marc), Actor("X", frozenset({"sales"}))):
            for act in (members.let_in, members.remove_member):
                with pytest.raises(NotAllowed):
                    act(session, asking, by=by, at=AT)
        elsewhere = first_place(session, stranger)
        with pytest.raises(NotAllowed):
            members.let_in(
                session,
                asking,
                establishment_id=elsewhere.id,
                by=claire,
                at=AT,
            )


def test_administrators_of_a_verified_body_get_an_e_mail_about_a_request(database: Database):
    with database.transaction() as session:
        make_proven_town(session)
        make_asking(session, MARC)
        make_asking(session, LEA)
        at_town, elsewhere = emails_to(session, CLAIRE)[-2:]
        assert (at_town.template, at_town.facts["email"]) == ("joining_asked", MARC)
        assert (at_town.facts["proven"], elsewhere.facts["proven"]) == (True, False)


def test_the_first_to_name_a_siren_learns_nothing_of_later_requests(app, database: Database):
    """The first to name the SIREN was not checked yet: it may be somebody else's."""
    with database.transaction() as session:
        first = make_person(session, at=AT, email=CLAIRE)
        make_body(session, first, at=AT)
        session.flush()
        _marc, asking = make_asking(session, MARC)
        assert emails_to(session, CLAIRE) == []
    browser = sign_in(app.test_client(), first.id)
    page = browser.get(TEAM)
    assert page.status_code == 200
    assert MARC not in page.text
    address = f"/compte/organisation/membres/{asking.id}"
    typed = {"buys": "y", "establishment": str(asking.establishment_id), "note": "Un collègue"}
    assert browser.get(address).status_code == 404
    for act in ("let-in", "recommended", "removed", "rights"):
        assert browser.post(f"{address}/{act}", data=typed).status_code == 404
    with database.reading_session() as session:
        assert session.get_one(Membership, asking.id).recommendation == ""


def test_a_refused_person_gets_an_e_mail_and_their_establishment_is_deleted(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        _marc, asking = make_asking(session, MARC, siret=SCHOOL)
        members.remove_member(session, asking, by=claire, at=AT)
        session.flush()
        assert emails_to(session, MARC)[-1].template == "member_not_let_in"
        assert session.scalar(select(Establishment.id).where(Establishment.siret == SCHOOL)) is None
        assert last_entry(session).facts["was_in"] is False


def test_an_establishment_used_by_another_member_stays(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        _marc, asking = make_asking(session, MARC, siret=SCHOOL)
        make_asking(session, LEA, siret=SCHOOL)
        members.remove_member(session, asking, by=claire, at=AT)
        session.flush()
        assert session.scalar(select(Establishment.id).where(Establishment.siret == SCHOOL))


def test_rights_are_granted_and_withdrawn_with_an_e_mail_and_an_entry(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        marc = make_member(session, MARC, BUYER)
        membership = membership_of(session, marc)
        place = first_place(session, claire).id

        def change(*roles: str, everywhere: bool = True) -> None:
            members.change_rights(
                session,
                membership,
                roles=roles,
                establishment_id=place,
                everywhere=everywhere,
                by=claire,
                at=AT,
            )

        written = len(emails_to(session, MARC))
        change(ACCOUNTANT, everywhere=False)
        assert membership.roles == {ACCOUNTANT, READER} and not membership.everywhere
        mail = emails_to(session, MARC)[-1]
        assert (mail.template, mail.facts["only"]) == ("member_rights_changed", "Ville de Chinon")
        entry = last_entry(session)
        assert entry.facts["before"]["roles"] == [BUYER, READER]
        assert entry.facts["after"]["roles"] == [ACCOUNTANT, READER]
        change(ACCOUNTANT, everywhere=False)
        assert len(emails_to(session, MARC)) == written + 1, "nothing changed: no e-mail"


def test_a_waiting_person_has_no_rights_to_change(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        _marc, asking = make_asking(session, MARC)
        with pytest.raises(IllegalTransition):
            members.change_rights(
                session,
                asking,
                roles=(MEMBER_ADMIN,),
                establishment_id=asking.establishment_id,
                everywhere=True,
                by=claire,
                at=AT,
            )


def test_the_last_administrator_stays(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        mine = membership_of(session, claire)
        make_member(session, MARC, BUYER)

        def withdraw() -> None:
            members.change_rights(
                session,
                mine,
                roles=(BUYER,),
                establishment_id=mine.establishment_id,
                everywhere=True,
                by=claire,
                at=AT,
            )

        with pytest.raises(LastAdministrator):
            withdraw()
        with pytest.raises(LastAdministrator):
            members.leave(session, mine, by=claire, at=AT)
        with pytest.raises(LastAdministrator):
            members.remove_member(session, mine, without_administrator=True, by=claire, at=AT)
        paul = make_member(session, "paul@chinon.example", MEMBER_ADMIN)
        session.get_one(User, paul.user_id).active = False
        session.flush()
        with pytest.raises(LastAdministrator):
            withdraw()
        session.get_one(User, paul.user_id).active = True
        session.flush()
        withdraw()
        assert administrators.last_administrator(session, mine.organisation_id) is not None


def test_of_two_administrators_who_leave_at_once_one_stays(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        paul = make_member(session, "paul@chinon.example", MEMBER_ADMIN)
        make_member(session, MARC, BUYER)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def go(by: Actor) -> None:
        start.wait()
        try:
            with database.transaction() as session:
                body = get_organisation(session, by.organisation_id or 0, lock=True)
                locked = get_membership(session, membership_of(session, by).id, body.id)
                members.leave(session, locked, by=by, at=AT)
            outcomes.append("left")
        except LastAdministrator:
            outcomes.append("stays")

    threads = [threading.Thread(target=go, args=(by,)) for by in (claire, paul)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["left", "stays"]
    with database.reading_session() as session:
        assert len(administrators.administrators(session, claire.organisation_id or 0)) == 1


def test_a_removed_member_is_signed_out_and_gets_an_e_mail(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        marc = make_member(session, MARC)
        open_user_session(session, marc.user_id or 0, staff=False, at=AT)
        members.remove_member(session, membership_of(session, marc), by=claire, at=AT)
        session.flush()
        assert not open_sessions(session, marc.user_id or 0, at=AT)
        assert emails_to(session, MARC)[-1].template == "member_removed"


def test_nobody_can_leave_for_another_person(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        marc = make_member(session, MARC)
        with pytest.raises(NotAllowed):
            members.leave(session, membership_of(session, marc), by=claire, at=AT)
        members.leave(session, membership_of(session, marc), by=marc, at=AT)
        session.flush()
        assert session.scalars(select(Membership.user_id).order_by(Membership.id)).all() == [
            claire.user_id
        ]


def test_the_office_names_the_next_administrator_once_none_is_left(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        mine = membership_of(session, claire)
        marc = make_member(session, MARC, BUYER)
        membership = membership_of(session, marc)

        def appoint(evidence: Evidence = EVIDENCE, by: Actor = OFFICE) -> None:
            persons.appoint_administrator(session, membership, evidence=evidence, by=by, at=AT)

        with pytest.raises(persons.AdministratorRemains):
            appoint()
        members.remove_member(session, mine, without_administrator=True, by=OFFICE, at=AT)
        session.flush()
        with pytest.raises(NotAllowed):
            appoint(by=marc)
        with pytest.raises(NoEvidence):
            appoint(Evidence())
        appoint()
        session.flush()
        assert membership.roles == {MEMBER_ADMIN, BUYER, READER}
        kept = session.scalars(
            select(VerificationDecision).where(VerificationDecision.act == "appoint_administrator")
        ).one()
        assert kept.about_id == marc.user_id and kept.evidence["spoke_to"]
        assert emails_to(session, MARC)[-1].template == "member_appointed"
        with pytest.raises(persons.AdministratorRemains):
            appoint()


def test_an_establishment_is_of_the_same_legal_unit(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        body = own(session, claire)

        def add(siret: str, by: Actor = claire) -> Establishment:
            return add_establishment(session, body, siret=siret, header=HEADER, by=by, at=AT)

        school = add("213 700 727 00034")
        assert (school.siret, school.name) == (SCHOOL, HEADER.name)
        assert school.header["line1"] == HEADER.line1
        with pytest.raises(EstablishmentKnown):
            add(SCHOOL)
        with pytest.raises(AnotherSiren):
            add(siret_of(3))
        with pytest.raises(SiretMistake):
            add("21370072700035")
        for by in (make_member(session, MARC, BUYER), make_buyer(session, siret=siret_of(4))):
            with pytest.raises(NotAllowed):
                add("21370072700042", by)


def test_a_confined_buyer_edits_the_letterhead_of_their_establishment_only(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        marc = make_member(session, MARC, BUYER, siret=SCHOOL, everywhere=False)
        school = session.get_one(Establishment, marc.establishment_id)
        header = {"line1": "3, rue des Écoles", "postal_code": "37500", "city": "Chinon"}
        change_header(session, school, header, by=marc, at=AT)
        with pytest.raises(NotAllowed):
            change_header(session, first_place(session, claire), header, by=marc, at=AT)


def test_a_confined_member_sees_the_dossiers_of_their_establishment_only(app, database: Database):
    def at_place(by: Actor) -> Parties:
        return replace(make_parties(), establishment_id=by.establishment_id)

    with database.transaction() as session:
        lines = make_shop(session)
        claire = make_proven_town(session)
        marc = make_member(session, MARC, BUYER, siret=SCHOOL, everywhere=False)
        hall, school = (
            issue_quote(session, make_sale(by, lines, parties=at_place(by)), by=by, at=AT).number
            for by in (claire, marc)
        )
    browser = sign_in(app.test_client(), marc.user_id)
    listed = browser.get("/devis").text
    assert school in listed and hall not in listed
    assert browser.get(f"/devis/{school}").status_code == 200
    assert browser.get(f"/devis/{hall}").status_code == 404
    everything = sign_in(app.test_client(), claire.user_id).get("/devis").text
    assert school in everything and hall in everything


def test_every_member_reads_the_page_and_only_administrators_see_buttons(app, database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        marc = make_member(session, MARC, READER, siret=SCHOOL)
        make_asking(session, LEA)
        send_invitation(session, claire, "paul@chinon.example")
        manager = make_staff(session, "sales")
        manager.phone = "04 72 00 00 07"
        set_terms(
            session,
            own(session, claire),
            engagement_rule=EngagementRule.OPTIONAL,
            account_manager_id=manager.id,
            by=OFFICE,
            at=AT,
        )
    reader = sign_in(app.test_client(), marc.user_id, language="en")
    page = reader.get(TEAM).text
    words = main_of(page)
    for told in (
        "Ville de Chinon verified Customer code C-000001",
        "Commune et commune nouvelle",
        "213 700 727 00034",
        "chinon.example",
        "04 72 00 00 07",
        "sales@comptoir.example",
        LEA,
        "paul@chinon.example pending",
        "Administrator. Ville de Chinon",
        "Reader. École",
    ):
        assert told.replace(" ", "") in re.sub(r"[\s\u00a0]", "", words), told
    assert "Invite a colleague" not in words and "/members/" not in page
    table = page[page.index("<table") : page.index("</table>")]
    assert table.count(">yes<") == sum(len(right.who) for right in RIGHTS)
    assert table.count("<tr>") == 1 + len(RIGHTS)
    admin = sign_in(app.test_client(), claire.user_id, language="en").get(TEAM).text
    assert "Invite a colleague" in admin and "/compte/organisation/membres/" in admin
    assert "You are the last administrator" in admin


def test_the_pages_of_an_administrator(app, database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        marc, asking = make_asking(session, MARC)
        _lea, far = make_asking(session, LEA)
        place = first_place(session, claire)
    browser = sign_in(app.test_client(), claire.user_id, language="en")
    people = "/compte/organisation/membres"
    typed = {"buys": "y", "establishment": str(place.id), "scope": "all"}
    assert "Approve" in main_of(browser.get(f"{people}/{asking.id}").text)
    assert browser.post(f"{people}/{asking.id}/admission", data=typed).status_code == 303
    assert "Recommend to our office" in main_of(browser.get(f"{people}/{far.id}").text)
    assert browser.post(f"{people}/{far.id}/recommandation", data={"note": ""}).status_code == 422
    browser.post(f"{people}/{far.id}/recommandation", data={"note": "Régisseuse."})
    refused = browser.post(f"{people}/{far.id}/admission", data=typed, follow_redirects=True)
    assert "our office has to approve this person" in refused.text
    assert browser.post(f"{people}/{far.id}/retrait").status_code == 303
    mine = browser.get(TEAM).text
    assert LEA not in mine and "The request has been refused." in mine

    with database.reading_session() as session:
        me = membership_of(session, claire).id
    last = browser.post(f"{people}/{me}/droits", data=typed)
    assert last.status_code == 422 and "is the last administrator" in last.text
    data = {"establishment": str(place.id), "scope": "own", "administers": "y"}
    assert browser.post(f"{people}/{asking.id}/droits", data=data).status_code == 303
    assert browser.post(f"{people}/{asking.id}/droits", data=typed | {"scope": "x"}).status_code
    assert browser.post("/compte/organisation/membres/depart").location == "/compte"
    with database.reading_session() as session:
        assert session.scalars(select(Membership.user_id).order_by(Membership.id)).all() == [
            marc.id
        ]

    new = "/compte/organisation/etablissements/nouveau"
    browser = sign_in(app.test_client(), marc.id, language="en")
    school = {"siret": SCHOOL, "name": "École", "line1": "2, rue", "city": "Chinon"}
    assert browser.get(new).status_code == 200
    assert browser.post(new, data=school).status_code == 422
    wrong = browser.post(new, data=school | {"postal_code": "37500", "siret": siret_of(3)})
    assert wrong.status_code == 422 and "another legal unit" in wrong.text
    assert browser.post(new, data=school | {"postal_code": "37500"}).status_code == 303
    with database.reading_session() as session:
        added = session.scalars(select(Establishment).where(Establishment.siret == SCHOOL)).one()
    page = f"/compte/organisation/etablissements/{added.id}/en-tete"
    assert 'value="2, rue"' in browser.get(page).text
    header = {"line1": "4, rue", "postal_code": "37500", "city": "Chinon"}
    assert browser.post(page, data=header).status_code == 303
    assert "4, rue, 37500 Chinon" in main_of(browser.get(TEAM).text)


def test_a_member_of_another_organisation_is_not_found(app, database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        marc = membership_of(session, make_member(session, MARC))
        stranger = make_buyer(session, "x@tours.example", siret=siret_of(3))
        place = first_place(session, claire)
        theirs = first_place(session, stranger)
    thief = sign_in(app.test_client(), stranger.user_id)
    people = f"/compte/organisation/membres/{marc.id}"
    typed = {"administers": "y", "establishment": str(theirs.id), "scope": "all"}
    assert thief.get(people).status_code == 404
    for act in ("droits", "admission", "retrait"):
        assert thief.post(f"{people}/{act}", data=typed).status_code == 404
    header = {"line1": "4, rue", "postal_code": "37500", "city": "Chinon"}
    url = f"/compte/organisation/etablissements/{place.id}/en-tete"
    assert thief.post(url, data=header).status_code == 404
    with database.reading_session() as session:
        refusals = session.scalars(select(JournalEntry).where(JournalEntry.subject == "refusal"))
        assert [entry.user_id for entry in refusals] == [stranger.user_id] * 4
        assert session.get_one(Membership, marc.id).roles == {"buyer", "reader"}


def test_a_waiting_person_reads_what_is_missing_on_every_page(app, database: Database):
    with database.transaction() as session:
        make_proven_town(session)
        lea, _asking = make_asking(session, LEA)
        marc, _his = make_asking(session, MARC)
    browser = sign_in(app.test_client(), lea.id, language="en")
    account = main_of(browser.get("/compte").text)
    team = browser.get(TEAM)
    assert team.status_code == 403
    for words in (account, main_of(team.text)):
        assert "Your address lea@poste.example is confirmed" in words
        assert "Our office checks on working days that you act for it" in words
    answer = sign_in(app.test_client(), marc.id, language="en").get(TEAM).text
    assert "your address is at its domain" in main_of(answer)
    assert browser.post("/compte/organisation/membres/depart").status_code == 303
    assert "You buy for yourself" in main_of(browser.get("/compte").text)


def answers_at(session, by: Actor, email: str) -> None:
    """Open the e-mail sent to the new address."""
    user = session.get_one(User, by.user_id)
    before = user.email
    change_email(session, user, email, by=by, at=AT)
    note_new_email(session, user, before, by=by, at=AT)
    session.flush()


def test_a_member_who_leaves_the_domain_waits_for_approval_again(database: Database):
    """The member was approved for an address of the town; a private one may outlive the
    employment.
    """
    with database.transaction() as session:
        claire = make_proven_town(session)
        marc = make_member(session, MARC)
        answers_at(session, marc, "m.lefevre@chinon.example")
        assert membership_of(session, marc).approved_at is not None
        answers_at(session, marc, "marc@gmail.com")
        assert membership_of(session, marc).approved_at is None
        assert emails_to(session, "marc@gmail.com")[-1].template == "member_waits_again"
        assert emails_to(session, CLAIRE)[-1].template == "member_left_domain"
        assert emails_to(session, CLAIRE)[-1].facts["email"] == "marc@gmail.com"
        with pytest.raises(members.NotProven):
            members.let_in(session, membership_of(session, marc), by=claire, at=AT)
        assert not due_again(session, AT)


def test_the_only_administrator_who_leaves_the_domain_stays_and_is_reviewed(database: Database):
    with database.transaction() as session:
        claire = make_proven_town(session)
        answers_at(session, claire, "claire@gmail.com")
        assert membership_of(session, claire).approved_at is not None
        assert [one.id for one in due_again(session, AT + timedelta(seconds=1))] == [
            claire.organisation_id
        ]
        noted = select(JournalEntry.facts).where(JournalEntry.act == "leave_domain")
        assert session.scalars(noted).one()["waits"] is False


def test_confirming_the_new_address_notifies_the_body(app, database: Database):
    with database.transaction() as session:
        make_proven_town(session)
        marc = make_member(session, MARC)
        token = Links(TEST_SETTINGS.secret_key).write(
            Purpose.NEW_EMAIL, session.get_one(User, marc.user_id), at=now(), email="marc@gmail.com"
        )
    browser = sign_in(app.test_client(), marc.user_id)
    assert browser.post(f"/compte/adresse-electronique/{token}").location == "/compte"
    with database.reading_session() as session:
        assert membership_of(session, marc).approved_at is None
        assert emails_to(session, CLAIRE)[-1].template == "member_left_domain"
