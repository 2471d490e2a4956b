"""A file for a spreadsheet is made in the memory of a few rows, and holds them all."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from tempfile import TemporaryFile
from xml.etree import ElementTree as Tree
from zipfile import ZipFile

import pytest

from shop.core.money import Money
from shop.documents.spreadsheets import (
    MOST_ROWS,
    Cell,
    TooManyRows,
    csv_rows,
    ensure_fits_sheet,
    xlsx_parts,
)

AT = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
HEAD = ["Facture", "Date", "Total", "Objet"]
FEW = 500
#: More memory than this would be that of the rows.
SLACK = 300_000


def invoices(count: int) -> Iterator[list[Cell]]:
    for number in range(count):
        yield [f"FA-2026-{number:06d}", date(2026, 11, 18), Money(number), "Sonorisation " * 4]


def peak_of(count: int) -> int:
    """The most memory that the file of so many invoices takes, in bytes."""
    tracemalloc.start()
    try:
        for _part in xlsx_parts(HEAD, invoices(count), at=AT):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_memory_of_a_file_does_not_grow_with_its_rows(request: pytest.FixtureRequest):
    many = 200_000 if request.config.getoption("full_size") else 2_000
    peak_of(1)  # what the library loads once
    assert peak_of(many) < peak_of(FEW) + SLACK


def test_every_row_is_in_the_file(request: pytest.FixtureRequest):
    many = 200_000 if request.config.getoption("full_size") else 2_000
    with TemporaryFile() as file:
        for part in xlsx_parts(HEAD, invoices(many), at=AT):
            file.write(part)
        with ZipFile(file) as parts, parts.open("xl/worksheets/sheet1.xml") as sheet:
            tags = [one.tag.rpartition("}")[2] for _event, one in Tree.iterparse(sheet)]
    assert tags.count("row") == many + 1
    assert "col" in tags, "the columns are as wide as their text"
    assert sum(part.count(b"\r\n") for part in csv_rows(HEAD, invoices(many))) == many + 1


def test_a_sheet_that_would_be_cut_is_refused():
    ensure_fits_sheet(MOST_ROWS)
    with pytest.raises(TooManyRows):
        ensure_fits_sheet(MOST_ROWS + 1)
