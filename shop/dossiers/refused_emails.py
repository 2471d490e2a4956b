"""E-mails of a dossier that nobody received: the office sends them to another address.

Other e-mails are not sent to another address: they contain links to an account, and belong to its
owner alone.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import ACCOUNTING, ADMIN, SALES, SALES_ADMIN, Actor
from shop.core.errors import N_, Changed, NotAllowed, NotFound
from shop.dossiers.finder import BY_BUYER
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Sort
from shop.storage.db import locking
from shop.storage.journal import record
from shop.storage.outbox import Email
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of

#: Who may send an e-mail to another address.
SENDERS = (SALES, SALES_ADMIN, ACCOUNTING, ADMIN)

_REFUSED = Listing(
    select(Email.id, Email.to, Dossier.number, Email.last_error, Email.refused_at)
    .join(Dossier, Dossier.id == Email.dossier_id)
    .where(Email.is_refused),
    (Email.refused_at.desc(), Email.id.desc()),
    Email.id,
    (BY_BUYER,),
    (
        Sort("date", N_("Refused on"), (Email.refused_at,)),
        Sort("file", N_("File"), (Dossier.number,)),
    ),
    sorted_by="-date",
)


@dataclass(frozen=True, slots=True)
class RefusedEmail:
    """One e-mail that nobody received; `answer` is the server's."""

    id: int
    to: str
    dossier: str
    answer: str
    refused_at: datetime


def count_refused(session: Session) -> int:
    """How many e-mails wait for another address."""
    return count_of(session, _REFUSED)


def refused_emails(session: Session, place: Place = FIRST) -> Page[RefusedEmail]:
    """E-mails that wait for another address, the newest first."""
    return page_of(session, _REFUSED, place).of(lambda row: RefusedEmail(*row))


class SentAgain(Changed):
    sentence = N_("A colleague has already sent this e-mail again, to %(to)s.")


def send_again(session: Session, email_id: int, *, to: str, by: Actor, at: datetime) -> Email:
    """Send a refused e-mail to another address, or to the same once it exists.

    Raises NotAllowed, NotFound, SentAgain.
    """
    if not by.has(*SENDERS):
        raise NotAllowed
    email = session.scalar(locking(session, select(Email).where(Email.id == email_id)))
    if email is None or email.dossier_id is None:
        raise NotFound
    if not email.is_refused:
        raise SentAgain(to=email.to)
    before, email.to = email.to, to
    email.refused_at = email.last_error = email.message_id = email.sent_at = None
    email.attempts, email.next_try_at = 0, at
    record(
        session,
        f"email:{email.id}",
        "email_sent_again",
        by=by,
        at=at,
        dossier_id=email.dossier_id,
        before=before,
        to=to,
    )
    return email
