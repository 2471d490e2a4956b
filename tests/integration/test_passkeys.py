"""Passkeys: a device that recognises its owner signs in to the account, and no other device
does.
"""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import HOLDINGS
from shop.core.actors import ADMIN, Actor
from shop.ops.clock import now, travelled
from shop.people.models import User
from shop.people.people import actor_of
from shop.privacy.closing import deactivate
from shop.privacy.holdings import Subject
from shop.signin import attempts
from shop.signin.models import Passkey, UserSession
from shop.signin.passkeys import MOST
from shop.signin.passwords import hash_password
from shop.signin.second_factor import remove_second_factor
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.authenticator import Device
from tests.conftest import TEST_SETTINGS, Opening
from tests.factories import AT, make_person, make_product
from tests.people import sign_in

PASSWORD = "quatre mots faciles à retenir"
CLAIRE = "claire@chinon.example"
ORIGIN, DOMAIN = "https://boutique.example", "boutique.example"
PAGES = "/compte/securite/cles"
CHIEF = Actor("Nadia Roy", frozenset({ADMIN}))


def shop_at(opened: Opening, database: Database, url: str = ORIGIN, **other: Any) -> Flask:
    application = opened(database, replace(TEST_SETTINGS, public_url=url, **other))
    application.config.update(SESSION_COOKIE_SECURE=False)
    return application


@pytest.fixture
def app(opened: Opening, database: Database) -> Flask:
    return shop_at(opened, database)


@pytest.fixture
def claire(database: Database) -> int:
    return person(database, CLAIRE)


def person(database: Database, email: str, **facts: Any) -> int:
    with database.transaction() as session:
        made = make_person(session, at=AT, email=email, **facts)
        made.password_hash = hash_password(PASSWORD)
    return made.id


def name_it(client: FlaskClient, name: str = "Mon téléphone", password: str = PASSWORD) -> Any:
    return client.post(f"{PAGES}/nouvelle", data={"name": name, "password": password})


def add(client: FlaskClient, device: Device, name: str = "Mon téléphone") -> Any:
    """Add a passkey, from the password to the device's answer; the shop's answer to that."""
    assert name_it(client, name).location == f"{PAGES}/appareil"
    options = client.post(f"{PAGES}/appareil/defi").json
    return client.post(f"{PAGES}/appareil", data={"answer": device.make(options)})


def device_of(app: Flask, user_id: int, **facts: Any) -> Device:
    """A device whose passkey was added to this person's account yesterday."""
    device = Device(ORIGIN, DOMAIN, **facts)
    with travelled(timedelta(days=-1)):
        client = sign_in(app.test_client(), user_id)
        assert add(client, device).location == "/compte/securite"
    return device


def challenge(client: FlaskClient) -> dict[str, Any]:
    return client.post("/connexion/cle/defi").json or {}


def enter(client: FlaskClient, answer: str, *, next_page: str = "/compte/securite") -> Any:
    return client.post(f"/connexion/cle?next={next_page}", data={"answer": answer})


def is_in(client: FlaskClient) -> bool:
    return client.get("/compte/securite").status_code == 200


def emails(database: Database) -> list[str]:
    with database.reading_session() as session:
        return list(session.scalars(select(Email.template).order_by(Email.id)))


def test_a_passkey_is_added_and_its_owner_gets_an_e_mail(app, database, claire):
    client = sign_in(app.test_client(), claire)
    device = Device(ORIGIN, DOMAIN)
    assert name_it(client, password="pas le mien").status_code == 422
    assert name_it(client, name=" ").status_code == 422
    assert name_it(client).location == f"{PAGES}/appareil"
    assert "Mon téléphone" in client.get(f"{PAGES}/appareil").text
    options = client.post(f"{PAGES}/appareil/defi").json
    assert options["rp"] == {"name": "Comptoir", "id": DOMAIN}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    done = client.post(f"{PAGES}/appareil", data={"answer": device.make(options)})
    assert done.location == "/compte/securite"
    page = client.get("/compte/securite").text
    assert "Mon téléphone" in page
    assert emails(database) == ["passkey_added"]
    with database.reading_session() as session:
        kept = session.scalars(select(Passkey)).one()
        assert (kept.user_id, kept.transports, kept.last_used_at) == (claire, ["internal"], None)
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
    assert acts[-1] == "add_passkey"


def test_a_device_that_has_a_passkey_already_is_refused(app, claire):
    device = device_of(app, claire)
    client = sign_in(app.test_client(), claire)
    name_it(client)
    options = client.post(f"{PAGES}/appareil/defi").json
    assert len(options["excludeCredentials"]) == 1
    again = client.post(f"{PAGES}/appareil", data={"answer": device.make(options)})
    assert again.status_code == 422
    assert "errors" in again.text


def test_an_account_has_ten_passkeys_at_most(app, database, claire):
    client = sign_in(app.test_client(), claire)
    codes = [add(client, Device(ORIGIN, DOMAIN)).status_code for _ in range(MOST + 1)]
    assert codes == [303] * MOST + [422]


@pytest.mark.parametrize(
    "device",
    [
        Device("https://boutique-example.net", DOMAIN),
        Device(ORIGIN, "boutique-example.net"),
        Device(ORIGIN, DOMAIN, verifies=False),
    ],
    ids=["wrong origin", "wrong domain", "nobody recognised"],
)
def test_a_passkey_made_for_another_site_or_person_is_not_stored(app, database, claire, device):
    assert add(sign_in(app.test_client(), claire), device).status_code == 422
    with database.reading_session() as session:
        assert session.scalar(select(func.count(Passkey.id))) == 0


def test_a_challenge_creates_one_passkey_within_five_minutes(app, database, claire):
    client = sign_in(app.test_client(), claire)
    assert client.get(f"{PAGES}/appareil").location == f"{PAGES}/nouvelle"
    assert client.post(f"{PAGES}/appareil/defi").status_code == 404, "no password was given"
    name_it(client)
    with travelled(timedelta(minutes=6)):
        assert client.post(f"{PAGES}/appareil/defi").status_code == 404
    name_it(client)
    options = client.post(f"{PAGES}/appareil/defi").json
    with travelled(timedelta(minutes=6)):
        late = client.post(
            f"{PAGES}/appareil", data={"answer": Device(ORIGIN, DOMAIN).make(options)}
        )
    assert late.status_code == 422
    again = client.post(f"{PAGES}/appareil", data={"answer": Device(ORIGIN, DOMAIN).make(options)})
    assert again.status_code == 422
    with database.reading_session() as session:
        assert session.scalar(select(func.count(Passkey.id))) == 0


@pytest.mark.parametrize("counts", [True, False], ids=["counts", "shared by several devices"])
def test_a_passkey_signs_its_owner_in(app, database, claire, counts):
    device = device_of(app, claire, counts=counts)
    client = app.test_client()
    with database.transaction() as session:
        make_product(session)
    client.post("/panier", data={"sku": "SON-0412", "quantity": "2"})
    opened = enter(client, device.sign(challenge(client)), next_page="/panier")
    assert opened.location == "/panier"
    assert is_in(client)
    assert "SON-0412" in client.get("/panier").text
    assert client.get_cookie("device") is not None
    with database.reading_session() as session:
        kept = session.scalars(select(Passkey)).one()
        assert kept.sign_count == device.count
        assert kept.last_used_at is not None
        assert session.get_one(User, claire).last_sign_in_at is not None
    again = app.test_client()
    with travelled(timedelta(seconds=1)):
        assert enter(again, device.sign(challenge(again))).status_code == 303


def test_signing_in_with_a_passkey_never_redirects_to_another_site(app, claire):
    device = device_of(app, claire)
    client = app.test_client()
    answer = device.sign(challenge(client))
    assert enter(client, answer, next_page="https://evil.example").location == "/compte"


def forged(device: Device, other: Device, options: dict[str, Any]) -> str:
    """The name of one device, signed by another one."""
    other.credential_id = device.credential_id
    return other.sign(options)


ATTEMPTS = {
    "wrong origin": lambda device, asked: replace(device, origin="https://evil.example").sign(
        asked
    ),
    "wrong domain": lambda device, asked: replace(device, rp_id="evil.example").sign(asked),
    "wrong challenge": lambda device, asked: device.sign(asked | {"challenge": "AAAA"}),
    "nobody recognised": lambda device, asked: replace(device, verifies=False).sign(asked),
    "another key": lambda device, asked: forged(device, Device(ORIGIN, DOMAIN), asked),
    "unknown": lambda device, asked: Device(ORIGIN, DOMAIN).sign(asked),
    "somebody else's name": lambda device, asked: replace(device, handle=b"x" * 32).sign(asked),
    "nothing": lambda device, asked: "",
    "no JSON": lambda device, asked: "[" * 15_000,
    "no passkey": lambda device, asked: json.dumps({"id": "AAAA"}),
    "letters": lambda device, asked: device.sign(asked).replace("signature", "signatures"),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_a_wrong_answer_of_a_device_is_refused(app, claire, attempt):
    device = device_of(app, claire)
    client = app.test_client()
    answer = enter(client, attempt(device, challenge(client)))
    assert answer.status_code == 422
    assert "errors" in answer.text
    assert not is_in(client)


def test_a_challenge_is_answered_once_and_within_five_minutes(app, claire):
    device = device_of(app, claire, counts=False)
    client = app.test_client()
    assert enter(client, device.sign({"challenge": "AAAA"})).status_code == 422
    answer = device.sign(challenge(client))
    with travelled(timedelta(minutes=6)):
        assert enter(client, answer).status_code == 422
    assert enter(client, answer).status_code == 422, "it was taken by the first answer"
    assert not is_in(client)


def test_a_copied_answer_and_its_cookie_cannot_be_replayed(app, claire):
    device = device_of(app, claire, counts=False)
    client = app.test_client()
    answer = device.sign(challenge(client))
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert enter(client, answer).status_code == 303
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert enter(thief, answer).status_code == 422
    assert not is_in(thief)


def test_a_passkey_whose_counter_went_back_is_refused_and_its_owner_gets_an_e_mail(
    app, database, claire
):
    device = device_of(app, claire)
    copy = replace(device)
    for second in range(2):
        client = app.test_client()
        with travelled(timedelta(seconds=second)):
            assert enter(client, device.sign(challenge(client))).status_code == 303
    thief = app.test_client()
    with travelled(timedelta(seconds=2)):
        assert enter(thief, copy.sign(challenge(thief))).status_code == 422
    assert not is_in(thief)
    assert emails(database) == ["passkey_added", "passkey_copied"]
    with database.reading_session() as session:
        entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
        assert entry is not None
        assert (entry.subject, entry.act) == (f"user:{claire}", "refuse_passkey")
        assert session.scalars(select(Passkey.sign_count)).one() == 2


def test_a_closed_account_stays_closed(app, database, claire):
    device = device_of(app, claire)
    with database.transaction() as session:
        user = session.get_one(User, claire)
        deactivate(session, user, by=actor_of(user), at=now())
    client = app.test_client()
    assert enter(client, device.sign(challenge(client))).status_code == 422


def test_an_unconfirmed_address_cannot_sign_in_with_a_passkey(app, database, claire):
    device = device_of(app, claire)
    with database.transaction() as session:
        session.get_one(User, claire).email_confirmed_at = None
    client = app.test_client()
    assert enter(client, device.sign(challenge(client))).status_code == 422


def test_attempts_are_counted(app, claire):
    device = device_of(app, claire)
    client = app.test_client()
    for _ in range(attempts.LIMITS[attempts.PASSKEY].together):
        wrong = replace(device, origin="https://evil.example")
        assert enter(client, wrong.sign(challenge(client))).status_code == 422
    assert enter(client, device.sign(challenge(client))).status_code == 429


def test_only_its_owner_removes_a_passkey(app, database, claire):
    device = device_of(app, claire)
    other = sign_in(app.test_client(), person(database, "paul@chinon.example", name="Paul"))
    client = sign_in(app.test_client(), claire)
    with database.reading_session() as session:
        path = f"{PAGES}/{session.scalars(select(Passkey.id)).one()}/retrait"
    assert path in client.get("/compte/securite").text
    assert other.get(path).status_code == 404
    assert other.post(path, data={"password": PASSWORD}).status_code == 404
    assert "Mon téléphone" in client.get(path).text
    assert client.post(path, data={"password": "pas le mien"}).status_code == 422
    assert client.post(path, data={"password": PASSWORD}).location == "/compte/securite"
    assert emails(database)[-1] == "passkey_removed"
    visitor = app.test_client()
    assert enter(visitor, device.sign(challenge(visitor))).status_code == 422


def test_a_customer_with_a_passkey_can_still_use_the_password(app, claire):
    device_of(app, claire)
    client = app.test_client()
    opened = client.post("/connexion", data={"email": CLAIRE, "password": PASSWORD})
    assert opened.location == "/compte"


def test_a_passkey_replaces_the_code_after_the_password(app, database, claire):
    device = device_of(app, claire)
    with database.transaction() as session:
        session.get_one(User, claire).totp_secret = "JBSWY3DPEHPK3PXP"
    stranger = Device(ORIGIN, DOMAIN)
    add(sign_in(app.test_client(), person(database, "paul@chinon.example", name="P")), stranger)
    client = app.test_client()
    assert client.post("/connexion/code/cle/defi").status_code == 404
    client.post("/connexion", data={"email": CLAIRE, "password": PASSWORD})
    page = client.get("/connexion/code").text
    assert 'name="code"' in page
    assert "/connexion/code/cle" in page

    def answer(by: Device) -> Any:
        asked = client.post("/connexion/code/cle/defi").json
        assert len(asked["allowCredentials"]) == 1
        return client.post("/connexion/code/cle", data={"answer": by.sign(asked)})

    assert answer(stranger).status_code == 422
    assert not is_in(client)
    assert answer(device).status_code == 303
    assert is_in(client)


@pytest.fixture
def real_shop(opened: Opening, database: Database) -> Flask:
    """The shop in production mode."""
    return shop_at(opened, database, mode="production")


def test_the_staff_of_a_real_shop_may_have_a_passkey_instead_of_codes(real_shop, database):
    sam = person(database, "sam@comptoir.example", name="Sam", staff_roles={"sales_admin"})
    device = Device(ORIGIN, DOMAIN)
    desk = sign_in(real_shop.test_client(), sam)
    assert desk.get("/bureau").location == "/compte/securite/codes"
    assert f"{PAGES}/nouvelle" in desk.get("/compte/securite/codes").text
    add(desk, device)
    assert desk.get("/bureau").status_code == 200
    morning = real_shop.test_client()
    assert (
        enter(morning, device.sign(challenge(morning)), next_page="/bureau").location == "/bureau"
    )
    assert morning.get("/bureau").status_code == 200


def test_staff_with_a_passkey_cannot_sign_in_with_the_password_alone(real_shop, database):
    sam = person(database, "sam@comptoir.example", name="Sam", staff_roles={"sales_admin"})
    device = device_of(real_shop, sam)
    thief = real_shop.test_client()
    asked = thief.post("/connexion", data={"email": "sam@comptoir.example", "password": PASSWORD})
    assert asked.location == "/connexion/code"
    page = thief.get("/connexion/code").text
    assert 'name="code"' not in page
    assert thief.post("/connexion/code", data={"code": "123456"}).status_code == 303
    assert not is_in(thief)
    options = thief.post("/connexion/code/cle/defi").json
    answer = thief.post("/connexion/code/cle", data={"answer": device.sign(options)})
    assert answer.location == "/bureau"


def test_removing_the_second_factor_removes_the_passkeys(app, database, claire):
    device = device_of(app, claire)
    with database.transaction() as session:
        user = session.get_one(User, claire)
        remove_second_factor(session, user, reason="Vue au comptoir", by=CHIEF, at=now())
        assert session.scalar(select(func.count(Passkey.id))) == 0
        open_now = select(func.count(UserSession.id)).where(UserSession.closed_at.is_(None))
        assert session.scalar(open_now) == 0
    client = app.test_client()
    assert enter(client, device.sign(challenge(client))).status_code == 422


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://[2001:db8::1]", "http://x.fr"])
def test_passkeys_are_offered_only_where_browsers_support_them(opened, database, claire, url):
    elsewhere = shop_at(opened, database, url)
    client = sign_in(elsewhere.test_client(), claire)
    assert client.get(f"{PAGES}/nouvelle").status_code == 404
    assert "passkeys.js" not in client.get("/compte/securite").text
    visitor = elsewhere.test_client()
    assert "passkey" not in visitor.get("/connexion").text
    assert visitor.post("/connexion/cle/defi").status_code == 404
    assert visitor.post("/connexion/cle").status_code == 404


def test_without_javascript_the_page_says_so_and_offers_no_passkey(app, claire):
    client = sign_in(app.test_client(), claire)
    page = client.get("/compte/securite").text
    assert page.count("data-without-passkeys") == 1
    assert re.search(r"data-with-passkeys\s+hidden", page)
    assert re.search(r"data-with-passkeys\s+hidden", app.test_client().get("/connexion").text)


def test_passkeys_are_in_the_export_and_are_erased_with_the_account(app, database, claire):
    device_of(app, claire)
    (personal,) = [holding for holding in HOLDINGS if holding.key == "passkeys"]
    with database.transaction() as session:
        who = Subject(claire, CLAIRE, actor_of(session.get_one(User, claire)).name)
        assert [row["name"] for row in personal.show(session, who)] == ["Mon téléphone"]
        assert personal.erase is not None
        personal.erase(session, who)
        assert session.scalar(select(func.count(Passkey.id))) == 0
