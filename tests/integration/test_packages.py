"""Parcels one by one, and serial numbers: recorded when goods are shipped, shown, searched."""

import pytest
from sqlalchemy import func, select

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.models import DeliveryNote, DeliverySerial
from checkout.deliveries.packages import packages_of, serials_of
from checkout.deliveries.rules import Package, PackageKind, SerialKnown, Shipment
from checkout.orders.models import Order
from shop.core.actors import LOGISTICS
from shop.dossiers.dossiers import content_of
from shop.emails.messages import render_email
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import AT, STORES
from tests.orders import locked_order, make_ordered
from tests.people import staff

PALLET = Package(PackageKind.PALLET, 120_500, "Geodis", "GEO123456")
PARCEL = Package(weight_g=2_000, tracking="6A12345678901")
SHIPMENT = Shipment("Colissimo", parcels=2, packages=(PALLET, PARCEL), serials={1: ["A-1", "A-2"]})


@pytest.fixture
def number(database: Database) -> str:
    with database.transaction() as session:
        return make_ordered(session).number


def ship(database: Database, number: str, units: dict[int, int], shipment: Shipment) -> int:
    with database.transaction() as session:
        order = locked_order(session, number)
        return issue_delivery_note(session, order, units, shipment, by=STORES, at=AT).id


def test_parcels_and_serial_numbers_are_kept_and_told(database: Database, number: str):
    note_id = ship(database, number, {1: 2}, SHIPMENT)
    with database.reading_session() as session:
        note = session.get_one(DeliveryNote, note_id)
        assert packages_of(session, note.order_id) == {note_id: [PALLET, PARCEL]}
        assert serials_of(session, note.order_id) == {
            note_id: [("Enceinte active 12 pouces", ["A-1", "A-2"])]
        }
        paper = content_of(session, note.paper_id)
        email = session.scalars(select(Email).where(Email.template == "delivery_sent")).one()
    assert [one["carrier"] for one in paper["shipment"]["packages"]] == ["Geodis", "Colissimo"]
    assert paper["shipment"]["weight_g"] == 122_500
    assert paper["lines"][0]["serials"] == ["A-1", "A-2"]
    told = render_email(email.template, email.facts, language="en", public_url="http://s").body
    assert "pallet, 120.5\N{NO-BREAK SPACE}kg, Geodis, tracking number GEO123456" in told


def test_a_serial_number_is_shipped_again_once_that_was_checked(database: Database, number: str):
    ship(database, number, {1: 1}, Shipment(serials={1: ["A-1"]}))
    with pytest.raises(SerialKnown):
        ship(database, number, {1: 1}, Shipment(serials={1: ["a 1"]}))
    again = Shipment(serials={1: ["a 1"]}, serials_checked=True)
    ship(database, number, {1: 1}, again)
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(DeliverySerial)) == 2


def test_the_same_number_on_another_product_is_another_unit(database: Database, number: str):
    ship(database, number, {1: 1}, Shipment(serials={1: ["A-1"]}))
    ship(database, number, {2: 1}, Shipment(serials={2: ["A-1"]}))


def test_the_office_finds_a_delivery_by_a_serial_number(app, database: Database, number: str):
    ship(database, number, {1: 1}, Shipment(serials={1: ["SN 0047/B12"]}))
    desk = staff(app, database, LOGISTICS)
    for typed in ("sn0047b12", "SN-0047", "SN 0047/B12"):
        found = desk.get("/bureau/recherche", query_string={"q": typed})
        assert number in (found.location or found.text), typed


def test_the_form_describes_parcels_and_keeps_what_was_typed(app, database: Database, number: str):
    desk, form = staff(app, database, LOGISTICS, language="en"), f"/bureau/livraisons/{number}"
    answers = {"units_1": "2", "units_2": "0", "units_3": "0", "parcels": "2", "serials_1": "A-1"}
    shown = desk.post(form, data=answers | {"describe": "1"})
    assert (shown.status_code, 'name="weight_2"' in shown.text) == (200, True)
    assert "A-1</textarea>" in shown.text
    answers |= {"described": "2", "kind_1": "pallet", "weight_1": "120,5", "kind_2": "parcel"}
    wrong = desk.post(form, data=answers | {"weight_2": "heavy"})
    assert (wrong.status_code, 'value="heavy"' in wrong.text) == (422, True)
    assert "such as 12.5" in wrong.text
    more = desk.post(form, data=answers | {"parcels": "3"})
    assert (more.status_code, "2 parcels are described" in more.text) == (422, True)
    twice = desk.post(form, data=answers | {"serials_1": "A-1\r\na1"})
    assert (twice.status_code, "entered twice" in twice.text) == (422, True)
    assert desk.post(form, data=answers).status_code == 303
    page = desk.get(form).text
    assert "120.5\N{NO-BREAK SPACE}kg" in page


def test_the_client_reads_the_parcels_with_their_links(app, database: Database, number: str):
    ship(database, number, {1: 2}, SHIPMENT)
    with database.reading_session() as session:
        quote = session.scalars(select(Order.quote_number)).one()
    page = staff(app, database, LOGISTICS).get(f"/devis/{quote}").text
    assert "code=6A12345678901" in page
    assert "A-1, A-2" in page


def test_a_known_serial_number_asks_to_be_checked(app, database: Database, number: str):
    ship(database, number, {1: 1}, Shipment(serials={1: ["A-1"]}))
    desk, form = staff(app, database, LOGISTICS, language="en"), f"/bureau/livraisons/{number}"
    answers = {"units_1": "1", "units_2": "0", "units_3": "0", "parcels": "1", "serials_1": "A-1"}
    asked = desk.post(form, data=answers)
    assert (asked.status_code, 'name="shipped_again"' in asked.text) == (422, True)
    assert desk.post(form, data=answers | {"shipped_again": "y"}).status_code == 303
