"""Rows of the table of lines, measured and drawn straight on the canvas.

The library makes a table of each row and a flowable of each cell, which is half the time of a long
paper. A row of plain words under a rule needs neither. Words that fit on one line are measured
here; what must be broken is broken by the paragraph of its style, so that all rows look alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase.pdfmetrics import getFont, stringWidth
from reportlab.platypus import Flowable

from shop.documents.paragraphs import SHARES, Paragraph, ascent_of, write_content
from shop.documents.structure import Element

#: The most characters of a cell: rows of longer ones are cut at the foot of a page, which the
#: library does.
LONGEST_CELL = 300
#: What the library leaves free at the end of a line, in points, and a little more.
_TIGHT = 0.05
#: Line caps of the library's tables, as the PDF numbers them.
_CAPS = {"butt": 0, "round": 1, "squared": 2}
_PADDINGS = {"LEFTPADDING": 0, "RIGHTPADDING": 1, "TOPPADDING": 2, "BOTTOMPADDING": 3}
#: Numbers whose text is kept: the places of words in a row.
_FIGURES = 8_192

Command = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RowLook:
    """The paddings of each cell (left, right, top, bottom), and the rule below the row: its
    weight, colour and cap; None without one.
    """

    cells: tuple[tuple[float, float, float, float], ...]
    rule: tuple[float, Any, int] | None


def look_of(row: Iterable[Command], cells: Sequence[Iterable[Command]]) -> RowLook | None:
    """The look of a row by the commands of the library's tables, each with what follows its
    places; None where it has more than paddings and one rule.
    """
    around = [0.0] * 4
    rules: list[Any] = []
    if not _pad(around, row, rules):
        return None
    paddings = []
    for commands in cells:
        own = list(around)
        if not _pad(own, commands, rules):
            return None
        paddings.append((own[0], own[1], own[2], own[3]))
    if not rules:
        return RowLook(tuple(paddings), None)
    if len(rules) != len(cells) or any(str(rule) != str(rules[0]) for rule in rules):
        return None
    weight, colour, cap = rules[0]
    return RowLook(tuple(paddings), (weight, colour, _CAPS[cap]))


def _pad(paddings: list[float], commands: Iterable[Command], rules: list[Any]) -> bool:
    """Apply the commands of a row or a cell; False for one that is not known here."""
    for name, how in commands:
        if name in _PADDINGS:
            paddings[_PADDINGS[name]] = how[0]
        elif name == "LINEBELOW" and len(how) == 3:
            rules.append(how)
        elif name != "VALIGN" or how[0] != "TOP":
            return False
    return True


class Words:
    """Words in the style of a paragraph, which `frags` and `text` describe to the structure."""

    __slots__ = ("element", "like", "lines", "text", "width")

    def __init__(self, like: Paragraph, text: str) -> None:
        self.like, self.text = like, text
        self.element: Element | None = None
        self.width = 0.0
        #: The free width before the words of each line, and these, once it is measured.
        self.lines: list[tuple[float, bytes]] = []

    @property
    def frags(self) -> list[Any]:
        return self.like.frags

    def measure(self, width: float) -> float:
        """Break the words into lines of that width. Gives their height."""
        self.width = width
        part, style = self.like.frags[0], self.like.style
        free = width - stringWidth(self.text, part.fontName, part.fontSize)
        if free > _TIGHT:
            lines = [(free, self.text.encode())]
        else:
            broken = self.like.with_words(self.text)
            broken.wrap(width, 0xFFFFFF)
            if broken.frags[0].fontSize != part.fontSize:  # a figure that is set smaller
                self.like = broken
            lines = [(left, b" ".join(words)) for left, words in broken.displayLines()]
        share = SHARES[style.alignment]
        self.lines = [(share * left, words) for left, words in lines]
        height: float = len(self.lines) * style.leading
        return height

    def draw(self, canvas: Any, x: float, top: float) -> None:
        """Draw the words below `top`, as content of their element: the operators that the
        library's text object would write one by one, each of them a call.
        """
        part = self.like.frags[0]
        font, leading = getFont(part.fontName), self.like.style.leading
        parts = [
            f"BT 1 0 0 1 {_figure(x)} {_figure(top - ascent_of(part))} Tm",
            _filled_with(part.textColor),
        ]
        subset_set = None
        for start, words in self.lines:
            if start:
                parts.append(f"{_figure(start)} 0 Td")
            for subset, shown in font.splitString(words, canvas._doc):
                if subset != subset_set:
                    name = font.getSubsetInternalName(subset, canvas._doc)
                    parts.append(f"{name} {_sized(part.fontSize, leading)}")
                    subset_set = subset
                parts.append(f"({canvas._escape(shown)}) Tj")
            parts.append("T*")
            if start:
                parts.append(f"{_figure(-start)} 0 Td")
        write_content(canvas, self.element, " ".join((*parts, "ET")))


@lru_cache(maxsize=_FIGURES)
def _figure(value: float) -> str:
    """A number as the library writes it: the same places come again on each page."""
    written: str = fp_str(value)
    return written


@cache
def _sized(size: float, leading: float) -> str:
    """The operators of a size and a leading."""
    return f"{fp_str(size)} Tf {fp_str(leading)} TL"


@cache
def _filled_with(colour: Color) -> str:
    """The operator of a colour that is opaque."""
    return f"{fp_str(colour.red, colour.green, colour.blue)} rg"


class LineRow(Flowable):
    """A row whose cells hold words."""

    def __init__(
        self, look: RowLook, widths: Sequence[float], cells: Sequence[list[Words]]
    ) -> None:
        super().__init__()
        self.look, self.widths, self.cells = look, widths, cells

    def wrap(self, aW: float, _aH: float) -> tuple[float, float]:
        self.width, self.height = aW, 0.0
        for cell, width, paddings in zip(self.cells, self.widths, self.look.cells, strict=True):
            left, right, top, bottom = paddings
            height = sum(words.measure(width - left - right) for words in cell)
            self.height = max(self.height, top + height + bottom)
        return self.width, self.height

    def draw(self) -> None:
        canvas, x = self.canv, 0.0
        if self.look.rule is not None:
            weight, colour, cap = self.look.rule
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(weight)
            canvas.setLineCap(cap)
            canvas.line(0, 0, sum(self.widths), 0)
        for cell, width, (left, _right, top, _bottom) in zip(
            self.cells, self.widths, self.look.cells, strict=True
        ):
            y = self.height - top
            for words in cell:
                words.draw(canvas, x + left, y)
                y -= len(words.lines) * words.like.style.leading
            x += width
