"""The copy of a person's data has what they said of their orders, deliveries and invoices."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkout.invoices.receipts import record_delivery_receipt
from checkout.invoices.signed_notes import Acceptance, record_acceptance
from checkout.orders.amendments import tell_references
from checkout.orders.models import Order
from shop.core.text import paris_day
from shop.documents.uploads import Upload
from shop.storage.db import Database
from tests.factories import AT, BOOKS, make_person
from tests.integration.test_invoice_statuses import LATER, forwarded, told
from tests.integration.test_objections import ASKED, answer
from tests.orders import deliver_all, locked_order, make_ordered
from tests.people import sign_in

PAPER = Upload(b"%PDF-", "application/pdf", "service-fait.pdf")

pytestmark = pytest.mark.usefixtures("printed_once")


def test_answers_about_an_invoice_are_exported_for_its_buyer_alone(client, database: Database):
    number = forwarded(database)
    told(database, number, "208", ASKED)
    answer(database, number, "Le voici")
    with database.transaction() as session:
        buyer = session.scalars(select(Order.user_id)).one()
        stranger = make_person(session, at=AT, name="Jeanne Comptable").id
    copy = json.loads(sign_in(client, buyer).post("/compte/donnees/copie").text)
    (said,) = copy["objection_answers"]
    assert (said["invoice"], said["answer"]) == (number, "Le voici")
    assert said["answered_at"] == LATER.isoformat()
    copy = json.loads(sign_in(client, stranger).post("/compte/donnees/copie").text)
    assert copy["objection_answers"] == [], "the same name in no organisation of the order"


def test_what_was_said_of_a_delivery_and_an_order_is_exported(client, database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        note, buyer = deliver_all(session, order).number, order.user_id
        held, day = locked_order(session, order.number), paris_day(AT)
        tell_references(session, held, engagement="EJ-9", service_code="", by=BOOKS, at=AT)
        record_delivery_receipt(session, note, held, day, by=BOOKS, at=AT)
        words = Acceptance(day, "Le service des fêtes", "SF-12")
        names = (order.number, note)
        record_acceptance(session, names, words, PAPER, by=BOOKS, at=AT + timedelta(hours=1))
    copy = json.loads(sign_in(client, buyer).post("/compte/donnees/copie").text)
    assert copy["delivery_acceptances"] == [
        {
            "delivery_note": note,
            "accepted_on": day.isoformat(),
            "accepted_by": "Le service des fêtes",
            "reference": "SF-12",
            "paper": "service-fait.pdf",
        }
    ]
    assert [row["received_on"] for row in copy["delivery_receipts"]] == [day.isoformat()]
    assert copy["order_changes"][0]["after"]["engagement"] == "EJ-9"
    assert copy["cancellations"] == copy["refusal_answers"] == copy["change_requests"] == []
