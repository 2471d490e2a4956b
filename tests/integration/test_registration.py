"""Registering: the e-mail opens the account, and nothing reveals whether an address has one."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.members.models import Membership
from shop.ops import clock
from shop.organisations.models import Organisation
from shop.people.links import Links, Purpose
from shop.people.models import User
from shop.people.people import find_person, register_person
from shop.people.registration import UNANSWERED, Registration, register
from shop.people.rules import Profile
from shop.signin import attempts, passwords
from shop.signin.attempts import LIMITS, registrations_around
from shop.signin.tidying import tidy_accounts
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import AT, CHINON, make_body, make_buyer, make_person, make_product, siret_of
from tests.people import LETTERHEAD, activation_link, register_and_activate

CLAIRE = "claire@chinon.example"
PASSWORD = "quatre mots faciles à retenir"
ANOTHER = "un tambour, deux vélos, du persil"
TOKEN = re.compile(r'name="(?:csrf_token|once)" value="[^"]*"')


def answers(**more: str) -> dict[str, str]:
    return {
        "name": "Claire Marchand",
        "phone": "02 47 00 00 00",
        "email": CLAIRE,
        "password": PASSWORD,
        "buys_for": "self",
    } | more


def body_answers(**more: str) -> dict[str, str]:
    named = {"buys_for": "public", "siret": CHINON, "organisation": "Ville de Chinon"}
    return answers(**LETTERHEAD | named | more)


def emails(database: Database) -> list[tuple[str, str]]:
    with database.reading_session() as session:
        return [(m.to, m.template) for m in session.scalars(select(Email).order_by(Email.id))]


def user(database: Database, email: str = CLAIRE) -> User:
    with database.reading_session() as session:
        found = find_person(session, email)
        assert found is not None
        return found


def is_in(client) -> bool:
    return client.get("/compte").status_code == 200


@pytest.fixture
def later():
    """Move the shop's clock."""
    yield lambda shift: clock.set_shift(shift)
    clock.set_shift(timedelta())


def test_an_account_is_opened_by_its_e_mail_and_not_before(client, database: Database):
    answer = client.post("/inscription", data=answers())
    assert (answer.status_code, answer.location) == (303, "/inscription/lien")
    assert CLAIRE in client.get("/inscription/lien").text
    assert not is_in(client)
    assert emails(database) == [(CLAIRE, "activate")]
    assert user(database).email_confirmed_at is None
    link = activation_link(database)
    page = client.get(link)
    assert "Ouvrir mon compte" in page.text
    assert 'name="password"' not in page.text
    assert not is_in(client), "looking at the page activates nothing: mail servers do"
    assert client.post(link).location == "/compte"
    assert is_in(client)
    assert user(database).email_confirmed_at is not None


def test_a_registration_sent_twice_keeps_the_browser_that_needs_one_click(app, database: Database):
    sent = answers(once="a-key")
    app.test_client().post("/inscription", data=sent)
    client = app.test_client()  # the browser that only had the second answer
    assert client.post("/inscription", data=sent).location == "/inscription/lien"
    assert emails(database) == [(CLAIRE, "activate")]
    assert client.post(activation_link(database)).location == "/compte"


def test_registering_does_not_reveal_whether_an_address_has_an_account(app, database: Database):
    with database.transaction() as session:
        make_person(session, at=AT, email="known@ville.example")
        register(
            session, Registration("wait@ville.example", "x", "W"), links=Links("s"), at=clock.now()
        )
        make_person(session, at=AT, email="close@ville.example").active = False
    seen = set()
    for name in ("known", "wait_", "close", "fresh"):
        email = f"{name.replace('_', '')}@ville.example"
        client = app.test_client()
        first = client.post("/inscription", data=answers(email=email))
        second = client.get(first.location)
        cookie = str(first.headers["Set-Cookie"])
        assert not cookie.count(PASSWORD)
        page = TOKEN.sub("", second.text).replace(email, "ADDRESS")
        seen.add((first.status_code, first.location, page))
        with client.session_transaction() as kept:
            assert set(kept) == {"registered_here", "registration", "csrf_token", "_fresh"}
    assert len(seen) == 1


def test_a_password_is_hashed_whether_or_not_the_address_has_an_account(
    app, database: Database, monkeypatch
):
    """A hash takes tens of milliseconds: its time must not distinguish one address from another."""

    class Counting:
        made = 0

        def hash(self, password: str) -> str:
            self.made += 1
            return "x"

    counting = Counting()
    monkeypatch.setattr(passwords, "hasher", counting)
    with database.transaction() as session:
        make_person(session, at=AT, email="known@ville.example")
    for number, email in enumerate(("known@ville.example", "fresh@ville.example"), start=1):
        app.test_client().post("/inscription", data=answers(email=email))
        assert counting.made == number


def test_registering_an_existing_account_only_sends_an_e_mail(client, database: Database):
    with database.transaction() as session:
        make_person(session, at=AT, phone="02 47 11 11 11")
    before = user(database)
    client.post("/inscription", data=answers(name="Somebody Else", email="Claire@Chinon.example"))
    after = user(database)
    assert (after.name, after.phone, after.password_hash) == (
        before.name,
        before.phone,
        before.password_hash,
    )
    assert emails(database) == [(CLAIRE, "account_exists")]


def test_the_e_mail_repeats_nothing_that_was_typed(client, database: Database):
    client.post("/inscription", data=answers(name="WIN A PRIZE AT spam.example"))
    with database.reading_session() as session:
        assert set(session.scalars(select(Email)).one().facts) == {"token"}


def test_an_organisation_is_registered_once_the_address_is_confirmed(client, database: Database):
    client.post("/inscription", data=body_answers())
    with database.reading_session() as session:
        assert session.scalar(select(func.count(Organisation.id))) == 0
    client.post(activation_link(database))
    with database.reading_session() as session:
        assert session.scalars(select(Membership)).one().administers
        assert session.scalars(select(Organisation.name)).one() == "Ville de Chinon"
        assert user(database).wish is None


def test_an_organisation_that_is_known_is_joined_and_waits(client, database: Database):
    with database.transaction() as session:
        make_buyer(session)
    register_and_activate(client, database, body_answers())
    with database.reading_session() as session:
        mine = select(Membership).where(Membership.user_id == user(database).id)
        assert session.scalars(mine).one().approved_at is None


def test_a_refused_organisation_does_not_prevent_the_account(client, database: Database):
    client.post("/inscription", data=body_answers())
    with database.transaction() as session:
        make_body(session, session.scalars(select(User)).one(), at=AT)
    assert client.post(activation_link(database)).location == "/compte"
    assert "Votre organisme n’est pas enregistré" in client.get("/compte").text
    assert user(database).email_confirmed_at is not None


def test_another_browser_asks_for_the_password_of_the_registration(app, client, database):
    client.post("/inscription", data=answers())
    link, elsewhere = activation_link(database), app.test_client()
    assert 'name="password"' in elsewhere.get(link).text
    assert elsewhere.post(link).status_code == 422
    wrong = elsewhere.post(link, data={"password": "ce n’est pas le bon"})
    assert wrong.status_code == 422
    assert not is_in(elsewhere)
    assert elsewhere.post(link, data={"password": PASSWORD}).status_code == 303
    assert is_in(elsewhere)


def test_registering_somebody_elses_address_gives_no_access(app, client, database: Database):
    """A stranger types the victim's address and a password; the victim opens the e-mail and presses
    the button: the stranger's password is not accepted.
    """
    intruder, victim = client, app.test_client()
    intruder.post("/inscription", data=answers(password=ANOTHER))
    assert victim.post(activation_link(database)).status_code == 422
    victim.post("/inscription", data=answers())
    assert victim.post(activation_link(database)).status_code == 303
    sign_in = {"email": CLAIRE, "password": ANOTHER}
    assert intruder.post("/connexion", data=sign_in).status_code == 422
    assert not is_in(intruder)


def test_an_e_mail_sent_again_in_another_browser_does_not_open_the_registration(
    app, client, database: Database
):
    victim = app.test_client()
    victim.post("/inscription", data=answers())
    client.post("/inscription", data=answers(password=ANOTHER))
    victim.post("/inscription/lien", data={"email": CLAIRE})
    assert victim.post(activation_link(database)).status_code == 422
    assert user(database).email_confirmed_at is None


def test_the_newest_registration_counts_and_invalidates_older_links(client, database: Database):
    client.post("/inscription", data=answers())
    old = activation_link(database)
    client.post("/inscription", data=body_answers(password=ANOTHER, name="Claire Durand"))
    assert client.get(old).status_code == 410
    assert client.post(old).status_code == 410
    assert not is_in(client)
    client.post(activation_link(database))
    assert user(database).name == "Claire Durand"
    with database.reading_session() as session:
        assert session.scalar(select(func.count(User.id))) == 1


def test_a_link_is_valid_once_and_a_second_click_finds_the_account(app, client, database):
    register_and_activate(client, database, answers())
    link = activation_link(database)
    assert client.post(link).location == "/compte"
    stranger = app.test_client()
    page = stranger.get(link)
    assert page.status_code == 410
    assert "a déjà servi" in page.text
    assert 'action="/inscription/lien"' in page.text
    assert stranger.post(link).status_code == 410
    assert not is_in(stranger)


def test_a_link_is_valid_for_three_days(client, database: Database, later):
    client.post("/inscription", data=answers())
    link = activation_link(database)
    later(timedelta(days=2, hours=23))
    assert client.get(link).status_code == 200
    later(timedelta(days=3, minutes=1))
    page = client.get(link)
    assert page.status_code == 410
    assert "expiré" in page.text
    assert client.post(link).status_code == 410
    assert client.post("/inscription/lien", data={"email": CLAIRE}).status_code == 303
    assert client.post(activation_link(database)).status_code == 303


@pytest.mark.parametrize("token", ["x", "a.b", "WzEsMiwiYSIsIiJd.AAAA"])
def test_a_link_that_the_shop_did_not_sign_is_not_valid(client, token):
    assert client.get(f"/activation/{token}").status_code == 404


def test_a_link_is_valid_for_its_own_purpose_only(client, database: Database):
    client.post("/inscription", data=answers())
    token = activation_link(database).rpartition("/")[2]
    assert client.get(f"/nouveau-mot-de-passe/{token}").status_code == 404
    assert Purpose.ACTIVATE != Purpose.NEW_PASSWORD


def test_registering_during_a_checkout_returns_to_it_with_the_cart(app, client, database):
    with database.transaction() as session:
        make_product(session)
    client.post("/panier", data={"sku": "SON-0412", "quantity": "2"})
    before = client.get("/panier").text
    assert "SON-0412" in before
    client.post("/inscription", query_string={"next": "/commande/adresses"}, data=answers())
    assert client.post(activation_link(database)).location == "/commande/adresses"
    assert "SON-0412" in client.get("/panier").text


def test_the_link_never_redirects_to_another_site(client, database: Database):
    client.post("/inscription", query_string={"next": "//ailleurs.example"}, data=answers())
    assert client.post(activation_link(database)).location == "/compte"


def test_what_was_typed_is_kept_to_correct_the_address_but_not_the_password(client, database):
    client.post("/inscription", data=body_answers())
    page = client.get("/inscription").text
    assert 'value="Ville de Chinon"' in page
    assert f'value="{CLAIRE}"' in page
    assert PASSWORD not in page


def test_the_password_of_an_account_not_activated_sends_the_e_mail_again(
    app, client, database: Database
):
    client.post("/inscription", data=answers())
    elsewhere = app.test_client()
    unknowing = elsewhere.post("/connexion", data={"email": CLAIRE, "password": ANOTHER})
    assert "ne vont pas ensemble" in unknowing.text
    answer = elsewhere.post("/connexion", data={"email": CLAIRE, "password": PASSWORD})
    assert answer.status_code == 422
    assert TOKEN.sub("", answer.text) == TOKEN.sub("", unknowing.text), "the page says nothing"
    assert emails(database) == [(CLAIRE, "activate")] * 2
    assert not is_in(elsewhere)
    assert elsewhere.post(activation_link(database)).status_code == 303, "it was given a moment ago"


def test_signing_in_to_somebody_elses_registration_reveals_nothing(app, database: Database):
    """A stranger's password for an address: the same answers, and as many of them, whether the
    address had an account before.
    """
    with database.transaction() as session:
        known_hash = passwords.hash_password(PASSWORD)
        make_person(session, at=AT, email="known@ville.example").password_hash = known_hash

    def told(email: str) -> list[tuple[int, str, set[str]]]:
        client, answers_seen = app.test_client(), []
        client.post("/inscription", data=answers(email=email, password=ANOTHER))
        browser = app.test_client()
        for _ in range(LIMITS[attempts.SIGN_IN].together + 1):
            page = browser.post("/connexion", data={"email": email, "password": ANOTHER})
            with browser.session_transaction() as kept:
                seen = TOKEN.sub("", page.text).replace(email, "…")
                answers_seen.append((page.status_code, seen, set(kept)))
        return answers_seen

    known, unknown = told("known@ville.example"), told("unknown@ville.example")
    assert known == unknown
    assert [status for status, _page, _kept in known][-2:] == [422, 429]


def test_an_address_that_cannot_receive_e_mails_is_refused(client, database: Database):
    answer = client.post("/inscription", data=answers(email="claire@mairie-évry.example"))
    assert answer.status_code == 422 and "xn--" in answer.text
    encoded = answers(email="claire@xn--mairie-vry-d7a.example")
    assert client.post("/inscription", data=encoded).status_code == 303


def test_e_mails_requested_elsewhere_do_not_block_the_owners(client, app, database):
    """A browser in which the owner has signed in is counted on its own; the page says how long the
    others wait, and what to do.
    """
    register_and_activate(client, database, answers())
    client.post("/deconnexion")
    for number in range(LIMITS[attempts.EMAIL].on_account):
        elsewhere = attempts.Attempt.on(CLAIRE, origin=f"192.0.2.{number % 2}", kind=attempts.EMAIL)
        with database.transaction() as session:
            attempts.note(session, elsewhere, at=clock.now())
    stopped = app.test_client().post("/mot-de-passe-oublie", data={"email": CLAIRE})
    assert stopped.status_code == 429
    assert "/mot-de-passe-oublie" in stopped.text.partition("<main")[2]
    assert client.post("/mot-de-passe-oublie", data={"email": CLAIRE}).status_code == 200


def test_e_mails_to_one_address_are_limited(client, database: Database):
    most = LIMITS[attempts.EMAIL].together
    for _ in range(most):
        assert client.post("/inscription/lien", data={"email": CLAIRE}).status_code == 303
    assert client.post("/inscription/lien", data={"email": CLAIRE}).status_code == 429
    assert client.post("/inscription", data=answers()).status_code == 429
    assert client.post("/inscription/lien", data={"email": "b@x.example"}).status_code == 303
    assert emails(database) == []


def test_a_double_click_on_register_is_one_person(app, client, database: Database):
    for browser in (client, app.test_client()):
        assert browser.post("/inscription", data=answers()).status_code == 303
    with database.reading_session() as session:
        assert session.scalar(select(func.count(User.id))) == 1


def test_an_unconfirmed_registration_is_not_in_the_journal(client, database: Database):
    def entries() -> int:
        with database.reading_session() as session:
            return session.scalar(select(func.count(JournalEntry.id)))

    client.post("/inscription", data=answers())
    assert entries() == 0
    client.post(activation_link(database))
    assert entries() >= 1


def test_an_unconfirmed_registration_is_deleted(database: Database):
    links = Links("secret")
    with database.transaction() as session:
        register(session, Registration("a@x.example", "x", "A"), links=links, at=AT)
        register_person(
            session, email="b@x.example", password_hash="x", profile=Profile("B"), at=AT
        )
        later = AT + UNANSWERED
        register(session, Registration("c@x.example", "x", "C"), links=links, at=later)
        tidy_accounts(session, at=later)
        assert set(session.scalars(select(User.email))) == {"b@x.example", "c@x.example"}


def test_the_office_sees_many_registrations_from_one_network_address(app, database):
    for number in range(4):
        siret = CHINON if number % 2 else siret_of(1)
        app.test_client().post(
            "/inscription", data=body_answers(email=f"a{number}@x.example") | {"siret": siret}
        )
    app.test_client().post(
        "/inscription",
        data=answers(email="far@x.example"),
        environ_overrides={"REMOTE_ADDR": "192.0.2.9"},
    )
    with database.reading_session() as session:
        near = registrations_around(session, "a1@x.example")
        assert (near.registrations, near.sirets) == (4, 2)
        far = registrations_around(session, "far@x.example")
        assert (far.registrations, far.sirets) == (1, 0)
        nobody = registrations_around(session, "nobody@x.example")
        assert (nobody.registrations, nobody.sirets) == (0, 0)
