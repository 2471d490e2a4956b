"""The integrity check of the bench, independent of time: simultaneous purchases break nothing.

Two server workers, eight guests who buy at once by card through the real pages: no "database is
locked", no error, consistent stock, gapless numbers. On both databases.
"""

from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from shop.catalogue import corrections
from shop.ops.clock import now
from shop.storage.db import Database
from tests.bench import integrity, servers
from tests.bench.buyers import BUYERS, add_buyers
from tests.bench.integrity import faults
from tests.bench.shelves import fill_shop
from tests.bench.shoppers import buyer, crowd, guest

PRODUCTS, SHOPPERS = 200, 8


@pytest.fixture
def served(database: Database, tmp_path: Path):
    """The shop under gunicorn on the test's database, filled, with its card processor."""
    fill_shop(database, PRODUCTS, at=now())
    add_buyers(database, at=now())
    with ExitStack() as stack:
        port = servers.free_port()
        stack.enter_context(servers.card_processor(port, tmp_path))
        url = database.url.render_as_string(hide_password=False)
        yield stack.enter_context(servers.shop(url, tmp_path, card_port=port))


def test_eight_guests_and_buyers_at_once(served: str, database: Database, tmp_path: Path) -> None:
    takings = crowd(guest, served, shoppers=SHOPPERS, seconds=60, most=1)
    quotes = crowd(buyer, served, shoppers=BUYERS, seconds=60, most=1)
    logs = "".join(log.read_text() for log in tmp_path.glob("shop-*.log"))
    assert takings.errors == []
    assert quotes.errors == []
    assert "database is locked" not in logs
    assert "fault" not in logs
    assert faults(database) == []
    with database.reading() as connection:
        orders = connection.execute(text("SELECT count(*) FROM orders")).scalar()
        promised = connection.execute(text("SELECT sum(reserved) FROM stock")).scalar()
    assert (takings.count, orders) == (SHOPPERS, SHOPPERS)
    assert promised == SHOPPERS * 5


def test_the_check_counts_every_movement_of_a_stock() -> None:
    for kind in (*corrections._ON_HAND, *corrections._PROMISED):
        assert f"'{kind}'" in integrity._STOCK, kind


def test_the_check_finds_inconsistent_data(database: Database) -> None:
    fill_shop(database, 40, at=now())
    assert faults(database) == []
    with database.transaction() as session:
        session.execute(text("UPDATE stock SET on_hand = on_hand - 1 WHERE product_id = 1"))
        session.execute(text("UPDATE stock SET reserved = 2 WHERE product_id = 2"))
    assert [fault.split(":")[0] for fault in faults(database)] == ["product 1", "product 2"]
