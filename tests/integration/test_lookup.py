"""A card order is found without an account, by its number and its address, and by nothing less."""

import pytest
from sqlalchemy import func, select

from checkout.orders.models import Order
from shop.emails.messages import render_email
from shop.ops.clock import travelled
from shop.signin.attempts import LIMITS, ORDER_LINK
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import AT, make_buyer, make_shop
from tests.orders import make_card_order, make_order_from_original, make_quote

ADDRESS = "particulier@example.org"


@pytest.fixture
def order(database: Database) -> Order:
    with database.transaction() as session:
        return make_card_order(session, make_shop(session))


def links(database: Database) -> list[Email]:
    with database.reading_session() as session:
        return list(
            session.scalars(select(Email).where(Email.template == "order_link").order_by(Email.id))
        )


def ask(client, number: str, email: str = ADDRESS):
    return client.post("/commandes/retrouver", data={"number": number, "email": email})


def main_of(answer) -> str:
    return answer.text.partition("<main")[2].partition("</main>")[0]


def test_a_guest_receives_the_link_that_opens_their_order(client, database, order):
    client.get("/commandes/retrouver")
    typed = f" {order.number.lower()} "
    assert ask(client, typed, ADDRESS.upper()).status_code == 200
    (sent,) = links(database)
    assert sent.to == ADDRESS and sent.dossier_id == order.dossier_id
    text = render_email(sent.template, sent.facts, language="fr", public_url="http://shop.example")
    assert client.get(f"/commandes/{order.number}").location.startswith("/connexion?")
    path = f"/commandes/{order.number}?key={'k' * 43}"
    assert f"http://shop.example{path}\n" in text.body and "18 novembre 2026" in text.body
    page = client.get(path, follow_redirects=True)
    assert page.status_code == 200 and order.number in page.text


def test_the_answer_does_not_tell_whether_an_order_or_an_address_exists(client, database, order):
    answers = {
        main_of(ask(client, number, ADDRESS))
        for number in (order.number, "CO-2026-09999", "DE-2026-00001", "x")
    }
    assert len(answers) == 1 and len(links(database)) == 1
    other = main_of(ask(client, order.number, "autre@example.org"))
    assert other.replace("autre@example.org", ADDRESS) in answers
    assert len(links(database)) == 1


def test_an_order_from_a_purchase_order_is_not_found_without_an_account(client, database):
    with database.transaction() as session:
        lines = make_shop(session)
        placed = make_order_from_original(session, make_quote(session, make_buyer(session), lines))
        number, email = placed.number, placed.email
    assert ask(client, number, email).status_code == 200
    assert links(database) == []


def test_the_link_of_an_organisation_s_order_has_no_key(client, database):
    with database.transaction() as session:
        town = make_buyer(session).organisation_id
        order = make_card_order(session, make_shop(session), organisation_id=town)
    ask(client, order.number)
    (sent,) = links(database)
    for language in ("fr", "en"):
        text = render_email(
            sent.template, sent.facts, language=language, public_url="http://shop.example"
        ).body
        assert f"/connexion?next=/commandes/{order.number}" in text and "key=" not in text


def test_links_are_limited_by_address_and_network_and_are_sent_again_later(client, database, order):
    limit = LIMITS[ORDER_LINK]
    for _ in range(limit.together):
        assert ask(client, order.number).status_code == 200
    assert ask(client, order.number).status_code == 429
    assert ask(client, "CO-2026-09999").status_code == 429
    for n in range(limit.from_origin - limit.together):
        assert ask(client, order.number, f"a{n}@example.org").status_code == 200
    assert ask(client, order.number, "b@example.org").status_code == 429
    assert len(links(database)) == limit.together
    with travelled(AT + limit.window):
        assert ask(client, order.number).status_code == 200


def test_a_form_sent_twice_sends_one_link(client, database, order):
    form = {"number": order.number, "email": ADDRESS, "once": "the same key"}
    answers = [client.post("/commandes/retrouver", data=form) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert main_of(answers[0]) == main_of(answers[1])
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(Email)) == 1


def test_an_incomplete_form_keeps_what_was_typed(client):
    answer = ask(client, "CO-2026-00001", "sans arobase")
    assert answer.status_code == 422
    assert "sans arobase" in answer.text and "CO-2026-00001" in answer.text


@pytest.mark.parametrize("page", ["/", "/connexion"])
def test_the_footer_and_the_sign_in_page_lead_to_it(client, page):
    assert '"/commandes/retrouver"' in client.get(page).text


def test_the_confirmation_of_a_guest_s_order_says_how_to_find_it_again():
    facts = {"number": "CO-2026-00001", "name": "", "amount": 1200, "lines": [], "delivery": []}
    for key, found in (("k", True), ("", False)):
        body = render_email(
            "card_order_confirmed",
            facts | {"guest_key": key},
            language="fr",
            public_url="http://shop.example",
        ).body
        assert ("/commandes/retrouver" in body) is found
