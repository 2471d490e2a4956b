"""What others wrote about a person goes with them, as far as it is about them."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import HOLDINGS
from checkout.drafts.models import Draft
from quotes.client_quotes.models import ClientQuote
from shop.clients.keys import Client
from shop.clients.models import ClientNote
from shop.clients.notes import write_note
from shop.clients.rules import names_one_of, without
from shop.core.parties import Contact, Place
from shop.organisations.addresses import add_place
from shop.organisations.models import Address
from shop.people.models import User
from shop.people.people import actor_of
from shop.privacy.personal_data import erase
from shop.storage.db import Database
from tests.factories import AT, OFFICE, make_buyer, make_shop
from tests.orders import make_client_quote
from tests.people import sign_in

NAME, EMAIL = "Zélie Quatrebarbes", "zelie@chinon.example"
PLACE = Place("Mairie", "1, place Zola", "37500", "Chinon")


@pytest.fixture
def zelie(database: Database) -> int:
    """A buyer whom the office and her colleagues wrote about, and for whom a quote is prepared."""
    with database.transaction() as session:
        buyer = make_buyer(session, EMAIL, name=NAME)
        make_client_quote(session, buyer, make_shop(session)[0].sku)
        body = Client(organisation_id=buyer.organisation_id)
        for client, text in (
            (Client(user_id=buyer.user_id), "Préfère le matin"),
            (body, f"Demander {NAME.upper()} ({EMAIL}), sinon l’accueil"),
            (body, "Quai de livraison fermé le lundi"),
        ):
            write_note(session, client, text, by=OFFICE, at=AT)
        for contact in (Contact(NAME, "02"), Contact("Accueil", "03"), Contact("Z.", "04", EMAIL)):
            add_place(session, PLACE, contact=contact, by=buyer, at=AT)
        return buyer.user_id or 0


def forget(session: Session, user_id: int) -> None:
    user = session.get_one(User, user_id)
    erase(session, user, HOLDINGS, confirmed=EMAIL, by=actor_of(user), at=AT)


def kept(session: Session, column: Any, key: Any) -> list[Any]:
    return list(session.scalars(select(column).order_by(key)))


def test_notes_and_places_of_the_organisation_stay_without_the_person(
    database: Database, zelie: int
):
    with database.transaction() as session:
        forget(session, zelie)
    with database.reading_session() as session:
        assert kept(session, ClientNote.text, ClientNote.id) == [
            "Demander [effacé] ([effacé]), sinon l’accueil",
            "Quai de livraison fermé le lundi",
        ]
        contacts = kept(session, Address.contact, Address.id)
        assert [one.get("name") for one in contacts] == [None, "Accueil", None]


def test_a_quote_that_the_office_prepares_ends_with_its_contact(database: Database, zelie: int):
    """Its goods, the addresses of its checkout and its words are deleted with its cart."""
    with database.transaction() as session:
        forget(session, zelie)
        for kind in (ClientQuote, Draft):
            assert session.scalar(select(func.count()).select_from(kind)) == 0


def test_the_copy_has_what_others_wrote_of_the_person(client, zelie: int):
    copy = json.loads(sign_in(client, zelie).post("/compte/donnees/copie").text)
    assert [row["text"][:8] for row in copy["notes"]] == ["Préfère ", "Demander"]
    assert [row["contact"]["name"] for row in copy["address_contacts"]] == [NAME, "Z."]


def test_a_name_is_found_as_it_is_written_and_not_within_another():
    words = ("Anne Roy", "a.roy@x.example")
    assert names_one_of("Voir ANNE  ROY.", words)
    assert not names_one_of("Voir Marianne Royer", words)
    assert without("anne roy, a.roy@x.example", words) == "[effacé], [effacé]"
