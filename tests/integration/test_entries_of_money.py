"""Entries of money that no invoice has, or has no more: each movement once, on its own day."""

from datetime import datetime, timedelta

from sqlalchemy import select

from checkout.card.gateway import FoundReversal
from checkout.card.models import CardPayment
from checkout.card.reversals import look_at_reversals
from checkout.payments.models import TransferPart
from checkout.payments.transfers import Incoming, hold_part, write_transfer
from checkout.transfers.allotments import allot
from checkout.transfers.rules import Allotment, Rest
from checkout.withdrawals.desk import order_refund
from checkout.withdrawals.refunds import refund_withdrawals
from checkout.withdrawals.rules import Statement
from checkout.withdrawals.withdrawals import declare_withdrawal
from shop.core.money import Money, total
from shop.core.text import paris_day
from shop.storage.db import Database
from shop.web.kit.sessions import VISITOR
from tests.banking import invoices
from tests.checkouts import LATER, Checkout
from tests.credited import pay
from tests.factories import AT, BOOKS
from tests.fakes import FakeGateway
from tests.integration.test_entries import TODAY, entries
from tests.paid_out import make_payout, part

NEXT = AT + timedelta(days=1)


def balance(database: Database, kind: str, *moments: datetime) -> Money:
    """The balance of an account on the days of these moments."""
    days = [paris_day(one) for one in moments]
    found = [entry for day in days for entry in entries(database, day, day)]
    return total([one.amount for entry in found for one in entry.postings if one.kind == kind])


def paid_by_card(database: Database, gateway: FakeGateway) -> str:
    """A consumer's order that was paid by card; the payment's intent."""
    checkout = Checkout(database, gateway)
    page = checkout.press()
    gateway.pay(page)
    checkout.settle(page)
    with database.reading_session() as session:
        return str(session.scalars(select(CardPayment.payment_intent)).one())


def test_money_taken_off_an_invoice_is_booked_on_the_day_of_the_act(database: Database):
    first, second = invoices(database, 2)
    pay(database, first, 1_000)
    before = entries(database)
    with database.transaction() as session:
        (part,) = session.scalars(select(TransferPart).order_by(TransferPart.id)).all()
        asked = Allotment(((second, Money(400)),), Rest.CREDIT, "Erreur")
        allot(session, part.id, asked, by=BOOKS, at=NEXT)
    assert entries(database) == before, "the day of the transfer stays as it was"
    assert balance(database, "bank", NEXT) == balance(database, "suspense", NEXT) == Money()
    assert balance(database, "credits", NEXT) == -Money(600)
    assert balance(database, "clients", NEXT) == Money(600)


def test_a_transfer_that_nobody_identified_is_at_the_bank_and_to_allot(database: Database):
    with database.transaction() as session:
        transfer = write_transfer(session, Incoming(Money(700), TODAY, "VIR"), by=BOOKS, at=AT)
        hold_part(session, transfer, Money(700), None, by=BOOKS, at=AT)
    (entry,) = entries(database)
    assert balance(database, "bank", AT) == -balance(database, "suspense", AT) == Money(700)
    assert entry.client == ("", "") and entry.piece == "VIR-000001"


def test_the_refund_of_a_withdrawal_leaves_the_card_account(database: Database):
    gateway = FakeGateway()
    paid_by_card(database, gateway)
    paid = balance(database, "card", AT)
    with database.transaction() as session:
        payment = session.scalars(select(CardPayment)).one()
        number = f"CO-{AT.year}-000001"
        stated = Statement("Léa Petit", number, payment.email, "fr")
        row, _finding = declare_withdrawal(session, stated, by=VISITOR, at=LATER)
        given = order_refund(session, row.id, by=BOOKS, at=NEXT)
    refund_withdrawals(database, gateway, at=NEXT, stopping=lambda: False)
    assert paid >= given > Money()
    assert balance(database, "card", NEXT) == -given == -balance(database, "clients", NEXT)


def test_a_payout_leaves_the_card_account_with_its_fees_and_may_come_back(database: Database):
    with database.transaction() as session:
        make_payout(session, 950, [part(1_000, fee=50, intent="pi_1")], status="in_transit")
        make_payout(session, 700, key="po_chf", currency="chf")
    assert entries(database) == [], "it is on its way, or of another currency"
    with database.transaction() as session:
        make_payout(session, 950, at=NEXT)
    moved = [balance(database, kind, NEXT) for kind in ("bank", "fees", "card")]
    assert moved == [Money(950), Money(50), Money(-1_000)]
    later = NEXT + timedelta(days=1)
    with database.transaction() as session:
        make_payout(session, 950, status="failed", at=later)
    assert moved == [balance(database, kind, NEXT) for kind in ("bank", "fees", "card")]
    back = [balance(database, kind, later) for kind in ("bank", "fees", "card")]
    assert back == [Money(-950), Money(), Money(950)]


def test_a_lost_dispute_is_booked_and_one_won_after_all_is_booked_back(database: Database):
    gateway = FakeGateway()
    intent = paid_by_card(database, gateway)

    def told(status: str, at: datetime) -> Money:
        found = FoundReversal("du_1", "dispute", 500, status, "fraudulent", AT)
        gateway.made_elsewhere[intent] = [found]
        look_at_reversals(database, gateway, intent, at=at)
        return balance(database, "card", at)

    assert told("needs_response", NEXT) == Money(), "the bank has not decided"
    assert told("lost", NEXT) == -Money(500)
    assert told("won", NEXT + timedelta(days=1)) == Money(500)
