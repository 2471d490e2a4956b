"""Nothing is silently unsent: over a simulated day in which the mail server, the making of PDFs and
Chorus Pro fail in turn, the office's number is at every hour what the partners do not have.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from checkout.deposits.deposits import request_deposit
from checkout.deposits.following import follow_deposits
from checkout.deposits.sandbox.server import Sandbox, running
from checkout.deposits.sending import send_deposits
from checkout.payments.billing import bill_order
from checkout.unsent.lists import count_unsent, unsent
from shop.core.actors import Actor
from shop.core.sales import SaleLine
from shop.documents import pdf
from shop.dossiers.models import Paper, StoredFile
from shop.emails.delivery import SmtpPost
from shop.jobs import deliver_emails, make_pdfs
from shop.letterheads.models import Letterhead
from shop.ops import clock
from shop.ops.config import Settings
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.storage.paging import read_number
from tests.bench.servers import free_port
from tests.credited import credit
from tests.deposited import client_of
from tests.factories import AT, BOOKS, SELLER, make_buyer, make_shop
from tests.mail_server import Box, mail_server
from tests.orders import deliver_all, make_order_from_original, make_quote

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("printed_once")]

SETTINGS = Settings(mode="test", public_url="http://shop.example")
#: The hours, after AT, in which each partner fails.
MAIL_FAILS, PDFS_FAIL, CHORUS_FAILS = range(2, 7), range(9, 14), range(15, 20)
#: The hours at which the office asks for a deposit.
DEPOSITS_AT = (15, 17)
#: From the writing of a thing to the look at the number.
LATER = timedelta(minutes=30)


@dataclass
class Day:
    """The shop, its partners, and what was asked of them."""

    database: Database
    box: Box
    smtp: SmtpPost
    portal: Sandbox
    buyer: Actor
    lines: list[SaleLine]
    to_deposit: list[str]
    asked: dict[str, datetime] = field(default_factory=dict)

    def write(self, hour: int, at: datetime) -> None:
        """Every second hour a quote, with its document and its e-mail; at some, a deposit."""
        with self.database.transaction() as session:
            if hour % 2:
                make_quote(session, self.buyer, self.lines[:1], at=at)
            if hour in DEPOSITS_AT:
                number = self.to_deposit.pop()
                request_deposit(session, number, by=BOOKS, at=at)
                self.asked[number] = at

    def work(self, hour: int, at: datetime) -> None:
        """A turn of the worker."""
        self.box.refuses = hour in MAIL_FAILS
        deliver_emails(self.database, SETTINGS, self.smtp)
        make_pdfs(self.database)
        away = f"http://127.0.0.1:{free_port()}"
        portal = client_of(away if hour in CHORUS_FAILS else self.portal.base_url, at=at)
        send_deposits(self.database, portal, at=at)
        follow_deposits(self.database, portal, at=at)

    def truth(self, at: datetime) -> int:
        """What the partners do not have of what was written half an hour before, or of a deposit
        that was asked for an hour before.
        """
        with self.database.reading_session() as session:
            emails = session.scalar(select(func.count(Email.id))) or 0
            papers = session.scalar(select(func.count(Paper.id))) or 0
            files = session.scalar(
                select(func.count(StoredFile.id)).where(StoredFile.paper_id.is_not(None))
            )
        deposits = [
            number
            for number, moment in self.asked.items()
            if number not in self.portal.state.numbers and moment <= at - timedelta(hours=1)
        ]
        return emails - len(self.box.messages) + papers - (files or 0) + len(deposits)


@pytest.fixture
def day(database: Database) -> Iterator[Day]:
    """A shop with an invoice and a credit note to deposit; all before has left."""
    with database.transaction() as session:
        lines, buyer = make_shop(session), make_buyer(session)
        order = make_order_from_original(session, make_quote(session, buyer, lines))
        session.add(Letterhead(at=AT, content=SELLER | {"public_invoices": "chorus"}))
        deliver_all(session, order)
        number = bill_order(session, order, by=BOOKS, at=AT).number
    box = Box()
    with mail_server(box) as url, running() as portal:
        noted = credit(database, number).number
        yield Day(database, box, SmtpPost(url), portal, buyer, lines, [noted, number])


def test_the_number_is_what_the_partners_do_not_have(day: Day, monkeypatch: pytest.MonkeyPatch):
    seen, lay_out = set[int](), pdf._printed

    def broken(_html: str) -> bytes:
        raise OSError("no memory left")

    for hour in range(24):
        monkeypatch.setattr(pdf, "_printed", broken if hour in PDFS_FAIL else lay_out)
        at = AT + timedelta(hours=hour)
        with clock.travelled(at):
            day.write(hour, at)
            day.work(hour, at)
        with day.database.reading_session() as session:
            number = read_number(session, count_unsent(at=at + LATER))
            assert number == unsent(session, at=at + LATER).total
        assert number == day.truth(at + LATER), f"hour {hour}"
        seen.add(number)
    assert max(seen) >= len(PDFS_FAIL)
    for hours in (48, 49):
        with clock.travelled(AT + timedelta(hours=hours)):
            day.work(hours, AT + timedelta(hours=hours))
    with day.database.reading_session() as session:
        assert read_number(session, count_unsent(at=AT + timedelta(hours=50))) == 0
