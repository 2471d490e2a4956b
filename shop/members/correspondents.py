"""To whom a letter about an organisation's dossier goes: always somebody who may read it."""

from datetime import datetime

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.dossiers.models import Dossier
from shop.members.models import Membership
from shop.people.models import User
from shop.storage.journal import record


def correspondent(session: Session, dossier: Dossier) -> User | None:
    """The buyer while he is a member of the organisation; else another one who buys or
    administers, the longest first. None: nobody is left who may read its papers."""
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


def addressee(
    session: Session,
    dossier: Dossier,
    subject: str,
    template: str,
    *,
    to: str,
    name: str,
    by: Actor,
    at: datetime,
) -> tuple[str, str] | None:
    """Address and name on a letter about a dossier: `to` and `name` of its buyer who buys for
    himself, else the organisation's correspondent, at his present address. None: nobody may read
    it any more; the letter is not written, and the journal of `subject` says so."""
    if dossier.organisation_id is None:
        return to, name
    person = correspondent(session, dossier)
    if person is None:
        record(
            session,
            subject,
            "no_reader",
            by=by,
            at=at,
            dossier_id=dossier.id,
            letter=template,
        )
        return None
    return person.email, name if person.id == dossier.user_id else person.name
