"""The administrators of an organisation: at least one always remains.

The caller locks the organisation (get_organisation with `lock`) before it reads the membership: two
administrators who leave at once are handled one after the other.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, DomainError
from shop.members.emails import notify_of_request
from shop.members.models import Membership
from shop.organisations.models import Organisation
from shop.people.models import User


class LastAdministrator(DomainError):
    sentence = N_(
        "%(name)s is the last administrator of this organisation: make another member an "
        "administrator first."
    )


class OthersStay(LastAdministrator):
    """Shown to an administrator who wants to leave while colleagues stay."""

    sentence = N_(
        "You are the last administrator of your organisation: make another member an "
        "administrator first."
    )


def ensure_another_administrator(session: Session, membership: Membership) -> None:
    """Raises LastAdministrator when the organisation would have no administrator without this
    one.
    """
    if membership.id == last_administrator(session, membership.organisation_id):
        raise LastAdministrator(name=session.get_one(User, membership.user_id).name)


def ensure_nobody_left_behind(session: Session, membership: Membership) -> None:
    """Raises OthersStay when colleagues would stay without an administrator.

    The only member of an organisation may always leave (RGPD, art. 17): the office appoints the
    next administrator.
    """
    if leaves_others(session, membership):
        raise OthersStay


def leaves_others(session: Session, membership: Membership) -> bool:
    """Whether this is the last administrator and the organisation has other members; reads only."""
    organisation_id = membership.organisation_id
    if membership.id != last_administrator(session, organisation_id):
        return False
    others = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.id != membership.id,
            Membership.is_in,
            User.active,
        )
    )
    return session.scalar(others.limit(1)) is not None


def announce_joiner(
    session: Session, organisation: Organisation, person: Actor, *, at: datetime
) -> None:
    """Send an e-mail to the administrators of a verified body when a person asks to join it.
    Administrators of a body that is not verified were not checked: they do not learn who names
    their SIREN.
    """
    if organisation.verification.is_verified and person.user_id is not None:
        joiner = session.get_one(User, person.user_id)
        for administrator in administrators(session, organisation.id):
            notify_of_request(session, administrator, joiner, organisation, at=at)


def administrators(session: Session, organisation_id: int) -> list[User]:
    """Its present administrators whose account is open; the longest first."""
    return list(
        session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(*_administering(organisation_id))
            .order_by(Membership.id)
        )
    )


def last_administrator(session: Session, organisation_id: int) -> int | None:
    """The membership of its only administrator; None when there are several, or none."""
    ids = session.scalars(
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(*_administering(organisation_id))
        .limit(2)
    ).all()
    return ids[0] if len(ids) == 1 else None


def _administering(organisation_id: int) -> tuple[Any, ...]:
    return (
        Membership.organisation_id == organisation_id,
        Membership.administers,
        Membership.is_in,
        User.active,
    )
