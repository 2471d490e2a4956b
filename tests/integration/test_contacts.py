"""Contacts by function, what a carrier needs to know of an address, the rule of a paying
service.
"""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from quotes.quotes.models import Quote
from shop.core.actors import ACCOUNTANT, BUYER, SALES, SALES_ADMIN
from shop.core.errors import NotAllowed
from shop.core.parties import Place, parties_from
from shop.documents.pdf import render
from shop.dossiers.dossiers import content_of
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.organisations import addresses, contacts
from shop.organisations.models import Address, Organisation, OrganisationContact
from shop.organisations.rules import EngagementRule, engagement_rule_of
from shop.people.people import get_person
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, make_buyer, make_parties, make_shop, make_staff, siret_of
from tests.orders import make_quote
from tests.people import sign_in, staff

SIGNATORY = {"function": "signatory", "name": "Paul Lenoir", "capacity": "Maire"}
HALL = {
    "name": "Salle Rabelais",
    "line1": "1, rue du Stade",
    "postal_code": "37500",
    "city": "Chinon",
    "floor": "2e, sans ascenseur",
    "opening_hours": "8 h à 12 h, sauf le mercredi",
    "call_before": "y",
}


@pytest.fixture
def buyer(client, database: Database):
    with database.transaction() as session:
        user = make_buyer(session)
    return sign_in(client, user.user_id)


def only(database: Database, kind):
    with database.reading_session() as session:
        return session.scalars(select(kind)).one()


def grant(database: Database, *roles: str) -> None:
    with database.transaction() as session:
        session.scalars(select(Membership)).one().grant(roles)


def test_a_contact_is_added_changed_and_removed(buyer, database):
    assert buyer.get("/compte/contacts/nouveau?function=signatory").status_code == 200
    assert buyer.post("/compte/contacts/nouveau", data=SIGNATORY).status_code == 303
    contact = only(database, OrganisationContact)
    url = f"/compte/contacts/{contact.id}"
    assert 'value="Paul Lenoir"' in buyer.get(url).text
    assert buyer.post(url, data=SIGNATORY | {"capacity": "Adjoint"}).status_code == 303
    assert "Adjoint" in buyer.get("/compte/contacts").text
    assert buyer.post(f"{url}/retrait").status_code == 303
    assert "Paul Lenoir" not in buyer.get("/compte/contacts").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"function": "signatory", "name": "Paul Lenoir"},
        {"function": "buyer", "name": "Claire Marchand"},
        {"function": "mayor", "name": "Paul", "phone": "02 47 00 00 00"},
        {"function": "payer", "name": "", "email": "compta@chinon.example"},
        {"function": "payer", "name": "Ada", "phone": "12"},
    ],
)
def test_a_contact_that_is_not_valid_is_shown_beside_its_field(buyer, wrong):
    answer = buyer.post("/compte/contacts/nouveau", data=wrong)
    assert answer.status_code == 422
    assert "field__error" in answer.text


def test_a_reader_reads_the_contacts_and_another_body_does_not(app, buyer, database):
    buyer.post("/compte/contacts/nouveau", data=SIGNATORY)
    with database.transaction() as session:
        stranger = make_buyer(session, "autre@ville.example", siret=siret_of(1))
        membership = session.scalars(
            select(Membership).where(Membership.user_id != stranger.user_id)
        ).one()
        membership.grant([])
        contact = session.scalars(select(OrganisationContact)).one()
        with pytest.raises(NotAllowed):
            contacts.remove_contact(session, contact, by=stranger, at=AT)
    page = buyer.get("/compte/contacts")
    assert "Paul Lenoir" in page.text
    assert "/retrait" not in page.text
    assert buyer.post("/compte/contacts/nouveau", data=SIGNATORY).status_code == 403
    other = sign_in(app.test_client(), stranger.user_id)
    assert "Paul Lenoir" not in other.get("/compte/contacts").text
    assert other.post(f"/compte/contacts/{contact.id}/retrait").status_code == 404
    assert forged(database) == 1


def test_using_the_address_of_another_body_is_recorded_as_forged(app, buyer, database):
    buyer.post("/compte/adresses/livraison/nouvelle", data=HALL)
    kept = only(database, Address)
    with database.transaction() as session:
        stranger = make_buyer(session, "autre@ville.example", siret=siret_of(1))
    other = sign_in(app.test_client(), stranger.user_id)
    assert other.post(f"/compte/adresses/livraison/{kept.id}/retrait").status_code == 404
    assert other.post(f"/compte/adresses/livraison/{kept.id + 99}/retrait").status_code == 404
    assert buyer.post(f"/compte/adresses/service-de-paiement/{kept.id}/retrait").status_code == 404
    assert forged(database) == 1


def forged(database: Database) -> int:
    """How many requests with an id of somebody else are in the journal."""
    with database.reading_session() as session:
        entries = select(func.count(JournalEntry.id)).where(JournalEntry.act == "Foreign")
        return session.scalar(entries) or 0


def test_staff_read_the_contacts_on_the_pages_of_the_client_and_of_the_original(
    app, buyer, database
):
    buyer.post("/compte/contacts/nouveau", data=SIGNATORY)
    body = only(database, Organisation)
    office = staff(app, database, SALES_ADMIN)
    assert "Paul Lenoir" in office.get(f"/bureau/clients/{body.id}").text
    with database.transaction() as session:
        by = session.scalars(select(Membership)).one()
        number = make_quote(session, _actor(session, by), make_shop(session)).number
    assert "Paul Lenoir, Maire" in office.get(f"/bureau/bons-de-commande/{number}").text
    hint = "n’est pas parmi ceux"
    assert hint not in office.get(f"/bureau/bons-de-commande/{number}").text
    wrong = office.post(f"/bureau/bons-de-commande/{number}", data={"signatory_name": "Ada"})
    assert hint in wrong.text


def _actor(session, membership):
    return member_actor(get_person(session, membership.user_id), membership)


def test_an_accountant_edits_paying_services_and_not_addresses(buyer, database):
    grant(database, ACCOUNTANT)
    service = {"name": "Comptabilité", "engagement_rule": "required"}
    assert (
        buyer.post("/compte/adresses/service-de-paiement/nouveau", data=service).status_code == 303
    )
    assert buyer.post("/compte/adresses/livraison/nouvelle", data=HALL).status_code == 403
    assert buyer.get("/compte/adresses/en-tete").status_code == 403
    page = buyer.get("/compte/adresses").text
    assert "/compte/adresses/service-de-paiement/1" in page
    assert "/compte/adresses/livraison/nouvelle" not in page


def test_an_address_stores_what_the_carrier_needs(buyer, database):
    assert buyer.post("/compte/adresses/livraison/nouvelle", data=HALL).status_code == 303
    kept = only(database, Address)
    place = Place(**kept.content)
    assert (place.floor, place.call_before) == ("2e, sans ascenseur", True)
    page = buyer.get("/compte/adresses").text
    assert "8 h à 12 h, sauf le mercredi" in page
    form = buyer.get(f"/compte/adresses/livraison/{kept.id}").text
    assert 'value="2e, sans ascenseur"' in form
    assert "checked" in form
    assert buyer.post(f"/compte/adresses/livraison/{kept.id}", data=HALL).status_code == 303


def test_addresses_stored_before_those_fields_are_still_read(database):
    old = {"name": "Salle", "line1": "1, rue", "postal_code": "37500", "city": "Chinon"}
    assert addresses.place_from(old) == Place("Salle", "1, rue", "37500", "Chinon")
    stored = make_parties().to_json()
    for part, keys in (("delivery", ("floor", "opening_hours", "call_before")),):
        for key in keys:
            del stored[part][key]
    del stored["paying_service"]["engagement_rule"]
    assert parties_from(stored) == make_parties()


def test_the_rule_of_the_paying_service_comes_before_the_bodys():
    parties = make_parties()
    required, optional = EngagementRule.REQUIRED, EngagementRule.OPTIONAL
    assert engagement_rule_of(parties, required) is required
    own = parties_from(
        parties.to_json()
        | {"paying_service": {"name": "Comptabilité", "engagement_rule": "optional"}}
    )
    assert engagement_rule_of(own, required) is optional


def test_the_quote_prints_the_account_manager_and_what_the_carrier_needs(buyer, database):
    with database.transaction() as session:
        manager = make_staff(session, SALES)
        manager.phone = "04 72 00 00 01"
        session.scalars(select(Organisation)).one().account_manager_id = manager.id
        by = session.scalars(select(Membership)).one()
        quote = make_quote(session, _actor(session, by), make_shop(session))
        content = content_of(session, quote.paper_id)
    assert content["account_manager"]["phone"] == "04 72 00 00 01"
    assert content["customer"]["code"] == "C-000001"
    hall = replace(make_parties().delivery, floor="2e étage", call_before=True)
    content["delivery"] |= {"floor": hall.floor, "call_before": True, "opening_hours": "8 h-12 h"}
    text = PdfReader(BytesIO(render("quote", content, language="fr"))).pages[0].extract_text()
    for words in ("Sam Dubois", "C-000001", "2e étage", "8 h-12 h", "sales@comptoir.example"):
        assert words in text, words
    older = {key: value for key, value in content.items() if key != "account_manager"}
    for key in ("floor", "opening_hours", "call_before"):
        del older["delivery"][key]
    assert render("quote", older, language="fr").startswith(b"%PDF")


def test_clients_read_who_their_account_manager_is(buyer, database):
    with database.transaction() as session:
        session.scalars(select(Organisation)).one().account_manager_id = make_staff(
            session, SALES
        ).id
        by = session.scalars(select(Membership)).one()
        number = make_quote(session, _actor(session, by), make_shop(session)).number
        assert session.scalar(select(Quote.number)) == number
    assert "sales@comptoir.example" in buyer.get("/compte").text
    assert "sales@comptoir.example" in buyer.get(f"/devis/{number}").text


def test_a_former_buyer_cannot_edit_contacts(buyer, database):
    grant(database, BUYER)
    assert buyer.post("/compte/contacts/nouveau", data=SIGNATORY).status_code == 303
    grant(database)
    assert buyer.get("/compte/contacts/nouveau").status_code == 403
