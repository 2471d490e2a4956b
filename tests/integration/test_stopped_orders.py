"""An order whose payment was taken back, or whose goods were all cancelled, promises no delivery on
any page and is offered for shipping on none.
"""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.orders.cancellations import Cause, Ground, cancel_the_rest
from checkout.orders.models import Order
from checkout.orders.rules import PaymentReversed
from shop.core.actors import LOGISTICS
from shop.ops.clock import travelled
from shop.storage.db import Database
from tests.factories import AT, BOOKS, STORES, make_person, make_shop
from tests.orders import locked_order, make_card_order
from tests.people import sign_in, staff

#: What a page says of goods that are still to come.
PROMISES = (
    "Livraison prévue",
    "est en retard",
    "En préparation",
    "en cours de préparation",
    "Le reste sera",
)


def dispute(order: Order) -> None:
    order.disputed = order.including


def refund(order: Order) -> None:
    order.refunded = order.including


def made(database: Database, shipped: int, take_back: Callable[[Order], None] | None) -> Order:
    """An order of which so many units were shipped before its payment was taken back, or before the
    rest was cancelled.
    """
    with database.transaction() as session:
        person = make_person(session, at=AT).id
        order = make_card_order(session, make_shop(session), user_id=person)
        if shipped:
            issue_delivery_note(session, order, {1: shipped}, by=STORES, at=AT)
        if take_back:
            take_back(order)
        else:
            cause = Cause(Ground.WITHDRAWAL, "18/11/2026")
            cancel_the_rest(session, order, cause=cause, by=BOOKS, at=AT)
    return order


@pytest.mark.parametrize("days", [0, 90])
@pytest.mark.parametrize("shipped", [0, 1])
@pytest.mark.parametrize("take_back", [dispute, refund, None])
def test_a_stopped_order_promises_nothing_and_is_not_offered_for_shipping(
    app: Flask,
    database: Database,
    shipped: int,
    take_back: Callable[[Order], None] | None,
    days: int,
):
    order = made(database, shipped, take_back)
    with travelled(AT + timedelta(days=days)):
        guest = app.test_client()
        address = f"/commandes/{order.number}?key={'k' * 43}"
        page = unescape(guest.get(address, follow_redirects=True).text)
        assert order.number in page
        assert [words for words in PROMISES if words in page] == []
        desk = staff(app, database, LOGISTICS).get(f"/bureau/livraisons/{order.number}").text
        assert 'id="note"' not in desk
        assert ("contesté" in desk) is (take_back is not None)
    if take_back is not None:
        with database.transaction() as session, pytest.raises(PaymentReversed):
            held = locked_order(session, order.number)
            issue_delivery_note(session, held, {1: 1}, by=STORES, at=AT)


@pytest.mark.parametrize("take_back", [dispute, refund, None])
def test_the_home_of_an_account_does_not_call_it_prepared(
    app: Flask, database: Database, take_back: Callable[[Order], None] | None
):
    order = made(database, 0, take_back)
    home = sign_in(app.test_client(), order.user_id or 0).get("/compte").text
    assert "En préparation" not in home
