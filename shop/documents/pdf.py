"""Documents as PDF. The same content in the same language always gives the same bytes.

`render(kind, content, language=…)` makes a quote, a delivery note, an invoice or a credit note from
frozen content (whole cents, ten-thousandths, basis points, ISO dates), outside any request. The
result is completed into PDF/A-3a; shop/documents/validation.py checks it. `merge` and
`image_to_pdf` make the file for a paying service from such documents and the buyer's scan.

Only this module, tags.py, direct.py, paragraphs.py and reused.py import xhtml2pdf. It renders one
document at a time in a process (the library needs a lock): long documents are rendered by a worker
process, not in a web thread.
"""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import xhtml2pdf.context
import xhtml2pdf.document
import xhtml2pdf.parser
import xhtml2pdf.xhtml2pdf_reportlab
from reportlab.lib.units import mm
from reportlab.platypus import Flowable
from xhtml2pdf import pisa
from xhtml2pdf.config.resources import ResourceAccessPolicy
from xhtml2pdf.xhtml2pdf_reportlab import PmlBaseDoc

from shop.documents import layout as pdf_words
from shop.documents.archive import archive
from shop.documents.direct import visit
from shop.documents.glyphs import FONTS
from shop.documents.line_table import LineTable
from shop.documents.paragraphs import Paragraph
from shop.documents.parts import image_to_pdf, merge
from shop.documents.reused import Reader, drawing, parsed_sheet, style_key, styles_of
from shop.documents.structure import TREE, Element, describe, with_structure
from shop.documents.tags import Cell, Picture, Row, Table, Text, Title
from shop.einvoicing.facturx import compose

__all__ = ["KINDS", "image_to_pdf", "merge", "printed", "render"]

log = logging.getLogger(__name__)

KINDS = (
    "quote",
    "order_form",
    "delivery_note",
    "contrary_note",
    "invoice",
    "credit_note",
    "reversal",
)
#: Kinds that are printed on somebody else's letterhead: without the band of the shop.
_PLAIN = frozenset({"order_form"})
#: Kinds that may have an electronic form.
_ELECTRONIC = frozenset({"invoice", "credit_note"})

_INK = (0x14 / 255, 0x28 / 255, 0x3F / 255)
_LAMP = (0xE8 / 255, 0x91 / 255, 0x2D / 255)
_MUTED = (0x54 / 255, 0x60 / 255, 0x6D / 255)
#: The name under which xhtml2pdf registers the family "Paper" of style.css.
_FONT = "paper_00"
_MARGIN = 18 * mm
_FOOT = 8.7 * mm
#: Whether the pages that are drawn now have the band of the shop at their top.
_HAS_BAND: ContextVar[bool] = ContextVar("has_band", default=True)


def render(kind: str, content: dict[str, Any], *, language: str) -> bytes:
    """Render one document as PDF/A-3a, invoices and credit notes with their electronic form; the
    PDF is not validated here (see validation.py). Raises ValueError for an unknown kind, jinja2's
    UndefinedError when the content lacks a field, and NotComposed for an invoice whose electronic
    form breaks rules.
    """
    if kind not in KINDS:
        raise ValueError(f"no paper of kind {kind!r}")
    xml = compose(content, pdf_words.sentences(language)) if kind in _ELECTRONIC else None
    page = pdf_words.page(kind, content, language=language)
    return archive(
        _printed(page.html, has_band=kind not in _PLAIN),
        title=page.title,
        author=page.author,
        on=page.issued_on,
        language=language,
        xml=xml,
    )


def printed(html: str) -> bytes:
    """A page of the shop that is no document of a sale, as plain PDF for `archive()`."""
    return _printed(html)


def _printed(html: str, *, has_band: bool = True) -> bytes:
    """HTML to plain PDF whose streams are not compressed: `archive()` packs them once. Only the
    fonts' directory may be read, and nothing from a network.
    """
    out, tree = BytesIO(), Element("Document")
    TREE.set(tree)
    _HAS_BAND.set(has_band)
    with _uncollected():
        done = pisa.CreatePDF(
            BytesIO(html.encode()),  # a string above 100 kB would leave a temporary file open
            dest=out,
            path=str(FONTS / "paper.html"),
            encoding="utf-8",
            resource_policy=ResourceAccessPolicy.server(FONTS, allow_remote=False),
        )
    if done.err:
        raise RuntimeError(f"the paper could not be laid out: {done.log}")
    if done.warn:
        log.warning("a paper was laid out with warnings: %s", done.log)
    return with_structure(out.getvalue(), tree)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector: all parts of a document live until it is drawn, and looking
    at them again and again is a fifth of the time of a long one.
    """
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


class _Sheet(PmlBaseDoc):
    """The page template: the header band, and "Page x / y" in a single pass.

    Each page shows a form that is only filled at the end, when the number of pages is known: the
    document is laid out once (xhtml2pdf's own page count lays it out twice).
    """

    def build(self, flowables: list[Flowable], *args: Any, **kw: Any) -> None:
        """Lay the story out; what follows the table of lines stays with its last lines."""
        self.pageCompression = 0  # archive() packs each stream once
        describe(flowables, TREE.get())
        for position, part in enumerate(flowables):
            if isinstance(part, LineTable):
                part.tail = flowables[position + 1 :]
                del flowables[position + 1 :]
                break
        super().build(flowables, *args, **kw)

    def afterPage(self) -> None:
        canvas = self.canv
        width, height = canvas._pagesize
        band, rule = (5.2 * mm, 1.1 * mm) if self.page == 1 else (2.6 * mm, 0.8 * mm)
        canvas.saveState()
        if _HAS_BAND.get():
            canvas.setFillColorRGB(*_INK)
            canvas.rect(0, height - band, width, band, stroke=0, fill=1)
            canvas.setFillColorRGB(*_LAMP)
            canvas.rect(0, height - band - rule, width, rule, stroke=0, fill=1)
        canvas.translate(width - _MARGIN, _FOOT)
        canvas.doForm(_label(self.page))
        canvas.restoreState()
        canvas._code.insert(0, "/Artifact BMC")
        canvas._code.append("EMC")
        canvas.marks = -1
        super().afterPage()

    def _endBuild(self) -> None:
        canvas, total = self.canv, self.page
        for number in range(1, total + 1):
            canvas.beginForm(_label(number), -100, -4, 0, 12)
            canvas.setFillColorRGB(*_MUTED)
            canvas.setFont(_FONT, 8)
            canvas.drawRightString(0, 0, f"Page {number} / {total}")
            canvas.endForm()
        super()._endBuild()


def _label(number: int) -> str:
    return f"page-label-{number}"


# The library looks its tags and its document up by these names; the version is pinned, and an
# upgrade proves all papers again (docs/DECISIONS.md).
xhtml2pdf.document.PmlBaseDoc = _Sheet  # type: ignore[misc]
xhtml2pdf.context.PmlParagraph = Paragraph  # type: ignore[misc]
xhtml2pdf.parser.getCSSAttrCacheKey = style_key  # type: ignore[assignment]
xhtml2pdf.context.pisaContext._parseCSSSource = parsed_sheet  # type: ignore[assignment]
xhtml2pdf.parser.pisaLoop = visit
xhtml2pdf.parser.CSSCollect = styles_of
xhtml2pdf.parser.html5lib = SimpleNamespace(HTMLParser=Reader)
xhtml2pdf.xhtml2pdf_reportlab.svg2rlg = drawing
xhtml2pdf.parser.pisaTagTABLE = Table  # type: ignore[attr-defined,misc]
xhtml2pdf.parser.pisaTagTD = Cell  # type: ignore[attr-defined,misc]
xhtml2pdf.parser.pisaTagTH = Cell  # type: ignore[attr-defined,misc]
xhtml2pdf.parser.pisaTagP = Text  # type: ignore[attr-defined,misc]
xhtml2pdf.parser.pisaTagH1 = Title  # type: ignore[attr-defined,misc]
xhtml2pdf.parser.pisaTagH2 = Title  # type: ignore[attr-defined,misc]
xhtml2pdf.parser.pisaTagIMG = Picture  # type: ignore[attr-defined,misc]
xhtml2pdf.parser.pisaTagTR = Row  # type: ignore[attr-defined,misc]
