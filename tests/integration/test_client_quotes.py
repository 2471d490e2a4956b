"""Quotes that the office draws for a client: prepared, read, issued, given up."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from quotes.client_quotes.client_quotes import begin_client_quote, get_client_quote, set_offer
from quotes.client_quotes.limits import limits_at
from quotes.client_quotes.models import ClientQuote
from quotes.client_quotes.rules import ContactMayNotBuy, ValidityTooLong
from quotes.quotes.models import Quote
from shop.cart.models import Cart
from shop.core.actors import ACCOUNTING, SALES, Actor
from shop.core.errors import NotAllowed
from shop.dossiers.dossiers import content_of
from shop.organisations.models import Organisation
from shop.organisations.rules import OrganisationNotVerified, Verification
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import AT, Town, make_person, make_town
from tests.people import sign_in, staff

SELLER = Actor("Sam Dubois", frozenset({SALES}))
#: Step 3, as the office fills it in for a town.
ADDRESSES = {
    "header_line1": "1 place du Marché",
    "header_postal_code": "37500",
    "header_city": "Chinon",
    "delivery": "same",
    "contact_name": "Claire Marchand",
    "contact_phone": "02 99 00 00 00",
    "service_name": "Comptabilité",
    "title": "Demande par téléphone",
}


@pytest.fixture
def town(database: Database) -> Town:
    with database.transaction() as session:
        return make_town(session, at=AT)


@pytest.fixture
def office(app, database: Database):
    return staff(app, database, SALES)


def begun(office, town: Town) -> str:
    """The address of a quote in preparation for the town's buyer."""
    contacts = f"/bureau/devis/clients/{town.organisation_id}"
    answer = office.post(contacts, data={"contact": str(town.buyer.user_id)})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def filled(office, town: Town) -> str:
    """The same with a line, the addresses and the offer."""
    url = begun(office, town)
    assert (
        office.post(f"{url}/lignes", data={"sku": "son-0412", "quantity": "3"}).status_code == 303
    )
    assert office.post(f"{url}/adresses", data=ADDRESSES).status_code == 303
    offer = {"shipping": "parcel", "months": "2", "words": "Comme convenu au téléphone."}
    way = re.search(r'name="shipping"[^>]*value="(\w+)"', office.get(url).text)
    assert way
    answer = office.post(f"{url}/offre", data=offer | {"shipping": way[1]})
    assert answer.status_code == 303
    return url


def seal_in(page: str) -> str:
    found = re.search(r'name="seal"[^>]*value="(\w+)"', page)
    assert found
    return found[1]


def count(database: Database, kind) -> int:
    with database.reading_session() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_sales_draw_a_quote_that_its_contact_receives_and_goes_on_with(app, office, database, town):
    assert "Établir un devis" in office.get(f"/bureau/clients/{town.organisation_id}").text
    url = filled(office, town)
    preview = office.get(f"{url}/apercu").text
    assert "Comme convenu au téléphone." in preview
    assert count(database, Quote) == 0
    issued = office.post(f"{url}/apercu", data={"seal": seal_in(preview)})
    assert issued.headers["Location"].startswith("/devis/DE-2026-000001")
    with database.reading_session() as session:
        quote = session.scalars(select(Quote)).one()
        content = content_of(session, quote.paper_id)
        mail = session.scalars(select(Email).where(Email.template == "quote_issued")).one()
    assert (quote.drawn_by, quote.accepted_by) == ("Sam Dubois", "Claire Marchand")
    assert quote.user_id == town.buyer.user_id
    assert quote.valid_until.isoformat() == content["valid_until"] == "2027-01-18"
    assert (content["accepted_by"], content["drawn_by"]) == (None, "Sam Dubois")
    assert mail.to == town.buyer.email
    assert mail.facts["words"] == ["Comme convenu au téléphone."]
    assert count(database, ClientQuote) == count(database, Cart) == 0
    buyer = sign_in(app.test_client(), town.buyer.user_id)
    assert "DE-2026-000001" in buyer.get("/devis").text
    assert "Sam Dubois" in buyer.get("/devis/DE-2026-000001").text


def test_a_quote_that_changed_since_it_was_read_is_read_again(office, database, town):
    url = filled(office, town)
    seal = seal_in(office.get(f"{url}/apercu").text)
    office.post(f"{url}/quantites", data={"quantity-SON-0412": "2"})
    answer = office.post(f"{url}/apercu", data={"seal": seal})
    assert answer.headers["Location"] == f"{url}/apercu"
    assert count(database, Quote) == 0


def test_nothing_is_read_or_issued_before_it_is_complete(office, town):
    url = begun(office, town)
    assert office.get(f"{url}/apercu").headers["Location"] == url
    assert "Ajoutez d’abord une ligne" in unescape(office.get(url).text)


def test_what_is_typed_wrong_is_told_beside_it_and_kept(office, town):
    url = filled(office, town)
    wrong = office.post(f"{url}/quantites", data={"quantity-SON-0412": "trois"})
    assert wrong.status_code == 422
    assert 'value="trois"' in wrong.text
    assert office.post(f"{url}/lignes", data={"sku": "", "quantity": "1"}).status_code == 422
    offer = {"shipping": "pick_up", "months": "12", "words": "Motif"}
    assert office.post(f"{url}/offre", data=offer).status_code == 422
    searched = office.post(f"{url}/lignes", data={"sku": "inconnu", "quantity": "1"})
    assert searched.headers["Location"] == f"{url}?q=inconnu"
    assert office.get(f"{url}?q=inconnu").status_code == 200


def test_a_preparation_is_given_up(office, database, town):
    url = filled(office, town)
    assert office.post(f"{url}/abandon").status_code == 303
    assert count(database, ClientQuote) == count(database, Cart) == 0
    assert office.get(url).status_code == 409


def test_a_quote_is_drawn_by_sales_for_a_buyer_of_a_verified_body(database, town):
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        stranger = make_person(session, at=AT, email="x@y.example")
        buyer = town.buyer.user_id
        for by in (town.buyer, Actor("A", frozenset({ACCOUNTING}))):
            if by is not town.buyer:
                with pytest.raises(NotAllowed):
                    begin_client_quote(session, body, buyer, by=by, at=AT)
        with pytest.raises(ContactMayNotBuy):
            begin_client_quote(session, body, stranger.id, by=SELLER, at=AT)
        row = begin_client_quote(session, body, buyer, by=SELLER, at=AT)
        prepared = get_client_quote(session, row.id, by=SELLER)
        with pytest.raises(ValidityTooLong):
            set_offer(prepared, months=4, words="", limits=limits_at(session, AT))
        body.verification = Verification.SUSPENDED
        session.flush()
        with pytest.raises(OrganisationNotVerified):
            begin_client_quote(session, body, buyer, by=SELLER, at=AT)
