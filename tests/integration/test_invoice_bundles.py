"""The documents of an invoice in one ZIP file, for those who may read the invoice."""

from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from checkout.invoices.bundles import get_bundle
from checkout.invoices.models import Invoice
from shop.core.errors import NotFound
from shop.dossiers.models import Dossier, Paper, StoredFile
from shop.dossiers.papers import pdf_of
from shop.people.models import User
from shop.storage.db import Database
from tests.credited import invoiced
from tests.factories import AT, make_buyer, siret_of
from tests.people import sign_in

pytestmark = pytest.mark.usefixtures("printed_once")
MADE = ("FA-2026-000001.pdf", "BL-2026-000001.pdf", "DE-2026-000001.pdf")


def path_of(database: Database) -> str:
    with database.reading_session() as session:
        dossier = session.scalars(select(Dossier)).one()
        paper_id = session.scalars(select(Invoice.paper_id)).one()
    return f"/dossiers/{dossier.number}/factures/{paper_id}/documents.zip"


def buyer_of(database: Database) -> int:
    with database.reading_session() as session:
        return session.scalars(select(User.id).where(User.email == "acheteur@ville.example")).one()


def test_the_client_takes_every_document_with_its_sha256(client, database: Database) -> None:
    invoiced(database)
    with database.reading_session() as session:
        papers = list(session.scalars(select(Paper.id).order_by(Paper.id)))
        scan = session.scalars(select(StoredFile).where(StoredFile.kind == "original")).one()
    for paper_id in papers:
        pdf_of(database, paper_id, at=AT)
    path = path_of(database)
    sign_in(client, buyer_of(database))
    assert path in client.get("/devis/DE-2026-000001").text
    answer = client.get(path)
    assert "FA-2026-000001-documents.zip" in answer.headers["Content-Disposition"]
    with ZipFile(BytesIO(answer.data)) as whole:
        assert whole.testzip() is None
        *names, last = whole.namelist()
        assert set(names) == {*MADE, "CO-2026-000001-bon-de-commande.pdf"}
        told = [f"{sha256(whole.read(name)).hexdigest()}  {name}" for name in names]
        assert last == "SHA256SUMS"
        assert whole.read(last).decode().splitlines() == told
        copy = whole.read("CO-2026-000001-bon-de-commande.pdf")
    assert sha256(copy).hexdigest() == scan.sha256


def test_what_is_not_made_yet_is_named_and_nothing_is_drawn(client, database: Database) -> None:
    invoiced(database)
    sign_in(client, buyer_of(database))
    with ZipFile(BytesIO(client.get(path_of(database)).data)) as whole:
        waiting = whole.read("NOT-MADE-YET.txt").decode().split()
    assert sorted(waiting) == sorted(name.removesuffix(".pdf") for name in MADE)
    with database.reading_session() as session:
        assert (
            session.scalars(
                select(StoredFile).where(StoredFile.paper_id.is_not(None)).order_by(StoredFile.id)
            ).all()
            == []
        )


def test_it_stays_closed_to_a_stranger(client, database: Database) -> None:
    invoiced(database)
    with database.transaction() as session:
        other = make_buyer(session, email="autre@ville.example", siret=siret_of(7), at=AT)
        dossier = session.scalars(select(Dossier)).one()
        with pytest.raises(NotFound):
            get_bundle(session, dossier.id, 9_999)
    path = path_of(database)
    sign_in(client, other.user_id)
    assert client.get(path).status_code == 404
