"""The numbers of the tabs: one statement for all, composed once a day, that scans no table which
grows with what is done.
"""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import TABS
from shop.core.actors import ADMIN
from shop.storage.db import Base, Database
from shop.web.kit.tabs import _on_day
from tests.counting import counted
from tests.factories import AT
from tests.people import staff

#: Tables with a row for each product, or with few rows whatever is done; `card_reversals` has those
#: of refunds and disputes that were made on the processor’s own site.
SMALL = {"stock", "jobs", "bank_changes", "price_agreements", "card_reversals"}
DAY = AT.date()
_COUNTS = [(tab.endpoint, tab.count) for tab in TABS if tab.count]
_COUNTS += [(f"{tab.endpoint}: late", tab.late.count) for tab in TABS if tab.late]


@pytest.mark.parametrize(("name", "count"), _COUNTS, ids=[name for name, _count in _COUNTS])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_number_scans_a_table_that_grows(database: Database, name: str, count):
    with database.reading_session() as session:
        connection = session.connection()
        compiled = select(count(AT)).compile(
            dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
        )
        assert compiled.positiontup is not None
        values = [
            compiled._bind_processors.get(key, lambda value: value)(compiled.params[key])
            for key in compiled.positiontup
        ]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(values))
        steps = [row[3] for row in plan]
    scans = {found[1] for step in steps if (found := re.fullmatch(r"SCAN (\w+)", step))}
    tables = {re.sub(r"_\d+$", "", one) for one in scans} & set(Base.metadata.tables)
    assert steps and not tables - SMALL, (name, steps)


def test_the_numbers_of_a_page_are_one_statement(app, database: Database):
    client = staff(app, database, ADMIN)
    client.get("/bureau/livraisons")
    with counted(database) as sent:
        client.get("/bureau/livraisons")
    assert sum("FROM questions" in statement for statement in sent) == 1
    assert sum("FROM statement_movements" in statement for statement in sent) == 1
    (numbers,) = [statement for statement in sent if "FROM questions" in statement]
    assert "FROM statement_movements" in numbers


def test_the_statement_is_composed_once_a_day():
    counts = tuple(count for _name, count in _COUNTS)
    assert _on_day(counts, DAY) is _on_day(counts, DAY)
    assert _on_day(counts, DAY) is not _on_day(counts, DAY + timedelta(days=1))
