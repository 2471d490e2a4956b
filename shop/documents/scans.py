"""Scans rendered as pictures, so that any browser shows them beside the form, on a phone too."""

import math
import threading
from io import BytesIO

import pypdfium2
from PIL import Image

WIDTH = 1000
MOST_PAGES = 20
#: The maximum ratio of height to width of a page; a longer one (a till roll) is cut.
_STEEPEST = 4
_PIXELS_MAX = 12_000_000
#: pdfium renders in one thread at a time.
_drawing = threading.Lock()


class PageNotDrawn(ValueError):
    """The page cannot be rendered as a picture; the file can still be downloaded."""


def page_count(data: bytes) -> int:
    """How many pages of a PDF can be shown; 0 if it cannot be opened."""
    try:
        with _drawing:
            document = pypdfium2.PdfDocument(data)
            try:
                return len(document)
            finally:
                document.close()
    except (pypdfium2.PdfiumError, MemoryError):
        return 0


def page_picture(data: bytes, page: int, *, width: int = WIDTH) -> bytes | None:
    """One page of a PDF (from 1) as a PNG of `width` pixels, less if it is very high.

    None after the last page that is shown, and for a page that cannot be rendered.
    """
    if not 1 <= page <= min(page_count(data), MOST_PAGES):
        return None
    try:
        drawn = draw_page(data, page, width=width)
        picture = BytesIO()
        drawn.save(picture, "PNG")
    except (PageNotDrawn, MemoryError):
        return None
    return picture.getvalue()


def draw_page(data: bytes, page: int, *, width: int = WIDTH) -> Image.Image:
    """One page of a PDF (from 1). Raises PageNotDrawn, MemoryError."""
    try:
        with _drawing:
            document = pypdfium2.PdfDocument(data)
            try:
                sheet = document[page - 1]
                across, down = sheet.get_size()
                return sheet.render(scale=_scale(across, down, width)).to_pil().copy()
            finally:
                document.close()
    except (pypdfium2.PdfiumError, ValueError, IndexError, OverflowError) as fault:
        raise PageNotDrawn(str(fault)) from fault


def _scale(across: float, down: float, width: int) -> float:
    """Pixels per point, so that the picture of the page stays within bounds.

    `across` and `down` are in points, as the uploaded file states them.
    """
    across, down = max(1.0, across), max(1.0, down)
    whole = math.sqrt(_PIXELS_MAX / across / down)
    return min(width / across, _STEEPEST * width / down, whole)
