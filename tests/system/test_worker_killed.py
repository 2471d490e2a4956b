"""A worker that is killed: the next one does what it left."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from shop.core.paths import ROOT
from shop.dossiers.pdf_attempts import papers_without_pdf
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import AT, make_buyer, make_shop
from tests.mail_server import Box, mail_server
from tests.orders import make_quote
from tests.waiting import ended, until

SOON = AT + timedelta(minutes=2)


@pytest.fixture
def quoted(database: Database) -> Database:
    """A quote was issued: its document is frozen, its e-mail waits. Nothing else was done."""
    with database.transaction() as session:
        make_quote(session, make_buyer(session), make_shop(session))
    return database


def only_email(database: Database) -> Email:
    with database.reading_session() as session:
        return session.scalars(select(Email)).one()


def test_killing_the_worker_loses_neither_documents_nor_e_mails(quoted: Database):
    """A real worker, killed as it starts to send, then another one."""
    box = Box()
    box.refuses = True
    with mail_server(box) as url:
        _kill_and_replace(quoted, box, url)
    with quoted.reading_session() as session:
        assert papers_without_pdf(session, at=AT) == []
    assert len(box.messages) == 1


def _kill_and_replace(quoted: Database, box: Box, url: str) -> None:
    environment = {
        **os.environ,
        "COMPTOIR_MODE": "test",
        "SECRET_KEY": "x" * 40,
        "DATABASE_URL": quoted.url.render_as_string(hide_password=False),
        "SMTP_URL": url,
        "COMPTOIR_CLOCK": SOON.isoformat(),
    }
    command = [sys.executable, "-m", "flask", "--app", "app:create_app()", "worker"]

    first = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        until(lambda: only_email(quoted).attempts == 1)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    assert only_email(quoted).sent_at is None
    box.refuses = False
    with quoted.transaction() as session:
        session.execute(update(Email).values(next_try_at=AT))
    second = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        until(lambda: only_email(quoted).sent_at is not None)
        second.send_signal(signal.SIGTERM)
        assert ended(second) == 0
    finally:
        second.kill()
        second.wait()
