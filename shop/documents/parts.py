"""One file made of several: the invoice, the buyer's scan and the delivery notes.

A scan is not trusted. Pictures are re-encoded; of a PDF only the pages are taken, with their
annotations flattened, so that no script, form or attachment is sent with an invoice. A PDF that
cannot be merged is replaced by pictures of its pages.
"""

import warnings
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, Stream
from PIL import Image, ImageOps, UnidentifiedImageError

from shop.core.media import PDF, TIFF
from shop.documents.archive import PRODUCER, archive, without, written
from shop.documents.attached import attach
from shop.documents.scans import PageNotDrawn, draw_page, page_count
from shop.documents.tiff import PIXELS_MAX, tiff_page, tiff_page_count
from shop.documents.validation import validate

_A4 = (595.28, 841.89)  # points
_MARGIN = 28.35  # points: 10 mm
_SIDE_MAX = 2_480  # pixels: 300 dots an inch over the width of an A4 page
_DRAWN = 1_654  # pixels: 200 dots an inch over the width of an A4 page
UNDATED = date(2000, 1, 1)
#: What a library raises for an uploaded file that does not follow the standard: a dictionary where
#: a list should be, text in no encoding, a tree without an end.
_MISBUILT = (
    pikepdf.PikepdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    OSError,
)


class UnreadablePart(ValueError):
    """The bytes are not a picture or PDF that can be read: damaged, locked, or too large."""


class TooLargePart(UnreadablePart):
    """The picture has more pixels than any scan of a page."""


class TooLongPart(UnreadablePart):
    """The document has too many pages."""


def merge(
    parts: Sequence[bytes],
    *,
    title: str,
    on: date = UNDATED,
    language: str = "fr",
    labels: Sequence[str] = (),
    xml: bytes | None = None,
) -> bytes:
    """The pages of all parts in one PDF, with a bookmark for each of the `labels`. What the parts
    have attached is left out; `xml`, the electronic form of an invoice, is attached to the whole.

    The result is PDF/A-3u if every part allows it: documents of the shop and pictures do. A foreign
    PDF often does not (fonts not embedded, device colours): the file is then a plain PDF that does
    not claim conformance. Raises UnreadablePart for a part that is damaged or locked.
    """
    facts: dict[str, Any] = {"title": title, "author": PRODUCER, "on": on, "language": language}
    try:
        return _joined(parts, labels, facts, xml)
    except UnreadablePart:
        return _joined([_joinable(part) for part in parts], labels, facts, xml)


def _joined(
    parts: Sequence[bytes],
    labels: Sequence[str],
    facts: dict[str, Any],
    xml: bytes | None = None,
) -> bytes:
    try:
        with Pdf.new() as whole:
            firsts = []
            for part in parts:
                firsts.append(len(whole.pages))
                _append(whole, part)
            if xml is not None:
                attach(whole, xml, on=facts["on"])
            if labels:
                with whole.open_outline() as outline:
                    outline.root.extend(
                        OutlineItem(label, first)
                        for label, first in zip(labels, firsts, strict=True)
                    )
                whole.Root.PageMode = Name.UseOutlines
            merged = written(whole, **facts)
            if not validate(merged).conforms:
                merged = written(whole, **facts, claim=False)
        with Pdf.open(BytesIO(merged)) as again:
            if len(again.pages) < len(parts):
                raise UnreadablePart("pages were lost")
    except _MISBUILT as broken:
        raise UnreadablePart(str(broken)) from broken
    return merged


def _append(whole: Pdf, part: bytes) -> None:
    with Pdf.open(BytesIO(part)) as pdf:
        if not pdf.pages:
            raise UnreadablePart("no pages")
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("print")
        for sheet in pdf.pages:
            without(sheet.obj, "/AA", "/Annots", "/Trans", "/StructParents")
        whole.pages.extend(pdf.pages)


def _joinable(part: bytes) -> bytes:
    """The part itself if it can be merged, else pictures of its pages."""
    facts = {"title": "", "author": PRODUCER, "on": UNDATED, "language": "fr"}
    try:
        _joined([part], (), facts)
    except UnreadablePart as broken:
        if isinstance(broken.__cause__, pikepdf.PasswordError):
            raise
        return _joined(_pictures(part), (), facts)
    return part


def _pictures(part: bytes) -> list[bytes]:
    """Every page of a PDF rendered as a picture, in a new PDF."""
    count = page_count(part)
    if not count:
        raise UnreadablePart("it cannot be drawn")
    sheets = []
    for page in range(1, count + 1):
        picture = BytesIO()
        try:
            draw_page(part, page, width=_DRAWN).convert("RGB").save(picture, "JPEG", quality=85)
        except PageNotDrawn as broken:
            raise UnreadablePart(str(broken)) from broken
        sheets.append(image_to_pdf(picture.getvalue()))
    return sheets


def as_pdf(
    data: bytes,
    media_type: str,
    *,
    title: str = "Scan",
    on: date = UNDATED,
    language: str = "fr",
    pages: int = 0,
) -> bytes:
    """An accepted file as PDF: a PDF as it is, a picture as one page, a TIFF with a page for each
    of its pictures, at most `pages` when it is given. Raises UnreadablePart.
    """
    if media_type == PDF:
        return data
    if media_type != TIFF:
        return image_to_pdf(data, title=title, on=on, language=language)
    count = tiff_page_count(data)
    if not count:
        raise UnreadablePart("no pages")
    if pages and count > pages:
        raise TooLongPart(f"{count} pages")
    with Pdf.new() as whole:
        for page in range(1, count + 1):
            with Pdf.open(BytesIO(picture_page(*_encoded(partial(tiff_page, data, page))))) as one:
                whole.pages.extend(one.pages)
        return written(whole, title=title, author=PRODUCER, on=on, language=language)


def image_to_pdf(
    picture: bytes, *, title: str = "Scan", on: date = UNDATED, language: str = "fr"
) -> bytes:
    """A JPEG or PNG scan as one A4 page in PDF/A-3u, re-encoded in RGB, rotated as its metadata
    says.
    """
    sheet_of = picture_page(*_encoded(partial(_opened, picture)))
    return archive(sheet_of, title=title, author=PRODUCER, on=on, language=language)


def picture_page(
    encoded: bytes, width: int, height: int, *, colours: Name = Name.DeviceRGB
) -> bytes:
    """An A4 page with a JPEG of that many pixels, upright or across as the JPEG is."""
    sheet = _A4 if height >= width else (_A4[1], _A4[0])
    scale = min((sheet[0] - 2 * _MARGIN) / width, (sheet[1] - 2 * _MARGIN) / height)
    drawn = (width * scale, height * scale)
    left, bottom = (sheet[0] - drawn[0]) / 2, (sheet[1] - drawn[1]) / 2
    with Pdf.new() as pdf:
        scan = Stream(
            pdf,
            encoded,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=width,
            Height=height,
            ColorSpace=colours,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
        page = pdf.add_blank_page(page_size=sheet)
        page.obj.Resources = Dictionary(XObject=Dictionary(Scan=scan))
        page.obj.MediaBox = Array([0, 0, round(sheet[0], 2), round(sheet[1], 2)])
        place = f"q {drawn[0]:.2f} 0 0 {drawn[1]:.2f} {left:.2f} {bottom:.2f} cm /Scan Do Q"
        page.obj.Contents = Stream(pdf, place.encode())
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


def _opened(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture), formats=("JPEG", "PNG"))


def _encoded(opening: Callable[[], Image.Image]) -> tuple[bytes, int, int]:
    """The picture as RGB JPEG with its width and height, at most 300 dots per inch."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = opening()
        if opened.width * opened.height > PIXELS_MAX:
            raise TooLargePart("too many pixels")
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((_SIDE_MAX, round(_SIDE_MAX * 1.5)))
        shown = upright.convert("RGBA")
        flat = Image.new("RGB", shown.size, "white")
        flat.paste(shown, mask=shown.getchannel("A"))
    except Image.DecompressionBombError as bomb:
        raise TooLargePart(str(bomb)) from bomb
    except UnreadablePart:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as broken:
        raise UnreadablePart(str(broken)) from broken
    out = BytesIO()
    flat.save(out, "JPEG", quality=85)
    return out.getvalue(), flat.width, flat.height
