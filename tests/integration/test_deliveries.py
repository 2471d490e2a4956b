"""Goods are shipped with their delivery note, in one part or in several, and never before there is
an order.
"""

import threading

import pytest
from sqlalchemy import select

from checkout.deliveries.deliveries import issue_delivery_note, notes_of
from checkout.deliveries.models import DeliveryLine, DeliveryNote
from checkout.deliveries.rules import (
    MoreThanRemains,
    NoParcel,
    NothingToDeliver,
    Shipment,
    UnknownLine,
)
from checkout.orders.orders import get_order, lines_of
from checkout.orders.procedure import OrderStage
from shop.catalogue.models import Product, Stock
from shop.catalogue.rules import OutOfStock, Supply
from shop.core.errors import NotAllowed, NotFound
from shop.dossiers.dossiers import content_of
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, STORES, make_buyer, make_product, make_shop, sale_line
from tests.orders import (
    deliver_all,
    locked_order,
    make_order_from_original,
    make_ordered,
    make_quote,
)


def shelf(session, sku: str) -> tuple[int, int]:
    row = session.execute(
        select(Stock.on_hand, Stock.reserved)
        .join(Product, Product.id == Stock.product_id)
        .where(Product.sku == sku)
    ).one()
    return row.on_hand, row.reserved


def test_a_partial_delivery_keeps_the_state_and_says_what_remains(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        assert shelf(session, "SON-0412") == (20, 2)
        note = issue_delivery_note(
            session, order, {1: 1, 2: 3}, Shipment("Perche", parcels=2), by=STORES, at=AT
        )
        assert note.number == "BL-2026-000001"
        assert order.stage is OrderStage.ORDERED
        assert shelf(session, "SON-0412") == (19, 1)
        paper = content_of(session, note.paper_id)
    assert [
        (line["position"], line["delivered"], line["remaining"]) for line in paper["lines"]
    ] == [
        (1, 1, 1),
        (2, 3, 0),
        (3, 0, 1),
    ]
    assert paper["references"]["purchase_order"] == "BC-26-0871"
    assert paper["shipment"] == {
        "carrier": "Perche",
        "tracking": "",
        "parcels": 2,
        "weight_g": 4000,
    }
    assert "unit_price" not in str(paper)


def test_the_state_changes_when_nothing_is_left(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        issue_delivery_note(session, order, {1: 2}, by=STORES, at=AT)
        number = order.number
    with database.transaction() as session:
        order = locked_order(session, number)
        second = deliver_all(session, order)
        assert order.stage is OrderStage.DELIVERED
        assert all(line.delivered == line.quantity for line in lines_of(session, order.id))
        assert len(notes_of(session, order.id)) == 2
        paper = content_of(session, second.paper_id)
        assert [line["position"] for line in paper["lines"]] == [2, 3]
        entries = session.scalars(
            select(JournalEntry)
            .where(JournalEntry.act == "issue_delivery_note")
            .order_by(JournalEntry.id)
        ).all()
        assert [entry.target for entry in entries] == [None, "DELIVERED"]
        emails = session.scalars(
            select(Email).where(Email.template == "delivery_sent").order_by(Email.id)
        ).all()
        assert [email.facts["remaining"] for email in emails] == [4, 0]
        assert emails[1].papers == [second.paper_id]


def test_shipping_is_delivered_with_the_first_note_and_is_not_goods(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        note = issue_delivery_note(session, order, {3: 1}, by=STORES, at=AT)
        served = session.scalars(
            select(DeliveryLine.position)
            .where(DeliveryLine.delivery_note_id == note.id)
            .order_by(DeliveryLine.position)
        ).all()
        assert sorted(served) == [3, 4]
        with pytest.raises(UnknownLine):
            issue_delivery_note(session, order, {4: 1}, by=STORES, at=AT)


@pytest.mark.parametrize(
    ("quantities", "parcels", "refusal"),
    [
        ({1: 3}, 1, MoreThanRemains),
        ({1: -1}, 1, MoreThanRemains),
        ({1: 0, 2: 0}, 1, NothingToDeliver),
        ({}, 1, NothingToDeliver),
        ({9: 1}, 1, UnknownLine),
        ({1: 1}, 0, NoParcel),
    ],
)
def test_wrong_quantities_are_refused_and_take_no_number(
    database: Database, quantities, parcels, refusal
):
    with database.transaction() as session:
        order = make_ordered(session)
        number = order.number
    with pytest.raises(refusal), database.transaction() as session:
        issue_delivery_note(
            session,
            locked_order(session, number),
            quantities,
            Shipment(parcels=parcels),
            by=STORES,
            at=AT,
        )
    with database.transaction() as session:
        assert shelf(session, "SON-0412") == (20, 2)
        assert deliver_all(session, locked_order(session, number)).number == "BL-2026-000001"


def test_no_delivery_before_there_is_an_order(database: Database):
    with database.transaction() as session:
        quote = make_quote(session, make_buyer(session), make_shop(session))
        with pytest.raises(NotFound):
            get_order(session, quote.number, by=STORES)


def test_only_logistics_ships(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        with pytest.raises(NotAllowed):
            issue_delivery_note(session, order, {1: 1}, by=BOOKS, at=AT)


def test_units_reserved_but_not_in_stock_are_not_shipped(database: Database):
    with database.transaction() as session:
        make_shop(session)
        desk = make_product(session, sku="MIX-1", on_hand=0, supply=Supply.ON_ORDER)
        lines = [sale_line(session, desk)]
        order = make_order_from_original(session, make_quote(session, make_buyer(session), lines))
        number = order.number
    with pytest.raises(OutOfStock), database.transaction() as session:
        deliver_all(session, locked_order(session, number))


def test_two_people_at_once_never_ship_the_same_units(database: Database):
    with database.transaction() as session:
        number = make_ordered(session).number
    ready, outcomes = threading.Barrier(6), []

    def ship() -> None:
        ready.wait()
        try:
            with database.transaction() as session:
                issue_delivery_note(
                    session, locked_order(session, number), {1: 1}, by=STORES, at=AT
                )
            outcomes.append("shipped")
        except MoreThanRemains:
            outcomes.append("refused")

    threads = [threading.Thread(target=ship) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 4 + ["shipped"] * 2
    with database.reading_session() as session:
        assert shelf(session, "SON-0412") == (18, 0)
        numbers = session.scalars(select(DeliveryNote.number).order_by(DeliveryNote.id)).all()
    assert sorted(numbers) == ["BL-2026-000001", "BL-2026-000002"]
