"""A program for one stranger's file: opens it as the shop would, and answers a word.

    python -m shop.documents.trial application/pdf < file

It runs apart (apart.py).
"""

import sys
from io import BytesIO

from shop.core.media import PDF
from shop.documents.apart import stay_within

GOOD, LOCKED, LONG, BROKEN, HEAVY = "good", "locked", "long", "broken", "heavy"
#: Seconds of processor time; the shop waits as long.
TIME = 20
PAGES_MAX = 300


def verdict(data: bytes, media_type: str) -> str:
    """The result for the file: GOOD if it can be shown and added to the file of an invoice."""
    from shop.documents.parts import TooLargePart, TooLongPart, UnreadablePart, as_pdf

    try:
        if media_type == PDF:
            return _pdf(data)
        as_pdf(data, media_type, pages=PAGES_MAX)
    except TooLongPart:
        return LONG
    except (TooLargePart, MemoryError):
        return HEAVY
    except UnreadablePart:
        return BROKEN
    return GOOD


def _pdf(data: bytes) -> str:
    import pikepdf

    from shop.documents.parts import merge
    from shop.documents.scans import MOST_PAGES, PageNotDrawn, draw_page, page_count

    try:
        with pikepdf.Pdf.open(BytesIO(data)) as pdf:
            # One that is locked against changes only opens without a password, and is accepted.
            if not pdf.pages:
                return BROKEN
            if len(pdf.pages) > PAGES_MAX:
                return LONG
        shown = page_count(data)
        for page in range(1, min(shown, MOST_PAGES) + 1):
            draw_page(data, page)
    except pikepdf.PasswordError:
        return LOCKED
    except (pikepdf.PdfError, PageNotDrawn):
        return BROKEN
    if not shown:
        return BROKEN
    merge([data], title="")
    return GOOD


def main(media_type: str) -> None:
    stay_within(TIME)
    sys.stdout.write(verdict(sys.stdin.buffer.read(), media_type))


if __name__ == "__main__":
    main(sys.argv[1])
