"""A report that an e-mail could not be delivered puts it among those that nobody received; a forged
one changes nothing.
"""

import mailbox
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from click.testing import Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.core.actors import SALES
from shop.dossiers.repeated_emails import send_again
from shop.emails.bounces import Bounce, note_bounce, return_path
from shop.emails.delivery import Enclosed, SmtpPost, deliver, due_emails
from shop.ops.clock import now
from shop.ops.config import Settings
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import OFFICE, make_buyer, make_shop
from tests.mail_server import mail_server
from tests.orders import make_quote
from tests.people import staff
from tests.snapshots import Snapshots

GONE, REACHED = "acheteur@ville.example", "mairie@ville.example"
SETTINGS = Settings(
    mode="test",
    secret_key="a key of these tests, long enough",
    public_url="http://shop.example",
    return_path="retours@comptoir.example",
)


class Server:
    """A mail server that accepts every e-mail; `paths`: the senders of their envelopes."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.contents: list[bytes] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.paths.append(envelope.mail_from)
        self.contents.append(envelope.content)
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Server, str]]:
    handler = Server()
    with mail_server(handler) as url:
        yield handler, url


def _quoted(session: Session) -> None:
    make_quote(session, make_buyer(session, GONE), make_shop(session), at=now())


@pytest.fixture
def quoted(database: Database, snapshots: Snapshots) -> Database:
    snapshots.fill(database, _quoted)
    return database


def send(database: Database, url: str, settings: Settings = SETTINGS) -> None:
    at = now() + timedelta(minutes=1)
    for email_id in due_emails(database, at=at):
        assert deliver(
            database,
            email_id,
            SmtpPost(url),
            Enclosed(lambda _mail: (), {}),
            settings=settings,
            at=at,
        )


def only_email(database: Database) -> Email:
    with database.reading_session() as session:
        return session.scalars(select(Email)).one()


def path_of(database: Database) -> str:
    email = only_email(database)
    return return_path(email.id, email.to, SETTINGS) or ""


def report(
    to: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    recipient: str = GONE,
    kind: str = "delivery-status",
    sender: str = "<>",
) -> bytes:
    """A delivery status notification as Postfix writes it."""
    return f"""Return-Path: {sender}
Delivered-To: {to}
From: MAILER-DAEMON@mx.ville.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="=b"

--=b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.ville.example
Arrival-Date: Thu, 26 Nov 2026 10:00:00 +0100

Final-Recipient: rfc822; boite42@interne.ville.example
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx2.ville.example
Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: user unknown
 in virtual mailbox table

--=b
Content-Type: text/rfc822-headers

Subject: Votre devis

--=b--
""".encode()


def note(database: Database, data: bytes, *, recipient: str = "") -> Bounce:
    with database.transaction() as session:
        return note_bounce(session, data, settings=SETTINGS, at=now(), recipient=recipient)


def test_each_e_mail_leaves_with_a_return_path_of_its_own(quoted: Database, server):
    handler, url = server
    send(quoted, url)
    email = only_email(quoted)
    assert handler.paths == [return_path(email.id, GONE, SETTINGS)]
    assert handler.paths[0].startswith(f"retours+{email.id}.")
    assert b"Return-Path" not in handler.contents[0]
    assert len(handler.paths[0].partition("@")[0]) <= 64


def test_without_a_return_path_the_sender_is_it(quoted: Database, server):
    handler, url = server
    send(quoted, url, replace(SETTINGS, return_path=None))
    assert handler.paths == ["ventes@comptoir.example"]


def test_a_failure_shows_on_the_dossier_and_at_the_desk_and_is_sent_again(
    app, quoted: Database, server
):
    handler, url = server
    send(quoted, url)
    first = path_of(quoted)
    assert note(quoted, report(first)) is Bounce.REFUSED
    assert note(quoted, report(first)) is Bounce.KNOWN
    client = staff(app, quoted, SALES)
    page = client.get("/bureau").text
    assert "E-mails que personne n’a reçus" in page
    assert "5.1.1 550 5.1.1" in page and "user unknown in virtual mailbox table" in page
    assert "E-mail non distribué" in client.get("/devis/DE-2026-000001").text
    with quoted.transaction() as session:
        noted = select(func.count()).where(JournalEntry.act == "email_refused")
        assert session.scalar(noted) == 1
        send_again(session, only_email(quoted).id, to=REACHED, by=OFFICE, at=now())
    send(quoted, url)
    assert handler.paths[1] != first
    assert note(quoted, report(first)) is Bounce.KNOWN, "a late report about the former address"
    with quoted.reading_session() as session:
        refused = session.execute(select(Email.to, Email.is_refused).order_by(Email.id)).all()
    assert [tuple(row) for row in refused] == [(refused[0].to, True), (REACHED, False)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"action": "delayed", "status": "4.4.1"}, Bounce.NOT_FINAL),
        ({"action": "delivered", "status": "2.0.0"}, Bounce.NOT_FINAL),
        ({"action": "failed", "status": "2.0.0"}, Bounce.NOT_FINAL),
        ({"recipient": "other@ville.example"}, Bounce.NOT_FINAL),
        ({"action": "failed", "status": "4.4.7"}, Bounce.REFUSED),
        ({"kind": "disposition-notification"}, Bounce.NO_REPORT),
        ({"sender": "<someone@ville.example>"}, Bounce.NO_REPORT),
    ],
)
def test_only_a_failed_recipient_counts(quoted: Database, server, change: dict, said: Bounce):
    send(quoted, server[1])
    assert note(quoted, report(path_of(quoted), **change)) is said
    assert only_email(quoted).is_refused is (said is Bounce.REFUSED)


@pytest.mark.parametrize(
    "forge",
    [
        lambda path: path.replace("retours+", "retours"),
        lambda path: path[: path.index("@") - 1] + "x" + path[path.index("@") :],
        lambda path: path.replace("@comptoir", "@autre"),
        lambda path: path.replace("retours+", "retours+9"),
        lambda path: path.partition(".")[0] + "." + "0" * 20 + "@comptoir.example",
        lambda path: f"{path}, {path.replace('retours+', 'retours+9')}",
        lambda path: "retours@comptoir.example",
        lambda path: "",
    ],
)
def test_a_report_without_the_token_of_the_e_mail_is_forged(quoted: Database, server, forge):
    send(quoted, server[1])
    assert note(quoted, report(forge(path_of(quoted)))) is Bounce.FORGED
    assert not only_email(quoted).is_refused


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: holidays\n\nI am away.",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x--",
        b'Content-Type: multipart/report; report-type*0*=%%; boundary=""\nTo: =?x?q?=\n\n',
    ],
)
def test_any_other_message_is_left_alone(quoted: Database, server, data: bytes):
    send(quoted, server[1])
    assert note(quoted, data) in (Bounce.NO_REPORT, Bounce.FORGED)
    assert note(quoted, data, recipient=path_of(quoted)) in (Bounce.NO_REPORT, Bounce.NOT_FINAL)
    assert not only_email(quoted).is_refused


def command(app, *words: str, given: bytes = b"", settings: Settings = SETTINGS) -> Result:
    app.extensions["comptoir.settings"] = settings
    return app.test_cli_runner().invoke(args=["emails", "bounces", *words], input=given)


@pytest.mark.parametrize("kind", [mailbox.Maildir, mailbox.mbox])
def test_a_mailbox_is_read_and_what_was_not_recognised_is_left_unread(
    app, quoted: Database, server, tmp_path: Path, kind: type[mailbox.Mailbox]
):
    send(quoted, server[1])
    box = kind(tmp_path / "returns")
    box.add(report(path_of(quoted)))
    box.add(b"Subject: holidays\n\nI am away.")
    box.close()
    ended = command(app, str(tmp_path / "returns"))
    assert ended.exit_code == 0, ended.output
    assert "refused: 1" in ended.output and "no report: 1" in ended.output
    assert only_email(quoted).is_refused
    again = command(app, str(tmp_path / "returns")).output
    assert "refused: 0" in again and "known: 0" in again and "no report: 1" in again


class Folder(socketserver.StreamRequestHandler):
    """An IMAP server with one folder; `messages`: its contents, `seen`: the numbers of those read,
    `said`: who signed in.
    """

    messages: ClassVar[list[bytes]] = []
    seen: ClassVar[set[int]] = set()
    said: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, _, command = line.decode().strip().partition(" ")
            self.answer(command)
            self.wfile.write(f"{tag} OK done\r\n".encode())
            if command == "LOGOUT":
                return

    def answer(self, command: str) -> None:
        words = command.split()
        if command == "CAPABILITY":
            self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif words[0] == "LOGIN":
            self.said.append(command)
        elif words[:2] == ["UID", "SEARCH"]:
            unread = [str(n) for n in range(1, len(self.messages) + 1) if n not in self.seen]
            self.wfile.write(f"* SEARCH {' '.join(unread)}\r\n".encode())
        elif words[:2] == ["UID", "FETCH"]:
            data = self.messages[int(words[2]) - 1]
            self.wfile.write(f"* {words[2]} FETCH (BODY[] {{{len(data)}}}\r\n".encode())
            self.wfile.write(data + b")\r\n")
        elif words[:2] == ["UID", "STORE"]:
            self.seen.add(int(words[2]))


@pytest.fixture
def folder() -> Iterator[tuple[type[Folder], str]]:
    class Own(Folder):
        messages: ClassVar[list[bytes]] = []
        seen: ClassVar[set[int]] = set()
        said: ClassVar[list[str]] = []

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Own) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Own, f"imap://returns:p%40ss@127.0.0.1:{server.server_address[1]}/INBOX"
        server.shutdown()
        thread.join()


def test_a_folder_of_an_imap_server_is_read(app, quoted: Database, server, folder):
    own, url = folder
    send(quoted, server[1])
    own.messages += [b"Subject: holidays\r\n\r\nI am away.", report(path_of(quoted))]
    ended = command(app, settings=replace(SETTINGS, bounces_imap=url))
    assert ended.exit_code == 0, ended.output
    assert "refused: 1" in ended.output and "no report: 1" in ended.output
    assert own.seen == {2}
    assert own.said == ['LOGIN returns "p@ss"']
    assert only_email(quoted).is_refused


def test_a_mail_server_pipes_a_report(app, quoted: Database, server):
    send(quoted, server[1])
    piped = report("undisclosed-recipients:;")
    ended = command(app, "--recipient", path_of(quoted), "-", given=piped)
    assert ended.exit_code == 0, ended.output
    assert "refused: 1" in ended.output


def test_the_command_wants_a_return_path(app):
    ended = app.test_cli_runner().invoke(args=["emails", "bounces"], input=b"")
    assert ended.exit_code == 2
    assert "RETURN_PATH" in ended.output
