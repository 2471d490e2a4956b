"""Scans shown as pictures, so that any browser shows them beside the form, on a phone too."""

import threading
from io import BytesIO

import pypdfium2

WIDTH = 1000
MOST_PAGES = 20
#: pdfium draws for one thread at a time.
_drawing = threading.Lock()


def page_count(data: bytes) -> int:
    """How many pages a PDF has. Raises pypdfium2.PdfiumError if it cannot be opened."""
    with _drawing:
        document = pypdfium2.PdfDocument(data)
        try:
            return len(document)
        finally:
            document.close()


def page_picture(data: bytes, page: int, *, width: int = WIDTH) -> bytes | None:
    """One page of a PDF (from 1) as a PNG of `width` pixels; None beyond the last page."""
    with _drawing:
        document = pypdfium2.PdfDocument(data)
        try:
            if not 1 <= page <= min(len(document), MOST_PAGES):
                return None
            sheet = document[page - 1]
            drawn = sheet.render(scale=width / max(1.0, sheet.get_width())).to_pil()
        finally:
            document.close()
    picture = BytesIO()
    drawn.save(picture, "PNG")
    return picture.getvalue()
