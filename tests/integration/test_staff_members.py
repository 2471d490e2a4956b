"""An administrator invites staff, changes their roles, suspends them; somebody always stays."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES, Actor
from shop.core.errors import NotAllowed
from shop.people.links import Links
from shop.people.models import User
from shop.people.people import actor_of, find_person
from shop.privacy.closing import deactivate
from shop.signin.second_factor import remove_second_factor
from shop.staff.rules import (
    CustomersAddress,
    LastAdministrator,
    NoRoleChosen,
    RolesChanged,
    SameRoles,
    WorksHere,
)
from shop.staff.staff import change_roles, invite_staff, lock_colleague
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.conftest import TEST_SETTINGS
from tests.factories import AT, make_person, make_staff
from tests.people import link_in_email, sign_in, staff

TEAM = "/bureau/equipe"
LEA = "lea@comptoir.example"
CHIEF = Actor("Anne Delorme", frozenset({ADMIN}))
LINKS = Links(TEST_SETTINGS.secret_key)


def invited(session: Any, *roles: str, email: str = LEA, by: Actor = CHIEF) -> User:
    return invite_staff(
        session,
        email=email,
        name="Léa Morin",
        roles=roles,
        password_hash="x",
        links=LINKS,
        by=by,
        at=AT,
    )


def made(database: Database, *roles: str) -> int:
    with database.transaction() as session:
        return make_staff(session, *roles).id


def roles_of(database: Database, user_id: int) -> frozenset[str]:
    with database.reading_session() as session:
        return session.get_one(User, user_id).staff_roles


def test_an_invited_person_chooses_a_password_and_has_their_roles(app: Flask, database: Database):
    office = staff(app, database, ADMIN)
    answers = {"name": "Léa Morin", "email": LEA, "sales": "y", "logistics": "y"}
    assert office.post(f"{TEAM}/invitation", data=answers).status_code == 303
    with database.reading_session() as session:
        lea = find_person(session, LEA)
        assert (lea.staff_roles, lea.is_confirmed) == ({SALES, LOGISTICS}, False)
    browser = app.test_client()
    link = link_in_email(database, "staff_invitation", "/equipe/invitation")
    assert browser.post(link, data={"password": "court"}).status_code == 422
    assert browser.post(link, data={"password": "four quiet lamps burn"}).status_code == 303
    assert browser.get("/bureau").status_code == 200
    assert browser.get(TEAM).status_code == 403
    again = app.test_client().get(link)
    assert (again.status_code, "déjà" in again.text) == (410, True)


def test_only_an_administrator_invites_and_not_a_customer_nor_a_colleague(database: Database):
    with database.transaction() as session:
        make_person(session, at=AT, email="camille@example.org")
        sam = make_staff(session, SALES)
        with pytest.raises(NotAllowed):
            invited(session, SALES, by=actor_of(sam))
        with pytest.raises(NoRoleChosen):
            invited(session)
        with pytest.raises(CustomersAddress):
            invited(session, SALES, email="Camille@example.org")
        with pytest.raises(WorksHere):
            invited(session, SALES, email="sales@comptoir.example")


def test_a_registration_does_not_take_an_invitation_over(client: Any, database: Database):
    with database.transaction() as session:
        invited(session, ADMIN)
    answers = {"email": LEA, "name": "Eve", "password": "four quiet lamps burn"}
    client.post("/inscription", data=answers | {"buys_for": "self"})
    with database.reading_session() as session:
        assert find_person(session, LEA).password_hash == "x"
        assert "activate" not in set(session.scalars(select(Email.template)))


def test_other_roles_are_shown_before_they_are_recorded(app: Flask, database: Database):
    office, sam = staff(app, database, ADMIN), made(database, SALES)
    answers = {"seen": "sales", "accounting": "y"}
    shown = office.post(f"{TEAM}/{sam}", data=answers)
    assert "Ce qui change pour cette personne" in shown.text
    assert roles_of(database, sam) == {SALES}
    mark = shown.text.partition('name="shown" value="')[2][:16]
    assert office.post(f"{TEAM}/{sam}", data=answers | {"shown": mark}).status_code == 303
    assert roles_of(database, sam) == {ACCOUNTING}
    with database.reading_session() as session:
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "change_staff_roles")
        ).one()
        mail = session.scalars(select(Email).where(Email.template == "staff_roles_changed")).one()
    assert entry.facts == {"before": "sales", "after": "accounting"}
    assert mail.to == "sales@comptoir.example"


def test_a_change_of_roles_says_what_is_wrong(database: Database):
    sam = made(database, SALES)
    for roles, seen, refusal in (
        ({SALES}, {SALES}, SameRoles),
        (set[str](), {SALES}, NoRoleChosen),
        ({ACCOUNTING}, {LOGISTICS}, RolesChanged),
    ):
        with database.transaction() as session, pytest.raises(refusal):
            user = lock_colleague(session, sam)
            change_roles(session, user, roles, seen=frozenset(seen), by=CHIEF, at=AT)


def test_the_last_administrator_stays(database: Database):
    first = made(database, ADMIN, SALES)
    with database.transaction() as session:
        user = lock_colleague(session, first)
        with pytest.raises(LastAdministrator):
            change_roles(session, user, {SALES}, seen=user.staff_roles, by=CHIEF, at=AT)
        with pytest.raises(LastAdministrator):
            deactivate(session, user, by=CHIEF, at=AT)
        invited(session, ADMIN)
        with pytest.raises(LastAdministrator):  # who was invited cannot sign in yet
            deactivate(session, user, by=CHIEF, at=AT)
        make_person(session, at=AT, email="a@comptoir.example", staff_roles={ADMIN})
        deactivate(session, user, by=CHIEF, at=AT)
        assert not user.active


def test_a_suspended_person_is_signed_out_at_once(app: Flask, database: Database):
    office, sam = staff(app, database, ADMIN), made(database, SALES)
    theirs = sign_in(app.test_client(), sam)
    assert theirs.get("/bureau").status_code == 200
    place = f"{TEAM}/{sam}/suspension"
    assert office.post(place, data={"reason": ""}).status_code == 422
    assert office.post(place, data={"reason": "Départ"}).status_code == 303
    assert theirs.get("/bureau").status_code == 303
    late = office.post(place, data={"reason": "Départ"})
    assert (late.status_code, "déjà" in late.text) == (409, True)
    assert office.post(f"{TEAM}/{sam}/reprise", data={"reason": "Retour"}).status_code == 303
    assert sign_in(app.test_client(), sam).get("/bureau").status_code == 200


def test_nobody_removes_their_own_second_factor_by_the_office(database: Database):
    with database.transaction() as session:
        anne = make_staff(session, ADMIN)
        anne.totp_secret = "JBSWY3DPEHPK3PXP"
        with pytest.raises(NotAllowed):
            remove_second_factor(session, anne, reason="x", by=actor_of(anne), at=AT)


def test_the_list_shows_roles_and_state_and_keeps_to_the_staff(app: Flask, database: Database):
    office = staff(app, database, ADMIN)
    with database.transaction() as session:
        make_person(session, at=AT, email="camille@example.org", name="Camille Roux")
        invited(session, SALES)
    page = office.get(TEAM).text
    assert "Camille Roux" not in page
    assert all(word in page for word in ("Léa Morin", "invité", "Administrateur de la boutique"))
    assert "Léa Morin" not in office.get(f"{TEAM}?account=open").text
