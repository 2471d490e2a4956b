"""A deposit that is stopped, or refused by the service, asks the person who can cure it."""

from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from checkout.deposits.portal import FlowReport, FoundInvoice, FoundStatus, PortalRefused
from checkout.deposits.procedure import DepositState
from checkout.deposits.sending import send_deposits
from checkout.invoices.invoices import invoice_with_order
from checkout.invoices.procedure import InvoiceState
from checkout.orders.models import Order
from shop.core.actors import ACCOUNTING
from shop.einvoicing.fault_rules import Mender
from shop.organisations.models import Organisation
from shop.organisations.rules import EngagementRule
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.credited import credit
from tests.deposited import asked, deposit_now, invoiced_for_chorus
from tests.factories import AT
from tests.people import sign_in, staff

pytestmark = pytest.mark.usefixtures("printed_once")


class Refusing:
    """A portal whose service takes no file, for one reason."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def deposit(self, _filename: str, _data: bytes) -> str:
        raise PortalRefused(self._reason)

    def report(self, _flow: str) -> FlowReport:
        raise AssertionError

    def find(self, _number: str) -> FoundInvoice | None:
        raise AssertionError

    def status(self, _portal_id: str) -> FoundStatus:
        raise AssertionError


def state_of(database: Database, number: str) -> InvoiceState:
    with database.reading_session() as session:
        return invoice_with_order(session, number)[0].state


def questions(database: Database) -> list[Email]:
    with database.reading_session() as session:
        asked_for = select(Email).where(Email.template == "invoice_to_complete")
        return list(session.scalars(asked_for))


def test_the_buyer_is_asked_for_what_the_service_refuses(app: Flask, database: Database) -> None:
    number = invoiced_for_chorus(database)
    deposit_id = asked(database, number)
    send_deposits(database, Refusing("Le numéro d’engagement est inconnu"), at=AT)
    assert deposit_now(database, deposit_id).state is DepositState.REFUSED
    assert state_of(database, number) is InvoiceState.REJECTED
    assert questions(database)[0].facts["field"] == "engagement"
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
    buyer = sign_in(app.test_client(), order.user_id)
    file = unescape(buyer.get(f"/devis/{order.quote_number}").text)
    assert f"La facture {number} a été refusée" in file
    assert "Le numéro d’engagement est inconnu" in file
    desk = unescape(staff(app, database, ACCOUNTING).get(f"/bureau/depots/{number}").text)
    assert f"/bureau/rectifications/{number}" in desk


def test_a_rule_that_stops_the_deposit_asks_the_buyer_in_their_language(
    database: Database,
) -> None:
    number = invoiced_for_chorus(database, engagement="")
    deposit_id = asked(database, number)
    with database.transaction() as session:
        session.scalars(select(Organisation)).one().engagement_rule = EngagementRule.REQUIRED
    send_deposits(database, Refusing(""), at=AT)
    assert deposit_now(database, deposit_id).state is DepositState.HELD
    assert state_of(database, number) is InvoiceState.REJECTED
    (question,) = questions(database)
    assert "exige le n° d’engagement" in question.facts["reason"]
    assert question.facts["field"] == "engagement"


@pytest.mark.parametrize("reason", ["Le SIRET du destinataire est inconnu", "Format inconnu"])
def test_what_no_field_cures_asks_nobody(database: Database, reason: str) -> None:
    number = invoiced_for_chorus(database)
    deposit_id = asked(database, number)
    send_deposits(database, Refusing(reason), at=AT)
    assert deposit_now(database, deposit_id).mender == Mender.OFFICE
    assert state_of(database, number) is InvoiceState.ISSUED
    assert questions(database) == []


def test_a_credit_note_that_is_refused_asks_nobody(database: Database) -> None:
    note = credit(database, invoiced_for_chorus(database))
    asked(database, note.number)
    send_deposits(database, Refusing("Le numéro d’engagement est inconnu"), at=AT)
    assert questions(database) == []
