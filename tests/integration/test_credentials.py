"""Passwords forgotten and changed, addresses changed: by e-mail, once, with a notice."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.ops import clock
from shop.people.links import Links
from shop.people.models import User
from shop.people.people import register_person
from shop.people.registration import Registration, register
from shop.people.rules import Profile
from shop.signin.passwords import hash_password
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.conftest import TEST_SETTINGS
from tests.factories import AT
from tests.people import link_in_email, sign_in

CLAIRE, NEW = "claire@chinon.example", "c.marchand@chinon.example"
PASSWORD = "quatre mots faciles à retenir"
ANOTHER = "un tambour, deux vélos, du persil"
HASH = hash_password(PASSWORD)
TOKEN = re.compile(r'name="(?:csrf_token|once)" value="[^"]*"')


@pytest.fixture
def claire(database: Database) -> int:
    return person(database, CLAIRE)


@pytest.fixture
def later():
    """The shop's clock moved on."""
    yield lambda shift: clock.set_shift(shift)
    clock.set_shift(timedelta())


def person(database: Database, email: str) -> int:
    with database.transaction() as session:
        made = register_person(
            session, email=email, password_hash=HASH, profile=Profile("Claire Marchand"), at=AT
        )
        return made.id


def waiting(database: Database, email: str) -> None:
    """Somebody has registered there and not answered."""
    links = Links(TEST_SETTINGS.secret_key)
    with database.transaction() as session:
        register(session, Registration(email, HASH, "W"), links=links, at=clock.now())


def emails(database: Database) -> list[tuple[str, str]]:
    with database.reading_session() as session:
        return [(m.to, m.template) for m in session.scalars(select(Email).order_by(Email.id))]


def enters(app, password: str, email: str = CLAIRE) -> bool:
    answers = {"email": email, "password": password}
    return app.test_client().post("/connexion", data=answers).status_code == 303


def asked(client, database: Database) -> str:
    assert client.post("/mot-de-passe-oublie", data={"email": CLAIRE}).status_code == 200
    return link_in_email(database, "new_password", "/nouveau-mot-de-passe")


def email_of(database: Database, user_id: int) -> str:
    with database.reading_session() as session:
        return session.get_one(User, user_id).email


def test_a_forgotten_password_is_reset_by_e_mail(app, client, database: Database, claire):
    elsewhere = sign_in(app.test_client(), claire)
    link = asked(client, database)
    assert emails(database) == [(CLAIRE, "new_password")]
    assert client.get(link).status_code == 200
    assert enters(app, PASSWORD), "asking changes nothing"
    assert client.post(link, data={"password": ANOTHER}).location == "/connexion"
    assert not enters(app, PASSWORD)
    assert enters(app, ANOTHER)
    assert elsewhere.get("/compte").status_code == 303, "every session has ended"
    assert emails(database)[-1] == (CLAIRE, "password_changed")
    assert client.get("/compte").status_code == 303, "a second factor is still asked for"


def test_a_forgotten_password_does_not_reveal_whether_there_is_an_account(
    app, database: Database, claire
):
    waiting(database, "wait@chinon.example")
    closed = person(database, "shut@chinon.example")
    with database.transaction() as session:
        session.get_one(User, closed).active = False
    pages = set()
    for email in (CLAIRE, "wait@chinon.example", "shut@chinon.example", "none@chinon.example"):
        answer = app.test_client().post("/mot-de-passe-oublie", data={"email": email})
        pages.add((answer.status_code, TOKEN.sub("", answer.text).replace(email, "ADDRESS")))
    assert len(pages) == 1
    assert emails(database)[1:] == [
        (CLAIRE, "new_password"),
        ("wait@chinon.example", "registration_unfinished"),
        ("shut@chinon.example", "account_stays_closed"),
    ]


def test_the_link_of_a_forgotten_password_is_valid_once(app, client, database, claire):
    link = asked(client, database)
    client.post(link, data={"password": ANOTHER})
    assert client.get(link).status_code == 410
    assert client.post(link, data={"password": "encore un autre, plus long"}).status_code == 410
    assert enters(app, ANOTHER)


def test_the_link_of_a_forgotten_password_is_valid_for_an_hour(client, database, claire, later):
    link = asked(client, database)
    later(timedelta(minutes=59))
    assert client.get(link).status_code == 200
    later(timedelta(minutes=61))
    page = client.post(link, data={"password": ANOTHER})
    assert page.status_code == 410
    assert "expiré" in page.text
    assert 'action="/mot-de-passe-oublie"' in page.text


def test_a_password_changed_meanwhile_invalidates_the_link(app, client, database, claire):
    link = asked(client, database)
    other = asked(client, database)
    client.post(other, data={"password": ANOTHER})
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("court", "12 caractères"),
        ("motdepasse2026", "Beaucoup de gens"),
        ("azertyuiop123", "clavier"),
        ("ClaireMarchand37", "votre nom"),
    ],
)
def test_a_new_password_that_is_easily_guessed_is_refused(client, database, claire, password, why):
    link = asked(client, database)
    answer = client.post(link, data={"password": password})
    assert answer.status_code == 422
    assert why in answer.text
    assert client.get(link).status_code == 200, "the link has not served yet"


def test_changing_the_password_asks_the_present_one_and_closes_the_other_sessions(
    app, client, database: Database, claire
):
    sign_in(client, claire)
    elsewhere = sign_in(app.test_client(), claire)
    wrong = client.post("/compte/mot-de-passe", data={"present": "x" * 12, "password": ANOTHER})
    assert wrong.status_code == 422
    assert enters(app, PASSWORD)
    answers = {"present": PASSWORD, "password": ANOTHER}
    assert client.post("/compte/mot-de-passe", data=answers).location == "/compte"
    assert client.get("/compte").status_code == 200
    assert elsewhere.get("/compte").status_code == 303
    assert enters(app, ANOTHER)
    assert not enters(app, PASSWORD)
    assert emails(database) == [(CLAIRE, "password_changed")]
    with database.reading_session() as session:
        assert (
            "change_password"
            in session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
        )


def change_email(client, email: str = NEW, password: str = PASSWORD):
    return client.post("/compte/adresse-electronique", data={"email": email, "password": password})


def test_a_new_address_counts_once_it_is_confirmed(app, client, database: Database, claire):
    sign_in(client, claire)
    assert change_email(client, password="pas le bon du tout").status_code == 422
    assert emails(database) == []
    assert change_email(client, "C.Marchand@chinon.example").status_code == 303
    assert emails(database) == [(NEW, "new_email"), (CLAIRE, "new_email_asked")]
    assert email_of(database, claire) == CLAIRE
    link = link_in_email(database, "new_email", "/compte/adresse-electronique")
    assert client.get(link).status_code == 200
    assert email_of(database, claire) == CLAIRE, "looking changes nothing"
    assert client.post(link).location == "/compte"
    assert email_of(database, claire) == NEW
    assert emails(database)[-1] == (CLAIRE, "email_changed")
    assert enters(app, PASSWORD, NEW)
    assert client.get(link).status_code == 410


def test_the_present_address_is_refused_as_a_new_one(client, database: Database, claire):
    sign_in(client, claire)
    answer = change_email(client, "Claire@Chinon.example")
    assert answer.status_code == 422
    assert "déjà l’adresse de votre compte" in answer.text
    assert emails(database) == []


def test_changing_an_address_does_not_reveal_whether_another_has_an_account(
    client, database: Database, claire
):
    person(database, "known@chinon.example")
    sign_in(client, claire)
    pages = set()
    for email in ("known@chinon.example", "fresh@chinon.example"):
        answer = change_email(client, email)
        page = client.get(answer.location)
        assert email in page.text
        pages.add((answer.status_code, TOKEN.sub("", page.text).replace(email, "ADDRESS")))
    assert len(pages) == 1
    assert ("known@chinon.example", "account_exists") in emails(database)


def test_a_link_sent_to_a_stranger_does_not_give_access_to_their_address(
    app, client, database: Database, claire
):
    """Claire has the e-mail sent to Marc, who opens it signed out and signed in."""
    sign_in(client, claire)
    change_email(client, "marc@chinon.example")
    link = link_in_email(database, "new_email", "/compte/adresse-electronique")
    stranger = app.test_client()
    assert stranger.post(link).location.startswith("/connexion")
    assert sign_in(stranger, person(database, "m@x.example")).post(link).status_code == 410
    assert email_of(database, claire) == CLAIRE


def test_an_address_taken_meanwhile_stays_its_owners(client, database: Database, claire):
    sign_in(client, claire)
    change_email(client)
    other = person(database, NEW)
    client.post(link_in_email(database, "new_email", "/compte/adresse-electronique"))
    assert email_of(database, claire) == CLAIRE
    assert email_of(database, other) == NEW


def test_an_unconfirmed_registration_does_not_block_an_address(client, database, claire):
    waiting(database, NEW)
    sign_in(client, claire)
    change_email(client)
    client.post(link_in_email(database, "new_email", "/compte/adresse-electronique"))
    assert email_of(database, claire) == NEW


def test_a_new_password_invalidates_the_link_to_another_address(client, database, claire):
    sign_in(client, claire)
    change_email(client)
    link = link_in_email(database, "new_email", "/compte/adresse-electronique")
    client.post("/compte/mot-de-passe", data={"present": PASSWORD, "password": ANOTHER})
    assert client.post(link).status_code == 410
    assert email_of(database, claire) == CLAIRE
