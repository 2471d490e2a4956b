"""What consumers paid by day and rate: the takings of the journal, split in proportion."""

import csv
from io import StringIO

import pytest

from checkout.credits.rules import Goods
from checkout.entries.consumer_receipts import consumer_receipts
from checkout.entries.rules import parts_by_rate
from shop.core.actors import ACCOUNTING
from shop.core.money import Money, total
from shop.storage.db import Database
from tests.banking import invoices
from tests.credited import credit
from tests.fakes import FakeGateway
from tests.integration.test_credit_refunds import gateway, order_card, paid, work
from tests.integration.test_entries import TODAY, entries, play, sell_by_card
from tests.people import staff

#: Fixtures of the refunds of credit notes.
__all__ = ["gateway", "paid"]
TOTALS = {
    "vat": [
        {"rate": 2000, "base": 10_000, "amount": 2_000},
        {"rate": 550, "base": 1_000, "amount": 55},
    ]
}


@pytest.mark.parametrize("cents", [13_055, 1, -1, 7, 6_528, -13_055, 0])
def test_the_parts_of_a_payment_add_up_to_it(cents: int):
    parts = parts_by_rate(Money(cents), TOTALS)
    assert total(list(parts.values())) == Money(cents)
    assert parts_by_rate(-Money(cents), TOTALS) == {rate: -part for rate, part in parts.items()}


def test_a_whole_payment_is_what_each_rate_comes_to():
    assert parts_by_rate(Money(13_055), TOTALS) == {2000: Money(12_000), 550: Money(1_055)}
    assert parts_by_rate(Money(5), {"vat": []}) == {}


def takings(database: Database) -> tuple[Money, Money]:
    """What consumers paid, by the sums and by the journal of receipts."""
    with database.snapshot_session() as session:
        received = consumer_receipts(session, TODAY, TODAY)
    taken = [
        posting.amount
        for entry in entries(database)
        for posting in entry.postings
        if posting.kind == "card"
    ]
    return total([one.amount for one in received]), total(taken)


def test_the_takings_are_those_of_the_journal_without_the_organisations(database: Database):
    play(database)
    summed, booked = takings(database)
    assert summed == booked > Money()


def test_a_refund_is_taken_off(database: Database, gateway: FakeGateway, paid: str):
    whole, _booked = takings(database)
    note = credit(database, paid, units={1: 1}, goods=Goods.UNSHIPPED)
    assert takings(database)[0] == whole, "nothing is given back yet"
    order_card(database, note)
    work(database, gateway)
    summed, booked = takings(database)
    assert summed == booked == whole - note.including


def test_the_page_and_the_file_say_the_same(app, database: Database):
    books = staff(app, database, ACCOUNTING)
    asked = f"since={TODAY}&until={TODAY}"
    invoices(database, 1)
    assert "Aucun consommateur" in books.get(f"/bureau/ecritures?{asked}").text
    sell_by_card(database)
    page = books.get(f"/bureau/ecritures?{asked}").text
    text = books.get(f"/bureau/ecritures/encaissements.csv?{asked}").data.decode("utf-8-sig")
    head, *rows = csv.reader(StringIO(text), delimiter=";")
    assert head == ["Date", "Taux", "Encaissé TTC"]
    assert rows and all(row[0] == TODAY.isoformat() for row in rows)
    assert all(row[2] in page.replace("\u202f", "") for row in rows)
    assert books.get("/bureau/ecritures/encaissements.csv?since=x&until=y").status_code == 422
