"""The data of later documents is protected by the database, and by the code before it."""

import re

import pytest
from sqlalchemy import column, func, insert, select, table, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.orders.models import Order, OrderAmendment, OrderLine
from checkout.payments.billing import bill_order
from quotes.quotes.models import Quote
from shop.core.money import UnitPrice
from shop.storage.db import Database, Immutable
from tests import factories
from tests.factories import AT, BOOKS, STORES, make_product
from tests.orders import amend, locked_order, make_card_order, make_ordered
from tests.snapshots import Snapshots

pytestmark = pytest.mark.each_database


def _ordered(session: Session) -> str:
    return make_ordered(session).number


def _invoiced(session: Session) -> str:
    order = locked_order(session, _ordered(session))
    issue_delivery_note(session, order, {1: 1}, by=STORES, at=AT)
    bill_order(session, order, by=BOOKS, at=AT)
    return order.number


@pytest.fixture
def number(database: Database, snapshots: Snapshots) -> str:
    """An order from its original, nothing delivered."""
    return snapshots.fill(database, _ordered)


@pytest.fixture
def invoiced(database: Database, snapshots: Snapshots) -> str:
    """An order from its original, a unit of it delivered and invoiced."""
    return snapshots.fill(database, _invoiced)


#: A value of another order for each column that a later document is composed from.
ORDERS = {
    "parties": '{"header": {}}',
    "shipping": "'parcel'",
    "excluding": "1",
    "vat_total": "1",
    "including": "1",
    "purchase_order": "'BC-2'",
    "purchase_order_date": "'2020-01-01'",
    "purchase_order_file_id": "NULL",
    "engagement": "'other'",
    "payment_delay_days": "60",
    "organisation_id": "NULL",
    "quote_number": "'DE-2026-000009'",
    "line_count": "9",
    "amendment_id": "7",
}
LINES = {
    "order_id": "9",
    "position": "9",
    "product_id": "NULL",
    "sku": "'X'",
    "name": "'X'",
    "detail": "'X'",
    "quantity": "9",
    "unit_price": "1",
    "eco_fee": "1",
    "vat_rate": "0",
    "amount": "1",
    "weight_g": "1",
    "amendment_id": "7",
}
QUOTES = {
    "parties": '{"header": {}}',
    "shipping": "'parcel'",
    "including": "1",
    "organisation_id": "9",
    "line_count": "9",
}
CHANGES = [
    *(("orders", name, value) for name, value in ORDERS.items()),
    *(("order_lines", name, value) for name, value in LINES.items()),
    *(("quotes", name, value) for name, value in QUOTES.items()),
]
GUARD = r"issued|written once|not amended|invoiced"


def refused(database: Database, statement: str, match: str = GUARD) -> None:
    with pytest.raises(DatabaseError, match=match), database.transaction() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(("name", "field", "value"), CHANGES)
def test_the_database_refuses_a_change_without_an_amendment(
    database, number, name: str, field: str, value: str
):
    shown = f"'{value}'" if value.startswith("{") else value
    refused(database, f"UPDATE {name} SET {field} = {shown}")


@pytest.mark.parametrize(("name", "field", "value"), CHANGES)
def test_the_database_refuses_a_change_once_an_invoice_exists(
    database, invoiced, name: str, field: str, value: str
):
    """Not even with an amendment: another one is added, and named in the same statement."""
    with database.transaction() as session:
        session.add(_amendment(locked_order(session, invoiced)))
    shown = f"'{value}'" if value.startswith("{") else value
    named = "" if name == "quotes" or field == "amendment_id" else ", amendment_id = 1"
    frozen = name == "quotes" or (name, field) in FROZEN
    refused(
        database,
        f"UPDATE {name} SET {field} = {shown}{named}",
        match=GUARD if frozen else f"{name}: invoiced",
    )


FROZEN = {
    ("orders", "organisation_id"),
    ("orders", "quote_number"),
    ("orders", "line_count"),
    ("order_lines", "order_id"),
    ("order_lines", "position"),
}


def _amendment(order: Order) -> OrderAmendment:
    return OrderAmendment(
        order_id=order.id, at=AT, user_id=None, by_name="X", reason="X", before={}, after={}
    )


def test_an_amendment_of_another_order_or_an_earlier_one_is_refused(database, number):
    with database.transaction() as session:
        goods = factories.sale_line(session, make_product(session, sku="OTHER-1"))
        session.add(_amendment(make_card_order(session, [goods])))
    mine = f"WHERE number = '{number}'"
    refused(database, f"UPDATE orders SET engagement = 'x', amendment_id = 1 {mine}")
    amend(database, number, engagement="2026-9")
    for other in ("amendment_id", "1", "NULL"):
        refused(database, f"UPDATE orders SET engagement = 'y', amendment_id = {other} {mine}")
    refused(database, f"UPDATE orders SET amendment_id = NULL {mine}")


def test_a_line_has_the_amendment_of_its_order(database, number):
    with database.transaction() as session:
        order = locked_order(session, number)
        session.add(_amendment(order))
    refused(database, "UPDATE order_lines SET unit_price = 1, amendment_id = 1")
    with database.transaction() as session:
        session.execute(text("UPDATE orders SET amendment_id = 1"))
        session.execute(text("UPDATE order_lines SET weight_g = 1, amendment_id = 1"))
    refused(database, "UPDATE order_lines SET unit_price = 1, amendment_id = 1")


@pytest.mark.parametrize("name", ["order_lines", "quote_lines"])
def test_lines_are_neither_deleted_nor_added_later(database, number, name: str):
    refused(database, f"DELETE FROM {name}")
    with database.reading() as connection:
        kept = dict(
            connection.execute(text(f"SELECT * FROM {name} WHERE position = 1")).mappings().one()
        )
    for position in (0, 5):
        new = table(name, *(column(key) for key in kept))
        with pytest.raises(DatabaseError, match="issued"), database.transaction() as session:
            session.execute(insert(new).values(kept | {"position": position}))


def test_an_amendment_is_written_once(database, number):
    amend(database, number, engagement="2026-9")
    refused(database, "UPDATE order_amendments SET reason = 'x'", match="written once")
    refused(database, "DELETE FROM order_amendments", match="written once")


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (Order, "parties", {}),
        (Order, "engagement", "x"),
        (Order, "number", "CO-9"),
        (OrderLine, "unit_price", UnitPrice(1)),
        (OrderLine, "position", 9),
        (Quote, "parties", {}),
        (Quote, "shipping", "parcel"),
    ],
)
def test_the_code_refuses_before_the_database(database, number, kind, field: str, value):
    with pytest.raises(Immutable, match=field), database.transaction() as session:
        row = session.scalars(select(kind)).first()
        setattr(row, field, value)


@pytest.mark.parametrize("kind", [Order, OrderLine, Quote])
def test_the_code_deletes_nothing_that_was_agreed(database, number, kind):
    with pytest.raises(Immutable, match="never deleted"), database.transaction() as session:
        session.delete(session.scalars(select(kind)).first())


TRIGGERS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name",
    "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal",
}


@pytest.mark.parametrize("kind", [Order, OrderLine, Quote])
def test_what_the_code_refuses_the_database_refuses_as_well(database: Database, kind):
    """The columns of the class are those of the triggers."""
    fields = kind.frozen_columns | getattr(kind, "amendable_columns", frozenset())
    question = text(TRIGGERS["sqlite" if database.is_sqlite else "postgresql"])
    with database.reading() as connection:
        written = connection.execute(question, {"name": kind.__tablename__}).scalars().all()
    guarded = set(re.findall(r"new\.(\w+)", " ".join(written).lower().replace('"', "")))
    assert fields <= guarded


def write_once(database: Database) -> list[str]:
    """The tables whose rows the database lets nobody delete, that have rows now."""
    with database.reading_session() as session:
        if session.get_bind().dialect.name == "sqlite":
            asked = "SELECT tbl_name FROM sqlite_master WHERE sql LIKE '%BEFORE DELETE%'"
        else:
            asked = (
                "SELECT event_object_table FROM information_schema.triggers"
                " WHERE event_manipulation = 'DELETE' AND action_timing = 'BEFORE'"
            )
        found = sorted({name for (name,) in session.execute(text(asked))})
        return [
            name for name in found if session.scalar(select(func.count()).select_from(table(name)))
        ]


def test_no_row_is_replaced_by_another_of_its_key(database: Database, invoiced: str):
    """SQLite's REPLACE deletes the row without asking its triggers, unless they are recursive."""
    names = write_once(database)
    assert {"orders", "order_lines", "quotes", "papers", "invoices", "journal"} <= {*names}
    for name in names:
        with database.reading_session() as session:
            lite = session.get_bind().dialect.name == "sqlite"
        statement = f"REPLACE INTO {name} SELECT * FROM {name}" if lite else f"DELETE FROM {name}"
        with pytest.raises(DatabaseError), database.transaction() as session:
            session.execute(text(statement))
