"""The mail log: e-mails of the outbox with their state, for the office.

Who may send an e-mail of a dossier to another address sees those of dossiers. An administrator also
sees that the others exist, but not their text: it contains links that open an account.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, Actor
from shop.core.errors import N_, NotAllowed, NotFound
from shop.dossiers.models import Dossier
from shop.dossiers.repeated_emails import SENDERS
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.outbox import Email
from shop.storage.paging import FIRST, Listing, Page, Place, page_of


class MailState(StrEnum):
    """Where an e-mail is. `FAILING`: an attempt failed, others follow; `REFUSED`: no more do."""

    WAITING = "waiting"
    FAILING = "failing"
    SENT = "sent"
    REFUSED = "refused"


_OPEN = and_(~Email.is_sent, ~Email.is_refused)
_STATES = Filter(
    "state",
    N_("Status"),
    (
        Choice(MailState.WAITING, N_("Waiting"), and_(_OPEN, Email.last_error.is_(None))),
        Choice(MailState.FAILING, N_("Failed, tried again"), _OPEN & Email.last_error.is_not(None)),
        Choice(MailState.SENT, N_("Sent"), and_(Email.is_sent, ~Email.is_refused)),
        Choice(MailState.REFUSED, N_("Given up"), Email.is_refused),
    ),
)


@dataclass(frozen=True, slots=True)
class LoggedEmail:
    """One e-mail and the number of its dossier, where it has one."""

    email: Email
    dossier: str | None

    @property
    def state(self) -> MailState:
        """Where it is."""
        if self.email.is_refused:
            return MailState.REFUSED
        if self.email.is_sent:
            return MailState.SENT
        return MailState.FAILING if self.email.last_error else MailState.WAITING


def logged_emails(
    session: Session, place: Place = FIRST, *, by: Actor, address: str = ""
) -> Page[LoggedEmail]:
    """E-mails that the actor may see, the newest first; those whose address contains that part.

    Raises NotAllowed.
    """
    statement = _seen_by(by)
    if address:
        statement = statement.where(Email.to.icontains(address, autoescape=True))
    listing = Listing(
        statement,
        (Email.created_at.desc(), Email.id.desc()),
        Email.id,
        (_STATES,),
        (Sort("date", N_("Written on"), (Email.created_at,)),),
        sorted_by="-date",
    )
    return page_of(session, listing, place).of(lambda row: LoggedEmail(*row))


def get_logged_email(session: Session, email_id: int, *, by: Actor) -> LoggedEmail:
    """One of them. Raises NotAllowed, NotFound."""
    row = session.execute(_seen_by(by).where(Email.id == email_id)).one_or_none()
    if row is None:
        raise NotFound
    return LoggedEmail(*row)


def _seen_by(by: Actor) -> Select[*tuple[Any, ...]]:
    if not by.has(*SENDERS):
        raise NotAllowed
    statement = select(Email, Dossier.number).outerjoin(Dossier, Dossier.id == Email.dossier_id)
    return statement if by.has(ADMIN) else statement.where(Email.dossier_id.is_not(None))
