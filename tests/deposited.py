"""Deposits of a test: a shop that deposits on Chorus Pro, and the portal beside it."""

from datetime import datetime, timedelta

from checkout.deposits.deposits import request_deposit
from checkout.deposits.following import follow_deposits
from checkout.deposits.models import Deposit
from checkout.deposits.piste import Account, PisteClient
from checkout.deposits.sandbox.app import CLIENT_ID, CLIENT_SECRET, LOGIN, PASSWORD
from checkout.deposits.sending import send_deposits
from checkout.payments.billing import bill_order
from shop.letterheads.models import Letterhead
from shop.storage.db import Database
from tests.factories import AT, BOOKS, SELLER
from tests.orders import deliver_all, make_ordered

ACCOUNT = Account(CLIENT_ID, CLIENT_SECRET, LOGIN, PASSWORD)


def client_of(base_url: str, *, at: datetime = AT) -> PisteClient:
    """The shop's client of a portal, at a fixed moment."""
    return PisteClient(ACCOUNT, oauth_url=base_url, api_url=base_url, now=lambda: at)


def invoiced_for_chorus(database: Database, **read: object) -> str:
    """The invoice of a public body, written for the deposit, with what was `read` on its purchase
    order; its number.
    """
    with database.transaction() as session:
        order = make_ordered(session, **read)
        session.add(Letterhead(at=AT, content=SELLER | {"public_invoices": "chorus"}))
        deliver_all(session, order)
        return bill_order(session, order, by=BOOKS, at=AT).number


def asked(database: Database, number: str) -> int:
    """The office asks for the deposit of a document; its id."""
    with database.transaction() as session:
        return request_deposit(session, number, by=BOOKS, at=AT).id


def deposit_now(database: Database, deposit_id: int) -> Deposit:
    """The deposit as it is."""
    with database.reading_session() as session:
        return session.get_one(Deposit, deposit_id)


def work(database: Database, portal: PisteClient, *, hours: float = 0, turns: int = 1) -> None:
    """Turns of the worker, so many hours after the invoice, an hour apart."""
    for turn in range(turns):
        at = AT + timedelta(hours=hours + turn)
        send_deposits(database, portal, at=at)
        follow_deposits(database, portal, at=at)
