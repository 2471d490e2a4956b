"""The recipient of an e-mail about an organisation's dossier: always a person who may read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from shop.core.actors import THE_CLOCK, Actor
from shop.dossiers.models import Dossier
from shop.members.models import Membership
from shop.people.models import User
from shop.storage.journal import record
from shop.storage.outbox import Email, post
from shop.storage.transitions import Subject


def correspondent(session: Session, dossier: Dossier) -> User | None:
    """The buyer while they are a member of the organisation; else another member who buys or
    administers, the longest first. None: no member is left who may read its documents.
    """
    place = Membership.establishment_id == dossier.establishment_id
    first = case((User.id == dossier.user_id, 0), else_=1)
    return session.scalar(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == dossier.organisation_id,
            Membership.is_in,
            User.active,
            or_(Membership.everywhere, Membership.administers, place),
            or_(User.id == dossier.user_id, Membership.buys, Membership.administers),
        )
        .order_by(first, Membership.id)
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """The recipient of an e-mail about a dossier."""

    email: str
    name: str


def send_to_reader(
    session: Session,
    subject: Subject,
    template: str,
    buyer: Reader,
    *,
    reader: Reader | None = None,
    at: datetime,
    papers: tuple[int, ...] = (),
    files: tuple[int, ...] = (),
    **facts: Any,
) -> Email | None:
    """Send an e-mail about a subject's dossier: to `reader` where the service knows one, else to
    the `addressee()` of its buyer. None when nobody may read it.
    """
    dossier = session.get_one(Dossier, subject.dossier_id)
    reader = reader or addressee(session, dossier, subject, template, buyer, by=THE_CLOCK, at=at)
    if reader is None:
        return None
    return post(
        session,
        template,
        to=reader.email,
        language=dossier.language,
        at=at,
        dossier_id=dossier.id,
        papers=papers,
        files=files,
        name=reader.name,
        **facts,
    )


def addressee(
    session: Session,
    dossier: Dossier,
    subject: Subject,
    template: str,
    buyer: Reader,
    *,
    by: Actor,
    at: datetime,
) -> Reader | None:
    """The buyer who buys for themselves, else the organisation's correspondent, at their present
    address. None: nobody may read the dossier any more; the e-mail is not written, and the
    subject's journal says so.
    """
    if dossier.organisation_id is None:
        return buyer
    person = correspondent(session, dossier)
    if person is None:
        about, kept = subject.name, dossier.id
        record(session, about, "no_reader", by=by, at=at, dossier_id=kept, template=template)
        return None
    return Reader(person.email, person.name)
