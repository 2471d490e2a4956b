"""The HTML twin of a document: what its PDF says, as headings, lists and tables.

`twin_of(kind, content, language=…)` reads the HTML that the PDF is drawn from
(shop/documents/layout.py) and keeps its words in parts that a page shows as it likes. So both say
the same without a second set of templates. Two things of the PDF are left out, since they belong
to its sheets: the line that repeats the number on each page, and sums carried forward.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from lxml import html as lxml_html

from shop.core.text import NBSP
from shop.documents.layout import page, sentences, title_of

#: White space of the markup, which is not that of the text: a space that does not break stays.
_BLANK = re.compile(r"[ \t\r\n]+")
#: Spaces that line up the commas of a column in the PDF (shop/documents/layout.py).
_FILLED = re.compile(f"{NBSP}{{2,}}")
#: How words stand out on the PDF, by their class.
_LOOKS = {
    "small": "small",
    "note": "small",
    "eco": "small",
    "legal": "small",
    "who": "strong",
    "trade": "strong",
    "semi": "strong",
    "good": "strong",
    "binding": "strong",
    "account": "strong",
}
#: The tables of data, and the column that names their rows.
_GRIDS = {"lines": 1, "vat": 0, "sums": 0}


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. `look`: "", "small" or "strong"."""

    kind: ClassVar[str] = "words"
    text: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms, each with its lines. `look`: "people", "facts" or "" (payment, address)."""

    kind: ClassVar[str] = "facts"
    look: str
    rows: list[tuple[str, list[Words]]]


@dataclass(frozen=True, slots=True)
class Stations:
    """The documents of the sale in their order: state (done, now, next), name, words."""

    kind: ClassVar[str] = "stations"
    rows: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Cell:
    lines: list[Words]
    is_number: bool
    look: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of data. `look`: "lines", "vat" or "sums"; `named`: the column that names a row."""

    kind: ClassVar[str] = "grid"
    look: str
    caption: str
    named: int
    head: list[Cell]
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Picture:
    kind: ClassVar[str] = "picture"
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Blanks:
    """What is filled in by hand on the printed document."""

    kind: ClassVar[str] = "blanks"
    names: list[str]


Part = Words | Heading | Facts | Stations | Grid | Picture | Blanks


@dataclass(frozen=True, slots=True)
class Twin:
    """A document as parts of a page. `numbered` is its number as it is printed below the title."""

    language: str
    title: str
    numbered: str
    seller: list[Words] = field(default_factory=list)
    dated: list[Words] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    foot: list[Words] = field(default_factory=list)


def twin_of(kind: str, content: Mapping[str, Any], *, language: str) -> Twin:
    """The twin of a document. Raises what `page` of layout.py raises."""
    body = lxml_html.document_fromstring(page(kind, content, language=language).html).body
    letterhead = body.xpath(".//p[@data-role='H1']/ancestor::table[1]")[0]
    seller, (_title, numbered, *dated) = (
        list(_paragraphs(cell)) for cell in letterhead.xpath("./tr/td[p]")
    )
    foot = list(_paragraphs(body.get_element_by_id("foot")))
    for apart in (letterhead, body.get_element_by_id("head"), body.get_element_by_id("foot")):
        apart.drop_tree()
    words = sentences(language)
    captions = {
        "lines": str(words.pgettext("paper", "Lines of the document")),
        "vat": str(words.pgettext("paper", "VAT by rate")),
        "sums": str(words.pgettext("paper", "Totals of the document")),
    }
    return Twin(
        language=language,
        title=title_of(kind, words),
        numbered=numbered.text,
        seller=seller,
        dated=dated,
        parts=_joined(_parts(body, captions)),
        foot=foot,
    )


def _parts(element: Any, captions: Mapping[str, str]) -> Iterator[Part]:
    """The parts of an element, in their order. A paragraph of class "label" is the term of those
    that follow it.
    """
    term: tuple[str, list[Words]] | None = None
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if child.tag == "p" and "label" in _classes(child):
            term = (_text(child), [])
            yield Facts("", [term])
            continue
        words = _paragraph(child) if child.tag == "p" else None
        if isinstance(words, Words) and term is not None:
            term[1].append(words)
            continue
        term = None
        if child.tag == "p":
            if words is not None:
                yield words
        elif child.tag == "img":
            if child.get("alt"):
                yield Picture(child.get("src"), child.get("alt"))
        elif child.tag == "table":
            yield from _table(child, captions)
        else:
            yield from _parts(child, captions)


def _table(table: Any, captions: Mapping[str, str]) -> Iterator[Part]:
    """A table of data, or the parts of one that only places them on the sheet."""
    classes = _classes(table)
    grid = classes & _GRIDS.keys()
    if grid:
        yield _grid(table, grid.pop(), captions)
    elif "sign" in classes:
        yield Blanks([_text(label) for label in table.iter("p")])
    elif table.xpath("./tr/td[contains(@class, 'station')]"):
        yield Stations([_station(cell) for cell in table.xpath("./tr/td[p]")])
    elif classes & {"people", "facts"}:
        yield from _facts(table, (classes & {"people", "facts"}).pop(), captions)
    else:
        for cell in table.xpath("./tr/td"):
            yield from _parts(cell, captions)


def _facts(table: Any, look: str, captions: Mapping[str, str]) -> Iterator[Part]:
    """Terms of a table. A cell with nothing but a term has its lines in the next one."""
    term: tuple[str, list[Words]] | None = None
    for cell in table.xpath("./tr/td"):
        for part in _parts(cell, captions):
            if isinstance(part, Facts):
                yield Facts(look, part.rows)
                term = part.rows[-1]
            elif isinstance(part, Words) and term is not None:
                term[1].append(part)
            else:
                yield part


def _grid(table: Any, look: str, captions: Mapping[str, str]) -> Grid:
    heads = [] if look == "sums" else table.xpath("(.//tr)[1]/*")
    rows = table.xpath(".//tr")[1 if heads else 0 :]
    return Grid(
        look=look,
        caption=captions[look],
        named=_GRIDS[look],
        head=[_cell(cell) for cell in heads],
        rows=[[_cell(cell) for cell in row] for row in rows],
    )


def _cell(cell: Any) -> Cell:
    classes = _classes(cell)
    lines = list(_paragraphs(cell)) if cell.find("p") is not None else [Words(_text(cell))]
    look = "total" if "total" in classes else "rule" if "line" in classes else ""
    return Cell([line for line in lines if line.text], "num" in classes, look)


def _station(cell: Any) -> tuple[str, str, str]:
    name, words = cell.findall("p")
    state = "next" if "station-next" in _classes(name) else "done"
    return "now" if "station-now" in _classes(words) else state, _text(name), _text(words)


def _paragraph(element: Any) -> Words | Heading | None:
    """None for one without words."""
    text = _text(element)
    if not text:
        return None
    if element.get("data-role") == "H2":
        return Heading(text)
    looks = [_LOOKS[name] for name in sorted(_classes(element)) if name in _LOOKS]
    return Words(text, looks[0] if looks else "")


def _paragraphs(element: Any) -> Iterator[Words]:
    for child in element.findall("p"):
        words = _paragraph(child)
        if isinstance(words, Words):
            yield words


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Facts of one look that follow each other as one list."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, Facts) and isinstance(last, Facts) and part.look == last.look:
            last.rows.extend(part.rows)
        else:
            joined.append(part)
    return joined


def _classes(element: Any) -> set[str]:
    return set((element.get("class") or "").split())


def _text(element: Any) -> str:
    """The words of an element, with plain spaces for the white space of the markup."""
    written = _BLANK.sub(" ", "".join(element.itertext())).strip(" ")
    return _FILLED.sub(NBSP, written)
