"""The trial of the mail server: a code leaves by e-mail, and the step is done when it is typed.

A shop whose messages do not arrive confirms no order and sends no quote. The message takes the way
of every other one: the outbox, then the worker.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, Actor
from shop.core.errors import N_, Changed, DomainError, NotAllowed
from shop.opening.doors import ConfirmedAlready, note_step
from shop.opening.models import MailTrial, OpeningCheck
from shop.opening.rules import MOST_WRONG_CODES, Step, digits_of
from shop.storage.db import locking
from shop.storage.journal import record
from shop.storage.outbox import Email, post


class NewMessageNeeded(DomainError):
    sentence = N_("Five wrong codes were typed for this message: send another one.")
    status = 422


class OtherMessage(Changed):
    sentence = N_("Another message has been sent meanwhile: type the code of the latest one.")


@dataclass(frozen=True, slots=True)
class MailState:
    """Where the latest message is: `trial` None before the first one."""

    trial: MailTrial | None = None
    email: Email | None = None
    is_passed: bool = False

    @property
    def is_spent(self) -> bool:
        """Whether no other code is accepted for this message."""
        return self.trial is not None and self.trial.wrong_codes >= MOST_WRONG_CODES


def mail_state(session: Session) -> MailState:
    """The latest message, where it is, and whether the step is done."""
    passed = exists().where(OpeningCheck.step == Step.MAIL)
    latest = (
        select(MailTrial, Email, passed)
        .join(Email, Email.id == MailTrial.email_id)
        .order_by(MailTrial.id.desc())
        .limit(1)
    )
    row = session.execute(latest).first()
    return MailState() if row is None else MailState(*row)


def send_trial(session: Session, to: str, *, language: str, by: Actor, at: datetime) -> MailTrial:
    """Send a code; those of earlier messages are no longer accepted. Raises NotAllowed,
    ConfirmedAlready.
    """
    _ensure_pending(session, by, "send_mail_trial")
    code = f"{secrets.randbelow(1_000_000):06d}"
    email = post(session, "mail_trial", to=to, language=language, at=at, code=code)
    session.flush()
    row = MailTrial(email_id=email.id, at=at, by_id=by.user_id, by=by.name)
    session.add(row)
    session.flush()
    record(session, f"mail_trial:{row.id}", "send_mail_trial", by=by, at=at, to=to)
    return row


def type_code(session: Session, trial_id: int, typed: str, *, by: Actor, at: datetime) -> int:
    """The step is done if it is the code of the latest message: 0. Else the wrong code is counted;
    returns how many were typed for this message.

    Raises NotAllowed, ConfirmedAlready, OtherMessage, NewMessageNeeded.
    """
    _ensure_pending(session, by, "pass_mail_trial")
    latest = select(MailTrial).order_by(MailTrial.id.desc()).limit(1)
    trial = session.scalar(locking(session, latest))
    if trial is None or trial.id != trial_id:
        raise OtherMessage
    if trial.wrong_codes >= MOST_WRONG_CODES:
        raise NewMessageNeeded
    email = session.get_one(Email, trial.email_id)
    if compare_digest(digits_of(typed).encode(), email.facts["code"].encode()):
        note_step(session, Step.MAIL, by=by, at=at)
        record(session, f"mail_trial:{trial.id}", "pass_mail_trial", by=by, at=at)
        return 0
    trial.wrong_codes += 1
    record(
        session,
        f"mail_trial:{trial.id}",
        "mistype_mail_code",
        by=by,
        at=at,
        wrong_codes=trial.wrong_codes,
    )
    return trial.wrong_codes


def _ensure_pending(session: Session, by: Actor, act: str) -> None:
    if not by.has(ADMIN):
        raise NotAllowed(act=act)
    if session.scalar(select(exists().where(OpeningCheck.step == Step.MAIL))):
        raise ConfirmedAlready
