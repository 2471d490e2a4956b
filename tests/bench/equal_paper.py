"""A paper drawn again in raw reportlab: the same words in the same fonts at the same places, with
the same rules, backgrounds and drawings, on as many pages.

`noted` looks on once while the shop draws the paper. `draw` is what is measured: a program that
knows each text, its column and its style, breaks the lines and draws them on a canvas.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from unittest.mock import patch

from reportlab.graphics import renderPDF
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import getFont, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from shop.documents.line_rows import Words
from shop.documents.paragraphs import Paragraph

_LABEL = (A4[0] - 18 * mm, 8.7 * mm)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: runs of (words, font, size, colour) in a column."""

    x: float
    top: float
    width: float
    leading: float
    right: bool
    runs: list[tuple[str, str, float, Any]]


@dataclass(slots=True)
class Noted:
    """What one page shows."""

    texts: list[Text] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float, Any]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float, float, Any]] = field(default_factory=list)
    drawings: list[tuple[float, float, Any]] = field(default_factory=list)


def noted(render: Callable[[], bytes]) -> list[Noted]:
    """The pages of a paper, noted while it is drawn."""
    pages: list[Noted] = []
    with _looking_on(pages):
        render()
    return pages


def draw(pages: list[Noted]) -> bytes:
    """The paper in raw reportlab."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    for number, page in enumerate(pages, start=1):
        for x, y, width, height, colour in page.boxes:
            canvas.setFillColor(colour)
            canvas.rect(x, y, width, height, stroke=0, fill=1)
        for x, y, to_x, to_y, weight, colour in page.rules:
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(weight)
            canvas.line(x, y, to_x, to_y)
        for x, y, drawing in page.drawings:
            renderPDF.draw(drawing, canvas, x, y)
        for text in page.texts:
            _write(canvas, text)
        _, font, _, colour = page.texts[0].runs[0]
        canvas.setFont(font, 8)
        canvas.setFillColor(colour)
        canvas.drawRightString(*_LABEL, f"Page {number} / {len(pages)}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _write(canvas: Canvas, text: Text) -> None:
    """Break a paragraph into lines, and draw them."""
    y = text.top - text.leading * 0.8
    for line in _lines(text):
        width = sum(size for _words, size, *_style in line)
        x = text.x + text.width - width if text.right else text.x
        for words, advance, font, size, colour in line:
            canvas.setFillColor(colour)
            canvas.setFont(font, size)
            canvas.drawString(x, y, words)
            x += advance
        y -= text.leading


def _lines(text: Text) -> Iterator[list[tuple[str, float, str, float, Any]]]:
    line: list[tuple[str, float, str, float, Any]] = []
    left = text.width
    for run, font, size, colour in text.runs:
        space, begun = stringWidth(" ", font, size), ""
        for word in run.split(" "):
            width = stringWidth(word, font, size)
            if width > left + 0.5 and (line or begun):
                if begun:
                    line.append((begun, stringWidth(begun, font, size), font, size, colour))
                yield line
                line, begun, left = [], "", text.width
            begun = f"{begun} {word}" if begun else word
            left -= width + space
        if begun:
            line.append((begun, stringWidth(begun, font, size), font, size, colour))
    if line:
        yield line


@contextmanager
def _looking_on(pages: list[Noted]) -> Iterator[None]:
    paragraph, rect, line = Paragraph.draw, Canvas.rect, Canvas.line
    row_words = Words.draw
    draw_right, picture = Canvas.drawRightString, renderPDF.draw

    def page(canvas: Canvas) -> Noted:
        while len(pages) < canvas.getPageNumber():
            pages.append(Noted())
        return pages[canvas.getPageNumber() - 1]

    def note_text(self: Paragraph) -> None:
        x, y = self.canv.absolutePosition(0, 0)
        runs = [
            (part.text, _own(part.fontName), part.fontSize, part.textColor)
            for part in self.frags
            if isinstance(part.text, str) and part.text.strip()
        ]
        if runs:
            style, top = self.style, y + self.height
            here = Text(x, top, self.width, style.leading, style.alignment == TA_RIGHT, runs)
            page(self.canv).texts.append(here)
        paragraph(self)

    def note_words(self: Words, canvas: Canvas, x: float, top: float) -> None:
        part, style = self.frags[0], self.like.style
        runs = [(self.text, _own(part.fontName), part.fontSize, part.textColor)]
        place, right = canvas.absolutePosition(x, top), style.alignment == TA_RIGHT
        page(canvas).texts.append(Text(*place, self.width, style.leading, right, runs))
        row_words(self, canvas, x, top)

    def note_sum(self: Canvas, x: float, y: float, words: str, **how: Any) -> None:
        if not words.startswith("Page "):
            x, y = self.absolutePosition(x, y)
            size, font = self._fontsize, _own(self._fontname)
            runs = [(words, font, size, self._fillColorObj)]
            page(self).texts.append(Text(x - 200, y + size, 200, size, True, runs))
        draw_right(self, x, y, words, **how)

    def note_box(self: Canvas, x: float, y: float, width: float, height: float, **how: Any) -> None:
        if how.get("fill"):
            place = self.absolutePosition(x, y)
            page(self).boxes.append((*place, width, height, self._fillColorObj))
        rect(self, x, y, width, height, **how)

    def note_rule(self: Canvas, x: float, y: float, to_x: float, to_y: float) -> None:
        ends = (*self.absolutePosition(x, y), *self.absolutePosition(to_x, to_y))
        page(self).rules.append((*ends, self._lineWidth, self._strokeColorObj))
        line(self, x, y, to_x, to_y)

    def note_picture(
        drawing: Any, canvas: Canvas, x: float, y: float, *how: Any, **more: Any
    ) -> None:
        page(canvas).drawings.append((*canvas.absolutePosition(x, y), drawing))
        picture(drawing, canvas, x, y, *how, **more)

    with (
        patch.object(Paragraph, "draw", note_text),
        patch.object(Words, "draw", note_words),
        patch.object(Canvas, "drawRightString", note_sum),
        patch.object(Canvas, "rect", note_box),
        patch.object(Canvas, "line", note_rule),
        patch.object(renderPDF, "draw", note_picture),
    ):
        yield


def _own(name: str) -> str:
    """The font under a name that the shop does not take away: once in a process."""
    own = f"equal {name}"
    try:
        getFont(own)
    except KeyError:
        registerFont(TTFont(own, getFont(name).face.filename))
    return own
