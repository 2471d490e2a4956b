"""The migrations make the schema that the rows declare, triggers included."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import undefer

import app as shop_application
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.payments.billing import bill_order
from checkout.receivables.rules import HoldMode, Level, ReceivableRules
from checkout.receivables.settings import receivable_rules
from quotes.quotes.records import get_quote
from shop.catalogue.models import Product
from shop.core.actors import ACCOUNTING
from shop.core.money import UnitPrice
from shop.core.sales import SaleLine
from shop.core.text import paris_day
from shop.documents.layout import page
from shop.dossiers.dossiers import content_of
from shop.dossiers.models import Paper
from shop.emails.messages import render_email
from shop.members.models import Membership
from shop.people.models import User
from shop.settings.receivable_rules import HOLDS
from shop.storage.db import Base, Database
from shop.storage.migrate import upgrade
from shop.storage.outbox import Email
from tests.factories import (
    AT,
    BOOKS,
    OFFICE,
    STORES,
    make_buyer,
    make_person,
    make_product,
    make_staff,
    siret_of,
)
from tests.orders import (
    amend,
    deliver_all,
    locked_order,
    make_order_from_original,
    make_ordered,
    make_quote,
)
from tests.settled import settle

pytestmark = pytest.mark.each_database

#: A line of a quote that reserves no stock.
HELP = SaleLine(None, "", "Installation", 1, UnitPrice(1_000_000), 2000)

assert shop_application.create_app  # all rows are imported with it


@pytest.mark.filterwarnings("ignore:.*expression-based index:UserWarning")
@pytest.mark.filterwarnings("ignore:.*expression-based index:sqlalchemy.exc.SAWarning")
def test_the_migrations_make_what_the_rows_declare(database: Database):
    with database.write_engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda _o, name, kind, *_: (
                    kind != "table" or not name.startswith(("search_", "sqlite_"))
                )
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def triggers(database: Database) -> set[str]:
    """Names of the tables that have a trigger."""
    if database.is_sqlite:
        question = "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        question = (
            "SELECT DISTINCT event_object_table FROM information_schema.triggers"
            " WHERE trigger_schema = 'public'"
        )
    with database.reading() as connection:
        return set(connection.execute(text(question)).scalars())


def test_every_row_that_is_written_once_has_a_trigger(database: Database):
    written_once = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if getattr(mapper.class_, "written_once", False)
    }
    assert written_once
    assert written_once | {"quotes", "orders", "order_lines", "invoices"} <= triggers(database)


@pytest.fixture
def before(
    database: Database, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Database]:
    """A database of the same kind, at the revision before amendments, without a row."""
    if database.is_sqlite:
        old = Database(f"sqlite:///{tmp_path}/old.db", durable=False)
        upgrade(old, "0005")
        yield old
        old.dispose()
        return
    url = request.getfixturevalue("postgres_url")
    admin = create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE old"))
    old = Database(url.format(name="old"))
    upgrade(old, "0005")
    yield old
    old.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE old"))
    admin.dispose()


def copy_rows(source: Database, target: Database) -> None:
    """Fill an older database with the columns that it has, with triggers and references
    disabled.
    """
    known = MetaData()
    known.reflect(target.read_engine)
    free = "PRAGMA defer_foreign_keys=ON" if target.is_sqlite else _PAST_GUARDS
    with source.reading() as reader, target.write_engine.begin() as writer:
        writer.execute(text(free))
        present = set(inspect(source.read_engine).get_table_names())
        for name, old in known.tables.items():
            if name == "alembic_version" or name.startswith("search_") or name not in present:
                continue
            columns = ", ".join(f'"{_NOW.get(c.name, c.name)}" AS "{c.name}"' for c in old.columns)
            rows = reader.execute(text(f"SELECT {columns} FROM {name}").columns(*old.columns))
            values = [dict(row) for row in rows.mappings()]
            if values:
                writer.execute(insert(old), values)
        if not target.is_sqlite:
            writer.execute(_LAST_NUMBERS)


#: The present names of columns that had another one.
_NOW = {"accounts": "accountant", "staff_role": "staff_roles"}
_PAST_GUARDS = "SET LOCAL session_replication_role = replica"
#: Sequences continue after the copied rows.
_LAST_NUMBERS = text(
    "SELECT setval(pg_get_serial_sequence(table_name, 'id'),"
    " (xpath('/row/max/text()', query_to_xml('SELECT max(id) FROM ' || table_name,"
    " true, true, '')))[1]::text::bigint)"
    " FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id'"
    " AND table_name <> 'alembic_version'"
    " AND CASE column_name WHEN 'id' THEN pg_get_serial_sequence(table_name, 'id') END IS NOT NULL"
)


def test_a_database_filled_before_amendments_migrates_and_its_orders_are_delivered_and_invoiced(
    database: Database, before: Database
):
    with database.transaction() as session:
        number = make_ordered(session).number
        left = make_quote(session, make_buyer(session, "b@x.example", siret=siret_of(1)), [HELP])
    with database.transaction() as session:
        issue_delivery_note(session, locked_order(session, number), {1: 1}, by=STORES, at=AT)
    copy_rows(database, before)
    assert "order_lines" not in triggers(before)
    upgrade(before)
    assert triggers(before) == triggers(database)
    with pytest.raises(DatabaseError, match="not amended"), before.transaction() as session:
        session.execute(text("UPDATE order_lines SET unit_price = 1"))
    with (
        pytest.raises(DatabaseError, match=r"issued|written once"),
        before.transaction() as session,
    ):
        session.execute(text("UPDATE quotes SET shipping = 'x'"))
    amend(before, number, engagement="2026-9")
    with before.transaction() as session:
        order = locked_order(session, number)
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        assert content_of(session, invoice.paper_id)["references"]["engagement"] == "2026-9"
        assert (order.line_count, invoice.including) == (4, order.including)
        quote = get_quote(session, left.number, by=OFFICE)
        assert make_order_from_original(session, quote, reference="BC-2").line_count == 1


def test_what_was_stored_before_is_folded_as_what_is_stored_now(
    database: Database, before: Database
):
    with database.transaction() as session:
        make_ordered(session, reference="BC–26.0871")
        make_person(session, at=AT, email="z@x.example", name="Zoé L’Hôte-Œuvrard")
    copy_rows(database, before)
    upgrade(before)
    columns = {
        table: [column.name for column in rows.columns if column.name.endswith("_key")]
        for table, rows in Base.metadata.tables.items()
        if table in ("products", "organisations", "users", "orders", "purchase_orders", "dossiers")
    }
    columns["dossiers"].remove("guest_key")
    for table, names in columns.items():
        said = text(f"SELECT id, {', '.join(names)} FROM {table} ORDER BY id")
        with database.reading() as now, before.reading() as then:
            rows = then.execute(said).all()
            assert rows == now.execute(said).all()
        assert names and all(all(row) for row in rows), table


def test_catalogue_prices_are_rounded_to_the_cent_and_sales_keep_theirs(
    database: Database, before: Database
):
    """Prices had four decimals; 12.3333 € becomes 12.33 €, 0.8333 € stays."""
    with database.transaction() as session:
        make_ordered(session)
        cheap = make_product(session, sku="VIS-0001", at=AT, price=100)
        music_stand = session.scalars(select(Product.id).where(Product.sku == "PUP-0007")).one()
        [(order_id, amount)] = session.execute(
            select(Order.id, Order.including).order_by(Order.id)
        ).all()
    copy_rows(database, before)
    with before.transaction() as session:
        priced = text("UPDATE products SET unit_price = 123333 WHERE id = :id")
        session.execute(priced, {"id": music_stand})
        sold = text("UPDATE order_lines SET unit_price = 123333 WHERE product_id = :id")
        session.execute(sold, {"id": music_stand})
    upgrade(before)
    with before.transaction() as session:
        assert session.get_one(Product, music_stand).unit_price == UnitPrice(123_300)
        assert session.get_one(Product, cheap).unit_price == UnitPrice(8_333)
        order = session.get_one(Order, order_id)
        kept = {line.product_id: line for line in lines_of(session, order.id)}[music_stand]
        assert (kept.unit_price, kept.unit_including) == (UnitPrice(123_333), None)
        assert order.including == amount
        deliver_all(session, order)
        assert bill_order(session, order, by=BOOKS, at=AT).including == amount


def test_the_accounting_staff_keep_their_desks_and_accountants_their_invoices(
    database: Database, before: Database
):
    with database.transaction() as session:
        make_ordered(session)
        make_staff(session, ACCOUNTING)
        session.execute(update(Membership).values(accountant=True))
    copy_rows(database, before)
    with before.transaction() as session:
        session.execute(text("UPDATE users SET staff_role = 'accounts' WHERE staff_role > ''"))
    upgrade(before)
    with before.reading_session() as session:
        assert set(session.scalars(select(User.staff_roles))) == {
            frozenset(),
            frozenset({ACCOUNTING}),
        }
        assert set(session.scalars(select(Membership.accountant))) == {True}


def test_settings_of_receivables_are_in_force_from_the_day_on_which_they_were_set(
    before: Database,
):
    first = {"levels": [[7, "", ""], [30, "Merci", ""]], "rates": {"2026-01-01": 215}}
    first |= {"hold_mode": "block", "hold_days": 30, "hold_amount": 0}
    upgrade(before, "0103")
    with before.write_engine.begin() as writer:
        known = MetaData()
        known.reflect(writer, only=["receivable_settings"])
        rows = known.tables["receivable_settings"]
        for content, at in ((first, AT), (first | {"hold_days": 10}, AT + timedelta(days=2))):
            values = {"content": content, "set_at": at, "by_name": "Ada Martin"}
            writer.execute(insert(rows).values(**values))
    upgrade(before)
    day = paris_day(AT)
    with before.reading_session() as session:
        assert receivable_rules(session, day - timedelta(days=1)) == ReceivableRules()
        rules = receivable_rules(session, day)
        assert rules.levels == (Level(7), Level(30, "Merci"))
        assert (rules.rates, rules.hold_days) == ({date(2026, 1, 1): 215}, 30)
        assert rules.hold_mode is HoldMode.BLOCK
        assert receivable_rules(session, day + timedelta(days=2)).hold_days == 10
    settle(before, HOLDS, day + timedelta(days=3), hold_amount=1)


def fill_with_older_rows(database: Database) -> int:
    """Emails and documents that wait to be sent and made, as that revision wrote them (each kind of
    e-mail; quotes, delivery notes and invoices with least and with most). Returns their number.
    """
    rows = json.loads((Path(__file__).parents[1] / "older_rows.json").read_text(encoding="utf-8"))
    known = MetaData()
    known.reflect(database.read_engine, only=["dossiers", "outbox", "papers"])
    emails, papers = known.tables["outbox"], known.tables["papers"]
    with database.write_engine.begin() as writer:
        dossier_id = writer.execute(select(known.tables["dossiers"].c.id)).scalars().first()
        for place, (kind, name, language, content) in enumerate(rows):
            if kind == "email":
                values = {"to": "b@x.example", "template": name, "facts": content, "attempts": 0}
                values |= {"papers": [], "files": [], "created_at": AT, "next_try_at": AT}
                writer.execute(insert(emails).values(language=language, **values))
            else:
                values = {"kind": name, "number": f"{place}", "content": content, "issued_at": AT}
                values |= {"dossier_id": dossier_id, "language": language}
                writer.execute(insert(papers).values(**values))
    return len(rows)


def test_what_waits_to_be_made_or_sent_at_an_upgrade_states_its_facts_afterwards(
    database: Database, before: Database
):
    with database.transaction() as session:
        make_ordered(session)
    copy_rows(database, before)
    count = fill_with_older_rows(before)
    upgrade(before)
    with before.reading_session() as session:
        emails = session.scalars(
            select(Email).where(Email.to == "b@x.example").order_by(Email.id)
        ).all()
        papers = session.scalars(
            select(Paper).options(undefer(Paper.content)).order_by(Paper.id)
        ).all()
        waiting = [paper for paper in papers if paper.number.isdigit()]
        assert len(emails) + len(waiting) == count
        for email in emails:
            for language in ("fr", "en"):
                written = render_email(
                    email.template, email.facts, language=language, public_url="https://x.example"
                )
                assert written.subject and written.body, email.template
        for paper in waiting:
            assert page(paper.kind, paper.content, language=paper.language).html
