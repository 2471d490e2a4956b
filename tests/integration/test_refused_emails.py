"""An address that the receiving server refuses for good ends the trying, and the office knows."""

import re
import smtplib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, SALES, Actor
from shop.core.errors import NotAllowed, NotFound
from shop.dossiers.repeated_emails import send_again
from shop.emails.delivery import Enclosed, SmtpPost, deliver, due_emails
from shop.emails.refused import is_final
from shop.emails.repeat_rules import LinkOfAnAccount, NotLeftYet
from shop.ops.clock import now
from shop.ops.config import Settings
from shop.signin.tidying import tidy_accounts
from shop.storage.db import Database
from shop.storage.outbox import Email, post
from tests.factories import AT, OFFICE, STORES
from tests.mail_server import mail_server
from tests.orders import quote_for
from tests.people import staff

SETTINGS = Settings(mode="test", public_url="http://shop.example")
ADMINISTRATOR = Actor("Léa Garnier", frozenset({ADMIN}))
REFUSED, REACHED = "acheteur@ville.example", "mairie@ville.example"


class Server:
    """A mail server that answers one recipient so; it counts how often it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.asked: list[str] = []
        self.received: list[str] = []

    async def handle_RCPT(self, _server, _session, envelope, address, options) -> str:
        self.asked.append(address)
        answer = self.answers.get(address, "250 OK")
        if answer == "250 OK":
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.received += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Server, str]]:
    handler = Server()
    with mail_server(handler) as url:
        yield handler, url


@pytest.fixture
def quoted(database: Database) -> Database:
    return quote_for(database, REFUSED)


def send_for_days(database: Database, url: str, days: int) -> None:
    """What the worker does meanwhile."""
    for hours in range(0, days * 24, 6):
        at = now() + timedelta(minutes=1, hours=hours)
        for email_id in due_emails(database, at=at):
            deliver(
                database,
                email_id,
                SmtpPost(url),
                Enclosed(lambda _mail: (), {}),
                settings=SETTINGS,
                at=at,
            )


def only_email(database: Database) -> Email:
    with database.reading_session() as session:
        return session.scalars(select(Email)).one()


def test_a_refused_address_is_tried_once_and_the_dossier_and_the_office_say_so(
    app, quoted: Database, server
):
    handler, url = server
    handler.answers[REFUSED] = "550 5.1.1 No such user"
    send_for_days(quoted, url, 90)
    assert handler.asked == [REFUSED]
    assert only_email(quoted).is_refused
    client = staff(app, quoted, SALES)
    page = client.get("/bureau").text
    assert "E-mails que personne n’a reçus" in page
    assert REFUSED in page and "No such user" in page
    assert "E-mail non distribué" in client.get("/devis/DE-2026-000001").text


def test_the_office_sends_it_to_another_address(app, quoted: Database, server):
    handler, url = server
    handler.answers[REFUSED] = "550 5.1.1 No such user"
    send_for_days(quoted, url, 1)
    client = staff(app, quoted, ACCOUNTING)
    address = f"/bureau/e-mails/{only_email(quoted).id}"
    assert address in client.get("/bureau").text
    wrong = client.post(address, data={"to": "nobody"})
    assert wrong.status_code == 422
    assert "field__error" in wrong.text
    mark = shown_back(client.post(address, data={"to": REACHED}).text)
    assert client.post(address, data={"to": REACHED, "shown": mark}).status_code == 303
    send_for_days(quoted, url, 1)
    assert handler.received == [REACHED]
    assert "personne n’a reçus" not in client.get("/bureau").text
    page = client.get("/devis/DE-2026-000001").text
    assert "E-mail renvoyé" in page and REACHED in page


def shown_back(page: str) -> str:
    """The mark on the button that sends to the address that the page shows."""
    found = re.search(r'name="shown"\s+value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_a_temporary_refusal_is_tried_again(quoted: Database, server):
    handler, url = server
    handler.answers[REFUSED] = "451 greylisted, try again later"
    send_for_days(quoted, url, 1)
    assert len(handler.asked) > 2
    assert not only_email(quoted).is_refused
    handler.answers.clear()
    send_for_days(quoted, url, 2)
    assert handler.received == [REFUSED]


@pytest.mark.parametrize(
    ("trouble", "final"),
    [
        (smtplib.SMTPRecipientsRefused({"a@x.example": (550, b"no such user")}), True),
        (smtplib.SMTPRecipientsRefused({"a@x.example": (553, b"not allowed")}), True),
        (smtplib.SMTPRecipientsRefused({"a@x.example": (450, b"busy")}), False),
        (smtplib.SMTPRecipientsRefused({"a@x.example": (530, b"sign in first")}), False),
        (smtplib.SMTPRecipientsRefused({}), False),
        (smtplib.SMTPDataError(554, b"no"), False),
        (ConnectionRefusedError(), False),
    ],
)
def test_only_a_permanent_answer_about_the_recipient_is_final(trouble: Exception, final: bool):
    assert is_final(trouble) is final


def test_an_e_mail_of_an_account_is_never_sent_to_another_address(database: Database):
    with database.transaction() as session:
        email = post(session, "new_password", to=REFUSED, language="fr", at=AT)
        email.refused_at = AT
        session.flush()
        with pytest.raises(NotFound):
            send_again(session, email.id, to=REACHED, by=OFFICE, at=AT)
        with pytest.raises(LinkOfAnAccount):
            send_again(session, email.id, to=REFUSED, by=ADMINISTRATOR, at=AT)
        tidy_accounts(session, at=AT + timedelta(days=400))
        assert session.scalars(select(Email).order_by(Email.id)).all() == []


def test_logistics_reads_of_it_and_does_not_send_it(app, quoted: Database):
    with quoted.transaction() as session:
        email = session.scalars(select(Email)).one()
        with pytest.raises(NotLeftYet):
            send_again(session, email.id, to=REFUSED, by=OFFICE, at=AT)
        with pytest.raises(NotAllowed):
            send_again(session, email.id, to=REACHED, by=STORES, at=AT)
        email.refused_at, email.last_error = AT, "550 no such user"
    page = staff(app, quoted, LOGISTICS).get("/bureau").text
    assert REFUSED in page and "/bureau/e-mails/" not in page
