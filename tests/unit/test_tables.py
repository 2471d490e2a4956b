"""Files of products are read whoever wrote them, and a file that would take too much is refused."""

import codecs
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.core.money import Money
from shop.documents import workbooks
from shop.documents.spreadsheets import CSV, XLSX, csv_of, safe, xlsx_of
from shop.documents.tables import (
    MOST_COLUMNS,
    CellTooLong,
    TableTooWide,
    TableUnreadable,
    csv_table,
    kind_of,
    plain,
)
from shop.documents.workbooks import TableTooHeavy, number, xlsx_table

AT = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
ROWS = [["Référence", "Prix"], ["SON-1", "12,50"]]
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def read(data: bytes) -> list[list[str]]:
    return [cells for _line, cells in (csv_table if kind_of(data) == CSV else xlsx_table)(data)]


def workbook(sheet: str, shared: str = "") -> bytes:
    """A workbook as Excel writes it, its sheet not the first part."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as book:
        book.writestr(
            "xl/workbook.xml",
            f'<workbook {MAIN} {RELATED}><sheets><sheet name="A" r:id="rId7"/></sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="rId7" Target="worksheets/sheet3.xml"/>'
            "</Relationships>",
        )
        book.writestr("xl/worksheets/sheet3.xml", sheet)
        if shared:
            book.writestr("xl/sharedStrings.xml", shared)
    return file.getvalue()


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separators_and_encodings_are_recognised(separator: str, encoding: str):
    lines = [separator.join(f'"{cell}"' for cell in row) for row in ROWS]
    assert read("\r\n".join(lines).encode(encoding)) == ROWS


@pytest.mark.parametrize(
    "lines",
    [
        ["Tarif 2026, printemps, TTC, Paris", "SKU;Nom;Prix", "A-1;Pied;10,50"],
        ["SKU;Nom", "A-1;Pied, noir, pliable, grand", "A-2;Pied, blanc"],
        ["SKU;Prix", "A-1;10,50", "A-2;9,90"],
    ],
)
def test_neither_a_heading_nor_a_text_chooses_the_separator(lines: list[str]):
    assert read("\n".join(lines).encode())[1:] == [line.split(";") for line in lines[1:]]


def test_a_line_may_hold_a_line_break_and_keeps_its_number():
    data = b'Nom;Prix\r\n"deux\r\nlignes";1\r\nsuite;2\r\n'
    assert [line for line, _cells in csv_table(data)] == [1, 2, 3]


@given(st.text(alphabet="='\"+-@ \t3/.,e%aé", max_size=8))
def test_what_the_export_writes_around_a_text_is_taken_off(typed: str):
    assert plain(safe(typed)) == typed


@pytest.mark.parametrize("kind", [CSV, XLSX])
def test_what_the_shop_writes_is_read_back(kind: str):
    rows = [["=SON-1", "0045871", "12E5", "a  b", Money(54_890)], ["", "é", "3-4", "", Money(7)]]
    head = ["a", "b", "c", "d", "e"]
    data = csv_of(head, rows) if kind == CSV else xlsx_of(head, rows, at=AT)
    decimal = "," if kind == CSV else "."
    found = read(data)
    assert kind_of(data) == kind
    assert found[1] == ["=SON-1", "0045871", "12E5", "a  b", f"548{decimal}9{'0' * (kind == CSV)}"]
    assert found[2] == ["", "é", "3-4", "", f"0{decimal}07"]


def test_a_workbook_of_another_program_is_read():
    shared = f"<sst {MAIN}><si><t>Nom</t></si><si><r><t>Micro</t></r><r><t>phone</t></r></si></sst>"
    sheet = (
        f'<worksheet {MAIN}><sheetData><row r="1"><c r="B1" t="s"><v>0</v></c></row>'
        '<row r="4"><c r="A4"><v>2955153964670</v></c><c r="B4" t="s"><v>1</v></c>'
        '<c r="D4" t="b"><v>1</v></c><c r="E4"><f>1+1</f><v>54.899999999999999</v></c></row>'
        "</sheetData></worksheet>"
    )
    assert list(xlsx_table(workbook(sheet, shared))) == [
        (1, ["", "Nom"]),
        (4, ["2955153964670", "Microphone", "", "1", "54.9"]),
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2.95515396467E+12", "2955153964670"),
        *(
            ("0", "0"),
            ("-0.5", "-0.5"),
            ("#N/A", "#N/A"),
            ("sNaN", "sNaN"),
            ("Infinity", "Infinity"),
        ),
    ],
)
def test_a_number_is_read_as_it_is_shown(written: str, shown: str):
    assert number(written) == shown


def test_entities_and_damaged_files_are_refused():
    bomb = '<!DOCTYPE a [<!ENTITY x "aaaa"><!ENTITY y "&x;&x;">]>'
    whole = workbook(f"{bomb}<worksheet {MAIN}><sheetData>&y;</sheetData></worksheet>")
    broken = workbook("<worksheet><row></worksheet>")
    far = f'<row><c t="s"><v>{"1" * 5_000}</v></c></row>'
    odd = [
        workbook(f"<?xml version='1.0' encoding='{name}'?><a/>") for name in ("shift_jis", "foo")
    ]
    odd += [workbook(f"<worksheet {MAIN}><sheetData>{far}</sheetData></worksheet>")]
    odd += [whole.replace(b"\x14\x00", b"\xff\x00")]  # a version of ZIP that is not known
    for data in (whole, broken, whole[:200], workbook("<a/>")[:-40], b"PK\x03\x04", *odd):
        with pytest.raises(TableUnreadable):
            read(data)
    with pytest.raises(TableUnreadable):
        read(codecs.BOM_UTF8 + b"a;b\r\n\xff")


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1_000_000)
    row = '<row><c t="inlineStr"><is><t>a</t></is></c></row>'
    data = workbook(f"<worksheet {MAIN}><sheetData>{row * 40_000}</sheetData></worksheet>")
    assert len(data) < 50_000
    with pytest.raises(TableTooHeavy):
        read(data)


def test_a_line_that_is_too_wide_or_a_cell_too_long_is_refused():
    with pytest.raises(TableTooWide):
        read(b";" * MOST_COLUMNS)
    wide = workbook('<worksheet><row><c r="XFD1"><v>1</v></c></row></worksheet>')
    with pytest.raises(TableTooWide):
        read(wide)
    with pytest.raises(CellTooLong):
        read(b"a;b\n" + b"x" * 40_000)
    with pytest.raises(CellTooLong):
        text = f'<c t="inlineStr"><is><t>{"x" * 40_000}</t></is></c>'
        read(workbook(f"<worksheet><row>{text}</row></worksheet>"))
