"""The demonstration's mailbox: every e-mail with its attachments; in the demonstration only."""

from dataclasses import replace

from sqlalchemy import select

from shop.dossiers.models import Paper
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.conftest import TEST_SETTINGS, Opening
from tests.factories import make_buyer, make_shop
from tests.orders import make_quote


def test_e_mails_are_shown_in_the_demonstration(opened: Opening, database: Database):
    with database.transaction() as session:
        make_quote(session, make_buyer(session), make_shop(session))
    client = opened(database, replace(TEST_SETTINGS, mode="demonstration")).test_client()
    with database.reading_session() as session:
        mail, paper = (
            session.scalars(select(Email.id)).one(),
            session.scalars(select(Paper.id)).one(),
        )
    page = client.get("/demonstration/courriels")
    assert page.status_code == 200
    assert "acheteur@ville.example" in page.text
    email = client.get(f"/demonstration/courriels/{mail}").text
    assert "DE-2026-000001" in email and "Claire Marchand" in email
    carried = client.get(f"/demonstration/courriels/{mail}/documents/{paper}.pdf")
    assert carried.data.startswith(b"%PDF-")
    assert (
        client.get(f"/demonstration/courriels/{mail}/documents/{paper + 1}.pdf").status_code == 404
    )
    assert client.get(f"/demonstration/courriels/{mail}/fichiers/1").status_code == 404
    assert client.get("/demonstration/courriels/999").status_code == 404


def test_e_mails_are_private_everywhere_else(client):
    assert client.get("/demonstration/courriels").status_code == 404
    assert client.get("/demonstration/courriels/1").status_code == 404
