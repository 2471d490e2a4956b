"""The signature of an invoice: PAdES, verified by OpenSSL, which knows nothing of the shop."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdf
import pytest
from pyhanko.pdf_utils.generic import NameObject, StreamObject

from shop.documents import samples
from shop.documents.attached import attached_xml
from shop.documents.pdf import render
from shop.documents.signature import (
    AppendingWriter,
    CertificateUnusable,
    certificate_of,
    is_intact,
    read_certificate,
    sign,
)
from shop.documents.validation import validate
from tests.certificates import PASSPHRASE, Holder, holder

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


@pytest.fixture(scope="module")
def shop() -> Holder:
    return holder(since=AT - timedelta(days=300), until=AT + timedelta(days=65))


@pytest.fixture(scope="module")
def body() -> bytes:
    return render("invoice", samples.invoice(2), language="fr")


@pytest.fixture(scope="module")
def signed(shop: Holder, body: bytes) -> bytes:
    return sign(body, read_certificate(shop.bundle, PASSPHRASE), at=AT)


def openssl_accepts(data: bytes, authority: bytes, folder: Path) -> bool:
    """OpenSSL's own verdict on the bytes that the signature names."""
    start, first, second, rest = map(int, RANGE.search(data).groups())  # type: ignore[union-attr]
    contents = data[start + first : second].strip(b"<>")
    (folder / "signature.der").write_bytes(bytes.fromhex(contents.decode()))
    (folder / "range").write_bytes(data[start : start + first] + data[second : second + rest])
    (folder / "authority.pem").write_bytes(authority)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature.der"]
    command += ["-content", "range", "-CAfile", "authority.pem", "-purpose", "any"]
    command += ["-attime", str(int(AT.timestamp())), "-out", "verified"]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode == 0


def test_openssl_and_pyhanko_accept_a_signed_invoice(
    signed: bytes, shop: Holder, tmp_path: Path
) -> None:
    assert openssl_accepts(signed, shop.authority, tmp_path)
    assert is_intact(signed, authority=shop.authority, at=AT)


def test_the_signature_covers_the_whole_file(signed: bytes) -> None:
    start, first, second, rest = map(int, RANGE.search(signed).groups())  # type: ignore[union-attr]
    assert (start, second + rest) == (0, len(signed))
    assert second - first < len(signed) // 2


def test_one_changed_byte_is_told(signed: bytes, shop: Holder, tmp_path: Path) -> None:
    first = int(RANGE.search(signed)[2])  # type: ignore[index]
    for place in (first // 3, first // 2, first - 200):
        changed = bytearray(signed)
        changed[place] ^= 1
        assert not openssl_accepts(bytes(changed), shop.authority, tmp_path)


def test_pyhanko_tells_a_changed_byte_of_the_drawing(signed: bytes, shop: Holder) -> None:
    changed = bytearray(signed)
    changed[signed.index(b"stream") + 40] ^= 1
    assert not is_intact(bytes(changed), authority=shop.authority, at=AT)


def test_another_authority_and_an_unsigned_file_are_not_accepted(
    signed: bytes, body: bytes, shop: Holder, tmp_path: Path
) -> None:
    other = holder(since=AT - timedelta(days=1), until=AT + timedelta(days=1))
    assert not openssl_accepts(signed, other.authority, tmp_path)
    assert not is_intact(signed, authority=other.authority, at=AT)
    assert not is_intact(body, authority=shop.authority, at=AT)


def test_signing_only_appends_to_the_archived_file(body: bytes, signed: bytes) -> None:
    assert signed.startswith(body)


def test_a_signed_invoice_is_still_pdf_a_with_its_electronic_form(
    body: bytes, signed: bytes, tmp_path: Path
) -> None:
    assert validate(signed).findings == ()
    assert attached_xml(signed) == attached_xml(body) is not None
    before, after = tmp_path / "before.pdf", tmp_path / "after.pdf"
    before.write_bytes(body)
    after.write_bytes(signed)
    with pikepdf.open(before) as one, pikepdf.open(after) as two:
        assert one.Root.Metadata.read_bytes() == two.Root.Metadata.read_bytes()


def test_the_signature_says_its_moment_and_shows_nothing_on_the_page(signed: bytes) -> None:
    fields = pypdf.PdfReader(BytesIO(signed)).get_fields()
    assert fields is not None
    (field,) = fields.values()
    assert field["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"
    assert field["/V"]["/M"].startswith("D:20260302093000")


def test_a_certificate_that_has_ended_or_not_begun_signs_nothing(shop: Holder, body: bytes) -> None:
    certificate = read_certificate(shop.bundle, PASSPHRASE)
    for at in (certificate.since - timedelta(seconds=1), certificate.until + timedelta(seconds=1)):
        with pytest.raises(CertificateUnusable):
            sign(body, certificate, at=at)


def test_a_certificate_ends_soon_thirty_days_before_its_end(shop: Holder) -> None:
    certificate = read_certificate(shop.bundle, PASSPHRASE)
    assert not certificate.ends_soon(certificate.until - timedelta(days=30))
    assert certificate.ends_soon(certificate.until - timedelta(days=30) + timedelta(seconds=1))


def test_a_wrong_passphrase_a_missing_file_and_another_file_are_refused(
    shop: Holder, tmp_path: Path
) -> None:
    with pytest.raises(CertificateUnusable):
        read_certificate(shop.bundle, b"wrong")
    with pytest.raises(CertificateUnusable):
        read_certificate(b"no certificate", None)
    with pytest.raises(CertificateUnusable):
        certificate_of(str(tmp_path / "missing.p12"), None)


def test_the_configuration_names_two_files(shop: Holder, tmp_path: Path) -> None:
    (tmp_path / "shop.p12").write_bytes(shop.bundle)
    (tmp_path / "passphrase").write_bytes(PASSPHRASE + b"\n")
    read = certificate_of(str(tmp_path / "shop.p12"), str(tmp_path / "passphrase"))
    assert read.subject == "CN=Comptoir"


def test_a_signed_paper_names_its_field_in_its_structure(signed: bytes) -> None:
    with pikepdf.open(BytesIO(signed)) as pdf:
        tree = pdf.Root.StructTreeRoot
        form, (field,) = tree.K.K[-1], pdf.Root.AcroForm.Fields
        assert pikepdf.Name.Form == form.S
        assert form.K[0].Obj.objgen == field.objgen
        place = 2 * int(field.StructParent)
        assert tree.ParentTree.Nums[place + 1].objgen == form.objgen
        assert pdf.check_pdf_syntax() == []


@pytest.mark.parametrize("ends_in", [b"\r", b"\n", b"."])
def test_no_stream_that_is_added_ends_in_a_carriage_return(body: bytes, ends_in: bytes) -> None:
    """One certificate or revocation list in 256 does: no reader must find it a byte short."""
    content, out = b"a revocation list" + ends_in, BytesIO()
    writer = AppendingWriter(BytesIO(body))
    writer.root[NameObject("/Added")] = writer.add_object(StreamObject(stream_data=content))
    writer.update_root()
    writer.write(out)
    with pikepdf.open(out) as pdf:
        assert pdf.Root.Added.read_bytes() == content
        assert not pdf.Root.Added.read_raw_bytes().endswith(b"\r")
    assert not [one for one in validate(out.getvalue()).findings if "STREAM-LENGTH" in one]
