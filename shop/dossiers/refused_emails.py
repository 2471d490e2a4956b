"""E-mails of a dossier that nobody received, until they are sent again (repeated_emails.py)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.errors import N_
from shop.dossiers.finder import BY_BUYER
from shop.dossiers.models import Dossier
from shop.storage.arrangements import Sort
from shop.storage.outbox import Email, is_followed
from shop.storage.paging import FIRST, Listing, Page, Place, count_of, page_of, read_number

_REFUSED = Listing(
    select(Email.id, Email.to, Dossier.number, Email.last_error, Email.refused_at)
    .join(Dossier, Dossier.id == Email.dossier_id)
    .where(Email.is_refused, ~is_followed()),
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
    return read_number(session, count_of(_REFUSED))


def refused_emails(session: Session, place: Place = FIRST) -> Page[RefusedEmail]:
    """E-mails that wait for another address, the newest first."""
    return page_of(session, _REFUSED, place).of(lambda row: RefusedEmail(*row))
