"""Conditions of sale that changed are accepted once by each signed-in buyer."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.core.text import paris_day
from shop.ops.clock import now
from shop.people.people import actor_of
from shop.storage.db import Database
from shop.texts.acceptances import accept_terms, terms_to_accept
from shop.texts.models import TermsAcceptance
from shop.texts.rules import TERMS
from shop.texts.texts import publish_text
from tests.factories import AT, make_checkout, make_person, make_product, make_town, sale_line
from tests.orders import make_quote
from tests.people import sign_in
from tests.settled import BOSS


def publish(database: Database, seen: int = 3, *, days: int = 0, at=AT) -> None:
    with database.transaction() as session:
        since = paris_day(at) + timedelta(days=days)
        publish_text(session, TERMS, (f"Texte {seen}", "Text"), since, seen=seen, by=BOSS, at=at)


def test_each_version_is_asked_once_from_its_day_on_and_never_of_a_visitor(database: Database):
    with database.transaction() as session:
        mine = make_person(session, at=AT, email="lea@home.example").id
        assert terms_to_accept(session, mine, at=AT) is None
        accept_terms(session, mine, at=AT)
    publish(database, days=1)
    after = AT + timedelta(days=1)
    with database.transaction() as session:
        assert terms_to_accept(session, mine, at=AT) is None
        assert terms_to_accept(session, mine, at=after) == 4
        assert terms_to_accept(session, None, at=after) is None
        for _twice in range(2):
            accept_terms(session, mine, at=after)
        assert terms_to_accept(session, mine, at=after) is None
        assert session.scalar(select(func.count(TermsAcceptance.id))) == 1
    publish(database, 4, days=2)
    with database.reading_session() as session:
        assert terms_to_accept(session, mine, at=AT + timedelta(days=2)) == 5


def test_a_buyer_who_draws_a_quote_has_accepted_its_version(database: Database):
    publish(database)
    with database.transaction() as session:
        town = make_town(session, at=AT)
        quote = make_quote(session, town.buyer, [sale_line(session, town.product_id)])
        assert terms_to_accept(session, town.buyer.user_id, at=AT) is None
        assert quote.conditions_version == "4"


@pytest.fixture
def private(client, database: Database):
    """The browser of a private customer with an account, at step 5."""
    with database.transaction() as session:
        person = make_person(session, at=now(), email="lea@home.example")
        product_id = make_product(session, at=now(), on_hand=5)
        mine, by = person.id, actor_of(person)
        _cart, token = make_checkout(session, product_id, at=now(), by=by)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    return sign_in(client, mine)


def test_a_payment_by_card_waits_for_the_tick(database: Database, private):
    ticks = 'name="terms"'
    page = private.get("/commande/paiement").text
    assert ticks not in page
    publish(database, at=now())
    page = private.get("/commande/paiement").text
    assert ticks in page and 'href="/conditions-de-vente/4"' in page
    (seal,) = re.findall(r'name="seal" value="([^"]+)"', page)
    refused = private.post("/commande/paiement/carte", data={"seal": seal})
    assert refused.location == "/commande/paiement"
    assert "ont changé" in private.get("/commande/paiement").text
    publish(database, at=now(), seen=4)
    private.post("/commande/paiement/carte", data={"seal": seal, "terms": "4"})
    assert 'href="/conditions-de-vente/5"' in private.get("/commande/paiement").text
    private.post("/commande/paiement/carte", data={"seal": seal, "terms": "5"})
    assert ticks not in private.get("/commande/paiement").text
