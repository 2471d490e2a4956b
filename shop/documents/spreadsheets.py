"""Rows as files for a spreadsheet or accounting software: CSV and XLSX.

A spreadsheet guesses the type of what a CSV file contains: « 0045871 » becomes 45871, 16 digits
lose their last one, « 12E5 » becomes a number and « 3-4 » a day. The cells of the XLSX file have
their types: amounts and days are numbers, all that is typed or numbered is text. In the CSV file a
typed text that a spreadsheet would change is written as a formula that is this text.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from shop.core.errors import N_, DomainError
from shop.core.money import Money
from shop.documents.sheet_stream import Cell, xlsx_parts

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Characters of a CSV file that are sent at once.
_PART = 64_000
#: Rows of a sheet below its head (ECMA-376: 1,048,576 in all).
MOST_ROWS = 1_048_575
#: Lets a spreadsheet recognise UTF-8.
BYTE_ORDER_MARK = "\ufeff"
#: Characters that start a formula in a spreadsheet (OWASP, CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
_MONTH = (
    r"(?:janv?(?:ier|uary)?|f[ée]vr?(?:ier)?|feb(?:ruary)?|mar(?:s|ch)?|avr(?:il)?|apr(?:il)?|mai|may"
    r"|juin|june?|juil(?:let)?|july?|ao[ûu]t|aug(?:ust)?|sept?(?:embre|ember)?|oct(?:obre|ober)?"
    r"|nov(?:embre|ember)?|d[ée]c(?:embre|ember)?)\.?"
)
#: What a spreadsheet takes for a number, a day, a time or a truth value.
_GUESSED = re.compile(
    r"\d[\d\s.,']*(?:e[+-]?\d+)?\s*[%€$]?"
    r"|\d{1,4}(?:[-/.:\s]\d{1,4}){1,2}"
    rf"|\d{{1,2}}[-/.\s]*{_MONTH}(?:[-/.\s]*\d{{1,4}})?|{_MONTH}[-/.\s]*\d{{1,4}}"
    r"|vrai|faux|true|false",
    re.IGNORECASE,
)
#: Whole numbers that a spreadsheet shows as they were typed.
_UNCHANGED = re.compile(r"0|[1-9]\d{0,10}")


class TooManyRows(DomainError):
    sentence = N_(
        "%(rows)s rows are more than an Excel file can hold. Download the CSV file, or choose a "
        "shorter period."
    )
    status = 422


def csv_of(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file for French software: semicolons, decimal commas, days in ISO 8601."""
    return b"".join(csv_rows(head, rows))


def csv_rows(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The same file in parts, written while the rows are read."""
    file = StringIO()
    table = csv.writer(file, delimiter=";", lineterminator="\r\n")
    file.write(BYTE_ORDER_MARK)
    table.writerow(head)
    for row in rows:
        table.writerow([_in_csv(cell) for cell in row])
        if file.tell() > _PART:
            yield file.getvalue().encode()
            file.seek(0)
            file.truncate()
    yield file.getvalue().encode()


def xlsx_of(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, at: datetime) -> bytes:
    """An XLSX file made at that moment: one sheet, its first row in bold and kept in sight."""
    return b"".join(xlsx_parts(head, rows, at=at))


def ensure_fits_sheet(rows: int) -> None:
    """Raises TooManyRows: a file is never cut."""
    if rows > MOST_ROWS:
        raise TooManyRows(rows=rows)


def safe(typed: str) -> str:
    """Typed text as a spreadsheet shows it when it opens a CSV file: never run as a formula, never
    changed into a number or a day. `tables.plain()` reads it back, whatever was typed.
    """
    if typed.lstrip("' ").startswith(FORMULA_SIGNS):
        return f"'{typed}"
    if _GUESSED.fullmatch(typed.strip()) and not _UNCHANGED.fullmatch(typed):
        return f'="{typed}"'
    return typed


def _in_csv(cell: Cell) -> str:
    if isinstance(cell, Money):
        return f"{Decimal(cell.cents) / 100:.2f}".replace(".", ",")
    if isinstance(cell, int | Decimal):
        return f"{Decimal(cell):f}".replace(".", ",")
    return cell.isoformat() if isinstance(cell, date) else safe(cell)
