"""Documents: the same bytes for ever, for their owner and the shop, for nobody else."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.core.actors import SALES
from shop.dossiers.models import Dossier, Paper, StoredFile
from shop.dossiers.papers import pdf_of
from shop.jobs import make_pdfs
from shop.ops import clock
from shop.people.models import User
from shop.storage.db import Database
from tests.factories import AT, make_buyer, siret_of
from tests.orders import make_ordered
from tests.people import sign_in, staff


@pytest.fixture
def papers(database: Database) -> tuple[str, str]:
    """The paths of a quote's document and of the original's scan."""
    with database.transaction() as session:
        make_ordered(session)
        dossier = session.scalars(select(Dossier)).one()
        paper = session.scalars(select(Paper.id)).one()
        file = session.scalars(select(StoredFile.id)).one()
        base = f"/dossiers/{dossier.number}"
        return f"{base}/documents/{paper}.pdf", f"{base}/fichiers/{file}"


def enter(client, database: Database, email: str) -> None:
    with database.reading_session() as session:
        person = session.scalars(select(User).where(User.email == email)).one()
    sign_in(client, person.id)


def test_two_downloads_are_the_same_bytes(client, database: Database, papers):
    enter(client, database, "acheteur@ville.example")
    make_pdfs(database)
    first = client.get(papers[0])
    assert first.status_code == 200
    assert first.data == client.get(papers[0]).data
    assert first.headers["ETag"] == f'"{hashlib.sha256(first.data).hexdigest()}"'
    assert first.headers["Content-Disposition"] == "attachment; filename=DE-2026-000001.pdf"
    assert "no-store" not in first.headers["Cache-Control"]
    again = client.get(papers[0], headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_page_of_a_document_not_rendered_yet_waits_for_it(client, database: Database, papers):
    """The browser looks again by itself, and less often when it takes long."""
    enter(client, database, "acheteur@ville.example")
    waiting = client.get(papers[0])
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "2")
    assert "Le téléchargement commence de lui-même" in waiting.text
    assert f'href="{papers[0].removesuffix(".pdf")}"' in waiting.text
    with clock.travelled(timedelta(minutes=3)):
        enter(client, database, "acheteur@ville.example")
        late = client.get(papers[0])
    assert late.headers["Refresh"] == "30"
    assert "plus de temps que d’habitude" in late.text


def test_a_document_is_rendered_once(database: Database, papers):
    with database.reading_session() as session:
        paper = session.scalars(select(Paper.id)).one()
        kinds = session.scalars(select(StoredFile.kind).order_by(StoredFile.id)).all()
        assert kinds == ["original"]
    made = pdf_of(database, paper, at=AT)
    assert pdf_of(database, paper, at=AT).data == made.data
    assert pdf_of(database, paper, at=AT).id == made.id


def test_staff_see_a_scan_in_the_page(app, database: Database, papers):
    client = staff(app, database, SALES)
    shown = client.get(f"{papers[1]}?inline=1")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.mimetype == "application/pdf"


def test_a_buyer_downloads_and_never_opens_in_place(client, database: Database, papers):
    enter(client, database, "acheteur@ville.example")
    sent = client.get(f"{papers[1]}?inline=1")
    assert sent.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("which", [0, 1])
def test_a_document_of_another_customer_is_not_found(
    client, database: Database, papers, which: int
):
    assert client.get(papers[which]).location.startswith("/connexion?")
    with database.transaction() as session:
        make_buyer(session, "autre@ville.example", siret=siret_of(1))
    enter(client, database, "autre@ville.example")
    assert client.get(papers[which]).status_code == 404
    assert client.get(papers[which] + "?key=").status_code == 404


def test_a_document_is_not_found_under_another_dossier(app, database: Database, papers):
    client = staff(app, database, SALES)
    assert client.get("/dossiers/DE-2026-000099/fichiers/1").status_code == 404
    assert client.get(papers[1] + "9").status_code == 404
