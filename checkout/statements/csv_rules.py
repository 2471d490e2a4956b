"""Statements as CSV, with the habits of French banks: semicolons, decimal commas, 18/11/2026, a
column each for debit and credit, some lines about the account above the headings.

A `Mapping` says which column is what; it is guessed from the headings, corrected by a person once,
and proposed again for the same headings.
"""

import csv
import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from checkout.statements.rules import (
    MOST_MOVEMENTS,
    ColumnMissing,
    LineUnreadable,
    Movement,
    NoMovements,
    NotAStatement,
    ReadStatement,
    TooManyMovements,
)
from shop.core.errors import N_
from shop.core.folding import fold_name
from shop.core.money import Money
from shop.core.text import one_line

SEPARATORS = (";", ",", "\t", "|")
#: The forms of a day, by the name that the form shows.
DAYS = {"18/11/2026": "%d/%m/%Y", "18/11/26": "%d/%m/%y", "2026-11-18": "%Y-%m-%d"}
DAYS |= {"18.11.2026": "%d.%m.%Y", "20261118": "%Y%m%d"}
DECIMALS = (",", ".")
#: The words of the headings of French and English banks, folded.
_WORDS: dict[str, tuple[str, ...]] = {
    "day": ("date operation", "date comptable", "date", "date de comptabilisation", "booking date"),
    "wording": ("libelle", "libelle operation", "libelle complet", "description", "nature"),
    "amount": ("montant", "amount", "montant eur", "montant en euros", "montant de l operation"),
    "debit": ("debit", "debit euros", "montant debit"),
    "credit": ("credit", "credit euros", "montant credit"),
    "reference": ("reference", "reference operation", "numero d operation", "ref"),
    "payer": ("tiers", "donneur d ordre", "contrepartie", "emetteur", "nom"),
    "currency": ("devise", "currency"),
}
_NEEDED = ("day", "wording")
_AMOUNT = re.compile(r"[+-]?\d+(?:[.,]\d{1,2})?")
#: Beyond this many lines above the headings, a file is no statement.
_MOST_ABOVE = 30


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a CSV file is read: columns are positions from 1, 0 for one that it does not have.

    `above` is the number of lines above the headings.
    """

    separator: str = ";"
    above: int = 0
    day: int = 0
    wording: int = 0
    amount: int = 0
    debit: int = 0
    credit: int = 0
    reference: int = 0
    payer: int = 0
    currency: int = 0
    day_form: str = "18/11/2026"
    decimal: str = ","

    @property
    def is_complete(self) -> bool:
        return bool(self.day and self.wording and (self.amount or self.credit))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


#: The columns, in the order of the form: name and label.
COLUMNS = (
    ("day", N_("Day of the booking")),
    ("wording", N_("Wording")),
    ("amount", N_("Amount, debits with a minus")),
    ("debit", N_("Debit")),
    ("credit", N_("Credit")),
    ("reference", N_("Reference of the bank")),
    ("payer", N_("Name of the payer")),
    ("currency", N_("Currency")),
)


def text_of(data: bytes) -> str:
    """The text of a file: UTF-8, else the encoding of French Windows. Raises NotAStatement."""
    if b"\x00" in data:
        raise NotAStatement
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def guess(text: str) -> Mapping:
    """The mapping that the headings suggest; incomplete where they do not say enough."""
    separator = max(SEPARATORS, key=lambda one: text[:20_000].count(one))
    rows = rows_of(text, separator)
    for above, row in enumerate(rows[:_MOST_ABOVE]):
        columns = _columns(row)
        if all(columns.get(name) for name in _NEEDED):
            sample = rows[above + 1 : above + 30]
            return Mapping(
                separator=separator,
                above=above,
                day_form=_day_form(sample, columns["day"]),
                decimal=_decimal(sample, columns),
                **columns,
            )
    return Mapping(separator=separator)


def headings_of(text: str, mapping: Mapping) -> list[str]:
    """The headings, for the form in which the columns are chosen."""
    rows = rows_of(text, mapping.separator)
    row = rows[mapping.above] if mapping.above < len(rows) else []
    return [one_line(cell) or f"({place})" for place, cell in enumerate(row, 1)]


def digest_of(text: str) -> str:
    """What recognises the files of the same bank: the line of their headings."""
    lines = text.splitlines()
    line = next((one for one in lines[:_MOST_ABOVE] if _is_heading(one)), lines[0] if lines else "")
    return hashlib.sha256(fold_name(line).encode()).hexdigest()


def read_csv(text: str, mapping: Mapping) -> ReadStatement:
    """The movements of a file. Raises ColumnMissing, LineUnreadable, NoMovements,
    TooManyMovements.
    """
    if not mapping.is_complete:
        raise ColumnMissing
    found = []
    for number, row in enumerate(rows_of(text, mapping.separator), 1):
        if number > mapping.above + 1 and any(cell.strip() for cell in row):
            found.append(_movement(number, row, mapping))
        if len(found) > MOST_MOVEMENTS:
            raise TooManyMovements(most=MOST_MOVEMENTS)
    if not found:
        raise NoMovements
    return ReadStatement(account="", movements=tuple(found))


def rows_of(text: str, separator: str) -> list[list[str]]:
    """The cells of every line. Raises NotAStatement."""
    try:
        return list(csv.reader(text.splitlines(keepends=True), delimiter=separator))
    except csv.Error as wrong:
        raise NotAStatement from wrong


def _movement(number: int, row: list[str], mapping: Mapping) -> Movement:
    def cell(name: str) -> str:
        place = getattr(mapping, name)
        return one_line(row[place - 1]) if 0 < place <= len(row) else ""

    if mapping.amount:
        amount = _money(number, cell("amount"), mapping.decimal)
    else:
        credit = _money(number, cell("credit") or "0", mapping.decimal)
        debit = _money(number, cell("debit") or "0", mapping.decimal)
        amount = credit - (debit if debit > Money() else -debit)
    return Movement(
        booked_on=_day(number, cell("day"), mapping.day_form),
        amount=amount,
        wording=cell("wording")[:500],
        payer=cell("payer")[:140],
        bank_reference=cell("reference")[:70],
        currency=(cell("currency") or "EUR").upper()[:3],
    )


def _day(number: int, typed: str, form: str) -> date:
    try:
        return datetime.strptime(typed, DAYS[form]).date()  # noqa: DTZ007 - a day of the bank
    except (ValueError, KeyError) as wrong:
        raise LineUnreadable(line=number, text=typed[:40], what=form) from wrong


def _money(number: int, typed: str, decimal: str) -> Money:
    thousands = "." if decimal == "," else ","
    plain = re.sub(r"[\s€]|EUR", "", typed).replace(thousands, "").replace("−", "-")
    if not _AMOUNT.fullmatch(plain) or (decimal not in plain and "." in plain.replace(",", ".")):
        raise LineUnreadable(line=number, text=typed[:40], what=f"1 234{decimal}56")
    whole, _, part = plain.replace(decimal, ".").partition(".")
    sign = -1 if whole.startswith("-") else 1
    return Money(sign * (abs(int(whole)) * 100 + int(part.ljust(2, "0") or 0)))


def _columns(row: Sequence[str]) -> dict[str, int]:
    """The columns that headings name: the first word of a list that is a heading, else one that a
    heading begins with.
    """
    folded = [fold_name(cell) for cell in row]
    found: dict[str, int] = {}
    for name, words in _WORDS.items():
        exact = [folded.index(word) + 1 for word in words if word in folded]
        begun = [place for place, cell in enumerate(folded, 1) if cell and cell.startswith(words)]
        places = [place for place in (*exact, *begun) if place not in found.values()]
        if places:
            found[name] = places[0]
    if found.get("debit") or found.get("credit"):
        found.pop("amount", None)
    return found


def _is_heading(line: str) -> bool:
    folded = fold_name(line)
    return any(word in folded for word in ("libelle", "description", "wording")) and (
        "date" in folded
    )


def _day_form(rows: Sequence[Sequence[str]], column: int) -> str:
    typed = [row[column - 1].strip() for row in rows if len(row) >= column and row[column - 1]]
    for name, form in DAYS.items():
        if typed and all(_is_day(one, form) for one in typed):
            return name
    return "18/11/2026"


def _is_day(typed: str, form: str) -> bool:
    try:
        datetime.strptime(typed, form)  # noqa: DTZ007 - a day of the bank
    except ValueError:
        return False
    return True


def _decimal(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> str:
    places = [columns[name] for name in ("amount", "debit", "credit") if columns.get(name)]
    cells = [row[place - 1] for row in rows for place in places if len(row) >= place]
    points = sum(1 for cell in cells if re.search(r"\.\d{1,2}\s*$", cell))
    return "." if points > sum(1 for cell in cells if re.search(r",\d{1,2}\s*$", cell)) else ","
