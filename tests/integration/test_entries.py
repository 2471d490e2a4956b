"""The sales journal in the layout of the FEC: each entry balances, and adds up to the documents."""

import csv
from datetime import date, timedelta
from io import StringIO

from sqlalchemy import select, update

from checkout.credits.models import CreditNote
from checkout.entries.consumer_sales import consumer_sales
from checkout.entries.entries import count_rows, entries_of_period
from checkout.entries.fec import COLUMNS
from checkout.entries.rules import SALES, Entry
from checkout.entries.vat_sums import vat_of_period
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.payments.billing import bill_order
from shop.catalogue.models import Stock
from shop.core.actors import ACCOUNTING
from shop.core.actors import SALES as SELLING
from shop.core.money import Money, total
from shop.core.sales import line_of
from shop.core.text import paris_day
from shop.storage.db import Database
from tests.banking import invoices
from tests.credited import credit, pay
from tests.factories import AT, BOOKS
from tests.orders import deliver_all, locked_order, make_card_order
from tests.people import staff

TODAY = paris_day(AT)


def entries(database: Database, since: date = TODAY, until: date = TODAY) -> list[Entry]:
    with database.snapshot_session() as session:
        found = list(entries_of_period(session, since, until, str))
        assert len(found) == count_rows(session, since, until)
    return found


def play(database: Database) -> None:
    """An invoice of a town, paid and then credited in part; the one of a card, credited whole."""
    (town,) = invoices(database, 1)
    pay(database, town)
    credit(database, town, units={1: 1})
    credit(database, sell_by_card(database))


def sell_by_card(database: Database) -> str:
    """The invoice of a private person's card order, of the goods of the first order."""
    with database.transaction() as session:
        order = session.scalars(select(Order)).one()
        sold = [line_of(line) for line in lines_of(session, order.id)]
        session.execute(update(Stock).values(on_hand=20))
        number = make_card_order(session, sold).number
    with database.transaction() as session:
        order = locked_order(session, number)
        deliver_all(session, order)
        return bill_order(session, order, by=BOOKS, at=AT).number


def test_every_entry_balances_and_the_journal_is_invoices_less_credit_notes(database: Database):
    play(database)
    found = entries(database)
    assert {entry.balance for entry in found} == {Money()}
    receivable = [
        one.amount
        for entry in found
        if entry.journal == SALES
        for one in entry.postings
        if one.kind == "clients"
    ]
    with database.reading_session() as session:
        invoiced = list(session.scalars(select(Invoice.including).order_by(Invoice.id)))
        credited = list(session.scalars(select(CreditNote.including).order_by(CreditNote.id)))
    assert len(receivable) == len(invoiced) + len(credited) == 4
    assert total(receivable) == total(invoiced) - total(credited)


def test_another_period_has_no_entry(database: Database):
    play(database)
    assert entries(database, TODAY + timedelta(days=1), TODAY + timedelta(days=40)) == []


def test_the_file_has_the_layout_of_the_fec(app, database: Database):
    play(database)
    books = staff(app, database, ACCOUNTING)
    sent = books.get(f"/bureau/ecritures/journal.txt?since={TODAY}&until={TODAY}")
    assert f"732829320FEC{TODAY:%Y%m%d}.txt" in sent.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(sent.text), delimiter="\t"))
    assert tuple(rows[0]) == COLUMNS
    numbers = [int(row["EcritureNum"]) for row in rows]
    assert numbers == sorted(numbers) and set(numbers) == set(range(1, max(numbers) + 1))
    for number in set(numbers):
        entry = [row for row in rows if row["EcritureNum"] == str(number)]
        sides = [[int(row[side].replace(",", "")) for row in entry] for side in ("Debit", "Credit")]
        assert sum(sides[0]) == sum(sides[1]) > 0
    accounts = {row["CompteNum"] for row in rows}
    assert {"411000", "707200", "707055", "7085200", "44571200", "512000", "511500"} <= accounts
    page = books.get(f"/bureau/ecritures?since={TODAY}&until={TODAY}").text
    assert f"{max(numbers)} écritures" in page
    assert staff(app, database, SELLING).get("/bureau/ecritures").status_code == 403


def test_a_period_that_ends_before_it_begins_is_refused(app, database: Database):
    books = staff(app, database, ACCOUNTING)
    asked = books.get("/bureau/ecritures/journal.txt?since=2026-11-18&until=2026-11-01")
    assert asked.status_code == 422 and "se termine avant" in asked.text


def test_the_vat_of_the_period_is_that_of_the_journal(app, database: Database):
    play(database)
    booked: dict[int, Money] = {}
    for entry in entries(database):
        for one in entry.postings:
            if one.kind == "vat" and one.rate is not None:
                booked[one.rate] = booked.get(one.rate, Money()) - one.amount
    with database.snapshot_session() as session:
        sums = vat_of_period(session, TODAY, TODAY)
    assert {one.rate: one.vat for one in sums} == booked
    assert {one.territory for one in sums} == {"mainland"}
    books = staff(app, database, ACCOUNTING)
    sent = books.get(f"/bureau/ecritures/tva.csv?since={TODAY}&until={TODAY}")
    rows = list(csv.reader(StringIO(sent.text.lstrip("\ufeff")), delimiter=";"))
    assert [int(row[3].replace(",", "")) for row in rows[1:]] == [one.vat.cents for one in sums]
    sheet = books.get(f"/bureau/ecritures/tva.xlsx?since={TODAY}&until={TODAY}")
    assert sheet.data.startswith(b"PK")


def test_sales_to_consumers_are_those_that_no_organisation_bought(app, database: Database):
    (town,) = invoices(database, 1)
    books = staff(app, database, ACCOUNTING)
    asked = f"/bureau/ecritures/consommateurs.csv?since={TODAY}&until={TODAY}"
    assert len(books.get(asked).text.splitlines()) == 1, town
    sell_by_card(database)
    with database.snapshot_session() as session:
        sums = consumer_sales(session, TODAY, TODAY)
        invoice = session.scalars(select(Invoice).order_by(Invoice.id.desc())).first()
    assert invoice is not None
    assert total([one.vat for one in sums]) == invoice.vat_total > Money()
    assert total([one.base for one in sums]) == invoice.excluding
    assert len(books.get(asked).text.splitlines()) == 1 + len(sums)
