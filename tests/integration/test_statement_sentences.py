"""What the office reads of each difficulty of a bank statement; nothing is booked twice."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from checkout.invoices.models import Invoice
from checkout.payments.models import Payment
from shop.core.actors import ACCOUNTING
from shop.core.money import Money, total
from shop.storage.db import Database
from tests.banking import Line, camt, invoices
from tests.people import staff

#: A day of the bank after the invoices.
DAY = "2026-11-18"


@pytest.fixture
def books(app, database: Database) -> FlaskClient:
    return staff(app, database, ACCOUNTING)


def send(books: FlaskClient, data: bytes) -> TestResponse:
    form = {"file": (BytesIO(data), "releve.xml")}
    return books.post("/bureau/releves", data=form)


def read(books: FlaskClient, answer: TestResponse) -> str:
    """The page of a statement that was taken."""
    assert answer.status_code == 303, answer.text
    return books.get(answer.location).text.replace("\xa0", " ")


def read_on(books: FlaskClient, answer: TestResponse) -> str:
    """The page that follows an answer, or the answer itself."""
    return read(books, answer) if answer.status_code == 303 else answer.text


def confirmed(books: FlaskClient, answer: TestResponse) -> None:
    books.post(f"{answer.location}/confirmation")


def paid(database: Database) -> Money:
    with database.reading_session() as session:
        return total(list(session.scalars(select(Payment.amount).order_by(Payment.id))))


def dues(database: Database) -> dict[str, int]:
    with database.reading_session() as session:
        rows = session.scalars(select(Invoice).order_by(Invoice.id))
        return {row.number: row.due.cents for row in rows}


def test_the_same_file_twice_is_told_and_books_nothing_again(books, database: Database):
    (number,) = invoices(database, 1)
    cents = dues(database)[number]
    data = camt(Line(cents, number, day=DAY))
    first = send(books, data)
    confirmed(books, first)
    again = send(books, data)
    assert "Ce fichier a déjà été lu" in read_on(books, again)
    confirmed(books, first)
    assert paid(database) == Money(cents)


def test_a_reversed_entry_is_left_out_and_says_what_to_do(books, database: Database):
    (number,) = invoices(database, 1)
    cents = dues(database)[number]
    answer = send(books, camt(Line(cents, number, day=DAY, reversal=True)))
    assert "Annulé par la banque" in read(books, answer)
    confirmed(books, answer)
    assert paid(database) == Money()


def test_a_foreign_currency_is_left_out_and_says_what_to_do(books, database: Database):
    (number,) = invoices(database, 1)
    answer = send(books, camt(Line(dues(database)[number], number, day=DAY, currency="USD")))
    assert "Dans une autre devise" in read(books, answer)
    confirmed(books, answer)
    assert paid(database) == Money()


def test_a_broken_file_is_refused_beside_its_field(books, database: Database):
    refused = send(books, camt(Line(100, "VIR"))[:-9])
    assert refused.status_code == 422
    assert "Ce fichier est endommagé ou tronqué" in refused.text.replace("\xa0", " ")
    assert paid(database) == Money()


def test_two_equal_amounts_wait_for_a_person(books, database: Database):
    first, _second = invoices(database, 2)
    cents = dues(database)[first]
    answer = send(books, camt(Line(cents, "VIREMENT MAIRIE", day=DAY)))
    assert "Plusieurs factures ont ce montant" in read(books, answer)
    confirmed(books, answer)
    assert paid(database) == Money()


def test_a_transfer_for_three_invoices_is_booked_once(books, database: Database):
    numbers = invoices(database, 3)
    cents = sum(dues(database).values())
    answer = send(books, camt(Line(cents, "REGLT " + " ".join(numbers), day=DAY)))
    page = read(books, answer)
    assert all(number in page for number in numbers)
    assert "Le libellé cite les factures" in page or "Le libellé cite la facture" in page
    confirmed(books, answer)
    confirmed(books, answer)
    assert paid(database) == Money(cents) and set(dues(database).values()) == {0}
