"""An e-mail is sent again, to its address or to a corrected one, as a new one: the old one keeps
its address and its text, and each names the other.

E-mails of an account go to its address alone: they belong to its owner.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import ACCOUNTING, ADMIN, SALES, SALES_ADMIN, Actor
from shop.core.errors import NotAllowed, NotFound
from shop.core.text import paris_day
from shop.dossiers.models import Dossier
from shop.emails.repeat_rules import AccountsAddress, NotLeftYet, SentAgain, ensure_repeatable
from shop.people.models import User
from shop.storage.db import locking
from shop.storage.journal import record
from shop.storage.outbox import Email

#: Who may send an e-mail again.
SENDERS = (SALES, SALES_ADMIN, ACCOUNTING, ADMIN)


def find_repeat(session: Session, email: Email) -> Email | None:
    """The e-mail that was sent again for this one."""
    return session.scalar(select(Email).where(Email.follows_id == email.id).limit(1))


def ensure_offered(session: Session, email: Email, *, by: Actor) -> None:
    """Whether the office may send an e-mail again, whatever the address.

    Raises NotAllowed, NotFound, SentAgain, the refusals of `ensure_repeatable()`.
    """
    if not by.has(*SENDERS):
        raise NotAllowed(act="email_sent_again")
    if email.dossier_id is None and not by.has(ADMIN):
        raise NotFound
    later = find_repeat(session, email)
    if later is not None:
        raise SentAgain(to=later.to)
    ensure_repeatable(email.template, is_erased=_is_erased(session, email))


def send_again(session: Session, email_id: int, *, to: str, by: Actor, at: datetime) -> Email:
    """Send an e-mail again: the new one, with the text that the old one left with. One that still
    waits for its server is given up for the corrected address.

    Raises the refusals of `ensure_offered()`, AccountsAddress, NotLeftYet.
    """
    email = session.scalar(locking(session, select(Email).where(Email.id == email_id)))
    if email is None:
        raise NotFound
    ensure_offered(session, email, by=by)
    is_same = to.casefold() == email.to.casefold()
    if email.dossier_id is None and not is_same:
        raise AccountsAddress(to=email.to)
    if not email.is_sent and not email.is_refused:
        if is_same:
            raise NotLeftYet
        email.refused_at = at
    again = _copy(email, to, at)
    session.add(again)
    session.flush()
    record(
        session,
        f"email:{email.id}",
        "email_sent_again",
        by=by,
        at=at,
        dossier_id=email.dossier_id,
        before=email.to,
        to=to,
        again=again.id,
    )
    return again


def _copy(email: Email, to: str, at: datetime) -> Email:
    first = email.facts.get("written_on") or paris_day(email.created_at).isoformat()
    return Email(
        to=to,
        template=email.template,
        language=email.language,
        facts={**email.facts, "written_on": first},
        papers=list(email.papers),
        files=list(email.files),
        dossier_id=email.dossier_id,
        created_at=at,
        next_try_at=at,
        subject=email.subject if email.body is not None else None,
        body=email.body,
        follows_id=email.id,
    )


def _is_erased(session: Session, email: Email) -> bool:
    """Whether its recipient bought for themselves and is erased. The e-mails of an account are
    deleted with it.
    """
    own = select(Dossier.user_id).where(
        Dossier.id == email.dossier_id, Dossier.organisation_id.is_(None)
    )
    erased = select(User.id).where(User.is_erased, User.id.in_(own)).limit(1)
    return session.scalar(erased) is not None
