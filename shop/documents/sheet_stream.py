"""An XLSX file that is sent while its rows are read: neither rows nor file are held, in memory or
on the disk.

xlsxwriter makes the small parts of the file, with its formats; the sheet is written here, because
xlsxwriter writes a file once its last row is known (ECMA-376, 18.3).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import chain, islice
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from shop.core.money import Money
from shop.documents.outgoing import Outgoing

#: Whole numbers and decimals are figures, as amounts are; text that is typed or numbered never is.
Cell = str | date | Money | int | Decimal

#: Bytes of the sheet that are compressed at once.
_PART = 64_000
#: Rows from which the widths of the columns are taken: the head of a sheet tells them before its
#: rows.
_MEASURED = 200
#: In characters; the widest column of ordinary texts.
_NARROWEST, _WIDEST = 10, 50
#: The number formats of a spreadsheet that writes them as its country does: 14 is a short day, 4 an
#: amount (ECMA-376, 18.8.30); and the formats of cells, in the order in which they are declared.
_DAY_FORMAT, _AMOUNT_FORMAT = 14, 4
_BOLD, _DAY, _AMOUNT = 1, 2, 3
#: The day before day 1 of a spreadsheet, whose 1900 has a 29 February.
_BEFORE = date(1899, 12, 30).toordinal()
_SHEET = "xl/worksheets/sheet1.xml"
#: The day of every part: the same rows give the same file.
_MADE = (1980, 1, 1, 0, 0, 0)
_START = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>'
    '<sheetView tabSelected="1" workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
    ' activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView>'
    '</sheetViews><sheetFormatPr defaultRowHeight="15"/>'
)
_END = (
    '</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3"'
    ' footer="0.3"/></worksheet>'
)
#: What XML cannot hold, and what a spreadsheet would read as such a character (22.9.2.19).
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_READ_AS_ONE = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")


def xlsx_parts(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], *, at: datetime
) -> Iterator[bytes]:
    """An XLSX file made at that moment, in parts: one sheet, its first row in bold and kept in
    sight. The first part is sent before the rows are read to their end.
    """
    out = Outgoing()
    with ZipFile(out, "w", ZIP_DEFLATED) as book:
        for name, data in _small_parts(at):
            book.writestr(_info(name), data)
        with book.open(_info(_SHEET), "w") as sheet:
            for text in _sheet(head, rows):
                sheet.write(text.encode())
                if part := out.taken():
                    yield part
    yield out.taken()


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _MADE)
    info.compress_type = ZIP_DEFLATED
    return info


def _small_parts(at: datetime) -> list[tuple[str, bytes]]:
    """All parts of the file but its sheet."""
    made = BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        book.set_properties({"created": at.replace(tzinfo=None)})
        sheet = book.add_worksheet()
        for column, declared in enumerate(
            ({"bold": True}, {"num_format": _DAY_FORMAT}, {"num_format": _AMOUNT_FORMAT})
        ):
            sheet.write_blank(0, column, None, book.add_format(declared))
    with ZipFile(made) as parts:
        return [(name, parts.read(name)) for name in parts.namelist() if name != _SHEET]


def _sheet(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The sheet, in pieces of about `_PART` characters."""
    rest = iter(rows)
    first = list(islice(rest, _MEASURED))
    columns = [xl_col_to_name(column) for column in range(len(head))]
    waiting = [_START, _widths(head, first), "<sheetData>", _row(1, columns, head, _BOLD)]
    yield "".join(waiting)  # what is known before the rows are read leaves at once
    waiting, size = [], 0
    for number, cells in enumerate(chain(first, rest), start=2):
        waiting.append(_row(number, columns, cells))
        size += len(waiting[-1])
        if size > _PART:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting) + _END


def _widths(head: Sequence[str], first: Sequence[Sequence[Cell]]) -> str:
    """The columns, as wide as their title and the texts of the first rows."""
    widths = [len(title) for title in head]
    for cells in first:
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                widths[column] = max(widths[column], len(cell))
    told = "".join(
        f'<col min="{place}" max="{place}" width="{min(max(width, _NARROWEST), _WIDEST) + 2}"'
        ' customWidth="1"/>'
        for place, width in enumerate(widths, start=1)
    )
    return f"<cols>{told}</cols>"


def _row(number: int, columns: Sequence[str], cells: Sequence[Cell], text_format: int = 0) -> str:
    told = "".join(
        _cell(f"{column}{number}", cell, text_format)
        for column, cell in zip(columns, cells, strict=True)
    )
    return f'<row r="{number}">{told}</row>'


def _cell(place: str, cell: Cell, text_format: int) -> str:
    if isinstance(cell, Money):
        return f'<c r="{place}" s="{_AMOUNT}"><v>{Decimal(cell.cents).scaleb(-2):f}</v></c>'
    if isinstance(cell, int | Decimal):
        return f'<c r="{place}"><v>{Decimal(cell):f}</v></c>'
    if isinstance(cell, date):
        return f'<c r="{place}" s="{_DAY}"><v>{cell.toordinal() - _BEFORE}</v></c>'
    style = f' s="{text_format}"' if text_format else ""
    text = escape(_held(cell))
    return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _held(text: str) -> str:
    """The text as XML holds it: a character that it cannot hold is written by its number."""
    plain = _READ_AS_ONE.sub("_x005F_", text)
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", plain)
