"""The contact person of a purchase: their own address, on the quote and the delivery note."""

import re
from io import BytesIO

import pypdf
import pytest
from sqlalchemy import select, update

from checkout.drafts.drafts import set_guest
from checkout.drafts.models import Draft
from checkout.orders.models import Order
from quotes.quotes.models import Quote
from shop.core.actors import MEMBER_ADMIN
from shop.core.parties import Contact, parties_from
from shop.documents.pdf import render
from shop.dossiers.models import Paper
from shop.ops.clock import now
from shop.organisations.contacts import Person, add_contact
from tests.factories import AT, Town, make_checkout, make_parties, make_town
from tests.orders import deliver_all, make_order_from_original
from tests.people import sign_in
from tests.teams import make_member

MARC = Contact("Marc Tesnière", "02 61 91 00 12", "m.tesniere@chinon.example")
BUYER = "claire@chinon.example"
STEP_3 = {
    "header_line1": "1, place du Marché",
    "header_postal_code": "37500",
    "header_city": "Chinon",
    "delivery": "same",
    "service_name": "Comptabilité",
    "contact_name": MARC.name,
    "contact_phone": MARC.phone,
    "contact_email": MARC.email,
}


@pytest.fixture
def town(database) -> Town:
    with database.transaction() as session:
        return make_town(session, at=now())


@pytest.fixture
def buyer(client, database, town):
    """The town's buyer, with a product in the cart."""
    with database.transaction() as session:
        _cart, token = make_checkout(session, town.product_id, at=now(), by=town.buyer)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    return sign_in(client, town.buyer.user_id)


def draw(buyer, **change) -> None:
    """Steps 3 to 5, up to the quote."""
    assert buyer.post("/commande/adresses", data=STEP_3 | change).status_code == 303
    assert buyer.post("/commande/livraison", data={"shipping": "parcel"}).status_code == 303
    page = buyer.get("/commande/devis").text
    answers = dict(re.findall(r'name="(seal|draft|seen)"[^>]*value="([^"]*)"', page))
    answers |= {"accepted": "y", "by": "pdf"}
    assert buyer.post("/commande/devis", data=answers).status_code == 303


def printed(database, kind: str) -> str:
    with database.reading_session() as session:
        paper = session.scalars(select(Paper).where(Paper.kind == kind)).one()
        data = render(kind, paper.content, language="fr")
    pages = pypdf.PdfReader(BytesIO(data)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_the_contact_person_is_printed_with_their_own_address_on_quote_and_delivery_note(
    buyer, database
):
    draw(buyer)
    quote = printed(database, "quote")
    assert MARC.name in quote
    assert MARC.email in quote
    assert BUYER not in quote
    with database.transaction() as session:
        order = make_order_from_original(session, session.scalars(select(Quote)).one(), at=now())
        deliver_all(session, order, at=now())
    note = printed(database, "delivery_note")
    assert MARC.email in note
    assert BUYER not in note


def test_a_contact_person_without_an_address_has_none_on_the_papers(buyer, database):
    draw(buyer, contact_email="")
    assert "@chinon.example" not in printed(database, "quote")


def test_an_address_that_is_none_is_refused_beside_its_field(buyer):
    answer = buyer.post("/commande/adresses", data=STEP_3 | {"contact_email": "marc"})
    assert answer.status_code == 422
    assert 'href="#contact_email"' in answer.text


def test_step_3_proposes_the_saved_contacts_and_takes_the_chosen_one(buyer, database, town):
    with database.transaction() as session:
        saved = Person("delivery", MARC.name, "", MARC.phone, MARC.email)
        contact = add_contact(session, saved, by=town.buyer, at=now())
        add_contact(session, Person("signatory", "Anne Roy", "Maire"), by=town.buyer, at=now())
        key = f"contact-{contact.id}"
    page = buyer.get("/commande/adresses").text
    assert f'value="{key}"' in page
    assert "Anne Roy" not in page
    nobody = {"contact_name": "", "contact_phone": "", "contact_email": ""}
    answer = buyer.post("/commande/adresses", data=STEP_3 | nobody | {"contact": key})
    assert answer.status_code == 303
    with database.reading_session() as session:
        assert parties_from(session.scalars(select(Draft)).one().parties).contact == MARC


def test_the_contact_of_another_organisation_cannot_be_chosen(buyer):
    answer = buyer.post("/commande/adresses", data=STEP_3 | {"contact": "contact-999"})
    assert answer.status_code == 422


def test_a_place_of_delivery_keeps_the_address_of_its_contact_and_step_3_proposes_it(
    client, database, town
):
    sign_in(client, town.buyer.user_id)
    place = {
        "name": "Salle Rabelais",
        "line1": "1, rue du Stade",
        "postal_code": "37500",
        "city": "Chinon",
        "contact_name": MARC.name,
        "contact_phone": MARC.phone,
        "contact_email": MARC.email,
    }
    assert client.post("/compte/adresses/livraison/nouvelle", data=place).status_code == 303
    assert MARC.email in client.get("/compte/adresses").text
    assert MARC.email in client.get("/compte/adresses/livraison/1").text
    with database.transaction() as session:
        _cart, token = make_checkout(session, town.product_id, at=now(), by=town.buyer)
        session.execute(update(Draft).values(parties={}))
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    assert f'value="{MARC.email}"' in client.get("/commande/adresses").text


def test_a_telephone_that_the_address_book_keeps_goes_through_step_3(client, database, town):
    telephone = "02 33 00 00 00 poste 4512"
    with database.transaction() as session:
        administrator = make_member(session, "marc@chinon.example", MEMBER_ADMIN)
    sign_in(client, administrator.user_id)
    place = {
        "name": "Salle Rabelais",
        "line1": "1, rue du Stade",
        "postal_code": "37500",
        "city": "Chinon",
        "contact_name": MARC.name,
        "contact_phone": telephone,
    }
    assert client.post("/compte/adresses/livraison/nouvelle", data=place).status_code == 303
    with database.transaction() as session:
        _cart, token = make_checkout(session, town.product_id, at=now(), by=town.buyer)
        session.execute(update(Draft).values(parties={}))
    sign_in(client, town.buyer.user_id)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    page = client.get("/commande/adresses").text
    shown = re.search(r'name="contact_phone"[^>]*value="([^"]*)"', page)
    assert shown is not None
    assert shown[1] == telephone
    assert client.post(
        "/commande/adresses", data=STEP_3 | {"contact_phone": shown[1]}
    ).location == ("/commande/livraison")
    with database.reading_session() as session:
        assert parties_from(session.scalars(select(Draft)).one().parties).contact.phone == telephone


def test_a_guest_who_corrects_their_address_corrects_the_contact_persons_too(database):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        make_checkout(session, town.product_id, at=AT, email="lea@home.exmaple")
        draft = session.scalars(select(Draft)).one()
        set_guest(draft, "lea@home.example")
        session.flush()
        assert parties_from(draft.parties).contact.email == "lea@home.example"


def test_a_sale_stored_before_the_address_was_asked_prints_no_address_on_a_new_paper():
    stored = make_parties().to_json()
    stored["contact"] = {"name": "Marc", "phone": "02 00 00 00 00", "email": BUYER}
    assert parties_from(stored).contact == Contact("Marc", "02 00 00 00 00")
    assert parties_from(make_parties().to_json()) == make_parties()


def test_an_order_keeps_the_contact_of_its_quote(buyer, database):
    draw(buyer)
    with database.transaction() as session:
        make_order_from_original(session, session.scalars(select(Quote)).one(), at=now())
        order = session.scalars(select(Order)).one()
        assert parties_from(order.parties).contact.email == MARC.email


def test_a_paper_issued_before_renders_as_it_was(buyer, database):
    """Its content has no address of the contact beside the place of delivery."""
    draw(buyer)
    with database.reading_session() as session:
        content = session.scalars(select(Paper).where(Paper.kind == "quote")).one().content
    before = content | {"delivery": content["delivery"] | {"contact_email": None}}
    without = content | {
        "delivery": {k: v for k, v in content["delivery"].items() if k != "contact_email"}
    }
    assert render("quote", without, language="fr") == render("quote", before, language="fr")
    assert render("quote", without, language="fr") != render("quote", content, language="fr")
