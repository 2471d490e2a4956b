"""XLSX files that were sent: the first sheet of a workbook, read a row at a time.

The parser of the standard library reports what it reads and builds no tree, so that memory does not
grow with the rows; only the texts that cells share are kept. A part with a document type, which no
workbook has (ECMA-376, part 2, 8.1.1), is refused: entities cannot grow. What a part unpacks to is
counted while it is read.
"""

import posixpath
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Protocol
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
from zlib import error as ZlibError

from shop.core.errors import N_, DomainError
from shop.documents.tables import (
    LONGEST_CELL,
    MOST_COLUMNS,
    CellTooLong,
    Row,
    TableTooWide,
    TableUnreadable,
    ensure_row,
)

#: Bytes that a part of a workbook may unpack to, and characters of the texts that cells share.
MOST_UNPACKED, MOST_SHARED = 300_000_000, 80_000_000
_PART = 65_536
#: Digits that a spreadsheet keeps of a number; the others come from its binary form.
_DIGITS = 15
#: Digits of the place of a shared text: there are fewer.
_LONGEST_PLACE = 9
_ENCRYPTED = 1
_SHARED = "xl/sharedStrings.xml"


class TableTooHeavy(DomainError):
    sentence = N_(
        "This workbook is too large once it is unpacked. Save it as CSV, or cut it in several "
        "files."
    )
    status = 422


def xlsx_table(data: bytes) -> Iterator[Row]:
    """The rows of the first sheet; empty ones may be missing.

    Raises TableUnreadable, TableTooHeavy, TableTooWide, CellTooLong.
    """
    try:
        with ZipFile(BytesIO(data)) as book:
            names = set(book.namelist())
            shared = _Shared()
            if _SHARED in names:
                for _nothing in _read(book, _SHARED, shared):
                    pass
            cells = _Cells(shared.texts)
            for _part in _read(book, _first_sheet(book), cells):
                while cells.rows:
                    yield cells.rows.popleft()
    except (BadZipFile, KeyError, ZlibError, EOFError, RuntimeError) as wrong:
        raise TableUnreadable from wrong


class _Reader(Protocol):
    """What a parser reports, by the local names of elements."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def _read(book: ZipFile, name: str, reader: _Reader) -> Iterator[None]:
    """Read a part; yields after each piece of it."""
    info = book.getinfo(name)
    if info.flag_bits & _ENCRYPTED or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise TableUnreadable
    with book.open(info) as part:
        parser = _parser(reader)
        unpacked = 0
        while piece := part.read(_PART):
            unpacked += len(piece)
            if unpacked > MOST_UNPACKED:
                raise TableTooHeavy
            _parse(parser, piece)
            yield
        _parse(parser, b"", final=True)
        yield


def _parser(reader: _Reader) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = lambda name, given: reader.start(_local(name), given)
    parser.EndElementHandler = lambda name: reader.end(_local(name))
    parser.CharacterDataHandler = reader.text
    return parser


def _refuse_doctype(*_declared: object) -> None:
    raise TableUnreadable


def _parse(parser: expat.XMLParserType, piece: bytes, *, final: bool = False) -> None:
    try:
        parser.Parse(piece, final)
    except (expat.ExpatError, LookupError, ValueError) as wrong:  # an encoding that is not known
        raise TableUnreadable from wrong


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Texts:
    """Collects the text of `t` and `v` elements, without the pronunciation of Japanese ones
    (`rPh`).
    """

    def __init__(self) -> None:
        self.line = 0
        self._kept: list[str] = []
        self._length = 0
        self._in_text = False
        self._spoken = 0

    def start(self, name: str) -> None:
        self._spoken += name == "rPh"
        self._in_text = name in ("t", "v") and not self._spoken

    def end(self, name: str) -> None:
        self._spoken -= name == "rPh"
        self._in_text = False

    def text(self, text: str) -> None:
        if self._in_text:
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise CellTooLong(line=self.line, most=LONGEST_CELL)
            self._kept.append(text)

    def taken(self) -> str:
        """What was collected; nothing is left."""
        text = "".join(self._kept)
        self._kept, self._length = [], 0
        return text


class _Shared:
    """The texts that cells share, in their order."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._read = _Texts()
        self._total = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._read.start(name)

    def text(self, text: str) -> None:
        self._read.text(text)

    def end(self, name: str) -> None:
        self._read.end(name)
        if name == "si":
            self.texts.append(self._read.taken())
            self._total += len(self.texts[-1]) + 50  # an empty text takes memory as well
            if self._total > MOST_SHARED:
                raise TableTooHeavy


class _Cells:
    """The cells of a sheet; `rows` holds those that are complete."""

    def __init__(self, shared: list[str]) -> None:
        self._read = _Texts()
        self.rows: deque[Row] = deque()
        self._shared = shared
        self._row: list[str] = []
        self._column = 0
        self._kind = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._read.start(name)
        if name == "row":
            given = attributes.get("r", "")
            is_number = given.isascii() and given.isdecimal() and len(given) < 9
            self._read.line = int(given) if is_number else self._read.line + 1
            self._row = []
        elif name == "c":
            self._kind = attributes.get("t", "n")
            self._column = _column(attributes.get("r", "")) or len(self._row) + 1
            if self._column > MOST_COLUMNS:
                raise TableTooWide(most=MOST_COLUMNS)

    def text(self, text: str) -> None:
        self._read.text(text)

    def end(self, name: str) -> None:
        self._read.end(name)
        if name == "c":
            text = self._value(self._read.taken())
            if text:
                self._row += [""] * (self._column - len(self._row))
                self._row[self._column - 1] = text
        elif name == "row":
            ensure_row(self._read.line, self._row)
            self.rows.append((self._read.line, self._row))

    def _value(self, text: str) -> str:
        """The text of a cell, by its type (ECMA-376, part 1, 18.18.11)."""
        if self._kind == "s":
            place = text.strip()
            is_number = place.isascii() and place.isdecimal() and len(place) <= _LONGEST_PLACE
            if not is_number or int(place) >= len(self._shared):
                raise TableUnreadable
            return self._shared[int(place)]
        return number(text) if self._kind == "n" else text


def number(text: str) -> str:
    """A number of a workbook as its reader sees it: 54.899999999999999 is 54.9, without an
    exponent.
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite():
        return text
    if not value or abs(value.adjusted()) > _DIGITS:
        return "0" if value == 0 else text
    places = _DIGITS - 1 - value.adjusted()
    shown = f"{round(value, places):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _column(place: str) -> int:
    """The number of the column of « AB12 », from 1; 0 when it is not said."""
    column = 0
    for sign in place[:4]:
        if not "A" <= sign <= "Z":
            break
        column = column * 26 + ord(sign) - 64
    return column


@dataclass(frozen=True, slots=True)
class _Named:
    """Notes the attributes of the elements of a name."""

    name: str
    note: Callable[[dict[str, str]], None]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self.name:
            self.note(attributes)

    def end(self, name: str) -> None:
        """Nothing is kept."""

    def text(self, text: str) -> None:
        """Nothing is kept."""


def _first_sheet(book: ZipFile) -> str:
    """The part of the first sheet. Raises TableUnreadable."""
    sheets: list[dict[str, str]] = []
    targets: dict[str, str] = {}

    def relate(attributes: dict[str, str]) -> None:
        targets[attributes.get("Id", "")] = attributes.get("Target", "")

    for name, reader in (
        ("xl/workbook.xml", _Named("sheet", sheets.append)),
        ("xl/_rels/workbook.xml.rels", _Named("Relationship", relate)),
    ):
        for _nothing in _read(book, name, reader):
            pass
    first = sheets[0] if sheets else {}
    key = next((value for name, value in first.items() if _local(name) == "id"), "")
    if key not in targets:
        raise TableUnreadable
    target = targets[key]
    return target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
