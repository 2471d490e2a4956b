"""The demonstration's mailbox: every e-mail with its attachments; in the demonstration only."""

import re
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from shop.dossiers.attachments import ENCLOSED, attachments_of
from shop.dossiers.models import Paper
from shop.jobs import make_pdfs
from shop.storage.db import Database
from shop.storage.outbox import Email, post
from tests.conftest import TEST_SETTINGS, Opening
from tests.factories import AT, make_buyer, make_shop
from tests.orders import make_card_order, make_quote


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
    place = f"/demonstration/courriels/{mail}/documents/{paper}.pdf"
    assert client.get(place).status_code == 202
    make_pdfs(database)
    carried = client.get(place)
    assert carried.data.startswith(b"%PDF-")
    assert (
        client.get(f"/demonstration/courriels/{mail}/documents/{paper + 1}.pdf").status_code == 404
    )
    assert client.get(f"/demonstration/courriels/{mail}/fichiers/1").status_code == 404
    assert client.get("/demonstration/courriels/999").status_code == 404


def test_e_mails_are_private_everywhere_else(client):
    assert client.get("/demonstration/courriels").status_code == 404
    assert client.get("/demonstration/courriels/1").status_code == 404


def test_the_mailbox_lists_every_attachment_and_gives_the_ones_that_were_sent(
    opened: Opening, database: Database
):
    """Newest first by the moment of writing, with subjects in place of the names of templates."""
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        enclosed = {"enclosed": sorted(ENCLOSED)}
        for days in (1, 3, 2):
            post(
                session,
                "order_link",
                to="lea@home.example",
                language="fr",
                at=AT + timedelta(days=days),
                name="Léa Petit",
                number=f"CO-2026-00000{days}",
                day="2026-11-18",
                guest_key="",
                dossier_id=order.dossier_id,
                **enclosed,
            )
    app = opened(database, replace(TEST_SETTINGS, mode="demonstration"))
    client = app.test_client()
    with database.reading_session() as session:
        sent = session.scalars(select(Email).order_by(Email.id)).all()
    page = client.get("/demonstration/courriels").text
    assert not any(mail.template in page for mail in sent)
    links = re.findall(r"/demonstration/courriels/(\d+)", page)
    dated = sorted(sent, key=lambda mail: mail.created_at, reverse=True)
    assert [int(link) for link in links] == [mail.id for mail in dated]
    for mail in sent:
        shown = client.get(f"/demonstration/courriels/{mail.id}").text
        for name in ENCLOSED:
            address = f"/demonstration/courriels/{mail.id}/pages/{name}.pdf"
            assert address in shown and ENCLOSED[name]["fr"] in shown
    made = attachments_of(database, sent[0], public_url=TEST_SETTINGS.public_url, at=AT)
    for one, name in zip(made, sorted(ENCLOSED), strict=True):
        carried = client.get(f"/demonstration/courriels/{sent[0].id}/pages/{name}.pdf")
        assert carried.data.startswith(b"%PDF-")
        assert one.filename in carried.headers["Content-Disposition"]
    assert client.get(f"/demonstration/courriels/{sent[0].id}/pages/other.pdf").status_code == 404
