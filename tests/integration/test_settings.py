"""The office changes the settings of the shop, each from a day on."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from quotes.purchase_orders.limits import original_limits_at
from quotes.quotes.models import Quote
from quotes.quotes.quotes import issue_quote
from shop.core.actors import ACCOUNTING, ADMIN, SALES
from shop.core.days import add_month
from shop.core.errors import NotAllowed
from shop.core.money import Money
from shop.core.series import INVOICE, prefix_of
from shop.core.text import paris_day
from shop.places.rules import MAINLAND
from shop.settings.closings import closed_at
from shop.settings.numbering import take_number, take_order_and_invoice
from shop.settings.rules import DayPassed, SettingsChanged
from shop.settings.settings import set_settings, settings_known
from shop.settings.table_rules import DELIVERY, NUMBERING, PURCHASE_ORDERS, VALIDITY
from shop.settings.tariffs import tariff_at
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, BOOKS, OFFICE, make_sale, make_town, sale_line
from tests.people import staff
from tests.settled import settle

TODAY = paris_day(AT)
PLACE = "/bureau/reglages/livraison"
FIRST = {one.key: one.default for one in DELIVERY.settings}


def put(database: Database, seen: int = 0, **facts: Any) -> int:
    """Set the prices of delivery from a day on; the id of the change."""
    since, by = facts.pop("since", TODAY), facts.pop("by", BOOKS)
    with database.transaction() as session:
        values = FIRST | facts
        return set_settings(session, DELIVERY, values, since, seen=seen, by=by, at=AT).id


def typed(**answers: str) -> dict[str, str]:
    """The form of the prices that the shop begins with."""
    said = {"parcel_5": "9,90", "parcel_30": "14,90", "pallet": "34,80", "corsica": "y"}
    said |= {"corsica_extra": "0", "corsica_days": "2", "monaco": "y", "armed_forces": "y"}
    return {**said, "since": TODAY.isoformat(), "seen": "0", **answers}


def test_a_price_is_charged_from_its_day_on(database: Database):
    put(database, parcel_5=1_090, since=TODAY + timedelta(days=3))
    with database.transaction() as session:
        for days, cents in ((0, 990), (2, 990), (3, 1_090)):
            territory = tariff_at(session, AT + timedelta(days=days)).applied(MAINLAND)
            assert territory.rate_for(100).including == Money(cents)
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "change_settings")
        ).one()
    assert entry.by_name == BOOKS.name
    assert entry.facts["changes"] == [["parcel_5", 990, 1_090]]


def test_a_closed_territory_is_refused_and_none_is_opened_against_the_table(database: Database):
    put(database, corsica=0)
    with database.transaction() as session:
        tariff = tariff_at(session, AT)
    assert not tariff.territory_of("FR", "20000").is_served
    assert tariff.territory_of("FR", "75001").is_served
    assert not tariff.territory_of("FR", "97100").is_served


def test_a_later_change_keeps_what_another_one_set_for_a_later_day(database: Database):
    later = TODAY + timedelta(days=10)
    first = put(database, pallet=5_000, since=later)
    put(database, first, corsica_extra=700)
    with database.transaction() as session:
        assert settings_known(session).on(DELIVERY, later) == FIRST | {
            "pallet": 5_000,
            "corsica_extra": 700,
        }


def test_past_days_other_roles_and_older_readings_are_refused(database: Database):
    with pytest.raises(DayPassed):
        put(database, pallet=1, since=TODAY - timedelta(days=1))
    with pytest.raises(NotAllowed):
        put(database, pallet=1, by=OFFICE)
    put(database, pallet=1)
    with pytest.raises(SettingsChanged):
        put(database, pallet=2)


def test_changes_are_shown_before_they_are_recorded(app: Flask, database: Database):
    books = staff(app, database, ACCOUNTING, language="en")
    assert "Delivery prices and places" in books.get("/bureau/reglages").text
    asked = books.post(PLACE, data=typed(parcel_5="12,00", corsica=""))
    assert (asked.status_code, "Put in force" in asked.text) == (200, True)
    with database.reading_session() as session:
        assert settings_known(session).latest(DELIVERY) == 0
    (mark,) = re.findall(r'name="shown" value="([0-9a-f]{16})"', asked.text)
    sent = typed(parcel_5="12,00", shown=mark)
    del sent["corsica"]
    assert books.post(PLACE, data=sent).status_code == 303
    shop = app.test_client()
    page = shop.get("/livraison").text
    assert "12,00" in page
    assert "Corse" not in page.partition('id="cost"')[0].rpartition('id="where"')[2]


def test_each_mistake_stands_beside_its_field(app: Flask, database: Database):
    books = staff(app, database, ACCOUNTING, language="en")
    page = books.post(PLACE, data=typed(parcel_5="dear", corsica_days="99", pallet="99999"))
    assert page.status_code == 422
    assert "Enter an amount in euros" in page.text and 'value="dear"' in page.text
    assert "Enter a value from 0 to 30." in page.text
    same = books.post(PLACE, data=typed())
    assert (same.status_code, "nothing would change" in same.text) == (422, True)


def test_the_second_of_two_sees_what_the_first_set(app: Flask, database: Database):
    books = staff(app, database, ACCOUNTING, language="en")
    mine = typed(pallet="50,00")
    (mark,) = re.findall(r'name="shown" value="(\w{16})"', books.post(PLACE, data=mine).text)
    put(database, pallet=4_000)
    late = books.post(PLACE, data=mine | {"shown": mark})
    assert late.status_code == 409
    assert "Set meanwhile" in late.text and "€40.00" in late.text.replace("\u00a0", "")
    assert 'value="50,00"' in late.text


def test_sales_do_not_change_prices(app: Flask, database: Database):
    assert staff(app, database, SALES).get(PLACE).status_code == 403
    books = staff(app, database, ACCOUNTING)
    assert books.get("/bureau/reglages/rien").status_code == 404


def test_the_tolerance_of_originals_is_that_of_their_day(database: Database):
    settle(database, PURCHASE_ORDERS, TODAY + timedelta(days=2), tolerance=50, first_order=0)
    with database.reading_session() as session:
        known = [original_limits_at(session, AT + timedelta(days=days)) for days in (1, 2)]
    assert [(one.tolerance, one.first_order) for one in known] == [
        (Money(5), Money(500_000)),
        (Money(50), Money(0)),
    ]


def test_closing_days_are_entered_as_days_and_move_what_is_promised(app: Flask, database: Database):
    books, place = staff(app, database, ACCOUNTING, language="en"), "/bureau/reglages/fermetures"
    said = {"since": TODAY.isoformat(), "seen": "0", "first_1": "2026-12-24"}
    wrong = books.post(place, data=said)
    assert (wrong.status_code, "Enter both days of the period" in wrong.text) == (422, True)
    said["last_1"] = "2026-12-31"
    shown = books.post(place, data=said)
    assert "Closed to, period 1" in shown.text and 'value="2026-12-31"' in shown.text
    (mark,) = re.findall(r'name="shown" value="(\w{16})"', shown.text)
    assert books.post(place, data=said | {"shown": mark}).status_code == 303
    with database.reading_session() as session:
        assert len(closed_at(session, AT)) == 8


def test_pages_say_the_validity_of_today_and_quotes_keep_that_of_their_day(
    app: Flask, database: Database
):
    with database.transaction() as session:
        town = make_town(session, at=AT)
        sale = make_sale(town.buyer, [sale_line(session, town.product_id)])
        first = issue_quote(session, sale, by=town.buyer, at=AT)
    settle(database, VALIDITY, TODAY, months=3)
    with database.transaction() as session:
        second = issue_quote(session, sale, by=town.buyer, at=AT)
        assert second.valid_until == add_month(TODAY, 3)
        assert session.get_one(Quote, first.id).valid_until == add_month(TODAY)
    pages = app.test_client()
    assert "devis valable 3 mois" in pages.get("/organismes-publics").text.replace("\xa0", " ")
    assert "devis valable 3 mois" in pages.get("/").text.replace("\xa0", " ")


def test_new_letters_of_a_series_go_on_with_its_sequence(app: Flask, database: Database):
    boss, place = staff(app, database, ADMIN, language="en"), "/bureau/reglages/numerotation"
    said = {one.key: prefix_of(one.default) for one in NUMBERING.settings}
    said |= {"since": TODAY.isoformat(), "seen": "0"}
    wrong = boss.post(place, data=said | {"FA": "F1", "BL": "av"})
    assert (wrong.status_code, 'value="F1"' in wrong.text) == (422, True)
    assert "Enter two letters from A to Z." in wrong.text
    assert "had them" in boss.post(place, data=said | {"BL": "av"}).text
    with database.transaction() as session:
        assert take_number(session, INVOICE, at=AT) == "FA-2026-000001"
    shown = boss.post(place, data=said | {"FA": "fc"})
    (mark,) = re.findall(r'name="shown" value="(\w{16})"', shown.text)
    assert boss.post(place, data=said | {"FA": "fc", "shown": mark}).status_code == 303
    with database.transaction() as session:
        assert take_number(session, INVOICE, at=AT) == "FC-2026-000002"
        assert take_order_and_invoice(session, at=AT) == ("CO-2026-000001", "FC-2026-000003")
