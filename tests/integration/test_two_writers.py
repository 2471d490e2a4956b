"""Two people at once: the second one waits for the first one's lock, then reads the committed data.

`Writer` reads PostgreSQL's own list of waiting backends; the outcomes are the same on both
databases.
"""

import pytest
from sqlalchemy import select

from quotes.procedure import QuoteStage
from quotes.purchase_orders.purchase_orders import receive_scan
from quotes.purchase_orders.rules import Told
from quotes.quotes.models import Quote
from quotes.quotes.quotes import cancel_quote
from quotes.quotes.records import get_quote
from shop.catalogue import stock
from shop.catalogue.models import Stock
from shop.catalogue.rules import OutOfStock
from shop.core.errors import IllegalTransition
from shop.dossiers.papers import PDF, SCAN, keep_file
from shop.storage.db import Database
from tests.factories import AT, OFFICE, make_product, make_town, sale_line
from tests.orders import make_quote, scan
from tests.writers import Writer

pytestmark = pytest.mark.each_database


@pytest.fixture
def quote(database: Database) -> Quote:
    """A town's quote of two units, five in stock."""
    with database.transaction() as session:
        town = make_town(session, at=AT)
        return make_quote(session, town.buyer, [sale_line(session, town.product_id, 2)])


def test_a_service_waits_for_a_locked_quote(database: Database, quote: Quote):
    stages: list[QuoteStage] = []

    def read(session) -> None:
        stages.append(get_quote(session, quote.number, by=OFFICE).stage)

    with database.transaction() as session:
        locked = get_quote(session, quote.number, by=OFFICE)
        second = Writer(database, read)
        second.start_behind(session)  # nothing is written yet: only the lock blocks
        cancel_quote(session, locked, by=OFFICE, at=AT)
    second.finish()
    assert stages == [QuoteStage.CANCELLED]


def test_a_scan_received_while_the_quote_is_cancelled_reserves_nothing(
    database: Database, quote: Quote
):
    def receive(session) -> None:
        found = get_quote(session, quote.number, by=OFFICE)
        copy = keep_file(
            session,
            scan(),
            kind=SCAN,
            filename="bon.pdf",
            media_type=PDF,
            by=OFFICE,
            at=AT,
            dossier_id=found.dossier_id,
        )
        receive_scan(session, found, copy, Told("BC-1"), by=OFFICE, at=AT)

    with database.transaction() as session:
        cancel_quote(session, get_quote(session, quote.number, by=OFFICE), by=OFFICE, at=AT)
        second = Writer(database, receive)
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, IllegalTransition)
    with database.reading_session() as session:
        assert session.get_one(Quote, quote.id).stage is QuoteStage.CANCELLED
        assert session.scalars(select(Stock.reserved)).one() == 0


@pytest.fixture
def product_id(database: Database) -> int:
    """Five units in stock."""
    with database.transaction() as session:
        return make_product(session, at=AT)


def test_of_two_reservations_of_the_last_units_the_second_is_refused(
    database: Database, product_id: int
):
    with database.transaction() as session:
        stock.reserve(session, {product_id: 4}, reference="first", at=AT)
        second = Writer(
            database, lambda s: stock.reserve(s, {product_id: 4}, reference="second", at=AT)
        )
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, OutOfStock)
    assert (second.refusal.facts["available"], second.refusal.facts["asked"]) == (1, 4)
    with database.reading_session() as session:
        assert session.get_one(Stock, product_id).reserved == 4


def test_units_being_shipped_are_not_shipped_twice(database: Database, product_id: int):
    with database.transaction() as session:
        stock.reserve(session, {product_id: 5}, reference="sold", at=AT)
    with database.transaction() as session:
        stock.ship(session, {product_id: 4}, reference="first", at=AT)
        second = Writer(
            database, lambda s: stock.ship(s, {product_id: 4}, reference="second", at=AT)
        )
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, OutOfStock)
    assert second.refusal.facts["available"] == 1
    with database.reading_session() as session:
        row = session.get_one(Stock, product_id)
        assert (row.on_hand, row.reserved) == (1, 1)
