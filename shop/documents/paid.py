"""The copy of a paid invoice: a leaf that names the payments, then the pages of the invoice itself,
each marked as a copy. It carries no electronic form, so that no program books it a second time.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

from pikepdf import Name, Object, Pdf
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from shop.documents.archive import archive, drop_idle_fonts
from shop.documents.glyphs import FONTS
from shop.documents.layout import page
from shop.documents.pdf import merge, printed

PAID_COPY = "paid_copy"
_NAME = Name.PaidMark
_FONT, _SIZE = "PaperMark", 8.5
_GREEN = (0x1C / 255, 0x6A / 255, 0x42 / 255)
#: From the upper edge of a page: between the band and the text of the documents.
_DOWN = 9.2 * mm
_MARGIN = 18 * mm


def paid_copy(
    invoice: bytes, content: Mapping[str, Any], *, mark: str, on: date, language: str
) -> bytes:
    """The copy of an invoice. `content` is that of the invoice with `receipts` and `received`;
    `mark` stands on each of its pages. The same payments give the same bytes.
    """
    leaf = page(PAID_COPY, content, language=language)
    facts: dict[str, Any] = {"title": leaf.title, "on": on, "language": language}
    number = content["number"]
    first = archive(printed(leaf.html), author=leaf.author, **facts)
    return merge(
        [first, marked(invoice, mark)],
        labels=[leaf.title, number],
        **facts,
    )


def marked(document: bytes, mark: str) -> bytes:
    """A document of the shop with words at the top of each page."""
    out = BytesIO()
    with Pdf.open(BytesIO(document)) as pdf:
        sizes = [tuple(float(side) for side in sheet.mediabox)[2:] for sheet in pdf.pages]
        marks = {size: _form(pdf, mark, *size) for size in sizes}
        for sheet, size in zip(pdf.pages, sizes, strict=True):
            # a name of our own: the library would draw one, and no two files would be the same
            sheet.add_resource(marks[size], Name.XObject, _NAME)
            sheet.contents_add(b"q\n", prepend=True)
            sheet.contents_add(b"\nQ q %s Do Q\n" % str(_NAME).encode())
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _form(pdf: Pdf, mark: str, width: float, height: float) -> Object:
    """The mark as a drawing of the file, for pages of that size."""
    with Pdf.open(BytesIO(_drawn(mark, width, height))) as words:
        drop_idle_fonts(words)
        return pdf.copy_foreign(words.pages[0].as_form_xobject())


@cache
def _font() -> str:
    pdfmetrics.registerFont(TTFont(_FONT, str(FONTS / "SourceSans3_600SemiBold.ttf")))
    return _FONT


@cache
def _drawn(mark: str, width: float, height: float) -> bytes:
    """An empty page of that size with the mark."""
    out = BytesIO()
    canvas = Canvas(out, (width, height), invariant=1, initialFontName=_font())
    canvas.setFillColorRGB(*_GREEN)
    canvas.setFont(_font(), _SIZE)
    canvas.drawRightString(width - _MARGIN, height - _DOWN, mark)
    canvas.save()
    return out.getvalue()
