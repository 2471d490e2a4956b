"""Signing in with a second factor: a code of the telephone, or a recovery code."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select

from shop.ops.clock import now, travelled
from shop.people.models import User
from shop.people.people import actor_of
from shop.signin import attempts
from shop.signin.models import RecoveryCode, UserSession
from shop.signin.passwords import hash_password
from shop.signin.second_factor import WrongCode, pass_second_factor, turn_on
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.conftest import TEST_SETTINGS, Opening
from tests.factories import AT, make_person, make_product
from tests.people import sign_in

PASSWORD = "quatre mots faciles à retenir"
CLAIRE = "claire@chinon.example"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = timedelta(seconds=30)
SECOND_STEP = "/connexion/code"


def code(*, later: timedelta = timedelta()) -> str:
    """The code of the telephone now, or later."""
    return pyotp.TOTP(KEY).at(now() + later)


def wrong_code() -> str:
    near = {code(later=STEP * n) for n in range(-3, 4)}
    return next(c for c in ("123456", "234567", "345678", "456789") if c not in near)


@pytest.fixture
def claire(database: Database) -> int:
    with database.transaction() as session:
        person = make_person(session, at=AT, email=CLAIRE)
        person.password_hash = hash_password(PASSWORD)
    return person.id


@pytest.fixture
def codes(database: Database, claire: int) -> list[str]:
    """The recovery codes of Claire, whose second factor is on since yesterday."""
    with travelled(timedelta(days=-1)), database.transaction() as session:
        person = session.get_one(User, claire)
        return turn_on(session, person, key=KEY, code=code(), by=actor_of(person), at=now())


def enter(client, *, next_page: str = "/compte", password: str = PASSWORD):
    return client.post(f"/connexion?next={next_page}", data={"email": CLAIRE, "password": password})


def second_step(client, typed: str, *, next_page: str = "/compte"):
    return client.post(f"{SECOND_STEP}?next={next_page}", data={"code": typed})


def open_count(database: Database) -> int:
    with database.reading_session() as session:
        statement = select(func.count(UserSession.id)).where(UserSession.closed_at.is_(None))
        return session.scalar(statement) or 0


def emails(database: Database) -> list[str]:
    with database.reading_session() as session:
        return list(
            session.scalars(select(Email.template).where(Email.to == CLAIRE).order_by(Email.id))
        )


def test_a_telephone_is_shown_the_key_and_a_first_code_turns_it_on(client, database, claire):
    sign_in(client, claire)
    page = client.get("/compte/securite/codes").text
    assert "data:image/svg+xml" in page
    with client.session_transaction() as cookie:
        key = cookie["second_factor_key"]
    assert f"{key[:4]} {key[4:8]}" in page
    answers = {"password": PASSWORD, "code": "000000"}
    refused = client.post("/compte/securite/codes", data=answers)
    assert refused.status_code == 422
    assert f"{key[:4]} {key[4:8]}" in refused.text, "the telephone need not scan again"
    answers["code"] = pyotp.TOTP(key).at(now())
    wrong = client.post("/compte/securite/codes", data=answers | {"password": "pas le mien"})
    assert wrong.status_code == 422
    done = client.post("/compte/securite/codes", data=answers)
    assert done.status_code == 200
    assert done.text.count("<li>") >= 10
    with database.reading_session() as session:
        assert session.get_one(User, claire).totp_secret == key
        assert session.scalar(select(func.count(RecoveryCode.id))) == 10
        kept = session.scalars(select(RecoveryCode.digest).order_by(RecoveryCode.id)).all()
    assert not [digest for digest in kept if digest in done.text]
    assert emails(database) == ["second_factor_on"]
    with client.session_transaction() as cookie:
        assert "second_factor_key" not in cookie


def test_the_password_alone_no_longer_opens_a_session(client, database, codes):
    asked = enter(client, next_page="/commandes")
    assert asked.location == f"{SECOND_STEP}?next=/commandes"
    assert open_count(database) == 0
    assert client.get("/compte").location.startswith("/connexion")
    assert client.get(asked.location).status_code == 200
    opened = second_step(client, code(), next_page="/commandes")
    assert opened.location == "/commandes"
    assert open_count(database) == 1
    assert client.get("/compte").status_code == 200


def test_the_cart_is_kept_through_both_steps(client, database, codes):
    with database.transaction() as session:
        make_product(session)
    client.post("/panier", data={"sku": "SON-0412", "quantity": "2"})
    before = client.get("/panier").text
    enter(client)
    second_step(client, code())
    assert "SON-0412" in before
    assert "SON-0412" in client.get("/panier").text


def test_the_second_step_is_open_for_ten_minutes_after_the_password(client, codes):
    assert client.get(SECOND_STEP).location.startswith("/connexion")
    assert second_step(client, code()).location.startswith("/connexion")
    enter(client)
    with travelled(timedelta(minutes=11)):
        assert second_step(client, code()).location.startswith("/connexion")
        assert client.get("/compte").location.startswith("/connexion")


def test_a_password_changed_between_the_steps_is_not_accepted(client, database, claire, codes):
    enter(client)
    with database.transaction() as session:
        session.get_one(User, claire).password_hash = hash_password("un tout autre mot de passe")
    assert second_step(client, code()).location.startswith("/connexion")
    assert open_count(database) == 0


def test_a_code_is_accepted_once(app, client, database, codes):
    enter(client)
    typed = code()
    assert second_step(client, typed).status_code == 303
    thief = app.test_client()
    enter(thief)
    assert second_step(thief, typed).status_code == 422
    assert open_count(database) == 1


def test_a_wrong_code_is_shown_beside_its_field_and_counted(client, database, codes):
    enter(client)
    for _ in range(attempts.LIMITS[attempts.SECOND_FACTOR].together):
        answer = second_step(client, wrong_code())
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    assert second_step(client, code()).status_code == 429
    assert open_count(database) == 0


def test_a_recovery_code_is_accepted_once_and_its_owner_gets_an_e_mail(
    app, client, database, codes
):
    enter(client)
    assert second_step(client, codes[3].upper().replace("-", " ")).status_code == 303
    assert emails(database)[-1] == "recovery_code_used"
    with database.reading_session() as session:
        entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).all()
    used = next(e for e in entry if e.act == "use_recovery_code")
    assert used.facts == {"left": 9}
    again = app.test_client()
    enter(again)
    assert second_step(again, codes[3]).status_code == 422
    assert second_step(again, codes[4]).status_code == 303


def test_new_recovery_codes_replace_those_before(client, database, claire, codes):
    sign_in(client, claire)
    path = "/compte/securite/codes/secours"
    refused = client.post(path, data={"password": PASSWORD, "code": wrong_code()})
    assert refused.status_code == 422
    made = client.post(path, data={"password": PASSWORD, "code": code()})
    assert made.status_code == 200
    assert codes[0] not in made.text
    with database.transaction() as session:
        person = session.get_one(User, claire)
        with pytest.raises(WrongCode):
            pass_second_factor(session, person, typed=codes[0], by=actor_of(person), at=now())
    with database.reading_session() as session:
        assert session.scalar(select(func.count(RecoveryCode.id))) == 10


def test_turning_it_off_asks_the_password_and_a_code(client, database, claire, codes):
    sign_in(client, claire)
    path = "/compte/securite/codes/retrait"
    assert client.post(path, data={"password": "pas le mien", "code": code()}).status_code == 422
    assert client.post(path, data={"password": PASSWORD, "code": ""}).status_code == 422
    assert client.post(path, data={"password": PASSWORD, "code": code()}).status_code == 303
    assert emails(database)[-1] == "second_factor_off"
    with database.reading_session() as session:
        assert session.get_one(User, claire).totp_secret is None
        assert session.scalar(select(func.count(RecoveryCode.id))) == 0
    other = client.application.test_client()
    assert enter(other).location == "/compte"


@pytest.fixture
def real_shop(opened: Opening, database: Database):
    """The shop in production mode: only over HTTPS."""
    application = opened(database, replace(TEST_SETTINGS, mode="production"))
    application.config.update(SESSION_COOKIE_SECURE=False)
    return application


@pytest.mark.parametrize("role", ["admin", "sales_admin", "logistics"])
def test_the_staff_of_a_real_shop_sets_up_its_second_factor_first(real_shop, database, role):
    with database.transaction() as session:
        person = make_person(
            session, at=AT, email=f"{role}@comptoir.example", name="Sam Dubois", staff_roles={role}
        )
        person.password_hash = hash_password(PASSWORD)
    desk = sign_in(real_shop.test_client(), person.id)
    for path in ("/bureau", "/devis/DE-2026-00001"):
        assert desk.get(path).location == "/compte/securite/codes", path
    page = desk.get("/compte/securite/codes").text
    assert "note--you" in page
    with desk.session_transaction() as cookie:
        typed = pyotp.TOTP(cookie["second_factor_key"]).at(now())
    desk.post("/compte/securite/codes", data={"password": PASSWORD, "code": typed})
    assert desk.get("/bureau").status_code == 200


def test_staff_without_their_second_factor_have_no_staff_rights(real_shop, database):
    with database.transaction() as session:
        person = make_person(
            session, at=AT, email="adv@comptoir.example", name="Sam", staff_roles={"sales_admin"}
        )
    from shop.web.kit.sessions import actor, viewer

    desk = sign_in(real_shop.test_client(), person.id)
    with desk:
        desk.get("/compte")
        known = viewer()
        assert known is not None
        assert known.owes_second_factor
        assert not actor().is_staff


def test_customers_of_a_real_shop_choose(real_shop, claire):
    client = sign_in(real_shop.test_client(), claire)
    assert client.get("/compte").status_code == 200
    assert "/compte/securite/codes" in client.get("/compte/securite").text


@pytest.mark.parametrize("mode", ["demonstration", "test"])
def test_the_demonstration_asks_no_second_factor_of_its_staff(mode):
    assert not replace(TEST_SETTINGS, mode=mode).requires_second_factor
    assert replace(TEST_SETTINGS, mode="production").requires_second_factor


def test_a_sign_in_of_the_checkout_stays_in_the_checkout(client, database, codes):
    with database.transaction() as session:
        make_product(session, at=AT)
    client.post("/panier", data={"sku": "SON-0412"})
    step_two = "/commande/identification"
    wrong = client.post(f"{step_two}/connexion", data={"email": CLAIRE, "password": "faux"})
    assert wrong.status_code == 422
    for part in (
        'class="errors"',
        "Mot de passe oublié",
        '/commande/identification"',
        "Votre commande",
    ):
        assert part in wrong.text
    assert f'value="{CLAIRE}"' in wrong.text
    assert 'href="#known-email"' in client.post(f"{step_two}/connexion", data={}).text
    right = client.post(f"{step_two}/connexion", data={"email": CLAIRE, "password": PASSWORD})
    assert right.location.startswith(SECOND_STEP)
    page = client.get(right.location)
    assert f'href="{step_two}"' in page.text, "start again"
    refused = client.post(right.location, data={"code": wrong_code()})
    assert refused.status_code == 422
    inside = client.post(right.location, data={"code": code()})
    assert inside.location == "/commande/adresses"


def test_a_code_that_comes_too_late_leads_back_to_the_checkout(client, database, codes):
    with database.transaction() as session:
        make_product(session, at=AT)
    client.post("/panier", data={"sku": "SON-0412"})
    entered = {"email": CLAIRE, "password": PASSWORD}
    right = client.post("/commande/identification/connexion", data=entered)
    with travelled(timedelta(minutes=11)):
        late = client.post(right.location, data={"code": code()})
    assert late.location == "/commande/identification"
