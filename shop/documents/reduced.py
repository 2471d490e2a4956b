"""A reduced copy of a scan: what travels by e-mail when the file received is too large for it.

    python -m shop.documents.reduced application/pdf 4000000 BC-1 2026-11-27 fr < file

A program that writes the copy, and nothing for a file that it cannot read. The file received is
kept as it is. Its copy is made of pictures of its pages, coarser and coarser until it is small
enough; paying services and their servers refuse attachments of several megabytes.
"""

import sys
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from shop.documents.apart import stay_within

#: Seconds of processor time for a copy; the shop waits as long.
TIME = 40
#: Bytes of a page that are not its picture.
_PAGE = 1_000
#: After so many pages a fineness is given up that would give a copy half as large again as allowed.
_SAMPLE = 4


@dataclass(frozen=True, slots=True)
class _Fineness:
    """`width` in pixels of an A4 page; `quality` of the JPEG; whether colours are left out."""

    width: int
    quality: int
    grey: bool = False


#: 200, 150, 110 dots per inch in colour, then 150, 110, 85 and 65 in grey: the last is still read.
_STEPS = (
    _Fineness(1_654, 75),
    _Fineness(1_240, 60),
    _Fineness(910, 50),
    _Fineness(1_240, 40, grey=True),
    _Fineness(910, 35, grey=True),
    _Fineness(700, 30, grey=True),
    _Fineness(540, 25, grey=True),
)


def reduced(pdf: bytes, *, most: int) -> bytes:
    """The PDF itself if it has at most `most` bytes, else the finest copy that has; the coarsest
    where none has. Raises UnreadablePart.
    """
    if len(pdf) <= most:
        return pdf
    for step in _STEPS:
        pages = _pages(pdf, step, most=None if step is _STEPS[-1] else most)
        if pages is not None:
            copy = _joined(pages)
            if len(copy) <= most or step is _STEPS[-1]:
                return min(copy, pdf, key=len)
    raise AssertionError("the last step always gives a copy")


def _pages(pdf: bytes, step: _Fineness, *, most: int | None) -> list[bytes] | None:
    """The pages drawn in that fineness; None as soon as they are too large together."""
    from pikepdf import Name

    from shop.documents.parts import UnreadablePart, picture_page
    from shop.documents.scans import PageNotDrawn, draw_page, page_count

    count = page_count(pdf)
    if not count:
        raise UnreadablePart("it cannot be drawn")
    pages, total = [], 0
    for page in range(1, count + 1):
        try:
            drawn = draw_page(pdf, page, width=step.width)
        except PageNotDrawn as broken:
            raise UnreadablePart(str(broken)) from broken
        picture = BytesIO()
        drawn.convert("L" if step.grey else "RGB").save(picture, "JPEG", quality=step.quality)
        colours = Name.DeviceGray if step.grey else Name.DeviceRGB
        pages.append(picture_page(picture.getvalue(), drawn.width, drawn.height, colours=colours))
        total += len(picture.getvalue()) + _PAGE
        likely = total * count / page if page >= _SAMPLE else total
        if most is not None and (total > most or likely > 1.5 * most):
            return None
    return pages


def _joined(pages: list[bytes]) -> bytes:
    from pikepdf import Pdf

    from shop.documents.archive import PRODUCER, written
    from shop.documents.parts import UNDATED

    with Pdf.new() as whole:
        for page in pages:
            with Pdf.open(BytesIO(page)) as one:
                whole.pages.extend(one.pages)
        return written(whole, title="Scan", author=PRODUCER, on=UNDATED, language="fr")


def main(media_type: str, most: str, title: str, on: str, language: str) -> None:
    from shop.documents.parts import UnreadablePart, as_pdf, merge

    stay_within(TIME)
    day = date.fromisoformat(on)
    try:
        whole = as_pdf(sys.stdin.buffer.read(), media_type, title=title, on=day, language=language)
        copy = reduced(merge([whole], title=title, on=day, language=language), most=int(most))
    except UnreadablePart:
        sys.exit(1)
    sys.stdout.buffer.write(copy)


if __name__ == "__main__":
    main(*sys.argv[1:])
