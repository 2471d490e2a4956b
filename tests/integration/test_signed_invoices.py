"""Signed invoices: made by the worker beside the archived one, retried, told to the office."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import undefer

from checkout.invoices.invoices import issue_invoice
from checkout.payments.billing import bill_order
from shop.core.actors import ACCOUNTING
from shop.documents.signature import is_intact
from shop.dossiers.models import Dossier, PaperSignature, StoredFile
from shop.dossiers.papers import SIGNED_INVOICE, pdf_of
from shop.dossiers.signatures import invoices_to_sign, sign_invoice, signing_state
from shop.jobs import sign_invoices
from shop.ops import clock
from shop.ops.config import Settings
from shop.storage.db import Database
from tests.certificates import PASSPHRASE, Holder, holder
from tests.conftest import TEST_SETTINGS, Opening
from tests.factories import AT, BOOKS, make_shop
from tests.orders import deliver_all, make_card_order, make_ordered
from tests.people import staff

pytestmark = pytest.mark.usefixtures("printed_once")


@pytest.fixture
def shop_holder() -> Holder:
    return holder(since=AT - timedelta(days=300), until=AT + timedelta(days=65))


@pytest.fixture
def files(shop_holder: Holder, tmp_path: Path) -> tuple[str, str]:
    """The certificate and its passphrase, as the configuration names them."""
    bundle, passphrase = tmp_path / "shop.p12", tmp_path / "passphrase"
    bundle.write_bytes(shop_holder.bundle)
    passphrase.write_bytes(PASSPHRASE)
    return str(bundle), str(passphrase)


@pytest.fixture
def invoice_paper(database: Database) -> int:
    """The archived invoice of an organisation, among its other documents."""
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        paper_id = issue_invoice(session, order, by=BOOKS, at=AT).paper_id
    pdf_of(database, paper_id, at=AT)
    return paper_id


def signature(database: Database, paper_id: int) -> PaperSignature:
    with database.reading_session() as session:
        return session.get_one(PaperSignature, paper_id)


def signed_files(database: Database) -> list[StoredFile]:
    with database.reading_session() as session:
        rows = select(StoredFile).where(StoredFile.kind == SIGNED_INVOICE)
        return list(session.scalars(rows.options(undefer(StoredFile.data))))


def test_a_signed_invoice_is_kept_beside_the_archived_one(
    database: Database, invoice_paper: int, files: tuple[str, str], shop_holder: Holder
) -> None:
    body = pdf_of(database, invoice_paper, at=AT)
    sign_invoice(database, invoice_paper, *files, at=AT)
    (signed,) = signed_files(database)
    row = signature(database, invoice_paper)
    assert row.is_signed
    assert row.body_sha256 == body.sha256 == sha256(body.data).hexdigest()
    assert signed.sha256 == sha256(signed.data).hexdigest() != body.sha256
    assert signed.data.startswith(body.data)
    assert is_intact(signed.data, authority=shop_holder.authority, at=AT)
    assert pdf_of(database, invoice_paper, at=AT).sha256 == body.sha256


def test_an_invoice_is_signed_once(
    database: Database, invoice_paper: int, files: tuple[str, str]
) -> None:
    sign_invoice(database, invoice_paper, *files, at=AT)
    sign_invoice(database, invoice_paper, *files, at=AT)
    assert len(signed_files(database)) == 1
    with database.reading_session() as session:
        assert invoices_to_sign(session, at=AT + timedelta(days=1)) == []


def test_only_invoices_of_organisations_are_signed(database: Database) -> None:
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        deliver_all(session, order)
        paper_id = bill_order(session, order, by=BOOKS, at=AT).paper_id
    pdf_of(database, paper_id, at=AT)
    with database.reading_session() as session:
        assert invoices_to_sign(session, at=AT) == []


def test_an_invoice_whose_pdf_is_archived_is_the_only_paper_to_sign(
    database: Database, invoice_paper: int
) -> None:
    with database.reading_session() as session:
        assert invoices_to_sign(session, at=AT) == [invoice_paper]


def test_a_failed_signature_is_tried_again_after_growing_waits(
    database: Database, invoice_paper: int, files: tuple[str, str]
) -> None:
    missing = (files[0] + ".missing", files[1])
    for attempts, minutes in ((1, 1), (2, 2), (3, 4)):
        sign_invoice(database, invoice_paper, *missing, at=AT)
        row = signature(database, invoice_paper)
        assert (row.attempts, row.next_try_at) == (attempts, AT + timedelta(minutes=minutes))
        assert "No such file" in row.trouble
    with database.reading_session() as session:
        assert invoices_to_sign(session, at=AT + timedelta(minutes=3)) == []
        assert invoices_to_sign(session, at=AT + timedelta(minutes=4)) == [invoice_paper]
    sign_invoice(database, invoice_paper, *files, at=AT + timedelta(minutes=4))
    assert signature(database, invoice_paper).is_signed


def test_the_office_is_told_of_failures_and_of_the_end_of_the_certificate(
    database: Database, invoice_paper: int, files: tuple[str, str]
) -> None:
    with database.reading_session() as session:
        assert not signing_state(session, None, None, at=AT).is_told
        assert not signing_state(session, *files, at=AT).is_told
        soon = signing_state(session, *files, at=AT + timedelta(days=36))
        assert soon.ends_on == (AT + timedelta(days=65)).date()
        assert not soon.ended
        assert signing_state(session, *files, at=AT + timedelta(days=66)).ended
        assert signing_state(session, files[0], None, at=AT).unusable
    sign_invoice(database, invoice_paper, *files, at=AT + timedelta(days=66))
    with database.reading_session() as session:
        told = signing_state(session, *files, at=AT)
        assert (told.failed, told.is_told) == (1, True)
        assert "valid until" in told.trouble


def test_the_worker_signs_only_where_a_certificate_is_configured(
    database: Database, invoice_paper: int, tmp_path: Path
) -> None:
    at = clock.now()
    made = holder(since=at - timedelta(days=1), until=at + timedelta(days=90))
    bundle, passphrase = tmp_path / "own.p12", tmp_path / "own"
    bundle.write_bytes(made.bundle)
    passphrase.write_bytes(PASSPHRASE)
    settings = Settings(mode="test")
    sign_invoices(database, settings)
    assert signed_files(database) == []
    settings = replace(
        settings, signing_certificate=str(bundle), signing_passphrase_file=str(passphrase)
    )
    sign_invoices(database, settings)
    assert len(signed_files(database)) == 1


def test_the_signed_file_is_offered_beside_the_invoice_as_signed_and_not_as_certified(
    app: Flask, database: Database, invoice_paper: int, files: tuple[str, str]
) -> None:
    sign_invoice(database, invoice_paper, *files, at=AT)
    (signed,) = signed_files(database)
    with database.reading_session() as session:
        number = session.scalars(
            select(Dossier.number).where(Dossier.id == signed.dossier_id)
        ).one()
    office = staff(app, database, ACCOUNTING)
    page = office.get(f"/devis/{number}").text
    assert "Facture signée, FA-2026-000001-signee.pdf" in page
    assert "La signature n’est pas qualifiée" in page
    assert "certifi" not in page
    served = office.get(f"/dossiers/{number}/fichiers/{signed.id}")
    assert served.data == signed.data
    stranger = app.test_client().get(f"/dossiers/{number}/fichiers/{signed.id}")
    assert stranger.data != signed.data


def test_the_first_page_of_the_office_says_that_the_certificate_ends(
    opened: Opening, database: Database, invoice_paper: int, tmp_path: Path
) -> None:
    at = clock.now()
    made = holder(since=at - timedelta(days=1), until=at + timedelta(days=10))
    bundle, passphrase = tmp_path / "own.p12", tmp_path / "own"
    bundle.write_bytes(made.bundle)
    passphrase.write_bytes(PASSPHRASE)
    own = replace(
        TEST_SETTINGS, signing_certificate=str(bundle), signing_passphrase_file=str(passphrase)
    )
    sign_invoice(database, invoice_paper, str(bundle), None, at=at)
    page = staff(opened(database, own), database, ACCOUNTING).get("/bureau").text
    assert "Le certificat de signature prend fin le" in page
    assert "1 facture n’a pas pu être signée" in page
