"""Sessions end when they must; wrong passwords are counted; forged requests are recorded or
logged.
"""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.core.sales import Buyer, Sale
from shop.dossiers.dossiers import may_read, open_dossier
from shop.members.members import member_actor, remove_member
from shop.members.models import Membership
from shop.members.registration import register_organisation
from shop.ops.clock import now
from shop.people.models import User
from shop.people.people import actor_of, register_person
from shop.people.rules import Profile
from shop.signin import attempts
from shop.signin.models import PastAttempt
from shop.signin.passwords import hash_password
from shop.signin.sessions import open_sessions
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, OFFICE, make_parties
from tests.orders import make_ordered
from tests.people import LETTERHEAD, sign_in

PASSWORD = "quatre mots faciles à retenir"
CLAIRE = "claire@chinon.example"
LIMIT = attempts.LIMITS[attempts.SIGN_IN]


@pytest.fixture
def claire(database: Database) -> int:
    with database.transaction() as session:
        person = register_person(
            session,
            email=CLAIRE,
            password_hash=hash_password(PASSWORD),
            profile=Profile("Claire Marchand", "02 47 00 00 00"),
            at=AT,
        )
    return person.id


def enter(client, password: str = PASSWORD, *, email: str = CLAIRE, origin: str = "192.0.2.1"):
    return client.post(
        "/connexion",
        data={"email": email, "password": password},
        environ_overrides={"REMOTE_ADDR": origin},
    )


def test_a_copied_cookie_is_not_valid_after_signing_out(app, client, claire):
    enter(client)
    thief = app.test_client()
    with client.session_transaction() as cookie, thief.session_transaction() as copy:
        copy.update(cookie)
    assert thief.get("/compte").status_code == 200
    client.post("/deconnexion")
    assert thief.get("/compte").location.startswith("/connexion")
    assert enter(client).status_code == 303
    assert client.get("/compte").status_code == 200


def test_a_removed_member_is_signed_out_and_cannot_read_documents(client, database, claire):
    with database.transaction() as session:
        user = session.get_one(User, claire)
        body = register_organisation(
            session, siret="21370072700018", name="Chinon", by=actor_of(user), at=AT
        )
        sale = Sale((), make_parties(), "parcel", Buyer(CLAIRE, "fr", claire, body.id))
        dossier = open_dossier(session, "DE-2026-00001", sale, at=AT, guest_key="k" * 43)
    enter(client)
    with database.transaction() as session:
        member = session.scalars(select(Membership)).one()
        assert may_read(dossier, member_actor(user, member))
        remove_member(session, member, without_administrator=True, by=OFFICE, at=AT)
    assert client.get("/compte").location.startswith("/connexion")
    assert not may_read(dossier, actor_of(user))
    assert not may_read(dossier, actor_of(user), "k" * 43), "a body's file has no key"


def test_a_former_member_no_longer_lists_the_bodys_orders(app, client, database):
    with database.transaction() as session:
        order = make_ordered(session)
        user_id = session.scalars(select(Membership.user_id)).one()
        number = order.number
    assert number in sign_in(client, user_id).get("/commandes").text
    with database.transaction() as session:
        member = session.scalars(select(Membership)).one()
        remove_member(session, member, without_administrator=True, by=OFFICE, at=AT)
    assert number not in sign_in(client, user_id).get("/commandes").text
    assert client.get(f"/commandes/{number}").status_code == 404


def test_the_office_removes_a_member_with_a_button(app, client, database, claire):
    enter(client)
    named = {"buys_for": "public", "siret": "21370072700018", "organisation": "Chinon"}
    client.post("/compte/organisation", data=LETTERHEAD | named)
    with database.transaction() as session:
        office = register_person(
            session,
            email="adv@comptoir.example",
            password_hash=hash_password(PASSWORD),
            profile=Profile("Hugo Perrin"),
            staff_roles={"sales_admin"},
            at=AT,
        )
    desk = app.test_client()
    enter(desk, email=office.email)
    page = desk.get("/bureau/verifications/1").text
    path = "/bureau/verifications/1/membres/1/retrait"
    assert path in page
    assert client.post(path).status_code == 403
    desk.post(path)
    assert "n’aurait plus d’administrateur" in desk.get("/bureau/verifications/1").text
    desk.post(path, data={"confirmed": "1"})
    assert path not in desk.get("/bureau/verifications/1").text
    with database.reading_session() as session:
        assert session.scalar(select(func.count(Membership.id))) == 0


def test_guesses_are_stopped_and_the_owner_can_sign_in_from_elsewhere(client, claire):
    for _ in range(LIMIT.together):
        assert enter(client, "un mauvais mot de passe").status_code == 422
    stopped = enter(client)
    assert stopped.status_code == 429
    assert "Trop de tentatives" in stopped.text
    assert enter(client, origin="192.0.2.77").status_code == 303


def test_an_unknown_address_is_counted_like_a_known_one(client, claire):
    for _ in range(LIMIT.together):
        assert enter(client, "rien", email="personne@x.example").status_code == 422
    assert enter(client, "rien", email="personne@x.example").status_code == 429


def test_old_failures_no_longer_count_and_are_deleted(database: Database):
    attempt = attempts.Attempt.on(CLAIRE, origin="192.0.2.1")
    with database.transaction() as session:
        for _ in range(LIMIT.together):
            attempts.note(session, attempt, at=AT)
    with database.transaction() as session:
        with pytest.raises(attempts.TooManyAttempts):
            attempts.ensure_may_try(session, attempt, at=AT + timedelta(minutes=14))
        later = AT + LIMIT.window
        attempts.ensure_may_try(session, attempt, at=later)
        attempts.note(session, attempt, at=later)
        session.flush()
        assert session.scalar(select(func.count(PastAttempt.id))) == 1
        attempts.forget(session, attempt)
        assert session.scalar(select(func.count(PastAttempt.id))) == 0


@pytest.mark.parametrize("spread", ["account", "origin"])
def test_distributed_guesses_reach_the_wider_limits(database, spread):
    def attempt(number: int) -> attempts.Attempt:
        facts = {"account": "a", "origin": "o"} | {spread: str(number)}
        return attempts.Attempt(**facts)

    with database.transaction() as session:
        for number in range(LIMIT.from_origin):
            attempts.note(session, attempt(number), at=now())
        session.flush()
        with pytest.raises(attempts.TooManyAttempts):
            attempts.ensure_may_try(session, attempt(-1), at=now())


def test_signing_in_again_closes_the_earlier_session(client, database, claire):
    enter(client)
    enter(client)
    with database.reading_session() as session:
        assert len(open_sessions(session, claire, at=now())) == 1


def test_a_crowd_of_guessers_does_not_lock_the_owner_out(app, client, database, claire):
    """Claire has signed in in this browser before. Guesses from everywhere block the account for
    everybody else; and the known browser allows no unlimited guesses.
    """
    assert enter(client).status_code == 303
    client.post("/deconnexion")
    with database.transaction() as session:
        for number in range(LIMIT.on_account):
            guess = attempts.Attempt.on(CLAIRE, origin=f"198.51.100.{number}")
            attempts.note(session, guess, at=now())
    assert enter(app.test_client(), origin="192.0.2.50").status_code == 429
    assert enter(client).status_code == 303
    client.post("/deconnexion")
    for _ in range(LIMIT.together):
        assert enter(client, "un mauvais mot de passe").status_code == 422
    assert enter(client).status_code == 429


def test_a_browser_is_known_to_the_accounts_that_were_opened_in_it_only(app, client, database):
    with database.transaction() as session:
        for email in (CLAIRE, "marc@chinon.example"):
            register_person(
                session,
                email=email,
                password_hash=hash_password(PASSWORD),
                profile=Profile("X"),
                at=AT,
            )
        for number in range(LIMIT.on_account):
            guess = attempts.Attempt.on("marc@chinon.example", origin=f"198.51.100.{number}")
            attempts.note(session, guess, at=now())
    assert enter(client).status_code == 303
    assert enter(client, email="marc@chinon.example").status_code == 429
    forged = app.test_client()
    forged.set_cookie("device", "eyJ4IjoieSJ9.AAAA")
    assert enter(forged, email="marc@chinon.example").status_code == 429


def test_each_kind_of_attempt_is_counted_by_itself(database):
    sign_in_, by_email = (
        attempts.Attempt.on(CLAIRE, origin="192.0.2.1", kind=kind)
        for kind in (attempts.SIGN_IN, attempts.EMAIL)
    )
    with database.transaction() as session:
        for _ in range(attempts.LIMITS[attempts.EMAIL].together):
            attempts.note(session, by_email, at=AT)
        session.flush()
        attempts.ensure_may_try(session, sign_in_, at=AT)
        with pytest.raises(attempts.TooManyAttempts):
            attempts.ensure_may_try(session, by_email, at=AT)


def test_a_visitors_forged_request_is_logged_and_a_persons_is_journalled(
    app, client, database, claire, caplog
):
    def refusals() -> int:
        with database.reading_session() as session:
            subject = JournalEntry.subject == "refusal"
            return session.scalar(select(func.count(JournalEntry.id)).where(subject))

    with caplog.at_level(logging.WARNING, logger="comptoir.refusals"):
        assert client.post("/commande/devis").status_code == 403
    assert (refusals(), len(caplog.records)) == (0, 1)
    enter(client)
    assert client.post("/commande/devis").status_code == 403
    assert (refusals(), len(caplog.records)) == (1, 1)
