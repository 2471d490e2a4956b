"""The tags of HTML tables that the documents need otherwise than xhtml2pdf has them."""

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus.tables import TableStyle
from xhtml2pdf.tables import PmlTable, pisaTagTABLE, pisaTagTD, pisaTagTR
from xhtml2pdf.tags import pisaTagIMG, pisaTagP

from shop.documents.direct import LONG_CELL, DrawnRow, Known, note
from shop.documents.line_rows import LineRow
from shop.documents.line_table import CarriedStyle, LineTable
from shop.documents.structure import Heading

_MUTED = (0x54 / 255, 0x60 / 255, 0x6D / 255)
_RULE = (0xDA / 255, 0xD8 / 255, 0xCF / 255)
#: The names under which xhtml2pdf registers the families of style.css.
FONT, STRONG = "paper_00", "papersemi_00"


class Table(pisaTagTABLE):
    """A table. The one of a document's lines (`class="lines"`) becomes a `LineTable`.

    Its attributes `data-to-carry` and `data-brought` are the words beside a sum that is carried
    forward, and `data-sum` of a row is the sum with this row.
    """

    tableData: Any

    def start(self, c: Any) -> None:
        super().start(c)
        if self.node.getAttribute("class") == "lines":
            c.tableData.known, c.tableData.sums = Known(), []

    def end(self, c: Any) -> None:
        if self.node.getAttribute("class") != "lines":
            super().end(c)
            return
        data = c.tableData
        heading, *rows = _rows(data)
        style = CarriedStyle(
            to_carry=self.node.getAttribute("data-to-carry"),
            brought=self.node.getAttribute("data-brought"),
            font=FONT,
            strong=STRONG,
            colour=_MUTED,
            rule=_RULE,
            amounts=data.colw[-1] - 4 * mm,
        )
        sums = [line for line in getattr(data, "sums", []) if line]
        c.addStory(LineTable(heading, rows, sums, style))
        c.clearFrag()
        c.tableData, self.tableData = self.tableData, None


def _rows(data: Any) -> list[Any]:
    """Each row as a flowable of its own: one that is drawn directly, or a table with its styles."""
    styles: list[list[Any]] = [[] for _row in data.data]
    for name, (left, first), (right, _last), *how in data.styles:
        if first == 0 and left == 0 and right == -1 and _last == -1:
            continue  # of the whole table: paddings, which each cell has itself
        styles[first].append((name, (left, 0), (right, 0), *how))
    return [_row(data, cells, how) for cells, how in zip(data.data, styles, strict=True)]


def _row(data: Any, cells: Any, how: list[Any]) -> Any:
    if isinstance(cells, DrawnRow):
        return LineRow(cells.look, data.colw, cells.cells)
    return PmlTable(
        [cells],
        colWidths=list(data.colw),
        rowHeights=[None],
        splitByRow=1,
        vAlign="TOP",
        style=TableStyle(how),
    )


class Cell(pisaTagTD):
    """A cell that holds its paragraphs as they are: a fifth faster than shrink-to-fit frames.

    Very long text keeps its frame, which can be cut at the foot of a page.
    """

    def start(self, c: Any) -> None:
        before = len(c.tableData.styles)
        super().start(c)
        note(self.node, c, before)

    def end(self, c: Any) -> None:
        c.addPara()
        long = sum(len(getattr(part, "text", "")) for part in c.story) > LONG_CELL
        if long or c.frag.insideStaticFrame or any(isinstance(p, PmlTable) for p in c.story):
            super().end(c)
            return
        cell = c.story
        c.swapStory(self.story)
        c.tableData.add_cell(Heading(cell) if self.node.tagName == "th" else cell)


class Row(pisaTagTR):
    """A row that notes the sum that it brings the table to (`data-sum`)."""

    def start(self, c: Any) -> None:
        before = len(c.tableData.styles)
        super().start(c)
        note(self.node, c, before)
        c.tableData.__dict__.setdefault("sums", []).append(self.node.getAttribute("data-sum"))


class Text(pisaTagP):
    """A paragraph; `data-role` says what it is in the structure of the document."""

    def start(self, c: Any) -> None:
        super().start(c)
        c.frag.role = self.node.getAttribute("data-role") or "P"


class Title(pisaTagP):
    """A heading of HTML: H1, H2."""

    def start(self, c: Any) -> None:
        super().start(c)
        c.frag.role = self.node.tagName.upper()


class Picture(pisaTagIMG):
    """A picture with its alternative text; one without is an artifact."""

    def start(self, c: Any) -> None:
        c.frag.alternative = self.node.getAttribute("alt")
        super().start(c)
