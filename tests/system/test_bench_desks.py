"""The bench of the desks, on a few dossiers: each page opens, more of them cost no statement."""

from shop.storage.db import Database
from tests.bench.desks import PAGES, measure


def test_more_dossiers_cost_no_statement_at_any_desk(database: Database):
    found = measure(database, 60, few=30, times=1)
    assert [page["url"] for page in found["pages"]] == list(PAGES)
    for page in found["pages"]:
        few, many = page["statements"]
        assert few == many, page
