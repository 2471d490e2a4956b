"""A large file is compared, applied and undone in the memory of a few lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from shop.catalogue.models import Product
from shop.imports.procedure import ImportState
from shop.storage.db import Database
from tests.imported import apply, compare, undo
from tests.shelves import furnish

#: Bytes; what the issue allows for 100,000 lines.
MOST = 300_000_000


@contextmanager
def memory() -> Iterator[list[int]]:
    """The bytes that this process holds, without the file of the database, from time to time."""
    samples, ended = [held()], Event()

    def watch() -> None:
        while not ended.wait(0.05):
            samples.append(held())

    watching = Thread(target=watch)
    watching.start()
    try:
        yield samples
    finally:
        ended.set()
        watching.join()


def held() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1_024 for line in lines if line.startswith("RssAnon:"))


def supplier(count: int) -> bytes:
    """A file of new products."""
    head = "Référence;Nom;Marque;Famille;Prix TTC;En vente"
    rows = (
        f"NEW-{n:06d};Pied d’enceinte {n};Marque {n % 40};micros;{n % 900 + 1},50;oui"
        for n in range(count)
    )
    return "\r\n".join([head, *rows]).encode()


def test_a_large_import_and_its_undo(database: Database, request: pytest.FixtureRequest):
    many = 100_000 if request.config.getoption("full_size") else 600
    furnish(database)
    data = supplier(many)
    with memory() as samples:
        row = compare(database, data)
        assert (row.state, row.added, len(row.new_brands)) == (ImportState.CHECKED, many, 40)
        assert apply(database, row.id).state is ImportState.APPLIED
        assert compare(database, data).state is ImportState.UNCHANGED
        assert undo(database, row.id).kept == 0
    assert max(samples) - samples[0] < MOST
    with database.reading_session() as session:
        on_sale = select(func.count()).select_from(Product).where(Product.published)
        assert session.scalar(on_sale) == 0
