"""Lists of invoices are filtered by whom and by what they name through an index."""

import importlib.util
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from checkout.invoices.models import InvoiceTerm
from checkout.ledger.criteria import Criteria
from checkout.ledger.documents import Asked, sums_of
from shop.core.money import Money
from shop.core.paths import ROOT
from shop.storage.db import Database
from tests.factories import BOOKS
from tests.integration.test_ledger import DAY
from tests.integration.test_ledger_criteria import FIRST, found, make_books
from tests.integration.test_lookup_search import indexes_only
from tests.snapshots import Snapshots

pytestmark = pytest.mark.each_database

ASKED = (
    {"client": "ville de tours"},
    {"service": "rabelais"},
    {"purchase_order": "BC 2"},
    {"engagement": "EJ-77"},
)


@pytest.fixture(autouse=True)
def books(database: Database, snapshots: Snapshots) -> None:
    snapshots.fill(database, make_books)


def plan_of(database: Database, session: Session, asked: dict[str, str]) -> list[str]:
    """How the database reads the sums of a list under a criterion."""
    said = []

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        said.append((statement, parameters))

    event.listen(database.read_engine, "before_cursor_execute", note)
    sums_of(session, Asked(Criteria(**asked), BOOKS, DAY))
    event.remove(database.read_engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    [(statement, parameters)] = [one for one in said if "invoice_terms" in one[0]]
    rows = session.connection().exec_driver_sql(explain + statement, parameters)
    return [str(row[-1]) for row in rows]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: next(iter(asked)))
def test_each_criterion_reads_a_range_of_the_index(database: Database, asked: dict[str, str]):
    """Neither the invoices nor their terms are read whole."""
    with database.reading_session() as session, indexes_only(database, session):
        plan = plan_of(database, session, asked)
    if database.is_sqlite:
        ranges = [one for one in plan if one.startswith("SEARCH invoice_terms")]
        assert ranges and all("field=? AND term>? AND term<?" in one for one in ranges)
        whole = ("SCAN invoices", "SCAN invoice_terms", "SCAN orders", "SCAN dossiers")
    else:
        assert any("pk_invoice_terms" in one for one in plan), plan
        assert any("Index Cond" in one and "(term >= " in one for one in plan), plan
        whole = ("Seq Scan",)
    assert not [one for one in plan if one.strip(" ->").startswith(whole)], plan


def test_what_was_issued_before_has_the_terms_of_what_is_issued_now(database: Database):
    [path] = Path(ROOT / "migrations/versions").glob("*_terms_of_invoices.py")
    spec = importlib.util.spec_from_file_location("terms_of_invoices", path)
    assert spec and spec.loader
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)

    def terms(session: Session) -> set[tuple[object, ...]]:
        return set(map(tuple, session.execute(select(*InvoiceTerm.__table__.columns))))

    with database.reading_session() as session:
        written = terms(session)
    assert written
    with database.write_engine.begin() as connection:
        connection.execute(delete(InvoiceTerm))
        with Operations.context(MigrationContext.configure(connection)):
            migration.fill()
    with database.reading_session() as session:
        assert terms(session) == written


def test_a_part_of_a_number_is_found_from_its_beginning_on(database: Database):
    assert FIRST in found(database, engagement="2026 0044")
    assert FIRST in found(database, engagement="0044")
    assert not found(database, engagement="4417")
    assert not found(database, service="%")
    assert found(database, client="TOURS", least=Money(1)) == found(database, client="Tours ville")
