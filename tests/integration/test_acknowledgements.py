"""The recipient acknowledges a delivery from the address of its note, without an account."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.models import DeliveryAcknowledgement, DeliveryNote, DeliveryReceipt
from checkout.deliveries.rules import (
    Reservation,
    ReservationKind,
    Shipment,
    UnexplainedReservation,
    UnknownLine,
    ensure_reservations,
)
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from shop.dossiers.dossiers import content_of
from shop.emails.messages import render_email
from shop.letterheads.letterheads import current_letterhead
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import AT, STORES, make_shop, make_staff
from tests.orders import deliver_all, make_card_order
from tests.people import sign_in

WHOLE = {"name": "Rose Martin", "capacity": "Front desk"}


@pytest.fixture
def address(client: FlaskClient, database: Database) -> str:
    """The address of the acknowledgement of a delivery, read in English."""
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        note = deliver_all(session, order)
        token = note.token
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    return f"/livraisons/{token}"


def test_opening_the_page_records_nothing(client, database, address):
    page = client.get(address)
    assert (page.status_code, "Acknowledge the delivery" in page.text) == (200, True)
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(DeliveryAcknowledgement)) == 0


def test_the_first_acknowledgement_stays_and_the_second_person_reads_it(client, database, address):
    assert client.post(address, data=WHOLE).status_code == 303
    assert client.post(address, data=WHOLE | {"name": "Paul Durand"}).status_code == 303
    page = client.get(address).text
    assert ("Rose Martin" in page, "Paul Durand" in page) == (True, False)
    with database.reading_session() as session:
        assert session.scalars(select(DeliveryReceipt)).one().by_name == "Rose Martin"
        acts = select(func.count()).where(JournalEntry.act == "acknowledge_delivery")
        assert session.scalar(acts) == 1


def test_a_reservation_is_explained_and_nothing_typed_is_lost(client, database, address):
    told = WHOLE | {"state_1": "damaged"}
    refused = client.post(address, data=told)
    assert refused.status_code == 422
    assert "Say in a sentence what is wrong." in refused.text
    assert 'value="Rose Martin"' in refused.text
    client.post(address, data=told | {"words_1": "Corner of the box crushed"})
    with database.reading_session() as session:
        kept = session.scalars(select(DeliveryAcknowledgement)).one()
    assert kept.reservations == {"1": {"kind": "damaged", "words": "Corner of the box crushed"}}
    assert "Damaged. Corner of the box crushed" in client.get(address).text


def test_the_buyer_and_the_office_read_what_was_acknowledged(client, database, address):
    told = WHOLE | {"state_1": "missing", "words_1": "Two boxes of four"}
    client.post(address, data=told)
    with database.transaction() as session:
        logistics = make_staff(session, "logistics").id
        number = session.scalars(select(Order.number)).one()
    office = sign_in(client, logistics)
    for page in (f"/bureau/livraisons/{number}", f"/commandes/{number}"):
        shown = office.get(page).text
        assert ("Rose Martin, Front desk" in shown, "Two boxes of four" in shown) == (True, True)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_office_is_told_of_reservations_by_e_mail(client, database, address, language):
    client.post(address, data=WHOLE | {"state_1": "missing", "words_1": "Two boxes of four"})
    with database.reading_session() as session:
        email = session.scalars(select(Email).where(Email.template == "delivery_reserved")).one()
        told = render_email(email.template, email.facts, language=language, public_url="http://s")
        assert email.to == current_letterhead(session)["email"]
    assert "Two boxes of four" in told.body
    assert f"http://s/bureau/livraisons/{email.facts['order']}\n" in told.body


def test_a_forged_kind_of_reservation_is_refused_and_journalled(client, database, address):
    with database.transaction() as session:
        person = make_staff(session, "logistics").id
    answer = sign_in(client, person).post(address, data=WHOLE | {"state_1": "eaten"})
    assert answer.status_code == 422
    with database.reading_session() as session:
        refused = select(JournalEntry.act).where(JournalEntry.subject == "refusal")
        assert session.scalars(refused).all() == ["UnknownReservation"]
        assert session.scalar(select(func.count()).select_from(DeliveryAcknowledgement)) == 0


def test_the_page_is_found_by_no_search_engine(client, address):
    answer = client.get(address)
    assert '<meta name="robots" content="noindex">' in answer.text
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_an_unknown_token_names_no_delivery(client, address):
    assert client.get("/livraisons/" + "k" * 43).status_code == 404
    assert client.post("/livraisons/" + "k" * 43, data=WHOLE).status_code == 404


def test_the_email_of_the_day_of_shipping_has_the_address(database, address):
    with database.reading_session() as session:
        email = session.scalars(select(Email).where(Email.template == "delivery_sent")).one()
        content = render_email(
            email.template, email.facts, language="en", public_url="https://shop.example"
        )
        assert f"https://shop.example{address}\n" in content.body
        assert len(session.scalars(select(DeliveryNote.token)).one()) == 43


def test_the_code_on_the_delivery_note_leads_to_the_page(client, database):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        shipment = Shipment("Perche", site="https://shop.example")
        units = {1: lines_of(session, order.id)[0].quantity}
        note = issue_delivery_note(session, order, units, shipment, by=STORES, at=AT)
        printed = content_of(session, note.paper_id)["acknowledged_at"]
    assert client.get(printed.removeprefix("https://shop.example")).status_code == 200


def test_a_reservation_is_on_a_line_of_the_delivery():
    missing = Reservation(ReservationKind.MISSING, "Two boxes")
    ensure_reservations({1: missing}, {1: "Desk"})
    with pytest.raises(UnknownLine):
        ensure_reservations({2: missing}, {1: "Desk"})
    with pytest.raises(UnexplainedReservation):
        ensure_reservations({1: Reservation(ReservationKind.OTHER, " ")}, {1: "Desk"})
