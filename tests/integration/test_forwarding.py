"""A client has the shop send an invoice to an address of their choice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkout.invoices.forwarding import forward_invoice, forwards_of, invoice_of_dossier
from checkout.invoices.forwarding_rules import MOST_FORWARDS, TooManyForwards
from checkout.invoices.models import Invoice, InvoiceSending
from shop.core.errors import NotFound
from shop.dossiers.models import Dossier
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, make_buyer, siret_of
from tests.integration.test_ledger import make_accountant
from tests.people import sign_in
from tests.snapshots import Snapshots

URL = "/dossiers/DE-2026-000001/factures/{}/envoi"


@pytest.fixture
def accountant(database: Database, snapshots: Snapshots) -> int:
    return snapshots.fill(database, make_accountant)


@pytest.fixture
def url(database: Database, accountant: int) -> str:
    """The page of the first invoice."""
    with database.reading_session() as session:
        return URL.format(session.scalars(select(Invoice.paper_id).order_by(Invoice.id)).first())


def forwarded(database: Database) -> list[Email]:
    with database.reading_session() as session:
        return list(
            session.scalars(
                select(Email).where(Email.template == "invoice_forwarded").order_by(Email.id)
            )
        )


def test_the_invoice_is_attached_to_an_email_in_the_name_of_the_person(
    client, accountant: int, url: str, database: Database
):
    page = sign_in(client, accountant).get("/factures").text
    assert url in page
    answer = client.post(url, data={"email": "elu@chinon.example"}, follow_redirects=True)
    assert "en cours d’envoi à elu@chinon.example" in answer.text
    assert "À elu@chinon.example" in answer.text, "the page says where it was sent"
    (email,) = forwarded(database)
    assert (email.to, len(email.papers), email.facts["number"]) == (
        "elu@chinon.example",
        1,
        "FA-2026-000001",
    )
    assert email.facts["sender_email"] == "compta@ville.example"
    assert "FA-2026-000001, à elu@chinon.example" in client.get("/devis/DE-2026-000001").text
    with database.reading_session() as session:
        assert (
            session.scalars(select(InvoiceSending).order_by(InvoiceSending.email_id)).all() == []
        ), "no period runs from it"


@pytest.mark.parametrize("typed", ["", "elu", "elu@chinon", "élu@chinon.example"])
def test_an_address_that_is_none_is_told_and_kept(
    client, accountant: int, url: str, database: Database, typed: str
):
    answer = sign_in(client, accountant).post(url, data={"email": typed})
    assert answer.status_code == 422
    assert "field__error" in answer.text and f'value="{typed}"' in answer.text
    assert forwarded(database) == []


def test_a_stranger_and_a_paper_that_is_no_invoice_of_the_file_are_not_found(
    client, accountant: int, url: str, database: Database
):
    with database.transaction() as session:
        stranger = make_buyer(session, "autre@ville.example", siret=siret_of(1))
    data = {"email": "elu@chinon.example"}
    assert sign_in(client, stranger.user_id).post(url, data=data).status_code == 404
    with database.reading_session() as session:
        dossier = session.scalars(select(Dossier).order_by(Dossier.id)).first()
        other = session.scalars(select(Invoice.paper_id).order_by(Invoice.id.desc())).first()
        for paper_id in (1, other):
            with pytest.raises(NotFound):
                invoice_of_dossier(session, dossier, paper_id)
    assert forwarded(database) == []


def test_a_person_sends_a_bounded_number_within_a_day(
    client, accountant: int, url: str, database: Database
):
    by = replace(BOOKS, user_id=accountant)
    with database.transaction() as session:
        dossier = session.scalars(select(Dossier).order_by(Dossier.id)).first()
        invoice = session.scalars(select(Invoice).order_by(Invoice.id)).first()
        for _each in range(MOST_FORWARDS):
            forward_invoice(session, dossier, invoice, "a@b.example", by=by, at=AT)
        with pytest.raises(TooManyForwards):
            forward_invoice(session, dossier, invoice, "a@b.example", by=by, at=AT)
        assert len(forwards_of(session, dossier, invoice)) == MOST_FORWARDS
        later = AT + timedelta(days=1)
        forward_invoice(session, dossier, invoice, "a@b.example", by=by, at=later)
