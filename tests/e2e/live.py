"""The shop of the journeys: served on the loopback, with the card processor and a mail server.

The database is the demonstration's, filled once. The worker's jobs run here when a journey asks for
it, so that no test waits for time to pass; but PDFs are made before a form is answered, as by a
worker that has nothing else to do: no page waits for one while it is checked.
"""

import email
import email.policy
import logging
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask, Response, request
from sqlalchemy import exists, func, select
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from checkout.card.reconciliation import reconcile
from checkout.card.sandbox.server import Sandbox, running
from checkout.credits.refunds import refund_credits
from checkout.jobs import do_batches, note_sendings
from checkout.orders.models import Order
from checkout.web.card.processor import EXTENSION, gateway
from quotes.jobs import lapse_quotes
from shop.dossiers.models import Paper, StoredFile
from shop.dossiers.papers import pdf_of
from shop.emails.delivery import SmtpPost
from shop.jobs import deliver_emails, import_products, make_pdfs
from shop.ops import clock
from shop.ops.config import Settings
from shop.storage.db import Database
from shop.storage.journal import JournalEntry

LOOPBACK = "127.0.0.1"
SECRET = "journeys-only-secret-" + "x" * 32


def free_port() -> int:
    """A port that nobody listens on and that browsers do not refuse."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@dataclass
class Box:
    """Every e-mail that was sent, in order."""

    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    def to(self, address: str, about: str = "") -> list[EmailMessage]:
        """E-mails to an address whose subject or text contains `about`."""
        return [
            message
            for message in self.messages
            if address in str(message["To"])
            and about in f"{message['Subject']}\n{text_of(message)}"
        ]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return body.get_content() if body is not None else ""


def attached(message: EmailMessage) -> list[tuple[str, bytes]]:
    """Names and bytes of the attachments of an e-mail."""
    return [
        (part.get_filename() or "", part.get_payload(decode=True))  # type: ignore[misc]
        for part in message.iter_attachments()
    ]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Requests are not printed."""


@dataclass
class LiveShop:
    """A running shop; `work()` runs the jobs of its worker in the next minutes."""

    url: str
    app: Flask
    database: Database
    settings: Settings
    sandbox: Sandbox
    box: Box

    def work(self) -> None:
        """PDFs are rendered, files of invoices made, e-mails sent and noted, expired quotes
        closed, imports compared, applied and undone.
        """
        make_pdfs(self.database)
        import_products(self.database)
        do_batches(self.database)
        lapse_quotes(self.database)
        assert self.settings.smtp_url is not None
        deliver_emails(self.database, self.settings, SmtpPost(self.settings.smtp_url))
        note_sendings(self.database)

    def reconcile(self) -> None:
        """Open card payments, checked five minutes later."""
        with self.later(timedelta(minutes=5)), self.app.app_context():
            reconcile(self.database, gateway(), at=clock.now())
            self.work()

    def refund(self) -> None:
        """Refunds of credit notes that were ordered are requested."""
        with self.app.app_context():
            refund_credits(self.database, gateway(), at=clock.now(), stopping=lambda: False)
            self.work()

    def orders_of(self, address: str) -> list[str]:
        """Numbers of the orders confirmed to an address."""
        with self.database.reading_session() as session:
            return list(
                session.scalars(
                    select(Order.number).where(Order.email == address).order_by(Order.id)
                )
            )

    def journal(self, act: str) -> int:
        """How many entries of the journal have that name or subject."""
        with self.database.reading_session() as session:
            return (
                session.scalar(
                    select(func.count())
                    .select_from(JournalEntry)
                    .where((JournalEntry.act == act) | (JournalEntry.subject == act))
                )
                or 0
            )

    @contextmanager
    def later(self, shift: timedelta) -> Iterator[None]:
        """The shop's clock moved; everything it does meanwhile happens then."""
        clock.set_shift(shift)
        try:
            yield
        finally:
            clock.set_shift(timedelta())


def _print_at_once(app: Flask, database: Database) -> None:
    """Make the PDFs of the documents that a form issues before it is answered."""
    with database.reading_session() as session:
        filled = session.scalar(select(func.max(Paper.id))) or 0

    def print_new(response: Response) -> Response:
        if request.method == "POST":
            with database.reading_session() as session:
                missing = select(Paper.id).where(
                    Paper.id > filled, ~exists().where(StoredFile.paper_id == Paper.id)
                )
                new = session.scalars(missing.order_by(Paper.id)).all()
            for paper_id in new:
                pdf_of(database, paper_id, at=clock.now())
        return response

    app.after_request(print_new)


@contextmanager
def live_shop(
    filled: Path, directory: Path, change: Callable[[Settings], Settings] = lambda usual: usual
) -> Iterator[LiveShop]:
    """Serve a copy of a filled database; `change` makes the settings other than usual."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    path = directory / "shop.db"
    shutil.copy(filled, path)
    box = Box()
    mail = Controller(box, hostname=LOOPBACK, port=free_port())
    mail.start()
    with running() as sandbox:
        port = free_port()
        settings = Settings(
            mode="demonstration",
            secret_key=SECRET,
            database_url=f"sqlite:///{path}",
            public_url=f"http://{LOOPBACK}:{port}",
            stripe_api_base=sandbox.base_url,
            smtp_url=f"smtp://{LOOPBACK}:{mail.port}",
        )
        settings = change(settings)
        database = Database(settings.database_url)
        app = create_app(settings, database)
        _print_at_once(app, database)
        server = make_server(LOOPBACK, port, app, threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        sandbox.hook(f"{settings.public_url}/card/webhook", settings.stripe_webhook_secret)
        try:
            yield LiveShop(settings.public_url, app, database, settings, sandbox, box)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            opened = app.extensions[EXTENSION]
            if opened is not None:
                opened.close()
            database.dispose()
            mail.stop()
