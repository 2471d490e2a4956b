"""The table of a document's lines, laid out page by page with what follows it.

Totals, payment, order form or signature stay on one page with at least two lines (one when there
is only one): no page carries them alone. Each page repeats the heading of the columns. Where a
document has prices, a page that is not the last ends with the sum carried forward (« À reporter »),
and the next one begins with it (« Report »).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable
from reportlab.platypus.doctemplate import FrameBreak

#: Lines that stay with what follows the table.
STAY = 2
_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class CarriedStyle:
    """How sums carried forward are written: words, fonts, colours."""

    to_carry: str
    brought: str
    font: str
    strong: str
    colour: tuple[float, float, float]
    rule: tuple[float, float, float]
    #: The width of the column of amounts, without its padding.
    amounts: float


class CarriedSum(Flowable):
    """« À reporter 1 255,52 € »: a row of the height of a line."""

    HEIGHT = 6.2 * mm
    _SIZE, _BASE, _RULE = 8.6, 1.9 * mm, 0.5

    def __init__(self, words: str, amount: str, style: CarriedStyle) -> None:
        super().__init__()
        self.words, self.amount, self.style = words, amount, style

    def wrap(self, aW: float, _aH: float) -> tuple[float, float]:
        self.width, self.height = aW, self.HEIGHT
        return aW, self.height

    def draw(self) -> None:
        canvas, end = self.canv, self.width - 2 * mm
        canvas.setFillColorRGB(*self.style.colour)
        canvas.setFont(self.style.font, self._SIZE)
        canvas.drawRightString(end - self.style.amounts - 4 * mm, self._BASE, self.words)
        canvas.setFont(self.style.strong, self._SIZE)
        canvas.drawRightString(end, self._BASE, self.amount)
        canvas.setStrokeColorRGB(*self.style.rule)
        canvas.setLineWidth(self._RULE)
        canvas.line(0, 0, self.width, 0)


class Stack(Flowable):
    """Flowables that were measured, one below the other, on one page."""

    def __init__(self, parts: Sequence[tuple[Flowable, float]]) -> None:
        super().__init__()
        self.parts = parts

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """What exceeds the page by less than the tolerance fits: the frame knows no tolerance."""
        self.width, self.height = aW, sum(height for _part, height in self.parts)
        if aH < self.height <= aH + _TOLERANCE:
            self.height = aH
        return aW, self.height

    def draw(self) -> None:
        top = self.height
        for part, height in self.parts:
            part.drawOn(self.canv, 0, top - part.getSpaceBefore() - part.height)
            top -= height


class LineTable(Flowable):
    """A heading, a row for each line, and `tail`: all flowables that follow the table.

    `sums` are the running sums of the rows as they are printed, none on a document without prices.
    """

    def __init__(
        self,
        heading: Flowable,
        rows: Sequence[Flowable],
        sums: Sequence[str],
        style: CarriedStyle,
        *,
        tail: Sequence[Flowable] = (),
        brought: str = "",
    ) -> None:
        super().__init__()
        self.heading, self.rows, self.sums, self.style = heading, list(rows), list(sums), style
        self.tail, self.brought = list(tail), brought

    def wrap(self, aW: float, _aH: float) -> tuple[float, float]:
        """More than any page: the table is always laid out by `split()`."""
        return aW, 0xFFFFFF

    def split(self, aW: float, aH: float) -> list[Flowable]:
        """The part for this page, then a page break and the rest."""
        self.width = aW
        start = self._start(aW)
        heights = [self._height(row, aW) for row in self.rows]
        tail = [(part, self._height(part, aW)) for part in self.tail]
        room = aH - sum(height for _part, height in start) + _TOLERANCE
        rows = list(zip(self.rows, heights, strict=True))
        if sum(heights) + sum(height for _part, height in tail) <= room:
            return [Stack([*start, *rows, *tail])]
        at_top = bool(getattr(self._frame, "_atTop", False))
        count = self._fitting(heights, room)
        stay = min(STAY, len(rows))
        if count > len(rows) - stay:
            count = len(rows) - stay
        if count > 0:
            return self._cut([*start, *rows[:count]], self.rows[count:], count)
        if not at_top:
            return [FrameBreak(), self]
        return self._oversized(start, rows, room, aW)

    def _start(self, width: float) -> list[tuple[Flowable, float]]:
        parts = [self.heading]
        if self.brought:
            parts.append(CarriedSum(self.style.brought, self.brought, self.style))
        return [(part, self._height(part, width)) for part in parts]

    def _height(self, part: Flowable, width: float) -> float:
        """The height of a part with the space around it, measured once."""
        known: float | None = getattr(part, "measured_height", None)
        if known is None:
            _width, part.height = part.wrapOn(self.canv, width, 0xFFFFFF)
            known = part.getSpaceBefore() + part.height + part.getSpaceAfter()
            part.measured_height = known
        return known

    def _fitting(self, heights: Sequence[float], room: float) -> int:
        """How many rows fit above the sum that is carried forward."""
        left = room - (CarriedSum.HEIGHT if self.sums else 0)
        for count, height in enumerate(heights):
            left -= height
            if left < 0:
                return count
        return len(heights)

    def _cut(
        self, shown: list[tuple[Flowable, float]], rest: Sequence[Flowable], count: int
    ) -> list[Flowable]:
        """This page's part, and the table of the rows that are left."""
        brought = self.sums[count - 1] if self.sums and count else self.brought
        if brought:
            carried = CarriedSum(self.style.to_carry, brought, self.style)
            shown = [*shown, (carried, self._height(carried, self.width))]
        following = LineTable(
            self.heading,
            rest,
            self.sums[count:],
            self.style,
            tail=self.tail,
            brought=brought,
        )
        return [Stack(shown), FrameBreak(), following]

    def _oversized(
        self,
        start: list[tuple[Flowable, float]],
        rows: list[tuple[Flowable, float]],
        room: float,
        width: float,
    ) -> list[Flowable]:
        """Rows that do not fit on an empty page with what stays with them: the first is cut where
        the page ends, or stands without the second one, or without the tail.
        """
        left = room - (CarriedSum.HEIGHT if self.sums else 0)
        row, height = rows[0]
        if height <= left and len(rows) > 1:
            return self._cut([*start, rows[0]], self.rows[1:], 1)
        if height <= left:
            return [Stack([*start, *rows]), *self.tail]
        top, *rest = _cut_row(row, width, left)
        if not rest:
            return [Stack([*start, (row, height)]), *self._after(1)]
        shown = [*start, (top, self._height(top, width))]
        # the amount of a row that is cut is carried with its last part
        return self._cut(shown, [*rest, *self.rows[1:]], 0)

    def _after(self, count: int) -> list[Flowable]:
        """What follows the first rows, without a page break."""
        if count == len(self.rows):
            return list(self.tail)
        return [
            LineTable(
                self.heading,
                self.rows[count:],
                self.sums[count:],
                self.style,
                tail=self.tail,
                brought=self.sums[count - 1] if self.sums else "",
            )
        ]


def _cut_row(row: Any, width: float, height: float) -> list[Flowable]:
    """A row in what fits the height and the rest."""
    parts: list[Flowable] = row._splitInsideRow(width, height)
    return parts or [row]
