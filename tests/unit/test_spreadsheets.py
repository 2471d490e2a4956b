"""A file for a spreadsheet is made in the memory of a few rows, and holds them all."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
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


def test_a_file_begins_before_its_rows_are_read():
    read = []

    def rows() -> Iterator[list[Cell]]:
        for row in invoices(2_000):
            read.append(row[0])
            yield row

    parts = xlsx_parts(HEAD, rows(), at=AT)
    assert next(parts).startswith(b"PK")
    assert len(read) < 1_000
    before = len(read)
    assert next(parts) and before < len(read) < 2_000, "it goes on while the rows are read"


def test_what_xml_cannot_hold_is_written_as_a_spreadsheet_reads_it():
    typed = 'a\x00b <&> "c" _x0041_ _x \ud800'
    data = b"".join(xlsx_parts(HEAD, [[typed, date(1900, 3, 1), Money(-5), " d "]], at=AT))
    with ZipFile(BytesIO(data)) as parts:
        assert parts.testzip() is None
        sheet = Tree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
        kinds = parts.read("xl/styles.xml").decode().partition("<cellXfs")[2]
    cells = [one for one in sheet.iter() if one.tag.endswith("}c")][len(HEAD) :]
    words = ["".join(one.itertext()) for one in cells]
    assert words == ['a_x0000_b <&> "c" _x005F_x0041_ _x _xD800_', "61", "-0.05", " d "]
    assert [one.get("s") for one in cells] == [None, "2", "3", None]
    assert [one[:2] for one in kinds.split('numFmtId="')[1:]] == ['0"', '0"', "14", '4"']
