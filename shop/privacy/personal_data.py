"""Exports a copy of a person's data, or erases it.

Right of access and to portability: RGPD, art. 15 and 20. Right to erasure: art. 17, except what a
law requires the shop to keep (§ 3 b) and what proves an action (§ 3 e): issued documents, orders,
invoices and their journal stay ten years (Code de commerce, art. L. 123-22).

The journal is not changed, because it proves who did what, and a trigger refuses changes. It
contains the name of the actor (`by_name`), and facts with numbers and technical terms. Two kinds of
facts may name a person, and stay as proofs as long as the dossier: the address to which a document
of it was sent, and the reason that the staff typed for an act. Entries about the person after the
erasure do not contain their name.

What belongs to an organisation stays with it, without the person: the places at which they were the
contact, the notes of the staff about it. A quote that the office prepares for them ends. Settings,
the opening and the trials of the mail server name the staff only, whose accounts are not erased.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, DomainError, NotAllowed
from shop.members.members import leave
from shop.members.models import Membership
from shop.organisations.models import Establishment, Organisation
from shop.organisations.organisations import get_organisation
from shop.people.emails import post_to
from shop.people.models import User
from shop.privacy.closing import StaffAccount
from shop.privacy.holdings import Holding, Subject, iso
from shop.storage.journal import record

#: Not a hash: no password matches it.
UNUSABLE = "erased"


class NotConfirmed(DomainError):
    sentence = N_("This is not the e-mail address of your account.")
    status = 422


def copy_of(
    session: Session, user: User, holdings: Sequence[Holding], *, by: Actor, at: datetime
) -> dict[str, Any]:
    """All data that the shop holds about a person, by the keys of `holdings`. Raises NotAllowed."""
    _ensure_own(user, by)
    who = _subject(session, user)
    held = {holding.key: holding.show(session, who) for holding in holdings}
    copy = {"made_at": iso(at), **held, "membership": _membership(session, user.id)}
    record(session, f"user:{user.id}", "copy_personal_data", by=by, at=at)
    return copy


def erase(
    session: Session,
    user: User,
    holdings: Sequence[Holding],
    *,
    confirmed: str,
    by: Actor,
    at: datetime,
) -> None:
    """Erase a person's data, except what the law requires the shop to keep. It cannot be undone.

    `confirmed` is their e-mail address as they typed it again. Raises NotAllowed, StaffAccount,
    NotConfirmed, OthersStay, and the refusals of packages that still need the person.
    """
    _ensure_own(user, by)
    if user.is_staff:
        raise StaffAccount
    if confirmed.strip().casefold() != user.email:
        raise NotConfirmed
    who = _subject(session, user)
    by = replace(by, name=nameless(user), email=None)
    _leave(session, user, by=by, at=at)
    for holding in holdings:
        if holding.erase is not None:
            holding.erase(session, who)
    post_to(session, user, "account_erased", at=at)
    _forget(user, at=at)
    record(session, f"user:{user.id}", "erase", by=by, at=at)


def nameless(user: User) -> str:
    """The name of an erased person."""
    words = "Compte effacé n°\u00a0" if user.language == "fr" else "Erased account no.\u00a0"
    return f"{words}{user.id}"


def _subject(session: Session, user: User) -> Subject:
    member = select(Membership.organisation_id).where(Membership.user_id == user.id)
    ids = session.scalars(member.order_by(Membership.id)).all()
    return Subject(user.id, user.email, user.name, tuple(ids))


def _ensure_own(user: User, by: Actor) -> None:
    if by.user_id != user.id or user.is_erased:
        raise NotAllowed(act="personal_data")


def _leave(session: Session, user: User, *, by: Actor, at: datetime) -> None:
    """End the membership, and remove the name from the organisation's records of approvals."""
    statement = select(Membership.organisation_id).where(Membership.user_id == user.id)
    for organisation_id in session.scalars(statement).all():
        get_organisation(session, organisation_id, lock=True)
        membership = session.scalars(
            select(Membership).where(
                Membership.user_id == user.id, Membership.organisation_id == organisation_id
            )
        ).one()
        leave(session, membership, by=by, at=at)
        for column in (Membership.approved_by, Membership.recommended_by):
            session.execute(
                update(Membership)
                .where(Membership.organisation_id == organisation_id, column == user.name)
                .values({column: by.name})
            )


def _forget(user: User, *, at: datetime) -> None:
    """`.invalid` is never delivered (RFC 2606)."""
    user.name, user.email = nameless(user), f"erased-{user.id}@comptoir.invalid"
    user.phone = user.function = ""
    user.password_hash = UNUSABLE
    user.active, user.wish = False, None
    user.totp_secret = user.totp_step = user.last_sign_in_at = None
    user.erased_at = at


def _membership(session: Session, user_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Membership, Organisation.name, Organisation.siren, Establishment.siret)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Establishment, Establishment.id == Membership.establishment_id)
        .where(Membership.user_id == user_id)
    )
    return [
        {
            "organisation": name,
            "siren": siren,
            "siret": siret,
            "roles": sorted(row.roles),
            "all_establishments": row.everywhere,
            "asked_at": iso(row.asked_at),
            "approved_at": iso(row.approved_at),
            "approved_by": row.approved_by,
        }
        for row, name, siren, siret in rows
    ]
