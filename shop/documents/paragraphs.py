"""Paragraphs of the documents: leading as the style sheet has it, figures whole, words broken as a
typesetter breaks them.

A word that is wider than its column is broken after one of its hyphens (or a slash, or the like).
Where there is none, letters are broken with a hyphen, and anything else, such as a reference,
without.
"""

import re
from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.pdfbase.pdfmetrics import getAscentDescent, stringWidth
from reportlab.platypus import Flowable
from xhtml2pdf.xhtml2pdf_reportlab import PmlParagraph

from shop.documents.structure import Element

#: Runs that may be separated: up to a space, up to a hyphen or another sign.
_SEGMENTS = re.compile(r"[^ \-\u2010/@._,;:]*(?:[ \-\u2010/@._,;:]+|$)")
#: The widest glyph of the fonts, in ems: shorter words are not measured.
_EM = 1.0
_HYPHEN = "-"
#: What the words of a part may carry, and the library leaves out where there is one part.
_DECORATIONS = ("cbDefn", "lineBreak", "underline", "strike", "link", "backColor", "rise")
#: The share of a line's free width that stands before its words; no paper justifies words.
SHARES = {TA_LEFT: 0.0, TA_JUSTIFY: 0.0, TA_CENTER: 0.5, TA_RIGHT: 1.0}
_WITHOUT_WORDS = {"text": "", "pageNumber": False, "pageCount": False}
_SPACINGS = ("letterSpacing", "wordSpacing")
#: The end of a line as it is drawn, which is read as a space.
_LINE_END = re.compile(r"(?<!\\)\) Tj T\*(?! ?ET)")
#: Words, with the end of their line; or a font: those of one file are numbered from 0.
_DRAWN = re.compile(r"(\((?:\\.|[^\\)])*\))( Tj T\*(?! ?ET))?|(/F\d+\+)(\d+) (\S+) Tf", re.DOTALL)


class Paragraph(PmlParagraph):
    """A paragraph that keeps the leading of the style sheet, unless it holds a picture.

    The library would spread lines to the tallest glyph of the font file.
    """

    frags: list[Any]
    width: float
    height: float
    #: The width for which the words were broken, and the size that this gave.
    _laid_out: tuple[float, tuple[float, float]] | None = None
    #: What it is in the structure of the document; None for an artifact.
    element: Element | None = None

    def _setup(self, text: Any, style: Any, bulletText: Any, frags: Any, cleaner: Any) -> None:
        super()._setup(text, style, bulletText, frags, cleaner)
        if text is not None:  # what is left of a cut paragraph has none
            self.frags = _joined(self.frags)

    @property
    def is_plain(self) -> bool:
        """Whether it is words of one style."""
        return len(self.frags) == 1 and _is_plain(self.frags[0])

    def with_words(self, text: str) -> "Paragraph":
        """A paragraph of other words in the same style, that is to be laid out."""
        made = copy(self)
        made._laid_out = None
        part = self.frags[0].clone()
        part.text = text
        made.text, made.frags = text, [part]
        return made

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
        """Cut the paragraph; the library cuts only what has several parts."""
        if self.is_plain:
            words = self.frags[0]
            self.frags = [words, words.clone(text="")]
            if self._laid_out is not None:
                size = self.width, self.height
                super(PmlParagraph, self).wrap(availWidth - self.deltaWidth, availHeight)
                self.width, self.height = size
        parts: list[Flowable] = super().split(availWidth, availHeight)
        for part in parts:
            part.element = self.element
        return parts

    def draw(self) -> None:
        """Draw the paragraph as content of its element."""
        as_content(self.canv, self.element, super().draw)

    def drawPara(self, debug: int = 0) -> None:
        """Draw words of one style, without what the library does for all that others may carry.

        It would set the first line of such words to the left, whatever their alignment.
        """
        style = self.style
        if self.blPara.kind or style.backColor or self.bulletText or style.firstLineIndent:
            super().drawPara(debug)
            return
        canvas, words = self.canv, self.blPara
        share = SHARES[style.alignment]
        canvas.setFillColor(words.textColor)  # the flowable's state is kept around draw()
        text = self.beginText(style.leftIndent, self.height - words.ascent)
        text.setFont(words.fontName, words.fontSize, style.leading)
        for free, line in self.displayLines():
            start = share * free
            if start:
                text.setXPos(start)
            text._textOut(b" ".join(line), TStar=1)
            if start:
                text.setXPos(-start)
        canvas.drawText(text)

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


def as_content(canvas: Any, element: Element | None, draw: Callable[[], None]) -> None:
    """Draw as content of an element, read in whole words; None is an artifact.

    A page is an artifact from its first operator to its last, with the contents cut out.
    """
    if element is None or element.is_read(canvas.getPageNumber() - 1):
        draw()
        return
    outside, canvas._code = canvas._code, []
    draw()
    drawn, canvas._code = "\n".join(canvas._code), outside
    write_content(canvas, element, drawn)


def write_content(canvas: Any, element: Element | None, drawn: str) -> None:
    """Write what was drawn as content of an element."""
    page = canvas.getPageNumber() - 1
    if element is None or element.is_read(page):
        canvas._code.append(drawn)
        return
    number = canvas.marks = getattr(canvas, "marks", -1) + 1
    canvas._code += (
        f"EMC /{element.kind} <</MCID {number}>> BDC",
        _spaced(drawn),
        "EMC /Artifact BMC",
    )
    element.marks.append((page, number))


def _spaced(drawn: str) -> str:
    """The same with a space at the end of each line, of the first font of its kind: it has one."""
    if drawn.count("+0 ") == drawn.count(" Tf"):
        return _LINE_END.sub(") Tj ( ) Tj T*", drawn)
    font = ("", "0", "")

    def put(found: re.Match[str]) -> str:
        nonlocal font
        words, end, name, number, size = found.groups()
        if name:
            font = (name, number, size)
        if not end:
            return found[0]
        name, number, size = font
        if number == "0":
            return f"{words} Tj ( ) Tj T*"
        return f"{words} Tj {name}0 {size} Tf ( ) Tj {name}{number} {size} Tf T*"

    return _DRAWN.sub(put, drawn)


@cache
def _ascent(font: str, size: float) -> float:
    ascent: float = getAscentDescent(font, size)[0]
    return ascent


def ascent_of(part: Any) -> float:
    """The height of the words of a part above their baseline, as the library places them."""
    return _ascent(part.fontName, part.fontSize)


def _joined(parts: list[Any]) -> list[Any]:
    """The parts as one, where they are plain words in the same style: the library lays out and
    draws one part in half the time of two, and adds an empty one to all paragraphs.
    """
    worded = [part for part in parts if not _is_plain(part) or part.text]
    if not worded or not _is_plain(worded[0]):
        return parts
    style = vars(worded[0]) | _WITHOUT_WORDS
    if any(vars(part) | _WITHOUT_WORDS != style for part in worded[1:]):
        return parts
    whole = copy(worded[0])
    whole.text = "".join(part.text for part in worded).rstrip(" ")
    return [whole]


def _is_plain(part: Any) -> bool:
    """Words without decoration, which the library draws with several parts only."""
    style = vars(part)
    return (
        isinstance(style.get("text"), str)
        and not any(style.get(name) for name in _DECORATIONS)
        and all(style.get(name, "normal") == "normal" for name in _SPACINGS)
    )


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
