"""What a buyer sends: known by its content, opened once, named without surprises."""

from io import BytesIO

import pikepdf
import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from shop.ground.uploads import (
    FileEncrypted,
    FileNotAccepted,
    FileTooLarge,
    FileUnreadable,
    NoFile,
    read_upload,
    safe_name,
)

LIMIT = 1_000_000


def pdf(encryption: pikepdf.Encryption | None = None) -> bytes:
    out = BytesIO()
    with pikepdf.new() as document:
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
def test_the_content_says_what_a_file_is(data: bytes, media_type: str, filename: str):
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


@pytest.mark.parametrize(
    "encryption",
    [pikepdf.Encryption(owner="o", user="u"), pikepdf.Encryption(owner="o", user="")],
)
def test_a_protected_pdf_is_refused_with_a_sentence(encryption: pikepdf.Encryption):
    with pytest.raises(FileEncrypted) as refusal:
        read_upload(sent(pdf(encryption)), limit=LIMIT)
    assert "password" in refusal.value.sentence


def test_a_file_of_the_limit_passes_and_one_more_byte_does_not():
    data = pdf()
    assert read_upload(sent(data), limit=len(data)).data == data
    with pytest.raises(FileTooLarge):
        read_upload(sent(data), limit=len(data) - 1)


@pytest.mark.parametrize("nothing", [None, sent(b""), sent(pdf(), name="")])
def test_no_file_is_said_to_be_none(nothing: FileStorage | None):
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
def test_a_name_has_no_path_and_no_surprise(name: str, safe: str):
    assert safe_name(name, "application/pdf") == safe
