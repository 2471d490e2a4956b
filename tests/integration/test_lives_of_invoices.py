"""Where the invoices of an order stand, as their buyer and the office read it."""

from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from checkout.invoices.events import entries_of
from checkout.invoices.models import Invoice
from checkout.invoices.procedure import InvoiceState
from checkout.orders.models import Order
from checkout.web.invoices.lives import KINDS, lives_of
from shop.core.actors import ACCOUNTING
from shop.storage.db import Database
from tests.credited import invoiced, invoiced_by_card
from tests.integration.test_invoice_statuses import TODAY, forwarded, told
from tests.people import sign_in, staff

pytestmark = pytest.mark.usefixtures("printed_once")


def entered(database: Database) -> list[tuple[str, str]]:
    """The act and the reason that led each invoice to its state."""
    with database.reading_session() as session:
        found = entries_of(session, session.scalars(select(Invoice).order_by(Invoice.id)).all())
        return [(one.transition, one.reason) for one in found.values()]


def test_an_invoice_of_which_nothing_was_told_has_no_event(database: Database) -> None:
    invoiced(database)
    assert entered(database) == []


def test_what_is_told_after_a_later_step_does_not_hide_the_status(database: Database) -> None:
    number = forwarded(database)
    told(database, number, "205", "Service fait")
    told(database, number, "203", "vu", on=TODAY + timedelta(days=1))
    assert entered(database) == [("accept_invoice", "Service fait")]


def test_a_dispute_told_again_shows_its_last_reason(database: Database) -> None:
    number = forwarded(database)
    told(database, number, "207", "Un prix")
    told(database, number, "207", "Deux prix")
    assert entered(database) == [("dispute_invoice", "Deux prix")]


def test_an_order_paid_by_card_shows_no_life(app: Flask, database: Database) -> None:
    invoiced_by_card(database)
    with database.reading_session() as session, app.test_request_context():
        order = session.scalars(select(Order)).one()
        assert (
            lives_of(session, order, session.scalars(select(Invoice).order_by(Invoice.id)).all())
            == []
        )
    assert set(KINDS) == set(InvoiceState)


def test_the_file_says_where_an_invoice_stands_and_who_acts(app: Flask, database: Database) -> None:
    number = forwarded(database)
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
    file = f"/devis/{order.quote_number}"
    buyer = sign_in(app.test_client(), order.user_id)
    page = unescape(buyer.get(file).text)
    assert "Où en sont les factures" in page
    assert "Le service de paiement la reçoit et la contrôle." in page
    told(database, number, "205")
    for reader in (buyer, staff(app, database, ACCOUNTING)):
        page = unescape(reader.get(file).text)
        assert "Acceptée" in page and "Le service de paiement la paie." in page
        assert "Dernier jour pour payer" in page
    told(database, number, "210", "Code service inconnu")
    page = unescape(buyer.get(file).text)
    assert "Motif donné\u00a0: Code service inconnu" in page
    assert "Vous donnez le numéro demandé ci-dessus" in page
