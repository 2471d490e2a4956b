"""The invoices of a period as files for a spreadsheet or accounting software: CSV and XLSX.

The cells of the XLSX file have their types: amounts and days are numbers, all that is typed or
numbered is text. Those of the CSV file are written by shop/documents/csv_files.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile

from xlsxwriter import Workbook

from checkout.invoices.ledger import LedgerLine
from checkout.invoices.rules import Settled
from shop.core.errors import N_, DomainError
from shop.core.money import Money
from shop.documents.csv_files import Cell

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Bytes of an XLSX file that are sent at once.
_PART = 64_000
#: Rows of a sheet below its head (ECMA-376: 1,048,576 in all).
MOST_ROWS = 1_048_575
#: The number formats of a spreadsheet that writes them as its country does: 14 is a short day, 4 an
#: amount (ECMA-376, 18.8.30).
_DAY, _AMOUNT = 14, 4
#: In characters; the widest column of ordinary texts.
_NARROWEST, _WIDEST = 10, 50


class TooManyRows(DomainError):
    sentence = N_(
        "%(rows)s rows are more than an Excel file can hold. Download the CSV file, or choose a "
        "shorter period."
    )
    status = 422


def cells_of(line: LedgerLine, words: dict[Settled | None, str]) -> list[Cell]:
    """One invoice or credit note; `words` are the names of the states of payment, and of what has
    none.
    """
    return [
        line.number,
        line.issued_on,
        line.due_on or "",
        line.excluding,
        line.vat_total,
        line.including,
        line.paid,
        words[line.settled],
        line.dossier,
        line.order,
        line.purchase_order,
        line.title,
        line.engagement,
        line.siret,
        line.postal_code,
        line.rounding,
        line.credited,
        line.credit_of,
    ]


def xlsx_of(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, at: datetime) -> bytes:
    """An XLSX file made at that moment: one sheet, its first row in bold and kept in sight."""
    return b"".join(xlsx_parts(head, rows, at=at))


def xlsx_parts(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], *, at: datetime
) -> Iterator[bytes]:
    """The same file in parts. It is written to the disk while the rows are read: neither rows nor
    file are held in memory, whatever their number. A sheet has at most `MOST_ROWS`.
    """
    with TemporaryFile() as file:
        with Workbook(file, {"constant_memory": True}) as book:
            book.set_properties({"created": at.replace(tzinfo=None)})
            _write_sheet(book, head, rows)
        file.seek(0)
        while part := file.read(_PART):
            yield part


def _write_sheet(book: Workbook, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": _DAY})
    amount = book.add_format({"num_format": _AMOUNT})
    sheet = book.add_worksheet()
    for column, title in enumerate(head):
        sheet.write_string(0, column, title, bold)
    widths = [len(title) for title in head]
    for row, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, Money):
                sheet.write_number(row, column, cell.cents / 100, amount)
            elif isinstance(cell, date):
                sheet.write_datetime(row, column, cell, day)
            else:
                sheet.write_string(row, column, cell)
                widths[column] = max(widths[column], len(cell))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width, _NARROWEST), _WIDEST) + 2)
    sheet.freeze_panes(1, 0)


def ensure_fits_sheet(rows: int) -> None:
    """Raises TooManyRows: a file is never cut."""
    if rows > MOST_ROWS:
        raise TooManyRows(rows=rows)
