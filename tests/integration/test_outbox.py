"""E-mails are sent after the commit, retried, and never lost; documents neither."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial

import pytest
from sqlalchemy import select, update

from quotes.jobs import lapse_quotes
from quotes.quotes.models import Quote
from shop.core.retries import retry_after
from shop.dossiers.attachments import attachments_of
from shop.dossiers.models import StoredFile
from shop.dossiers.pdf_attempts import papers_without_pdf
from shop.emails.delivery import (
    DemonstrationPost,
    Enclosed,
    SmtpPost,
    deliver,
    due_emails,
    post_for,
)
from shop.emails.messages import as_html, render_email
from shop.jobs import deliver_emails, make_pdfs
from shop.ops import clock
from shop.ops.config import Settings
from shop.ops.worker import Job, Worker
from shop.storage import outbox
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.bench.servers import free_port
from tests.factories import AT, make_buyer, make_shop
from tests.mail_server import Box, mail_server
from tests.orders import make_quote

pytestmark = [pytest.mark.each_database, pytest.mark.usefixtures("printed_once")]

SETTINGS = Settings(mode="test", public_url="http://shop.example")
SOON = AT + timedelta(minutes=2)


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    handler = Box()
    with mail_server(handler) as url:
        yield handler, url


@pytest.fixture
def quoted(database: Database) -> Database:
    """A quote was issued: its document is frozen, its e-mail waits. Nothing else was done."""
    with database.transaction() as session:
        make_quote(session, make_buyer(session), make_shop(session))
    return database


def send_all(database: Database, url: str, at: datetime) -> list[bool]:
    return [
        deliver(
            database,
            email_id,
            SmtpPost(url),
            Enclosed(
                partial(attachments_of, database, public_url="https://shop.example", at=AT), {}
            ),
            settings=SETTINGS,
            at=at,
        )
        for email_id in due_emails(database, at=at)
    ]


def only_email(database: Database) -> Email:
    with database.reading_session() as session:
        return session.scalars(select(Email)).one()


def test_an_e_mail_is_sent_with_its_document(quoted: Database, box):
    handler, url = box
    assert send_all(quoted, url, SOON) == [True]
    (received,) = handler.messages
    assert received["To"] == "acheteur@ville.example"
    assert "DE-2026-000001" in received["Subject"]
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["Message-ID"] == only_email(quoted).message_id
    plain = received.get_body(("plain",)).get_content()
    assert "http://shop.example/devis/DE-2026-000001" in plain
    assert "<html" in received.get_body(("html",)).get_content()
    (paper,) = received.iter_attachments()
    assert paper.get_filename() == "DE-2026-000001.pdf"
    with quoted.reading_session() as session:
        stored = session.scalars(select(StoredFile.sha256)).one()
        assert hashlib.sha256(paper.get_content()).hexdigest() == stored
    assert send_all(quoted, url, SOON + timedelta(days=1)) == []


def test_a_rolled_back_transaction_sends_nothing(database: Database):
    with pytest.raises(RuntimeError), database.transaction() as session:
        make_quote(session, make_buyer(session), make_shop(session))
        raise RuntimeError("the power is cut")
    assert due_emails(database, at=SOON) == []


def test_nothing_is_lost_when_the_mail_server_is_down(quoted: Database, box):
    handler, url = box
    assert send_all(quoted, f"smtp://127.0.0.1:{free_port()}", SOON) == [False]
    waiting = only_email(quoted)
    assert waiting.sent_at is None
    assert "refused" in waiting.last_error
    assert waiting.next_try_at == SOON + timedelta(minutes=1)
    assert due_emails(quoted, at=SOON + timedelta(seconds=59)) == []
    handler.refuses = True
    assert send_all(quoted, url, SOON + timedelta(minutes=1)) == [False]
    assert only_email(quoted).next_try_at == SOON + timedelta(minutes=3)
    handler.refuses = False
    assert send_all(quoted, url, SOON + timedelta(minutes=3)) == [True]
    sent = only_email(quoted)
    assert (sent.attempts, sent.last_error) == (3, None)
    assert handler.messages[0]["Message-ID"] == waiting.message_id == sent.message_id


def test_one_failing_e_mail_does_not_delay_the_others(quoted: Database, box):
    handler, url = box
    with quoted.transaction() as session:
        first = session.scalars(select(Email)).one()
        session.execute(update(Email).where(Email.id == first.id).values(template="no_such"))
        outbox.post(
            session,
            "quote_expired",
            to="b@ville.example",
            language="fr",
            at=AT,
            **first.facts,
        )
    assert send_all(quoted, url, SOON) == [False, True]
    assert [message["To"] for message in handler.messages] == ["b@ville.example"]
    with quoted.reading_session() as session:
        assert "no_such" in session.get_one(Email, first.id).last_error


def test_two_workers_send_an_e_mail_once(quoted: Database, box):
    handler, url = box
    email_id = only_email(quoted).id
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        deliver(
            quoted,
            email_id,
            SmtpPost(url),
            Enclosed(lambda _mail: [], {}),
            settings=SETTINGS,
            at=SOON,
        )

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(handler.messages) == 1


def test_an_e_mail_of_a_killed_worker_is_sent_by_the_next_one(quoted: Database, box):
    handler, url = box
    first = only_email(quoted)

    class Killed(BaseException):
        """Nothing catches it, as nothing catches SIGKILL."""

    class Dying:
        def send(self, _letter: EmailMessage) -> None:
            raise Killed

    with pytest.raises(Killed):
        deliver(
            quoted, first.id, Dying(), Enclosed(lambda _mail: [], {}), settings=SETTINGS, at=SOON
        )
    assert due_emails(quoted, at=SOON) == []
    assert send_all(quoted, url, SOON + timedelta(minutes=1)) == [True]
    assert len(handler.messages) == 1


def test_the_retry_delay_grows_to_six_hours():
    waits = [retry_after(attempts) for attempts in (1, 2, 3, 9, 40)]
    assert waits == [
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
        timedelta(minutes=256),
        timedelta(hours=6),
    ]


def test_a_server_is_used_as_soon_as_one_is_configured():
    assert isinstance(post_for(SETTINGS), DemonstrationPost)
    assert isinstance(post_for(replace(SETTINGS, smtp_url="smtps://u:p@mail:465")), SmtpPost)


def test_the_worker_renders_documents_and_sends_e_mails(quoted: Database, box):
    handler, url = box
    make_pdfs(quoted)
    make_pdfs(quoted)
    with quoted.reading_session() as session:
        assert papers_without_pdf(session, at=AT) == []
        assert len(session.scalars(select(StoredFile)).all()) == 1
    deliver_emails(quoted, SETTINGS, SmtpPost(url))
    assert len(handler.messages) == 1


def test_quotes_lapse_after_their_last_day_and_once(quoted: Database):
    with clock.travelled(datetime(2026, 12, 18, 22, 30, tzinfo=UTC)):
        lapse_quotes(quoted)
        with quoted.reading_session() as session:
            assert session.scalars(select(Quote.stage)).one() == "QUOTED"
    with clock.travelled(datetime(2026, 12, 18, 23, 30, tzinfo=UTC)):
        lapse_quotes(quoted)
        lapse_quotes(quoted)
    with quoted.reading_session() as session:
        assert session.scalars(select(Quote.stage)).one() == "EXPIRED"
        expired = session.scalars(
            select(Email).where(Email.template == "quote_expired").order_by(Email.id)
        ).all()
        assert len(expired) == 1


def test_a_failing_job_does_not_stop_the_others():
    done = []

    def fail() -> int:
        raise RuntimeError("no disk")

    def work() -> int:
        done.append(1)
        return 1

    worker = Worker([Job("bad", 0, fail), Job("good", 0, work)])
    worker.run_once()
    worker.run_once()
    assert done == [1, 1]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_e_mail_escapes_what_people_typed(language: str):
    facts = {
        "renewed_from": "",
        "changes": [],
        "number": "DE-1",
        "including": 1,
        "valid_until": "2026-12-18",
        "name": "<b>x</b>",
    }
    made = render_email("quote_issued", facts, language=language, public_url="http://x")
    assert "<b>x</b>" in made.body
    assert "<b>x</b>" not in as_html(made, language=language)


def test_a_subject_is_one_line():
    facts = {"number": "DE-1\r\nBcc: a@b", "including": 1, "by": "x", "name": "x"}
    made = render_email("quote_cancelled", facts, language="en", public_url="http://x")
    assert "\n" not in made.subject and "\r" not in made.subject
