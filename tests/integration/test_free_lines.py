"""The free lines of the office's quote after the order: delivered, reserved and corrected like
goods, although no stock moves.
"""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.corrections.contrary_notes import correct_delivery_note, note_lines
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.models import ContraryNote, DeliveryNote
from checkout.deliveries.queue import to_prepare
from checkout.deliveries.rules import NothingToDeliver
from checkout.invoices.acknowledgements import (
    Recipient,
    acknowledge_delivery,
    delivered_lines,
)
from checkout.orders.cancellations import Cause, Ground, cancel_the_rest
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.orders.procedure import OrderStage
from checkout.payments.billing import bill_order
from quotes.client_quotes.adjustments import add_free_line
from shop.core.actors import LOGISTICS
from shop.core.money import Money
from shop.core.text import paris_day
from shop.dossiers.dossiers import content_of
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, STORES, make_buyer, make_shop
from tests.integration.test_granted_quotes import issued
from tests.orders import deliver_all, locked_order, make_client_quote, make_order_from_original
from tests.people import staff

GOODS, WORK = 1, 2


@pytest.fixture
def number(database: Database) -> str:
    """The number of an order of two loudspeakers and their installation, not delivered."""
    with database.transaction() as session:
        line = make_shop(session)[0]
        row = make_client_quote(session, make_buyer(session), line.sku, 2)
        add_free_line(session, row, "Installation sur place", Money(18_050), 2_000, 2)
        session.flush()
        return make_order_from_original(session, issued(session, row)).number


def delivered(session: Session, order: Order) -> list[int]:
    return [line.delivered for line in lines_of(session, order.id)]


def correct(session: Session, order: Order, note: DeliveryNote, units: dict[int, int]):
    return correct_delivery_note(
        session, order, note, units, reason="Pose reportée", by=STORES, at=AT
    )


def test_the_recipient_reads_the_work_of_a_delivery_and_reserves_it(
    client, database: Database, number: str
):
    with database.transaction() as session:
        note = deliver_all(session, locked_order(session, number))
        token = note.token
        assert [line.position for line in delivered_lines(session, note)] == [GOODS, WORK]
    address = f"/livraisons/{token}"
    assert "Installation sur place" in client.get(address).text
    told = {"name": "Rose Martin", "capacity": "Accueil", f"state_{WORK}": "missing"}
    assert client.post(address, data=told | {f"words_{WORK}": "Rien n’est posé"}).status_code == 303
    assert "Rien n’est posé" in client.get(address).text
    with database.reading_session() as session:
        [email] = session.scalars(select(Email).where(Email.template == "delivery_reserved"))
    assert email.facts["lines"] == [{"name": "Installation sur place", "words": "Rien n’est posé"}]


def test_work_that_was_not_done_is_taken_back_and_delivered_later(database: Database, number: str):
    with database.transaction() as session:
        order = locked_order(session, number)
        note = deliver_all(session, order)
        made = correct(session, order, note, {WORK: 2})
        lines = content_of(session, made.paper_id)["lines"]
        assert [(one["name"], one["shipped"], one["back"]) for one in lines][1:] == [
            ("Installation sur place", 2, 2)
        ]
        assert (order.stage, delivered(session, order)) == (OrderStage.ORDERED, [2, 0, 1])
        assert [line.position for line in delivered_lines(session, note)] == [GOODS]
        assert [row.remaining for row in to_prepare(session, paris_day(AT))] == [2]
        invoice = content_of(session, bill_order(session, order, by=BOOKS, at=AT).paper_id)
        assert "Installation sur place" not in [line["name"] for line in invoice["lines"]]
        later = issue_delivery_note(session, order, {WORK: 2}, by=STORES, at=AT)
        assert order.stage is OrderStage.DELIVERED
        printed = content_of(session, later.paper_id)["lines"]
        assert [(one["position"], one["delivered"]) for one in printed] == [(WORK, 2)]
        email = session.scalars(
            select(Email).where(Email.template == "delivery_sent").order_by(Email.id.desc())
        ).first()
        assert email is not None
        assert not email.facts["is_goods"] and email.facts["lines"][0]["quantity"] == 2


def test_invoiced_work_is_not_taken_back(database: Database, number: str):
    with database.transaction() as session:
        order = locked_order(session, number)
        note = deliver_all(session, order)
        bill_order(session, order, by=BOOKS, at=AT)
        assert [line.most for line in note_lines(session, order, note)] == [0, 0]


def test_a_note_stands_while_its_work_stands(database: Database, number: str):
    """Shipping waits for the next note only once nothing of the order was delivered."""
    with database.transaction() as session:
        order = locked_order(session, number)
        note = deliver_all(session, order)
        correct(session, order, note, {GOODS: 2})
        assert delivered(session, order) == [0, 2, 1]
        correct(session, order, note, {WORK: 2})
        assert delivered(session, order) == [0, 0, 0]
        whole = select(ContraryNote.is_whole).order_by(ContraryNote.id)
        assert session.scalars(whole).all() == [False, True]


def test_logistics_says_which_work_was_done(app, database: Database, number: str):
    desk = staff(app, database, LOGISTICS, language="en")
    place = f"/bureau/livraisons/{number}"
    assert f'name="units_{WORK}"' in desk.get(place).text
    sent = {f"units_{GOODS}": "2", f"units_{WORK}": "0", "parcels": "1"}
    assert desk.post(place, data=sent).status_code == 303
    with database.transaction() as session:
        order = locked_order(session, number)
        assert delivered(session, order) == [2, 0, 1]
        with pytest.raises(NothingToDeliver):
            issue_delivery_note(session, order, {WORK: 0}, by=STORES, at=AT)


def test_the_recipient_acknowledges_a_delivery_of_work_alone(database: Database, number: str):
    with database.transaction() as session:
        order = locked_order(session, number)
        note = issue_delivery_note(session, order, {WORK: 1}, by=STORES, at=AT)
        acknowledge_delivery(
            session, note.token or "", Recipient("Rose", "Accueil"), {}, by=STORES, at=AT
        )
        assert delivered(session, order) == [0, 1, 1]


def test_work_that_is_not_to_be_done_any_more_is_cancelled(database: Database, number: str):
    with database.transaction() as session:
        order = locked_order(session, number)
        issue_delivery_note(session, order, {GOODS: 2, WORK: 0}, by=STORES, at=AT)
        cause = Cause(Ground.DECISION, "Posé par la ville")
        assert cancel_the_rest(session, order, cause=cause, by=BOOKS, at=AT) == {WORK: 2}
        assert order.stage is OrderStage.DELIVERED
