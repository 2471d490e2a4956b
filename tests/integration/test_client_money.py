"""« Mes factures »: the interest of the law, and the money that the shop has of the client."""

from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.receivables.reminders import reminder_facts
from checkout.receivables.settings import receivable_rules
from checkout.transfers.balances import Balance, balance_of
from checkout.transfers.rules import Rest
from shop.core.actors import READER, Actor
from shop.core.errors import NotAllowed
from shop.core.money import Money
from shop.core.text import money, paris_day
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.organisations.models import Establishment
from shop.people.people import get_person
from shop.storage.db import Database
from tests.banking import invoices
from tests.credited import credit, pay
from tests.factories import AT, make_person
from tests.integration.test_reminders import overdue
from tests.integration.test_transfers import first_part, moved
from tests.people import sign_in

pytestmark = pytest.mark.usefixtures("printed_once")


def accountant(database: Database) -> int:
    """The user id of an accountant of the body of the only client."""
    with database.transaction() as session:
        order = session.scalars(select(Order).order_by(Order.id)).first()
        assert order is not None
        user = make_person(session, at=AT, email="compta@chinon.example")
        session.add(
            Membership(
                user_id=user.id,
                organisation_id=order.organisation_id,
                establishment_id=session.scalars(select(Establishment.id)).first(),
                accountant=True,
                everywhere=True,
                asked_at=AT,
                approved_at=AT,
            )
        )
        return user.id


def balance(database: Database, user_id: int) -> Balance:
    with database.reading_session() as session:
        user = get_person(session, user_id)
        membership = session.scalars(select(Membership).where(Membership.user_id == user_id)).one()
        return balance_of(session, by=member_actor(user, membership))


def test_an_overdue_invoice_says_what_a_reminder_of_today_says(
    app: Flask, database: Database
) -> None:
    number = overdue(database, 40)
    with database.reading_session() as session:
        invoice = session.scalars(select(Invoice).where(Invoice.number == number)).one()
        level, rules = 2, receivable_rules(session, paris_day(AT))
        interest, _facts = reminder_facts(session, invoice, level, rules, today=paris_day(AT))
    assert interest.amount
    page = unescape(sign_in(app.test_client(), accountant(database)).get("/factures").text)
    assert f"des intérêts moratoires de {money(interest.amount.cents, 'fr')}" in page
    assert money(interest.indemnity.cents, "fr") in page


def test_what_is_not_late_bears_no_interest(app: Flask, database: Database) -> None:
    invoices(database, 1)
    client = sign_in(app.test_client(), accountant(database))
    assert "frais de recouvrement" not in unescape(client.get("/factures").text)


def test_the_credit_and_what_is_to_be_paid_back_are_shown(app: Flask, database: Database) -> None:
    numbers = invoices(database, 2)
    user_id = accountant(database)
    for number in numbers:
        pay(database, number)
    assert balance(database, user_id) == Balance(Money(), Money())
    client = sign_in(app.test_client(), user_id)
    assert "Votre organisme dispose" not in client.get("/factures").text
    part = first_part(database)
    moved(database, part.id, rest=Rest.CREDIT)
    given = credit(database, numbers[1]).including
    assert balance(database, user_id) == Balance(part.amount, given)
    page = unescape(client.get("/factures").text)
    assert f"dispose d’un avoir de {money(part.amount.cents, 'fr')}" in page
    assert f"{money(given.cents, 'fr')} à rembourser" in page


def test_only_who_may_list_invoices_reads_the_balance(database: Database) -> None:
    with database.reading_session() as session, pytest.raises(NotAllowed):
        balance_of(session, by=Actor("Lecteur", frozenset({READER})))
