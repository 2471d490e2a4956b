"""The desks of the office, its search and the record of a client: the same pages among few dossiers
and among many, as a ratio, with the statements that each sends. `python -m tests.bench.desks`.

The dossiers are paid but two hundred, of another client, which wait: copies of two that services
made, row by row, with numbers of their own.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Table, create_engine, delete, insert, make_url, select, text, update
from sqlalchemy.orm import Session

from app import create_app
from checkout.deliveries.models import DeliveryNote
from checkout.invoices.models import Invoice
from checkout.invoices.sendings import note_deposited
from checkout.orders.models import Order, OrderLine
from checkout.payments.billing import bill_order
from checkout.payments.payments import record_payment
from quotes.purchase_orders.models import PurchaseOrderScan
from quotes.quotes.models import Quote
from shop.catalogue.models import Stock
from shop.core.actors import ADMIN
from shop.dossiers.models import Dossier, Paper, PdfToMake
from shop.ops.clock import now
from shop.ops.config import Settings
from shop.storage.db import Base, Database
from shop.storage.journal import JournalEntry
from shop.storage.migrate import upgrade
from tests import postgres
from tests.counting import counted
from tests.factories import BOOKS, make_buyer, make_shop, siret_of
from tests.integration.test_expired_originals import copy_of
from tests.orders import deliver_all, make_order_from_original, make_quote
from tests.people import staff

#: A page among many dossiers takes at most so many times what it takes among few.
GOAL = 1.5
#: Milliseconds of processor time that a desk may take.
GOAL_CPU_MS = 10
FEW = 1_000
#: Dossiers that wait at a desk, however many are done.
_WAITING = 200
#: Copies that are written at once.
_AT_ONCE = 500
#: How long ago all of it was done: nothing of it is late, nor of today.
_AGO = timedelta(days=9)
#: The rows of a dossier, by table.
Model = dict[str, list[dict[str, Any]]]
PAGES = (
    "/bureau",
    "/bureau/bons-de-commande",
    "/bureau/livraisons",
    "/bureau/factures",
    "/bureau/paiements",
    "/bureau/clients",
    "/bureau/clients/1",
    "/bureau/recherche?q=CO-2026-000002",
    "/bureau/recherche?q=chinon",
)
#: What a dossier consists of, each after what it refers to.
_TABLES: tuple[Table, ...] = tuple(
    Base.metadata.tables[model.__tablename__]
    for model in (
        Dossier,
        Paper,
        Quote,
        PurchaseOrderScan,
        Order,
        OrderLine,
        DeliveryNote,
        Invoice,
        JournalEntry,
    )
)
_SETTINGS = Settings(mode="test", secret_key="bench-only-secret-" + "x" * 32)


def measure(database: Database, many: int, *, few: int = FEW, times: int = 9) -> dict[str, Any]:
    """Each page among `few` dossiers and among `many`, in an empty, migrated database."""
    waiting, done = _models(database)
    _copy(database, waiting, min(_WAITING, few), 0)
    _copy(database, done, few, 0)
    app = create_app(_SETTINGS, database)
    app.config["WTF_CSRF_ENABLED"] = False
    client = staff(app, database, ADMIN)
    first = {url: _page(database, client, url, times) for url in PAGES}
    began = time.perf_counter()
    _copy(database, done, many - few, few)
    filled = round(time.perf_counter() - began, 1)
    rows = [_row(url, first[url], _page(database, client, url, times)) for url in PAGES]
    return {"few": few, "many": many, "goal": GOAL, "filled_s": filled, "pages": rows}


def _row(url: str, few: dict[str, float], many: dict[str, float]) -> dict[str, Any]:
    return {
        "url": url,
        "few_ms": few["ms"],
        "many_ms": many["ms"],
        "times": round(many["ms"] / few["ms"], 2),
        "cpu_ms": [few["cpu_ms"], many["cpu_ms"]],
        "statements": [int(few["statements"]), int(many["statements"])],
    }


def _page(database: Database, client: FlaskClient, url: str, times: int) -> dict[str, float]:
    """Milliseconds and processor time of a page, median, and its statements."""
    for _ in range(2):
        answer = client.get(url)
        assert answer.status_code in (200, 303), (url, answer.status_code)
    with counted(database) as sent:
        client.get(url)
    taken, cpu = [], []
    for _ in range(times):
        began, used = time.perf_counter(), time.process_time()
        client.get(url)
        taken.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - used))
    ms, cpu_ms = round(median(taken), 2), round(median(cpu), 2)
    return {"ms": ms, "cpu_ms": cpu_ms, "statements": len(sent)}


def _models(database: Database) -> tuple[int, int]:
    """Two dossiers as services make them: one that waits for its original, one that is paid."""
    with database.transaction() as session:
        at, lines = now() - _AGO, make_shop(session)
        buyer = make_buyer(session, at=at)
        session.execute(update(Stock).values(on_hand=1_000_000))
        other = make_buyer(session, "autre@ville.example", siret=siret_of(2), at=at)
        waiting, done = (make_quote(session, who, lines[:2], at=at) for who in (buyer, other))
        copy_of(session, waiting, at=at)
        order = make_order_from_original(session, done, at=at)
        deliver_all(session, order, at=at)
        invoice = bill_order(session, order, by=BOOKS, at=at)
        day = at.date()
        note_deposited(session, invoice, order, day, at=at)
        record_payment(
            session, invoice, amount=invoice.due, received_on=day, reference="VIR", by=BOOKS, at=at
        )
        return waiting.dossier_id, done.dossier_id


def _copy(database: Database, dossier_id: int, count: int, since: int) -> None:
    """So many copies of a dossier, whose numbers go on from `since`."""
    with database.transaction() as session:
        model = {table.name: _rows_of(session, table, dossier_id) for table in _TABLES}
        for begins in range(since, since + count, _AT_ONCE):
            numbers = range(begins, min(begins + _AT_ONCE, since + count))
            for table in _TABLES:
                rows = [
                    _copied(table, row, model, number, dossier_id)
                    for number in numbers
                    for row in model[table.name]
                ]
                if rows:
                    session.execute(insert(table), rows)
        session.execute(delete(PdfToMake))  # as though their PDFs were archived
    with database.write_engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


def _rows_of(session: Session, table: Table, dossier_id: int) -> list[dict[str, Any]]:
    """The rows of a dossier in a table."""
    if table.name == "dossiers":
        mine = table.c.id == dossier_id
    elif "dossier_id" in table.c:
        mine = table.c.dossier_id == dossier_id
    else:
        parent = Base.metadata.tables["quotes" if "quote_id" in table.c else "orders"]
        keys = select(parent.c.id).where(parent.c.dossier_id == dossier_id)
        mine = table.c["quote_id" if "quote_id" in table.c else "order_id"].in_(keys)
    found = session.execute(select(table).where(mine).order_by(*table.primary_key))
    return [dict(row._mapping) for row in found]


def _copied(
    table: Table, row: dict[str, Any], model: Model, number: int, dossier_id: int
) -> dict[str, Any]:
    """A row of one copy: its keys and what is unique are of this copy, the rest is the model's."""
    made = dict(row)
    for column in table.c:
        value = row[column.name]
        told = next((key.column.table.name for key in column.foreign_keys), "")
        if column.name == "id":
            made["id"] = _key(value, number, dossier_id)
        elif told in model and value in {each.get("id") for each in model[told]}:
            made[column.name] = _key(value, number, dossier_id)
        elif column.name == "number":
            made["number"] = f"{value[:3]}{2000 + dossier_id}-{number:06d}"
        elif column.unique and value is not None:
            own = _key(0, number, dossier_id)
            made[column.name] = f"{value}:{own}" if isinstance(value, str) else own
    return made


def _key(value: int, number: int, dossier_id: int) -> int:
    """The key of the copy of a row: those of two copies, and of two models, are far apart."""
    return 10**9 + (number * 10 + dossier_id) * 1000 + value


@contextmanager
def empty_database(beside: str = "") -> Iterator[Database]:
    """A migrated database of its own: on the server of the database `beside`, else on SQLite."""
    with tempfile.TemporaryDirectory(prefix="comptoir-desks-") as folder:
        url = f"sqlite:///{folder}/shop.db"
        if beside.startswith("postgresql"):
            url = make_url(beside).set(database="desks").render_as_string(hide_password=False)
            server = create_engine(beside, isolation_level="AUTOCOMMIT")
            with server.connect() as connection:
                connection.execute(text("CREATE DATABASE desks"))
            server.dispose()
        database = Database(url)
        upgrade(database)
        try:
            yield database
        finally:
            database.dispose()


@contextmanager
def beside(kind: str) -> Iterator[str]:
    """The URL of a server of its own for PostgreSQL; nothing for SQLite."""
    if kind == "sqlite":
        yield ""
        return
    with postgres.server() as url:
        yield url.format(name="postgres")


def told(found: dict[str, Any]) -> Iterator[str]:
    """The lines of a report."""
    for page in found["pages"]:
        before, after = page["statements"]
        less, more = page["cpu_ms"]
        yield (
            f"{page['url']}: {page['many_ms']} ms among {found['many']} dossiers,"
            f" {page['times']} times {page['few_ms']} ms among {found['few']} (goal {found['goal']}"
            f" times); {more} and {less} ms of processor time (goal {GOAL_CPU_MS} ms);"
            f" statements {before} and {after}"
        )


def main() -> None:
    """Measure what was asked for, on one kind of database."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.desks", description=__doc__)
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    with beside(asked.database) as url, empty_database(url) as database:
        found = measure(database, asked.many, few=asked.few)
    sys.stdout.write("\n".join((*told(found), json.dumps(found), "")))


if __name__ == "__main__":
    main()
