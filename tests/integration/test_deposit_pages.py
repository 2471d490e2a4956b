"""The pages of deposits on Chorus Pro: asked for, by hand, statuses, refusals and their cure."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from checkout.deposits.sandbox.server import Sandbox, running
from shop.core.actors import ACCOUNTING
from shop.organisations.models import Organisation
from shop.organisations.rules import EngagementRule
from shop.storage.db import Database
from tests.credited import credit, invoiced
from tests.deposited import asked, client_of, invoiced_for_chorus, work
from tests.listed import said
from tests.people import staff

pytestmark = pytest.mark.usefixtures("printed_once")


@pytest.fixture
def portal() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def books(app: Any, database: Database) -> FlaskClient:
    return staff(app, database, ACCOUNTING)


@pytest.fixture
def _by_api(app: Any) -> Iterator[None]:
    settings = app.extensions["comptoir.settings"]
    app.extensions["comptoir.settings"] = replace(settings, chorus_client_id="sandbox")
    yield
    app.extensions["comptoir.settings"] = settings


@pytest.mark.usefixtures("_by_api")
def test_an_invoice_is_deposited_with_one_button(
    books: FlaskClient, database: Database, portal: Sandbox
):
    number = invoiced_for_chorus(database)
    page = said(books, f"/bureau/factures/{number}")
    assert "Rien n’a été déposé sur Chorus Pro." in page
    assert "Contrôles passés" in said(books, f"/bureau/depots/{number}")
    answer = books.post(f"/bureau/depots/{number}", follow_redirects=True)
    assert "est en cours de dépôt sur Chorus Pro" in answer.text.replace("\xa0", " ")
    work(database, client_of(portal.base_url), turns=4)
    page = said(books, f"/bureau/depots/{number}")
    assert "mise à disposition de l’organisme public" in page
    assert "CPP0000000000000000001" in page
    assert "flux CPP0000000000000000001" in said(books, f"/bureau/factures/{number}")
    assert number in said(books, "/bureau/depots?state=done")
    again = books.post(f"/bureau/depots/{number}", follow_redirects=True)
    assert "est déjà sur Chorus Pro" in again.text.replace("\xa0", " ")


def test_without_the_api_the_office_deposits_by_hand(books: FlaskClient, database: Database):
    number = invoiced_for_chorus(database)
    page = said(books, f"/bureau/depots/{number}")
    assert "Dépôt à la main sur le portail" in page
    answer = books.post(f"/bureau/depots/{number}", follow_redirects=True)
    assert "n’est pas configurée" in answer.text
    wrong = books.post(
        f"/bureau/depots/{number}/portail", data={"hand-flow": "", "hand-deposited_on": ""}
    )
    assert wrong.status_code == 422
    assert "Indiquez le numéro de flux que le portail affiche." in wrong.text
    late = {"hand-flow": "CPP00012345", "hand-deposited_on": "2199-01-01"}
    wrong = books.post(f"/bureau/depots/{number}/portail", data=late)
    assert (wrong.status_code, "CPP00012345" in wrong.text) == (422, True)
    assert "Ce jour n’est pas passé" in wrong.text
    good = late | {"hand-deposited_on": "2026-11-18"}
    answer = books.post(f"/bureau/depots/{number}/portail", data=good, follow_redirects=True)
    assert "Dépôt enregistré" in answer.text
    noted = {
        "status-code": "SUSPENDUE",
        "status-noted_on": "2026-11-18",
        "status-reason": "Manque le bon de livraison",
    }
    assert books.post(f"/bureau/depots/{number}/statut", data={}).status_code == 422
    unsaid = books.post(f"/bureau/depots/{number}/statut", data=noted | {"status-reason": ""})
    assert (unsaid.status_code, "Manque" in unsaid.text) == (422, False)
    answer = books.post(f"/bureau/depots/{number}/statut", data=noted, follow_redirects=True)
    assert "suspendue" in answer.text
    assert "Manque le bon de livraison" in answer.text
    assert "Le bureau y remédie." in answer.text
    abandoned = {"abandon-reason": ""}
    assert books.post(f"/bureau/depots/{number}/abandon", data=abandoned).status_code == 422


def test_what_chorus_would_refuse_is_listed_with_who_can_cure_it(
    books: FlaskClient, database: Database
):
    number = invoiced_for_chorus(database, engagement="")
    with database.transaction() as session:
        session.scalars(select(Organisation)).one().engagement_rule = EngagementRule.REQUIRED
    page = said(books, f"/bureau/depots/{number}")
    assert "BR-FR-CPRO-12" in page
    assert "Cet organisme public exige le n° d’engagement sur ses factures." in page
    assert "L’acheteur peut y remédier" in page
    assert "Enregistrer le dépôt" not in page


@pytest.mark.usefixtures("_by_api")
def test_a_refusal_of_the_portal_stands_on_the_page_and_the_desk(
    books: FlaskClient, database: Database, portal: Sandbox
):
    portal.state.directory.unknown_codes = {"CULT-02"}
    number = invoiced_for_chorus(database)
    asked(database, number)
    work(database, client_of(portal.base_url), turns=2)
    page = said(books, f"/bureau/depots/{number}")
    assert "rejeté par Chorus Pro" in page
    assert "inconnu ou inactif" in page
    assert "L’acheteur peut y remédier" in page
    assert number in said(books, "/bureau/depots?state=to_do")


def test_a_document_of_the_reform_has_no_deposit(books: FlaskClient, database: Database):
    number = invoiced(database)
    assert "n’a pas été établi pour un dépôt" in said(books, f"/bureau/depots/{number}")
    assert "Dépôt et statuts" not in said(books, f"/bureau/factures/{number}")
    assert books.post(f"/bureau/depots/{number}/renvoi").status_code in (302, 303, 409)


def test_a_credit_note_has_its_own_page(books: FlaskClient, database: Database):
    note = credit(database, invoiced_for_chorus(database)).number
    assert "Dépôt et statuts" in said(books, f"/bureau/avoirs/{note}")
    assert "Contrôles passés" in said(books, f"/bureau/depots/{note}")


def test_the_office_is_warned_before_the_password_ends(
    app: Any, books: FlaskClient, database: Database
):
    settings = app.extensions["comptoir.settings"]
    for day, is_told in (("2026-12-05", True), ("2027-12-05", False)):
        changed = replace(settings, chorus_password_until=day)
        app.extensions["comptoir.settings"] = changed
        assert ("mot de passe technique" in said(books, "/bureau/depots")) is is_told
    app.extensions["comptoir.settings"] = settings
