"""Signatures with time stamps, checked by OpenSSL, which knows nothing of the shop."""

import re
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select

from checkout.invoices.invoices import issue_invoice
from shop.core.actors import ACCOUNTING
from shop.documents.signature import (
    CertificateUnusable,
    findings_of,
    read_certificate,
    sign_with,
)
from shop.documents.signature_rules import Level, Signed, TimeService, level_for
from shop.dossiers.models import Dossier, PaperSignature
from shop.dossiers.papers import pdf_of
from shop.dossiers.signatures import sign_invoice, signing_state
from shop.storage.db import Database
from tests.certificates import PASSPHRASE
from tests.factories import AT, BOOKS
from tests.orders import deliver_all, make_ordered
from tests.people import staff
from tests.time_authority import Authority, time_authority, written

pytestmark = pytest.mark.usefixtures("printed_once")
UNTIL = AT + timedelta(days=65)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    with time_authority(AT) as running:
        written(running, tmp_path, until=UNTIL)
        yield running


@pytest.fixture
def invoice_paper(database: Database) -> int:
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        paper_id = issue_invoice(session, order, by=BOOKS, at=AT).paper_id
    pdf_of(database, paper_id, at=AT)
    return paper_id


def service(authority: Authority, tmp_path: Path, *, checked_by: bool = True) -> TimeService:
    roots = str(tmp_path / "authority.pem") if checked_by else None
    return TimeService(f"{authority.url}/stamps", roots)


def signed(
    database: Database, paper_id: int, used: TimeService, folder: Path, *, at: datetime = AT
) -> Signed:
    body = pdf_of(database, paper_id, at=AT).data
    certificate = read_certificate((folder / "shop.p12").read_bytes(), PASSPHRASE)
    made = sign_with(body, certificate, used, at=at)
    assert made.data.startswith(body)
    assert findings_of(made) == ()
    return made


def openssl(folder: Path, *words: str) -> bool:
    """Whether OpenSSL accepts the file of a signature in the folder."""
    command = ["openssl", *words, "-CAfile", "authority.pem"]
    return subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode == 0


def put(data: bytes, which: int, folder: Path) -> None:
    """The bytes that one signature of a file covers, and the signature, as files."""
    found = list(re.finditer(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", data))
    start, first, second, rest = map(int, found[which].groups())
    (folder / "range").write_bytes(data[start : start + first] + data[second : second + rest])
    contents = data[start + first : second].strip(b"<>")
    (folder / "signature.der").write_bytes(bytes.fromhex(contents.decode()))


def accepts_signature(folder: Path, at: datetime) -> bool:
    return openssl(
        folder,
        *("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature.der"),
        *("-content", "range", "-purpose", "any", "-attime", str(int(at.timestamp()))),
        *("-out", "verified"),
    )


def accepts_stamp(folder: Path, at: datetime) -> bool:
    return openssl(
        folder,
        *("ts", "-verify", "-in", "signature.der", "-token_in", "-data", "range"),
        *("-attime", str(int(at.timestamp()))),
    )


def certificates_kept(data: bytes, folder: Path) -> int:
    """The number of certificates kept in a file; its revocation list is put in the folder."""
    with pikepdf.open(BytesIO(data)) as pdf:
        store = pdf.Root.DSS
        (folder / "list.der").write_bytes(store.CRLs[0].read_bytes())
        return len(store.Certs)


def test_the_level_follows_from_what_is_configured() -> None:
    stamps, checked_too = TimeService("https://x"), TimeService("https://x", "roots.pem")
    assert level_for(None, has_revocation=True) is Level.B
    assert level_for(stamps, has_revocation=True) is Level.T
    assert level_for(checked_too, has_revocation=False) is Level.T
    assert level_for(checked_too, has_revocation=True) is Level.LTA


def test_a_lasting_signature_outlives_its_certificate(
    database: Database, invoice_paper: int, authority: Authority, tmp_path: Path
) -> None:
    made = signed(database, invoice_paper, service(authority, tmp_path), tmp_path)
    assert made.level is Level.LTA
    assert certificates_kept(made.data, tmp_path) == 3, "the shop's, the clock's, the authority's"
    assert openssl(tmp_path, "crl", "-inform", "DER", "-in", "list.der", "-noout")
    put(made.data, 0, tmp_path)
    assert accepts_signature(tmp_path, AT)
    later = UNTIL + timedelta(days=1)
    assert not accepts_signature(tmp_path, later), "its certificate has ended"
    put(made.data, -1, tmp_path)
    assert accepts_stamp(tmp_path, later), "the time stamp of the whole still proves it"
    changed = bytearray(made.data)
    changed[made.data.index(b"stream") + 40] ^= 1
    put(bytes(changed), -1, tmp_path)
    assert not accepts_stamp(tmp_path, later)


def test_without_authorities_a_time_stamp_is_all(
    database: Database, invoice_paper: int, authority: Authority, tmp_path: Path
) -> None:
    used = service(authority, tmp_path, checked_by=False)
    made = signed(database, invoice_paper, used, tmp_path)
    put(made.data, 0, tmp_path)
    assert made.level is Level.T and accepts_signature(tmp_path, AT)
    assert "/list.crl" not in authority.asked
    assert len(re.findall(rb"/ByteRange", made.data)) == 1


def test_an_expired_and_a_revoked_certificate_sign_nothing(
    database: Database, invoice_paper: int, authority: Authority, tmp_path: Path
) -> None:
    used = service(authority, tmp_path)
    with pytest.raises(CertificateUnusable):
        signed(database, invoice_paper, used, tmp_path, at=UNTIL + timedelta(seconds=1))
    assert authority.asked == []
    authority.revoked.add(2)
    with pytest.raises(Exception, match="revoked"):
        signed(database, invoice_paper, used, tmp_path)


@pytest.mark.parametrize("broken", ["answers", "lists"])
def test_a_service_that_fails_is_tried_again_and_never_left_out(
    database: Database, invoice_paper: int, authority: Authority, tmp_path: Path, broken: str
) -> None:
    files = (str(tmp_path / "shop.p12"), str(tmp_path / "passphrase"))
    used = service(authority, tmp_path)
    setattr(authority, broken, False)
    sign_invoice(database, invoice_paper, *files, used, at=AT)
    with database.reading_session() as session:
        row = session.get_one(PaperSignature, invoice_paper)
        assert (row.is_signed, row.level, row.attempts) == (False, "", 1)
        assert row.next_try_at == AT + timedelta(minutes=1)
        assert signing_state(session, *files, at=AT).failed == 1
    setattr(authority, broken, True)
    sign_invoice(database, invoice_paper, *files, used, at=AT)
    with database.reading_session() as session:
        assert session.get_one(PaperSignature, invoice_paper).level == "B-LTA"


def test_the_page_says_the_level_and_not_that_it_is_certified(
    app: Flask, database: Database, invoice_paper: int, authority: Authority, tmp_path: Path
) -> None:
    files = (str(tmp_path / "shop.p12"), str(tmp_path / "passphrase"))
    sign_invoice(database, invoice_paper, *files, service(authority, tmp_path), at=AT)
    with database.reading_session() as session:
        number = session.scalars(select(Dossier.number)).one()
    page = unescape(staff(app, database, ACCOUNTING).get(f"/devis/{number}").text)
    assert "signée, niveau B-LTA" in page
    assert "certifi" not in page
