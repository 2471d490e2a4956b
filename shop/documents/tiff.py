"""The pages of a TIFF, as office copiers make them: black and white (G3, G4) or in colour.

A facsimile has other resolutions across and down: its page is shown with square pixels.
"""

import warnings
from io import BytesIO

from PIL import Image, UnidentifiedImageError

#: Of one page: 600 dots per inch over an A4 page, and a little more.
PIXELS_MAX = 40_000_000
#: The ratio of two resolutions of one page; others are mistakes of the file.
_SKEWED = (0.25, 4.0)


def is_tiff(data: bytes) -> bool:
    return data.startswith((b"II*\0", b"MM\0*"))


def tiff_page_count(data: bytes) -> int:
    """How many pages a TIFF has; 0 if it cannot be opened."""
    try:
        with _opened(data) as opened:
            return int(getattr(opened, "n_frames", 1))
    except _BROKEN:
        return 0


def tiff_page(data: bytes, page: int) -> Image.Image:
    """One page of a TIFF (from 1), as it lies. Raises OSError, ValueError or SyntaxError for a
    damaged one, and Image.DecompressionBombError beyond `PIXELS_MAX`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about metadata of no importance here
        opened = _opened(data)
        try:
            opened.seek(page - 1)
        except EOFError as past:
            raise ValueError("no such page") from past
        if opened.width * opened.height > PIXELS_MAX:
            raise Image.DecompressionBombError("too many pixels")
        opened.load()
        return _square(opened.copy(), opened.info.get("dpi"))


def _opened(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Image.open(BytesIO(data), formats=("TIFF",))


def _square(shown: Image.Image, dpi: tuple[float, float] | None) -> Image.Image:
    """The page with square pixels: lines of low resolution are drawn higher."""
    across, down = (float(one) for one in dpi or (1, 1))
    if not across or not down or across == down:
        return shown
    ratio = across / down
    height = round(shown.height * ratio)
    if not _SKEWED[0] <= ratio <= _SKEWED[1] or shown.width * height > PIXELS_MAX:
        return shown
    return shown.convert("L").resize((shown.width, height))


_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError, TypeError, EOFError)
