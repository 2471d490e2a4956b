"""Delivery: e-mails of the outbox are sent, retried, and never lost.

An e-mail is claimed by a conditional update that also delays its next attempt: two workers never
claim the same one, and if a worker ends while it sends, another one retries at that time (at least
once, always under the same Message-ID). An address that the receiving server refuses for good ends
the trying: the journal of the dossier and the office say so (refused.py).
"""

import logging
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy import select, update

from shop.core.actors import THE_CLOCK
from shop.core.retries import retry_after
from shop.emails.bounces import return_path
from shop.emails.messages import Attachment, message, message_id, text_of
from shop.emails.refused import is_final, note_refusal
from shop.emails.words_rules import Wordings
from shop.ops.config import Settings
from shop.storage.db import Database
from shop.storage.outbox import Email

log = logging.getLogger("comptoir.post")

_SECONDS = 20


class Post(Protocol):
    """Sends messages; their Return-Path is the sender of the envelope. Raises for a message that
    was not accepted.
    """

    def send(self, message: EmailMessage) -> None: ...


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What an e-mail carries beside its facts: its attachments, and the words in force."""

    attachments_of: Callable[[Email], Sequence[Attachment]]
    wordings: Wordings


class SmtpPost:
    """smtp://user:password@host:587 (STARTTLS when the server offers it) or smtps://host:465."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def send(self, message: EmailMessage) -> None:
        with self._server() as server:
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            sender = message["Return-Path"]
            del message["Return-Path"]  # the receiving server writes it (RFC 5321, 4.4)
            server.send_message(message, from_addr=sender)

    def _server(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        context = ssl.create_default_context()
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, self._url.port or 465, timeout=_SECONDS, context=context)
        server = smtplib.SMTP(host, self._url.port or 25, timeout=_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        return server


class DemonstrationPost:
    """No server: an e-mail counts as delivered, and is shown in the demonstration's mailbox."""

    def send(self, message: EmailMessage) -> None:
        log.info("demonstration: e-mail %s for %s", message["Message-ID"], message["To"])


def post_for(settings: Settings) -> Post:
    """SMTP when a server is configured."""
    return SmtpPost(settings.smtp_url) if settings.smtp_url else DemonstrationPost()


def due_emails(database: Database, *, at: datetime, limit: int = 50) -> Sequence[int]:
    """Ids of e-mails that are due, oldest first."""
    with database.reading() as connection:
        statement = (
            select(Email.id)
            .where(~Email.is_sent, ~Email.is_refused, Email.next_try_at <= at)
            .order_by(Email.next_try_at, Email.id)
            .limit(limit)
        )
        return connection.scalars(statement).all()


def deliver(
    database: Database,
    email_id: int,
    post: Post,
    enclosed: Enclosed,
    *,
    settings: Settings,
    at: datetime,
) -> bool:
    """Try to deliver one e-mail; False if it is not due, claimed by another worker, or failed.

    A failure is stored with the e-mail and logged; the e-mail is tried again later.
    """
    email = _claim(database, email_id, sender=settings.mail_from, at=at)
    if email is None:
        return False
    try:
        content = text_of(email, public_url=settings.public_url, wordings=enclosed.wordings)
        papers = enclosed.attachments_of(email)
        made = message(email, content, papers, sender=settings.mail_from, at=at)
        if path := return_path(email.id, email.to, settings):
            made["Return-Path"] = path
        post.send(made)
    except Exception as trouble:
        log.exception("e-mail %s (%s) could not be sent", email.id, email.template)
        _note(database, email_id, last_error=f"{type(trouble).__name__}: {trouble}"[:500])
        if is_final(trouble):
            with database.transaction() as session:
                note_refusal(session, email_id, by=THE_CLOCK, at=at)
        return False
    words = {"subject": content.subject[:300], "body": content.body if email.dossier_id else None}
    _note(database, email_id, sent_at=at, last_error=None, **words)
    return True


def _claim(database: Database, email_id: int, *, sender: str, at: datetime) -> Email | None:
    with database.transaction() as session:
        email = session.get(Email, email_id)
        if email is None or email.is_sent or email.is_refused or email.next_try_at > at:
            return None
        claimed = session.execute(
            update(Email)
            .where(
                Email.id == email_id,
                ~Email.is_sent,
                Email.next_try_at <= at,
                Email.attempts == email.attempts,
            )
            .values(
                attempts=email.attempts + 1,
                next_try_at=at + retry_after(email.attempts + 1),
                message_id=email.message_id or message_id(email, sender),
            )
            .returning(Email.id)
            .execution_options(synchronize_session=False)
        ).first()
        if claimed is None:
            return None
        session.refresh(email)
        return email


def _note(database: Database, email_id: int, **values: object) -> None:
    with database.transaction() as session:
        session.execute(update(Email).where(Email.id == email_id).values(**values))
