"""A session that ended says so, keeps what was typed for the same person, and leads back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select, update

from shop.cart.carts import add_to_cart
from shop.ops.clock import now, travelled
from shop.people.models import User
from shop.signin.kept_forms import KEPT, LARGEST, MOST_ANSWERS
from shop.signin.models import KeptForm, UserSession
from shop.signin.passwords import hash_password
from shop.signin.sessions import OF_CUSTOMERS
from shop.signin.tidying import tidy_accounts
from shop.storage.db import Database
from shop.web.kit.ended import all_forms, secret_names
from tests.counting import counted
from tests.factories import AT, make_person, make_product
from tests.people import sign_in

PASSWORD = "cinq vaches dans un pré"
HASH = hash_password(PASSWORD)
ADDRESS = "claire@chinon.example"
BOOK = "/compte/adresses/livraison/nouvelle"
PLACE = {
    "name": "Salle « Arletty » & Cie",
    "line1": '14, rue du "Stade"',
    "country": "BE",
    "postal_code": "1000",
    "city": "Bruxelles",
    "opening_hours": "",
    "call_before": "y",
    "instructions": "Sonner deux fois\n<b>puis</b> attendre",
    "contact_name": "Rémi Gardien",
    "contact_phone": "02 47 00 00 00 poste 4512",
}


@pytest.fixture(autouse=True)
def _at_noon():
    with travelled(AT):
        yield


@pytest.fixture
def claire(database: Database) -> int:
    with database.transaction() as session:
        user_id = int(make_person(session, at=AT, email=ADDRESS).id)
        session.execute(update(User).values(password_hash=HASH))
    return user_id


def close_all(database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(UserSession).values(closed_at=now()))


def kept(database: Database) -> list[KeptForm]:
    with database.reading_session() as session:
        return list(session.scalars(select(KeptForm).order_by(KeptForm.user_id)))


def send(client, url: str = BOOK, answers=PLACE):
    return client.post(url, data=answers, headers={"Referer": f"http://localhost{url}"})


def back_in(client, location: str, *, email: str = ADDRESS):
    """The page after signing in on the page at `location`."""
    answer = client.post(location, data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303
    return client.get(answer.location)


def shown(page: str, action: str) -> dict[str, str]:
    """The answers that the form shows, as a browser would send them."""
    form = next(
        f
        for f in html.fromstring(page).forms
        if (f.action or action) == action and f.method == "POST" and "novalidate" in f.attrib
    )
    sent = {name: value for name, value in form.form_values() if name not in ("once", "csrf_token")}
    return {name: value.replace("\r\n", "\n") for name, value in sent.items()}


def test_a_session_closed_elsewhere_is_told_and_the_form_comes_back_filled(
    client, database, claire
):
    sign_in(client, claire)
    close_all(database)
    answer = send(client)
    assert answer.status_code == 303
    assert answer.location.startswith("/connexion?next=")
    page = client.get(answer.location).text
    assert "déconnect" in page
    assert "conservé" in page
    again = back_in(client, answer.location)
    assert again.request.path == BOOK
    found = shown(again.text, BOOK)
    assert {name: found.get(name, "") for name in PLACE} == PLACE
    assert kept(database) == []
    assert shown(client.get(BOOK).text, BOOK).get("name", "") == ""
    assert client.post(BOOK, data=found | {"checked": "1000 Bruxelles"}).status_code == 303


def test_a_session_that_expired_is_told_on_a_page_too(client, database, claire):
    sign_in(client, claire)
    with travelled(AT + OF_CUSTOMERS + timedelta(hours=1)):
        answer = client.get("/compte/adresses")
        assert answer.location == "/connexion?next=/compte/adresses"
        assert "a expiré" in client.get(answer.location).text
        assert "a expiré" not in client.get("/").text, "it is told once"


def test_a_page_for_everybody_is_shown_with_the_news(client, database, claire):
    sign_in(client, claire)
    close_all(database)
    page = client.get("/")
    assert page.status_code == 200
    assert "déconnect" in page.text


def test_the_checkout_does_not_say_that_the_cart_is_empty(client, database, claire):
    with database.transaction() as session:
        make_product(session, at=AT)
        add_to_cart(session, None, "SON-0412", 1, at=AT, user_id=claire)
    sign_in(client, claire)
    close_all(database)
    typed = {"header_line1": "3, rue des Tilleuls", "delivery": "other", "place_city": "Tours"}
    answer = send(client, "/commande/adresses", typed)
    assert answer.location == "/connexion?next=/commande/adresses"
    again = back_in(client, answer.location)
    assert typed.items() <= shown(again.text, "/commande/adresses").items()


def test_somebody_else_who_signs_in_finds_nothing_of_it(client, database, claire):
    with database.transaction() as session:
        make_person(session, at=AT, email="autre@chinon.example")
        session.execute(update(User).values(password_hash=HASH))
    sign_in(client, claire)
    close_all(database)
    answer = send(client)
    again = back_in(client, answer.location, email="autre@chinon.example")
    assert "Arletty" not in again.text
    assert len(kept(database)) == 1


def test_what_is_kept_ends_after_an_hour(client, database, claire):
    sign_in(client, claire)
    close_all(database)
    answer = send(client)
    with travelled(AT + KEPT):
        assert "Arletty" not in back_in(client, answer.location).text
    sign_in(client, claire)
    close_all(database)
    send(client)
    with database.transaction() as session:
        tidy_accounts(session, at=AT + KEPT)
    assert kept(database) == []


def test_a_form_that_is_too_long_is_not_kept_and_nothing_is_promised(client, database, claire):
    sign_in(client, claire)
    close_all(database)
    answer = send(client, answers=PLACE | {"instructions": "x" * LARGEST})
    assert answer.location.startswith("/connexion?next=")
    assert kept(database) == []
    assert "conservé" not in client.get(answer.location).text


def test_no_password_code_or_file_is_kept(client, database, claire):
    secrets = dict.fromkeys((*secret_names(), "code"), "secret")
    assert {"password", "present"} <= secrets.keys()
    sign_in(client, claire)
    close_all(database)
    send(client, BOOK, secrets | {"email": "claire@ville.example"})
    (row,) = kept(database)
    assert row.answers == [["email", "claire@ville.example"]]


def test_every_secret_field_of_every_form_is_left_out(app: Flask):
    found = set()
    for form in all_forms():
        for name in dir(form):
            made = getattr(getattr(form, name), "kwargs", {}) if name[0] != "_" else {}
            attributes = (made.get("render_kw") or {}) if isinstance(made, dict) else {}
            if "password" in attributes.get("autocomplete", ""):
                found.add(name)
    assert found <= secret_names()


def of_people(app: Flask) -> Iterator[str]:
    """The address of every form that a visitor cannot send, but those of links with a secret."""
    for rule in app.url_map.iter_rules():
        if "token" in rule.arguments:
            continue
        audience = getattr(app.view_functions[rule.endpoint], "audience", None)
        if "POST" in rule.methods and audience is not None and audience.kind != "everybody":
            yield app.url_map.bind("localhost").build(
                rule.endpoint, dict.fromkeys(rule.arguments, "1"), method="POST"
            )


def test_every_form_of_a_signed_in_person_is_kept_and_led_back(app, client, database, claire):
    urls = sorted(set(of_people(app)))
    assert len(urls) > 60
    for url in urls:
        sign_in(client, claire)
        close_all(database)
        typed = {"reason": url, "password": "secret"}
        answer = client.post(url, data=typed, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 303, url
        assert answer.location.startswith("/connexion?next=/"), url
        (row,) = kept(database)
        assert (row.action, row.answers) == (url, [["reason", url]])


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The shop with its protection against forms of other sites."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def token_of(client, url: str) -> str:
    page = client.get(url).text
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def test_a_form_sent_after_signing_out_in_another_tab_comes_back(guarded, database, claire):
    client = sign_in(guarded.test_client(), claire)
    typed = PLACE | {"csrf_token": token_of(client, BOOK)}
    client.post("/deconnexion", data={"csrf_token": typed["csrf_token"]})
    answer = send(client, answers=typed)
    assert answer.location == f"/connexion?next={BOOK}"
    page = client.get(answer.location).text
    assert "autre onglet" in page
    token = token_of(client, answer.location)
    entered = {"email": ADDRESS, "password": PASSWORD, "csrf_token": token}
    again = client.get(client.post(answer.location, data=entered).location)
    assert shown(again.text, BOOK)["name"] == PLACE["name"]


def test_a_form_opened_before_signing_in_again_in_another_tab_comes_back(guarded, claire):
    client = sign_in(guarded.test_client(), claire)
    client.get("/compte")
    answer = send(client, answers=PLACE | {"csrf_token": "of-the-session-before"})
    assert (answer.status_code, answer.location) == (303, BOOK)
    page = client.get(BOOK).text
    assert shown(page, BOOK)["name"] == PLACE["name"]
    assert "plus à jour" in page


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Referer": "https://evil.example/compte"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_a_form_of_another_site_is_refused_and_nothing_is_kept(guarded, database, claire, headers):
    client = sign_in(guarded.test_client(), claire)
    answer = client.post(BOOK, data=PLACE, headers=headers)
    assert answer.status_code == 422
    assert kept(database) == []


def test_a_form_is_given_back_to_the_browser_that_sent_it_only(app, client, database, claire):
    sign_in(client, claire)
    close_all(database)
    send(client)
    other = sign_in(app.test_client(), claire)
    close_all(database)
    answer = other.post(BOOK, data={}, headers={"Referer": "http://localhost/connexion"})
    assert answer.location.startswith("/connexion")
    (row,) = kept(database)
    with client.session_transaction() as cookie:
        page, secret = cookie["kept_form"]
    assert page == BOOK and secret not in row.key
    with database.transaction() as session:
        session.execute(update(KeptForm).values(answers=[["name", "Autre navigateur"]]))
    again = back_in(client, f"/connexion?next={BOOK}")
    assert "Autre navigateur" not in again.text
    assert "de nouveau là" not in again.text
    assert len(kept(database)) == 1, "that of the other browser stays"


def test_a_form_of_somebody_else_stays_when_they_sign_in_here(client, app, database, claire):
    """Two people of one computer, each with a form that is kept: none sees the other's."""
    with database.transaction() as session:
        other = int(make_person(session, at=AT, email="autre@chinon.example").id)
        session.execute(update(User).values(password_hash=HASH))
    elsewhere = sign_in(app.test_client(), other)
    close_all(database)
    send(elsewhere, answers=PLACE | {"name": "Salle d’ailleurs"})
    sign_in(client, claire)
    close_all(database)
    answer = send(client)
    again = back_in(client, answer.location, email="autre@chinon.example")
    assert "Salle d’ailleurs" not in again.text and "Arletty" not in again.text
    assert {row.user_id for row in kept(database)} == {claire, other}


def test_what_another_person_types_hours_after_a_sign_out_is_not_kept(client, database, claire):
    sign_in(client, claire)
    client.post("/deconnexion")
    with travelled(AT + KEPT):
        assert send(client).location == "/connexion"
    assert kept(database) == []


def test_a_form_of_another_site_is_not_kept_when_the_session_has_ended(client, database, claire):
    sign_in(client, claire)
    close_all(database)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site"}):
        sign_in(client, claire)
        close_all(database)
        answer = client.post(BOOK, data=PLACE, headers=headers)
        assert answer.status_code == 303
        assert kept(database) == [], headers


@pytest.mark.parametrize(
    "url", ["/invitations/secret-of-a-link", "/commandes/retrouver?key=secret-of-a-guest"]
)
def test_the_secret_of_a_link_is_not_stored(guarded, database, claire, url):
    client = sign_in(guarded.test_client(), claire)
    send(client, url, {"reason": "x", "csrf_token": "of-the-session-before"})
    assert kept(database) == []


def test_a_form_of_very_many_answers_is_not_kept(client, database, claire):
    sign_in(client, claire)
    close_all(database)
    send(client, answers={f"a{number}": "" for number in range(MOST_ANSWERS + 1)})
    assert kept(database) == []


def test_what_was_typed_is_shown_as_text(client, database, claire):
    sign_in(client, claire)
    close_all(database)
    hostile = {
        "name": '"><script>alert(1)</script>',
        "instructions": "</textarea><script>alert(2)</script>",
        "country": '"><script>alert(3)</script>',
    }
    answer = send(client, answers=PLACE | hostile)
    again = back_in(client, answer.location)
    assert "<script>alert" not in again.text
    assert shown(again.text, BOOK)["name"] == hostile["name"]
    assert shown(again.text, BOOK)["instructions"] == hostile["instructions"]


def test_a_hidden_field_of_the_page_is_never_replaced(client, database, claire):
    sign_in(client, claire)
    close_all(database)
    page = client.get(send(client, answers=PLACE | {"once": "planted"}).location)
    again = back_in(client, page.request.full_path)
    assert "planted" not in again.text


def test_kept_forms_and_form_keys_add_a_statement_only_where_something_changes(
    client, database, claire
):
    sign_in(client, claire)
    profile = {"name": "Claire", "phone": "02 47 00 00 00", "function": "Régie", "language": "fr"}
    client.get("/compte/coordonnees")
    with counted(database) as shown_page:
        assert client.get("/compte/coordonnees").status_code == 200
    with counted(database) as accepted:
        assert client.post("/compte/coordonnees", data=profile).status_code == 303
    with counted(database) as refused:
        assert client.post("/compte/coordonnees", data=profile | {"name": ""}).status_code == 422
    assert len(shown_page) == 1, "who reads the page"
    assert [one.split()[:3] for one in accepted if "form_keys" in one] == [
        ["INSERT", "INTO", "form_keys"]
    ]
    assert len([one for one in refused if "form_keys" in one]) == 1
    assert not [one for one in (*shown_page, *accepted, *refused) if "kept_forms" in one]
    with counted(database) as visitor:
        assert client.application.test_client().get("/connexion").status_code == 200
    assert visitor == []
