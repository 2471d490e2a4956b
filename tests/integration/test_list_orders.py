"""How lists are sorted and filtered: names as French sorts them, alike on both databases; what has
no value comes last; a filter says that it is on.
"""

import re
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import update

from checkout.invoices.receipts import record_delivery_receipt
from checkout.orders.models import Order
from checkout.orders.procedure import OrderStage
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.procedure import WithdrawalState
from checkout.withdrawals.queue import open_withdrawals
from shop.clients.lists import clients
from shop.core.actors import LOGISTICS, SALES
from shop.core.money import Money
from shop.core.text import paris_day
from shop.organisations.models import Organisation
from shop.storage.db import Database
from shop.storage.paging import Place
from tests.factories import (
    AT,
    STORES,
    make_body,
    make_buyer,
    make_person,
    make_product,
    make_shop,
    sale_line,
    siret_of,
)
from tests.listed import said
from tests.orders import (
    deliver_all,
    locked_order,
    make_card_order,
    make_order_from_original,
    make_quote,
)
from tests.people import sign_in, staff
from tests.shelves import stock_shelves

pytestmark = pytest.mark.each_database

#: An order of « Mes commandes »: its number, the words of its state.
ROW = re.compile(r"<b>(CO-[0-9-]+)</b>.*?class=\"state .*?<span>([^<]+)</span>", re.S)
#: What may have come back of the payment of an order.
PAID_BACK = ({}, {"refunded": Order.including}, {"disputed": Money(1)})
NAMES = ("Zuydcoote", "Évreux", "œuilly", "Eu", "ÉTAMPES", "Saint-Étienne", "Saint Eloi", "ambert")
SORTED = ["ambert", "ÉTAMPES", "Eu", "Évreux", "œuilly", "Saint Eloi", "Saint-Étienne", "Zuydcoote"]


def withdrawal(name: str, refunded: Money | None) -> Withdrawal:
    return Withdrawal(
        state=WithdrawalState.DUE,
        stated_at=AT,
        name=name,
        order_number="inconnu",
        email="lea@example.org",
        language="fr",
        whole=True,
        items="",
        units={},
        refunded=refunded,
    )


@pytest.fixture
def towns(database: Database) -> None:
    with database.transaction() as session:
        for number, name in enumerate(NAMES, 1):
            person = make_person(session, at=AT, email=f"p{number}@ville.example")
            body = make_body(session, person, at=AT, siret=siret_of(number))
            session.get_one(Organisation, body.id).name = name


def test_names_are_sorted_as_french_sorts_them(database: Database, towns: None):
    with database.reading_session() as session:
        for sort, names in (("", SORTED), ("name", SORTED), ("-name", SORTED[::-1])):
            page = clients(session, "", Place(asked=(("sort", sort),)))
            assert [one.name for one in page] == names, sort


def test_people_and_products_are_sorted_by_name_too(app: Flask, database: Database):
    with database.transaction() as session:
        session.add_all(withdrawal(name, None) for name in NAMES)
    stock_shelves(database, 10)
    with database.reading_session() as session:
        page = open_withdrawals(session, paris_day(AT), Place(asked=(("sort", "name"),)))
        assert [one.name for one in page] == SORTED
    table = said(staff(app, database, LOGISTICS), "/bureau/stock?sort=name")
    names = re.findall(r"sku=SON-[0-9]+[^>]*>([^<]+)</a>", table)
    kinds = list(dict.fromkeys(name.split()[0] for name in names))
    assert kinds == ["Câble", "Écran", "Enceinte", "Microphone", "Pied"]
    assert 'aria-sort="ascending"' in table


def test_what_has_no_value_comes_last_whatever_the_direction(database: Database):
    with database.transaction() as session:
        for name, amount in (("a", Money(500)), ("b", None), ("c", Money(100))):
            session.add(withdrawal(name, amount))
    with database.reading_session() as session:
        for sort, names in (("amount", ["c", "a", "b"]), ("-amount", ["a", "c", "b"])):
            page = open_withdrawals(session, paris_day(AT), Place(asked=(("sort", sort),)))
            assert [one.name for one in page] == names, sort


def test_an_empty_filter_says_that_it_is_on_and_how_to_take_it_off(
    app: Flask, database: Database, towns: None
):
    office = staff(app, database, SALES)
    page = said(office, "/bureau/clients?state=closed&kind=public&sort=-name&q=")
    assert "Rien pour ce filtre" in page
    assert "La liste est filtrée par : refusé ou suspendu, organismes publics." in page
    (whole,) = re.findall(r'href="([^"]+)"[^>]*>\s*<span>Afficher toute la liste', page)
    assert whole == "/bureau/clients?sort=-name", "its order stays"
    assert "0 organisme" in page, "the heading counts what is listed"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_order_is_found_by_the_filter_of_the_state_that_its_row_shows(
    app: Flask, database: Database, language: str
):
    with database.transaction() as session:
        make_shop(session)
        goods = [sale_line(session, make_product(session, on_hand=99, sku="SON-9999"))]
        buyer = make_buyer(session)
        orders = 0
        for stage in OrderStage:
            quote = make_quote(session, buyer, goods)
            made = [(make_order_from_original(session, quote, reference=stage), {})]
            for shipping, back in product(("parcel", "pick_up"), PAID_BACK):
                town = buyer.organisation_id
                order = make_card_order(session, goods, organisation_id=town, shipping=shipping)
                made.append((order, back))
            for order, back in made:
                told = {"stage": stage} | back
                session.execute(update(Order).where(Order.id == order.id).values(**told))
            orders += len(made)
    assert buyer.user_id is not None
    browser = sign_in(app.test_client(), buyer.user_id, language=language)
    choices = re.findall(r"state=([a-z]+)[^>]*>([^<>]+) <b>", said(browser, "/commandes"))
    found: list[str] = []
    for name, label in choices:
        rows = ROW.findall(said(browser, f"/commandes?state={name}"))
        assert all(label.lower() in words.lower() for _number, words in rows), (
            label,
            rows,
        )
        found += [number for number, _words in rows]
    assert len(found) == len(set(found)) == orders


def test_filters_of_one_list_are_counted_under_each_other(
    app: Flask, database: Database, towns: None
):
    page = said(staff(app, database, SALES), "/bureau/clients?kind=private")
    counts = re.findall(r">([^<>]+)<b>([0-9]+)</b>", page)
    told = [(label.strip(), int(count)) for label, count in counts]
    assert told[:2] == [("Tout", 0), ("vérifié", 0)], "no private organisation, so none verified"
    assert ("organismes publics", len(NAMES)) in told, "the filter's own choices stay counted"


@pytest.mark.parametrize("shipping", ["parcel", "pick_up"])
def test_an_order_paid_by_card_is_complete_once_its_receipt_is_recorded(
    app: Flask, database: Database, shipping: str
):
    with database.transaction() as session:
        goods = make_shop(session)
        buyer = make_buyer(session)
        town = buyer.organisation_id
        order = make_card_order(session, goods, organisation_id=town, shipping=shipping)
        note = deliver_all(session, order)
        order.stage = OrderStage.PAID
    assert buyer.user_id is not None
    browser = sign_in(app.test_client(), buyer.user_id, language="fr")
    told = {"parcel": "Payée et expédiée", "pick_up": "Payée, prête à être retirée"}[shipping]
    [(_number, words)] = ROW.findall(said(browser, "/commandes"))
    assert words == told
    assert told in said(browser, f"/commandes/{order.number}")
    with database.transaction() as session:
        row = locked_order(session, order.number)
        record_delivery_receipt(session, note.number, row, AT.date(), by=STORES, at=AT)
    assert told not in said(browser, f"/commandes/{order.number}")
    [(_number, words)] = ROW.findall(said(browser, "/commandes?state=complete"))
    assert words == "Terminée"
