"""A large file is compared, applied and undone in the memory of a few lines."""

import resource

import pytest
from sqlalchemy import func, select

from shop.catalogue.models import Product
from shop.imports.procedure import ImportState
from shop.storage.db import Database
from tests.imported import apply, compare, undo
from tests.shelves import furnish

#: Bytes; what the issue allows for 100,000 lines.
MOST = 300_000_000
#: What SQLite maps of its file counts as memory of the process, though the system may take it back.
MAPPED = 268_435_456


def supplier(count: int) -> bytes:
    """A file of new products."""
    head = "Référence;Nom;Marque;Famille;Prix TTC;En vente"
    rows = (
        f"NEW-{n:06d};Pied d’enceinte {n};Marque {n % 40};micros;{n % 900 + 1},50;oui"
        for n in range(count)
    )
    return "\r\n".join([head, *rows]).encode()


def peak() -> int:
    """The most memory that this process has had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_a_large_import_and_its_undo(database: Database, request: pytest.FixtureRequest):
    many = 100_000 if request.config.getoption("full_size") else 600
    furnish(database)
    data = supplier(many)
    before = peak()
    row = compare(database, data)
    assert (row.state, row.added, len(row.new_brands)) == (ImportState.CHECKED, many, 40)
    assert apply(database, row.id).state is ImportState.APPLIED
    assert compare(database, data).state is ImportState.UNCHANGED
    assert undo(database, row.id).kept == 0
    assert (peak() - before) * 1_024 < MOST + MAPPED * database.is_sqlite
    with database.reading_session() as session:
        on_sale = select(func.count()).select_from(Product).where(Product.published)
        assert session.scalar(on_sale) == 0
