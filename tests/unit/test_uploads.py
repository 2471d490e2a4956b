"""Uploads: recognised by their content, opened once, with a safe name."""

import struct
import zlib
from io import BytesIO

import pikepdf
import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from shop.documents.parts import merge
from shop.documents.scans import page_count, page_picture
from shop.documents.trial import PAGES_MAX
from shop.documents.uploads import (
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


@pytest.mark.parametrize("nothing", [None, sent(b""), sent(pdf(), name="")])
def test_a_missing_file_is_reported(nothing: FileStorage | None):
    with pytest.raises(NoFile):
        read_upload(nothing, limit=LIMIT)


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
