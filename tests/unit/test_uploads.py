"""Uploads: recognised by their content, opened once, with a safe name."""

import struct
import zlib
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from shop.core.media import PDF, PNG, TIFF
from shop.documents import reduced as reducing
from shop.documents import scans
from shop.documents.copies import CopyNotMade, travelling_copy
from shop.documents.parts import as_pdf, image_to_pdf, merge
from shop.documents.reduced import reduced
from shop.documents.scans import draw_page, page_count, page_picture
from shop.documents.trial import PAGES_MAX
from shop.documents.uploads import (
    FileArchived,
    FileEmpty,
    FileEncrypted,
    FileNotAccepted,
    FileTooDemanding,
    FileTooLarge,
    FileTooLong,
    FileUnreadable,
    NoFile,
    read_upload,
    safe_name,
)
from shop.documents.validation import validate

LIMIT = 1_000_000


def pdf(encryption: pikepdf.Encryption | None = None, *, pages: int = 1) -> bytes:
    out = BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(out, encryption=encryption)
    return out.getvalue()


def picture(kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 60), "white").save(out, kind)
    return out.getvalue()


def sent(data: bytes, name: str = "bon.pdf", kind: str = "application/pdf") -> FileStorage:
    return FileStorage(BytesIO(data), filename=name, content_type=kind)


@pytest.mark.parametrize(
    ("data", "media_type", "filename"),
    [
        (pdf(), "application/pdf", "bon.pdf"),
        (picture("JPEG"), "image/jpeg", "bon.pdf.jpg"),
        (picture("PNG"), "image/png", "bon.pdf.png"),
        (picture("TIFF"), "image/tiff", "bon.pdf.tif"),
    ],
)
def test_the_type_of_a_file_follows_from_its_content(data: bytes, media_type: str, filename: str):
    upload = read_upload(sent(data), limit=LIMIT)
    assert (upload.media_type, upload.filename, upload.data) == (media_type, filename, data)


@pytest.mark.parametrize(
    "data", [b"<html><script>alert(1)</script>", b"GIF89a" + bytes(40), b"MZ" + bytes(90)]
)
def test_nothing_else_is_accepted_whatever_its_name(data: bytes):
    with pytest.raises(FileNotAccepted):
        read_upload(sent(data), limit=LIMIT)


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04" + bytes(90), b"Rar!\x1a\x07\x01", b"7z\xbc\xaf\x27\x1c"]
)
def test_an_archive_is_refused_by_its_name(data: bytes):
    with pytest.raises(FileArchived):
        read_upload(sent(data, "bon.zip"), limit=LIMIT)


def test_a_document_of_a_word_processor_is_no_archive_to_its_sender():
    for first in ("[Content_Types].xml", "_rels/.rels"):
        out = BytesIO()
        with ZipFile(out, "w") as written:
            written.writestr(first, "<Types/>")
        with pytest.raises(FileNotAccepted):
            read_upload(sent(out.getvalue(), "bon.docx"), limit=LIMIT)


def copied(count: int = 1, *, dpi: tuple[int, int] = (204, 204), packing: str = "group4") -> bytes:
    """A TIFF as an office copier makes it: black on white, a bar on each page."""
    pages = []
    for page in range(count):
        sheet = Image.new("1", (dpi[0] * 8, dpi[1] * 11), 1)
        sheet.paste(0, (40, 40 + 10 * page, 400, 140 + 10 * page))
        pages.append(sheet)
    out = BytesIO()
    pages[0].save(out, "TIFF", compression=packing, dpi=dpi, save_all=True, append_images=pages[1:])
    return out.getvalue()


@pytest.mark.parametrize("packing", ["group3", "group4", "tiff_lzw", "raw"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_tiff_of_a_copier_is_kept_shown_and_becomes_a_pdf(packing: str, count: int):
    data = copied(count, packing=packing)
    upload = read_upload(sent(data, "SCAN0001.TIF"), limit=10 * LIMIT)
    assert (upload.data, upload.media_type, upload.filename) == (data, TIFF, "SCAN0001.tif")
    assert page_count(data) == count
    assert page_picture(data, count + 1) is None
    shown = page_picture(data, count)
    assert shown is not None
    with Image.open(BytesIO(shown)) as page:
        assert page.convert("L").getpixel((80, 60)) < 60
        assert page.convert("L").getpixel((500, 900)) > 200
    made = as_pdf(data, TIFF, title="BC-1")
    assert validate(made).conforms
    with pikepdf.open(BytesIO(merge([made], title="x"))) as whole:
        assert len(whole.pages) == count


def test_a_facsimile_is_shown_as_high_as_it_is():
    shown = page_picture(copied(dpi=(204, 98)), 1)
    assert shown is not None
    with Image.open(BytesIO(shown)) as page:
        assert page.height / page.width == pytest.approx(11 / 8, abs=0.02)


def test_a_tiff_is_held_to_the_limits_of_a_pdf():
    small = [Image.new("1", (8, 8), 1) for _ in range(PAGES_MAX + 1)]
    out = BytesIO()
    small[0].save(out, "TIFF", compression="group4", save_all=True, append_images=small[1:])
    with pytest.raises(FileTooLong):
        read_upload(sent(out.getvalue()), limit=LIMIT)
    out = BytesIO()
    Image.new("1", (8_000, 5_001)).save(out, "TIFF", compression="group4")
    with pytest.raises(FileTooDemanding):
        read_upload(sent(out.getvalue()), limit=LIMIT)
    with pytest.raises(FileUnreadable):
        read_upload(sent(copied()[:200]), limit=LIMIT)


def grainy(pages: int) -> bytes:
    """A colour scan at a high resolution, whose paper has grain: megabytes a page."""
    sheets = []
    for page in range(pages):
        out = BytesIO()
        grain = Image.effect_noise((1_600, 2_260), 90)
        grain.paste(0, (200, 200 + 100 * page, 900, 260 + 100 * page))
        grain.convert("RGB").save(out, "JPEG", quality=92)
        sheets.append(image_to_pdf(out.getvalue()))
    return merge(sheets, title="scan")


def test_a_large_scan_travels_as_a_reduced_copy_of_all_its_pages():
    data = grainy(4)
    most = 1_500_000
    assert len(data) > 2 * most
    copy = reduced(data, most=most)
    assert len(copy) <= most
    assert page_count(copy) == 4
    shown = draw_page(copy, 4).convert("L")
    assert shown.resize((100, 140)).getextrema()[0] < 60
    assert validate(copy).conforms
    assert reduced(data, most=len(data)) is data


def travelling(data: bytes, media_type: str = PDF, *, most: int = 4_000_000) -> bytes:
    facts = {"title": "BC-1", "on": date(2026, 11, 18), "language": "fr"}
    return travelling_copy(data, media_type, most=most, **facts)


def test_a_fineness_is_given_up_after_a_few_pages(monkeypatch):
    drawn = []
    monkeypatch.setattr(
        scans, "draw_page", lambda *given, **more: drawn.append(0) or draw_page(*given, **more)
    )
    monkeypatch.setattr(reducing, "_SAMPLE", 1)
    data = grainy(5)
    assert page_count(reduced(data, most=len(data) // 20)) == 5
    assert len(drawn) <= 12, "16 without"


def test_what_travels_is_made_apart_and_claims_what_a_document_claims():
    with pikepdf.open(BytesIO(travelling(pdf()))) as copy:
        assert len(copy.pages) == 1
        assert copy.docinfo["/Title"] == "BC-1"
    assert validate(travelling(picture("PNG"), PNG)).conforms


def test_a_scan_that_cannot_be_read_or_asks_too_much_ends_its_program_alone(monkeypatch):
    out = BytesIO()
    Image.new("1", (8_000, 5_001)).save(out, "TIFF", compression="group4")
    for data, media_type in ((out.getvalue(), TIFF), (b"%PDF-1.7 nothing", PDF)):
        with pytest.raises(CopyNotMade, match="unreadable"):
            travelling(data, media_type)
    monkeypatch.setattr(reducing, "TIME", 0)
    with pytest.raises(CopyNotMade, match="too demanding"):
        travelling(pdf())


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing", picture("PNG")[:60], b"\xff\xd8\xff\xe0"])
def test_a_damaged_file_is_refused(data: bytes):
    with pytest.raises(FileUnreadable):
        read_upload(sent(data), limit=LIMIT)


def test_a_pdf_that_opens_with_a_password_is_refused_with_a_sentence():
    with pytest.raises(FileEncrypted) as refusal:
        read_upload(sent(pdf(pikepdf.Encryption(owner="o", user="u"))), limit=LIMIT)
    assert "password" in refusal.value.sentence


def test_a_pdf_that_is_locked_against_changes_only_is_accepted_and_merged():
    no_changes = pikepdf.Permissions(modify_other=False, modify_annotation=False, extract=False)
    data = pdf(pikepdf.Encryption(owner="o", user="", allow=no_changes))
    assert read_upload(sent(data), limit=LIMIT).data == data
    assert page_picture(data, 1)
    with pikepdf.open(BytesIO(merge([data, pdf()], title="x"))) as merged:
        assert not merged.is_encrypted
        assert len(merged.pages) == 2


def test_a_pdf_of_too_many_pages_is_refused_by_its_number_of_pages():
    assert read_upload(sent(pdf(pages=PAGES_MAX)), limit=LIMIT)
    with pytest.raises(FileTooLong) as refusal:
        read_upload(sent(pdf(pages=PAGES_MAX + 1)), limit=LIMIT)
    assert refusal.value.facts["most"] == PAGES_MAX


def test_a_file_of_the_limit_passes_and_one_more_byte_does_not():
    data = pdf()
    assert read_upload(sent(data), limit=len(data)).data == data
    with pytest.raises(FileTooLarge):
        read_upload(sent(data), limit=len(data) - 1)


PAGE = (
    b"%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>\nendobj\n"
)
TRAILER = b"trailer\n<</Root 1 0 R/Size 5>>\n%%EOF"


def stream(kind: bytes, data: bytes) -> bytes:
    return b"4 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (kind, len(data), data)


def unfolding(size: int) -> bytes:
    """Zeros, compressed twice: some kilobytes that become `size` bytes."""
    packing, step = zlib.compressobj(wbits=-15), 10_000_000
    block = packing.compress(bytes(step)) + packing.flush(zlib.Z_FULL_FLUSH)
    whole = size // step * step
    check = struct.pack(">I", (whole % 65521) << 16 | 1)
    return zlib.compress(b"\x78\x9c" + block * (size // step) + b"\x03\x00" + check)


def test_a_file_that_unfolds_beyond_the_memory_is_refused_and_the_shop_goes_on():
    filters = b"/Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]"
    bomb = PAGE + stream(filters, unfolding(3_000_000_000)) + TRAILER
    assert len(bomb) < 100_000
    with pytest.raises(FileTooDemanding):
        read_upload(sent(bomb), limit=LIMIT)


def test_a_picture_of_more_pixels_than_a_scan_is_refused():
    out = BytesIO()
    Image.new("1", (8_000, 5_001)).save(out, "PNG")
    with pytest.raises(FileTooDemanding):
        read_upload(sent(out.getvalue()), limit=LIMIT)


def test_a_pdf_that_one_of_its_two_readers_cannot_open_is_refused():
    rootless = PAGE + stream(b"", b"") + b"trailer\n<</Size 5>>\n%%EOF"
    with pikepdf.open(BytesIO(rootless)) as mended:
        assert len(mended.pages) == 1
    with pytest.raises(FileUnreadable):
        read_upload(sent(rootless), limit=LIMIT)


#: Its page can be rendered, but its content stream cannot be decompressed.
KNOTTED = PAGE + stream(b"/Filter[/ASCII85Decode/FlateDecode]", b"nothing~>") + TRAILER


def test_a_pdf_that_cannot_be_merged_is_merged_as_pictures():
    data = read_upload(sent(KNOTTED), limit=LIMIT).data
    joined = merge([pdf(), data, pdf()], title="FA-2026-000001", labels=["a", "b", "c"])
    with pikepdf.open(BytesIO(joined)) as whole:
        assert len(whole.pages) == 3
        assert "/XObject" in whole.pages[1].obj.Resources


@pytest.mark.parametrize("box", [b"0 0 10 6000", b"0 0 10 200000000", b"0 0 200000000 1"])
def test_a_page_of_any_shape_is_drawn_within_bounds(box: bytes):
    data = PAGE.replace(b"0 0 595 842", box) + stream(b"", b"") + TRAILER
    shown = page_picture(data, 1)
    assert shown is not None
    with Image.open(BytesIO(shown)) as picture:
        assert picture.width * picture.height <= 12_100_000


def test_what_cannot_be_drawn_has_no_picture():
    assert page_count(b"%PDF-1.7 nothing") == 0
    assert page_picture(b"%PDF-1.7 nothing", 1) is None
    assert page_picture(pdf(), 2) is None


@pytest.mark.parametrize("nothing", [None, sent(pdf(), name=""), sent(b"", name="")])
def test_a_missing_file_is_reported(nothing: FileStorage | None):
    with pytest.raises(NoFile):
        read_upload(nothing, limit=LIMIT)


@pytest.mark.parametrize(("name", "kind"), [("bon.pdf", "application/pdf"), ("x", "")])
def test_a_file_of_no_bytes_is_called_empty(name: str, kind: str):
    with pytest.raises(FileEmpty):
        read_upload(sent(b"", name, kind), limit=LIMIT)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Bureau\\Bon de commande n° 12.PDF", "Bon-de-commande-n-12.pdf"),
        ('é"\r\nSet-Cookie: x.pdf', "é-Set-Cookie-x.pdf"),
        ("...", "document.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_a_name_has_no_path_and_only_safe_characters(name: str, safe: str):
    assert safe_name(name, "application/pdf") == safe
