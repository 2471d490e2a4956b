"""Copies of a quote to people whom its buyer names, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from quotes.quotes.copies import send_copies
from quotes.quotes.models import Quote
from quotes.quotes.quotes import cancel_quote
from quotes.quotes.rules import MOST_COPIES, TooManyCopies
from shop.core.actors import READER, SALES, Actor
from shop.core.errors import IllegalTransition, NotAllowed
from shop.ops.clock import now
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import Town, make_town, sale_line
from tests.orders import make_quote
from tests.people import sign_in
from tests.snapshots import Snapshots

Drawn = tuple[Town, str]


@pytest.fixture
def drawn(database: Database, snapshots: Snapshots) -> Drawn:
    def fill(session):
        town = make_town(session, at=now())
        lines = [sale_line(session, town.product_id)]
        return town, make_quote(session, town.buyer, lines, at=now()).number

    return snapshots.fill(database, fill)


def quote_in(session, number: str) -> Quote:
    return session.scalars(select(Quote).where(Quote.number == number)).one()


def copied(database: Database) -> list[Email]:
    with database.reading_session() as session:
        named = select(Email).where(Email.template == "quote_copied").order_by(Email.id)
        return list(session.scalars(named))


def test_the_buyer_sends_the_quote_to_others(client, database, drawn: Drawn):
    town, number = drawn
    sign_in(client, town.buyer.user_id)
    address = f"/devis/{number}/copies"
    assert address in client.get(f"/devis/{number}").text
    assert client.get(address).status_code == 200
    typed = {"first": "elu@x.example", "second": "elu@x.example", "third": "b@x.example"}
    assert client.post(address, data=typed | {"message": "Pour avis"}).status_code == 303
    sent = copied(database)
    assert [one.to for one in sent] == ["elu@x.example", "b@x.example"], "each address once"
    with database.reading_session() as session:
        assert sent[0].papers == [quote_in(session, number).paper_id]
    assert sent[0].facts["words"] == ["Pour avis"]
    page = client.get(f"/devis/{number}").text
    assert "elu@x.example, b@x.example" in page


def test_a_mistake_stands_beside_its_field_and_nothing_typed_is_lost(client, database, drawn):
    town, number = drawn
    sign_in(client, town.buyer.user_id)
    answer = client.post(f"/devis/{number}/copies", data={"second": "elu@", "message": "Pour avis"})
    assert answer.status_code == 422
    for told in ('id="first-error"', 'id="second-error"', "Pour avis"):
        assert told in answer.text
    assert copied(database) == []


def test_a_limited_number_of_copies_is_sent_within_a_day(database, drawn: Drawn):
    town, number = drawn
    many = [f"elu{one}@x.example" for one in range(MOST_COPIES)]
    with database.transaction() as session:
        quote = quote_in(session, number)
        send_copies(session, quote, many, by=town.buyer, at=now())
        with pytest.raises(TooManyCopies):
            send_copies(session, quote, ["more@x.example"], by=town.buyer, at=now())
        tomorrow = now() + timedelta(days=1, minutes=1)
        send_copies(session, quote, ["more@x.example"], by=town.buyer, at=tomorrow)
    assert len(copied(database)) == MOST_COPIES + 1


def test_only_who_buys_sends_copies_and_none_of_a_cancelled_quote(database, drawn: Drawn):
    town, number = drawn
    reader = Actor("Lecteur", frozenset({READER}), organisation_id=town.buyer.organisation_id)
    with database.transaction() as session:
        quote = quote_in(session, number)
        for by in (reader, Actor("Ventes", frozenset({SALES}))):
            with pytest.raises(NotAllowed):
                send_copies(session, quote, ["a@x.example"], by=by, at=now())
        cancel_quote(session, quote, by=town.buyer, at=now())
        with pytest.raises(IllegalTransition):
            send_copies(session, quote, ["a@x.example"], by=town.buyer, at=now())
