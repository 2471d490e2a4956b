"""Paragraphs of the documents: leading as the style sheet has it, figures whole, words broken as a
typesetter breaks them.

A word that is wider than its column is broken after one of its hyphens (or a slash, or the like).
Where there is none, letters are broken with a hyphen, and anything else, such as a reference,
without.
"""

import re
from copy import copy
from typing import Any

from reportlab.lib.enums import TA_RIGHT
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable
from xhtml2pdf.xhtml2pdf_reportlab import PmlParagraph

from shop.documents.structure import Element

#: Runs that may be separated: up to a space, up to a hyphen or another sign.
_SEGMENTS = re.compile(r"[^ \-\u2010/@._,;:]*(?:[ \-\u2010/@._,;:]+|$)")
#: The widest glyph of the fonts, in ems: shorter words are not measured.
_EM = 1.0
_HYPHEN = "-"
#: The end of a line as it is drawn, which is read as a space.
_LINE_END = re.compile(r"(?<!\\)\) Tj T\*(?! ?ET)")


class Paragraph(PmlParagraph):
    """A paragraph that keeps the leading of the style sheet, unless it holds a picture.

    The library would spread lines to the tallest glyph of the font file.
    """

    frags: list[Any]
    #: The width for which the words were broken, and the size that this gave.
    _laid_out: tuple[float, tuple[float, float]] | None = None
    #: What it is in the structure of the document; None for an artifact.
    element: Element | None = None

    @property
    def autoLeading(self) -> str:
        return "max" if any(hasattr(part, "cbDefn") for part in self.frags) else "off"

    @autoLeading.setter
    def autoLeading(self, _asked: str) -> None:
        """Ignore the leading that the library asks for."""

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """A table asks again when it draws; only pictures depend on the height."""
        if self._laid_out is None:
            self._fit(availWidth - 0.01)
        elif self._laid_out[0] == availWidth and self.autoLeading == "off":
            return self._laid_out[1]
        size: tuple[float, float] = super().wrap(availWidth, availHeight)
        self._laid_out = availWidth, size
        return size

    def split(self, availWidth: float, availHeight: float) -> list[Flowable]:
        parts: list[Flowable] = super().split(availWidth, availHeight)
        for part in parts:
            part.element = self.element
        return parts

    def draw(self) -> None:
        """Draw the paragraph as content of its element, read in whole words.

        A page is an artifact from its first operator to its last, with the paragraphs cut out.
        """
        canvas, element = self.canv, self.element
        page = canvas.getPageNumber() - 1
        if element is None or element.is_read(page):
            super().draw()
            return
        outside, canvas._code = canvas._code, []
        super().draw()
        drawn, canvas._code = "\n".join(canvas._code), outside
        number = canvas.marks = getattr(canvas, "marks", -1) + 1
        canvas._code += (
            f"EMC /{element.kind} <</MCID {number}>> BDC",
            _LINE_END.sub(") Tj ( ) Tj T*", drawn),
            "EMC /Artifact BMC",
        )
        element.marks.append((page, number))

    def _fit(self, width: float) -> None:
        """Break the words that are wider than the line; a figure on the right is set smaller."""
        if width <= 0 or not any(_has_wide_word(part, width) for part in self.frags):
            return
        if self.style.alignment == TA_RIGHT and len(self.frags) == 1:
            figure = self.frags[0]
            whole = stringWidth(figure.text.strip(), figure.fontName, figure.fontSize)
            if " " not in figure.text.strip():
                # frags of several paragraphs may be one object
                self.frags = [copy(figure)]
                self.frags[0].fontSize = figure.fontSize * width / whole
                return
        self.frags = _broken(self.frags, width)


def _has_wide_word(part: Any, width: float) -> bool:
    text = getattr(part, "text", "")
    if hasattr(part, "cbDefn") or not isinstance(text, str):
        return False
    if len(text) * part.fontSize * _EM <= width:
        return False
    words = [word for word in text.split(" ") if len(word) * part.fontSize * _EM > width]
    return any(stringWidth(word, part.fontName, part.fontSize) > width for word in words)


def _broken(parts: list[Any], width: float) -> list[Any]:
    """The parts with a space at each place where a word continues on the next line."""
    done, left = [], width
    for part in parts:
        if hasattr(part, "cbDefn") or not isinstance(part.text, str):
            done.append(part)
            continue
        changed = copy(part)
        changed.text, left = _filled(part, left, width)
        done.append(changed)
    return done


def _filled(part: Any, left: float, width: float) -> tuple[str, float]:
    """The text of one part, with `left` points on its first line, and what is left on its last."""
    out: list[str] = []
    for segment in _SEGMENTS.findall(part.text):
        taken = _measure(part, segment.rstrip(" "))
        if taken > left and out and out[-1][-1:] not in ("", " "):
            out.append(" ")
        if taken > left:
            left = width
        while taken > left:
            head = _head(part, segment, left)
            out += (head, _HYPHEN if head[-1:].isalpha() and segment[len(head)].isalpha() else "")
            out.append(" ")
            segment = segment[len(head) :]
            taken = _measure(part, segment.rstrip(" "))
        out.append(segment)
        left -= _measure(part, segment)
    return "".join(out), left


def _head(part: Any, segment: str, width: float) -> str:
    """The longest start of a segment that fits with a hyphen: at least one character."""
    room = width - _measure(part, _HYPHEN)
    length = 1
    while length < len(segment) - 1 and _measure(part, segment[: length + 1]) <= room:
        length += 1
    return segment[:length]


def _measure(part: Any, text: str) -> float:
    size: float = stringWidth(text, part.fontName, part.fontSize)
    return size
