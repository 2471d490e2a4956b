"""Bounces: what a mail server reports, after it accepted an e-mail, about one it could not deliver.

Each e-mail leaves with a return path of its own, `RETURN_PATH` with the e-mail's number and a token
added to its local part: `returns+1208.9f3c…@shop.example` (VERP). The token is a keyed digest of
the number and the recipient: a forged report has none, and a late report about a former recipient
does not count against the new one.

Only a delivery status notification (RFC 3464) with a recipient that failed counts. It puts the
e-mail in the state of one that was refused at once (refused.py).
"""

import hashlib
import hmac
import re
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.policy import default
from enum import Enum
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import THE_CLOCK
from shop.core.text import one_line
from shop.emails.refused import note_refusal
from shop.ops.config import Settings
from shop.storage.db import locking
from shop.storage.outbox import Email

#: Bytes of a report: the message that it returns may have attachments.
LARGEST_REPORT = 50_000_000
_TOKEN = 20
#: Headers in which mail servers note the address that a message was delivered to.
_DELIVERED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
_STATUS = re.compile(r"[45]\.\d{1,3}\.\d{1,3}")


class Bounce(Enum):
    """What a message at the return path says. `REFUSED`: it is noted now; `KNOWN`: it was noted
    before; `NOT_FINAL`: a delay or a delivery; `NO_REPORT`: no delivery status notification;
    `FORGED`: no return path of ours, or not of this e-mail.
    """

    REFUSED = "refused"
    KNOWN = "known"
    NOT_FINAL = "not final"
    NO_REPORT = "no report"
    FORGED = "forged"


def return_path(email_id: int, to: str, settings: Settings) -> str | None:
    """The return path of one e-mail; None without `RETURN_PATH`: the sender's address is it."""
    if not settings.return_path:
        return None
    name, _, domain = settings.return_path.rpartition("@")
    return f"{name}+{email_id}.{_token(email_id, to, settings)}@{domain}"


def note_bounce(
    session: Session, data: bytes, *, settings: Settings, at: datetime, recipient: str = ""
) -> Bounce:
    """Note what one message says. `recipient`: the address it was delivered to, where the mail
    server says so; else its headers tell.
    """
    report = _parsed(data)
    if report is None:
        return Bounce.NO_REPORT
    found = _returned_to([recipient] if recipient else _delivered_to(report), settings)
    if found is None:
        return Bounce.FORGED
    email_id, token = found
    email = session.scalar(locking(session, select(Email).where(Email.id == email_id)))
    if email is None or not hmac.compare_digest(token, _token(email_id, email.to, settings)):
        return Bounce.FORGED
    answer = _failure(report, email.to)
    if answer is None:
        return Bounce.NOT_FINAL
    if email.is_refused:
        return Bounce.KNOWN
    email.last_error = answer[:500]
    note_refusal(session, email.id, by=THE_CLOCK, at=at)
    return Bounce.REFUSED


def _token(email_id: int, to: str, settings: Settings) -> str:
    said = f"return path\0{email_id}\0{to}".encode()
    return hmac.new(settings.secret_key.encode(), said, hashlib.sha256).hexdigest()[:_TOKEN]


def _parsed(data: bytes) -> EmailMessage | None:
    """The message, if it is a delivery status notification: sent by a mail server, which expects no
    answer (RFC 3464, 2).
    """
    if len(data) > LARGEST_REPORT:
        return None
    try:
        message = message_from_bytes(data, policy=default)
        kind = str(message.get_param("report-type", "")).lower()
        sender = str(message.get("Return-Path", "<>")).strip()
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        return None  # the library's errors for headers that follow no standard
    if message.get_content_type() != "multipart/report" or kind != "delivery-status":
        return None
    return message if sender == "<>" else None


def _delivered_to(report: EmailMessage) -> list[str]:
    return [str(value) for name in _DELIVERED_TO for value in report.get_all(name, [])]


def _returned_to(addresses: list[str], settings: Settings) -> tuple[int, str] | None:
    """The number and the token in the one return path among the addresses."""
    name, _, domain = (settings.return_path or "").rpartition("@")
    if not name:
        return None
    ours = re.compile(
        rf"(?<![\w.+-]){re.escape(name)}\+(\d{{1,18}})\.([0-9a-f]{{{_TOKEN}}})@{re.escape(domain)}"
        r"(?![\w.-])",
        re.IGNORECASE,
    )
    found = {match for address in addresses for match in ours.findall(address)}
    if len(found) != 1:
        return None
    number, token = found.pop()
    return int(number), token.lower()


def _failure(report: EmailMessage, to: str) -> str | None:
    """The status and the server's words about the recipient that failed; None if none did."""
    for part in report.iter_parts():
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        groups = cast(list[Message], part.get_payload())
        for fields in groups[1:]:  # the first group is about the message as a whole
            status = _STATUS.match(_field(fields, "Status"))
            named = _field(fields, "Original-Recipient").partition(";")[2].strip()
            if named and named.casefold() != to.casefold():
                continue
            if _field(fields, "Action").lower() == "failed" and status:
                said = _field(fields, "Diagnostic-Code").partition(";")[2].strip()
                return f"{status[0]} {said}".strip()
    return None


def _field(fields: Message, name: str) -> str:
    return one_line(str(fields.get(name, "")))
