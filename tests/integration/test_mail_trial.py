"""The trial of the mail server: a message with a code, its state, and the code that is typed."""

from smtplib import SMTPAuthenticationError

import pytest
from sqlalchemy import select

from shop.core.actors import ADMIN, SALES, Actor
from shop.core.errors import NotAllowed
from shop.emails.delivery import Enclosed, deliver
from shop.emails.troubles import Trouble, trouble_of
from shop.opening.doors import ConfirmedAlready, opening_facts
from shop.opening.mail_trial import (
    NewMessageNeeded,
    OtherMessage,
    mail_state,
    send_trial,
    type_code,
)
from shop.opening.rules import MOST_WRONG_CODES, Step, missing
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.conftest import TEST_SETTINGS
from tests.factories import AT, make_staff
from tests.people import sign_in

CHIEF = Actor("Ada Roche", frozenset({ADMIN}))
PAGE = "/bureau/ouverture/messagerie"


class Post:
    """Stores messages, or fails."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble, self.messages = trouble, []

    def send(self, message) -> None:
        if self.trouble:
            raise self.trouble
        self.messages.append(message)


def send(session) -> int:
    return send_trial(session, "ada@shop.example", language="fr", by=CHIEF, at=AT).id


def right_and_wrong(session) -> tuple[str, str]:
    code = mail_state(session).email.facts["code"]
    return code, f"{(int(code) + 1) % 1_000_000:06d}"


def deliver_latest(database: Database, post: Post) -> None:
    with database.reading_session() as session:
        email_id = mail_state(session).email.id
    deliver(
        database, email_id, post, Enclosed(lambda _email: [], {}), settings=TEST_SETTINGS, at=AT
    )


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        ("gaierror: [Errno -2] Name or service not known", Trouble.NAME),
        ("ConnectionRefusedError: [Errno 111] Connection refused", Trouble.NO_SERVER),
        ("TimeoutError: timed out", Trouble.NO_SERVER),
        ("SMTPAuthenticationError: (535, b'no')", Trouble.SIGN_IN),
        ("SMTPSenderRefused: (553, b'not yours')", Trouble.SENDER),
        ("SMTPRecipientsRefused: {}", Trouble.RECIPIENT),
        ("SSLCertVerificationError: self-signed", Trouble.ENCRYPTION),
        ("SMTPDataError: (554, b'spam')", Trouble.REFUSED),
    ],
)
def test_an_error_of_the_server_says_what_to_check(error: str, trouble: Trouble):
    assert trouble_of(error) is trouble


def test_the_step_is_done_when_the_code_of_the_message_is_typed(database: Database):
    with database.transaction() as session:
        trial = send(session)
    post = Post()
    deliver_latest(database, post)
    with database.transaction() as session:
        code, _wrong = right_and_wrong(session)
        assert code in post.messages[0].get_body(("plain",)).get_content()
        assert Step.MAIL in {one.step for one in missing(opening_facts(session))}
        spaced = f" {code[:3]} {code[3:]} "
        assert type_code(session, trial, spaced, by=CHIEF, at=AT) == 0
        assert Step.MAIL not in {one.step for one in missing(opening_facts(session))}
        assert mail_state(session).is_passed
        for act in (
            lambda: send(session),
            lambda: type_code(session, trial, code, by=CHIEF, at=AT),
        ):
            with pytest.raises(ConfirmedAlready):
                act()
        told = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id))
        assert list(told) == ["send_mail_trial", "pass_mail_trial"]


def test_five_wrong_codes_end_a_message_and_another_one_begins_again(database: Database):
    with database.transaction() as session:
        trial = send(session)
        code, wrong = right_and_wrong(session)
        typed = [type_code(session, trial, wrong, by=CHIEF, at=AT) for _ in range(5)]
        assert typed == [1, 2, 3, 4, MOST_WRONG_CODES]
        assert mail_state(session).is_spent
        with pytest.raises(NewMessageNeeded):
            type_code(session, trial, code, by=CHIEF, at=AT)
        later = send(session)
        with pytest.raises(OtherMessage):
            type_code(session, trial, code, by=CHIEF, at=AT)
        assert not mail_state(session).is_spent
        code, _wrong = right_and_wrong(session)
        assert type_code(session, later, code, by=CHIEF, at=AT) == 0


def test_only_an_administrator_tries_the_mail_server(database: Database):
    seller = Actor("Léo", frozenset({SALES}))
    with database.transaction() as session:
        trial = send(session)
        with pytest.raises(NotAllowed):
            send_trial(session, "leo@shop.example", language="fr", by=seller, at=AT)
        with pytest.raises(NotAllowed):
            type_code(session, trial, "000000", by=seller, at=AT)


def test_the_page_of_the_trial_tells_where_the_message_is(opened, database: Database):
    with database.transaction() as session:
        person = make_staff(session, ADMIN)
        person.totp_secret = "JBSWY3DPEHPK3PXP"
        session.flush()
        person_id, address = person.id, person.email
    client = sign_in(opened(database, TEST_SETTINGS).test_client(), person_id)
    assert f'value="{address}"' in client.get(PAGE).text
    assert client.post(PAGE, data={"email": "ada"}).status_code == 422
    assert client.post(PAGE, data={"email": "ada@shop.example"}).status_code == 303
    assert "en attente" in client.get(PAGE).text
    deliver_latest(database, Post(SMTPAuthenticationError(535, b"bad password")))
    page = client.get(PAGE).text
    assert "bad password" in page and "SMTP_URL" in page
    assert client.post(PAGE, data={"email": "ada@shop.example"}).status_code == 303
    deliver_latest(database, Post())
    assert "envoyé" in client.get(PAGE).text
    with database.reading_session() as session:
        trial = str(mail_state(session).trial.id)
        code, wrong = right_and_wrong(session)
    answer = client.post(f"{PAGE}/code", data={"trial": trial, "code": wrong})
    assert answer.status_code == 422 and "4 essais" in answer.text
    assert f'value="{wrong}"' in answer.text
    assert client.post(f"{PAGE}/code", data={"trial": trial, "code": code}).location == PAGE
    assert client.post(f"{PAGE}/code", data={"trial": "x", "code": ""}).status_code == 422
    page = client.get("/bureau/ouverture").text
    assert "fait" in page.partition('data-step="mail"')[2].partition("</tr>")[0]
