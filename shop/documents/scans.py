"""Scans rendered as pictures, so that any browser shows them beside the form, on a phone too."""

import math
import threading
from io import BytesIO

import pypdfium2
from PIL import Image

from shop.documents.tiff import is_tiff, tiff_page, tiff_page_count

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
    """How many pages of a PDF or TIFF can be shown; 0 if it cannot be opened."""
    if is_tiff(data):
        return tiff_page_count(data)
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
    """One page of a PDF or TIFF (from 1) as a PNG of `width` pixels, less if it is very high.

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
    """One page of a PDF or TIFF (from 1). Raises PageNotDrawn, MemoryError."""
    if is_tiff(data):
        return _tiff_page(data, page, width)
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


def _tiff_page(data: bytes, page: int, width: int) -> Image.Image:
    """Raises PageNotDrawn, MemoryError."""
    try:
        drawn = tiff_page(data, page)
        shown = drawn.convert("L" if drawn.mode in ("1", "L") else "RGB")
        scale = min(1.0, _scale(shown.width, shown.height, width))
        size = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
        return shown.resize(size)
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError, LookupError) as fault:
        raise PageNotDrawn(str(fault)) from fault


def _scale(across: float, down: float, width: int) -> float:
    """Pixels per point, so that the picture of the page stays within bounds.

    `across` and `down` are in points, as the uploaded file states them.
    """
    across, down = max(1.0, across), max(1.0, down)
    whole = math.sqrt(_PIXELS_MAX / across / down)
    return min(width / across, _STEEPEST * width / down, whole)
