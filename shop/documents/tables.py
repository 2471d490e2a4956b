"""Tables that were sent: CSV and XLSX files, read a row at a time, whoever wrote them.

What is read is bounded: rows, columns, characters of a cell, bytes once an XLSX file is unpacked.
The rows of a CSV file are read as a spreadsheet shows them, without what `spreadsheets.safe()` puts
around a text.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper

from shop.core.errors import N_, DomainError
from shop.documents.spreadsheets import CSV, FORMULA_SIGNS, XLSX

#: Columns of a table, characters of one cell (as many as a spreadsheet can hold).
MOST_COLUMNS, LONGEST_CELL = 200, 32_767
SEPARATORS = (";", ",", "\t")
_ZIP = b"PK\x03\x04"
_AS_TEXT = re.compile(r'="([^"]*)"')
#: Bytes that are decoded at once to see whether a file is UTF-8.
_PART = 65_536
#: Lines that tell the separator.
_LOOKED_AT = 10

#: The number of a row, from 1 as a spreadsheet counts, and its cells.
Row = tuple[int, list[str]]


class TableEmpty(DomainError):
    sentence = N_("This file has no line: choose the file with the products.")
    status = 422


class TableTooLarge(DomainError):
    sentence = N_("The file is larger than %(limit)s MB: cut it in several files.")
    status = 413


class TableUnreadable(DomainError):
    sentence = N_(
        "This file cannot be read as a table. Save it in your spreadsheet as CSV or as an Excel "
        "workbook (XLSX), then send it again."
    )
    status = 422


class TableTooWide(DomainError):
    sentence = N_("A line has more than %(most)s columns: keep only those of the products.")
    status = 422


class CellTooLong(DomainError):
    sentence = N_("A cell of line %(line)s has more than %(most)s characters.")
    status = 422


def kind_of(data: bytes) -> str:
    """What a file is, by its first bytes."""
    return XLSX if data.startswith(_ZIP) else CSV


def csv_table(data: bytes) -> Iterator[Row]:
    """The rows of a CSV file: separated by semicolons, commas or tabs, in UTF-8, UTF-16 with its
    mark, or Windows-1252. Raises TableUnreadable, TableTooWide, CellTooLong.
    """
    encoding = _encoding(data)
    with TextIOWrapper(BytesIO(data), encoding=encoding, newline="") as text:
        try:
            delimiter = _separator([text.readline() for _line in range(_LOOKED_AT)])
            text.seek(0)
            for line, cells in enumerate(csv.reader(text, delimiter=delimiter), start=1):
                ensure_row(line, cells)
                yield line, [plain(cell) for cell in cells]
        except (csv.Error, UnicodeError) as wrong:
            raise TableUnreadable from wrong


def ensure_row(line: int, cells: list[str]) -> None:
    """Raises TableTooWide, CellTooLong."""
    if len(cells) > MOST_COLUMNS:
        raise TableTooWide(most=MOST_COLUMNS)
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise CellTooLong(line=line, most=LONGEST_CELL)


def plain(cell: str) -> str:
    """A cell of a CSV file without what `spreadsheets.safe()` added to it."""
    if cell.startswith("'") and cell.lstrip("' ").startswith(FORMULA_SIGNS):
        return cell[1:]
    quoted = _AS_TEXT.fullmatch(cell)
    return quoted[1] if quoted else cell


def _encoding(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _PART):
            decoder.decode(data[start : start + _PART])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _separator(first: list[str]) -> str:
    """The one that stands equally often, outside quotation marks, in the most of the first lines:
    neither a heading above the titles nor the commas of a text have a say. Of two, the more
    frequent one.
    """
    bare = [re.sub(r'"[^"]*"', "", line) for line in first]

    def agreement(separator: str) -> tuple[int, int]:
        times = Counter(found for line in bare if (found := line.count(separator)))
        return max(((lines, found) for found, lines in times.items()), default=(0, 0))

    return max(SEPARATORS, key=agreement)
