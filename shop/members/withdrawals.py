"""Invitations whose sender is no longer an administrator."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.members.models import Invitation, Membership
from shop.storage.journal import record


def withdraw_invitations(
    session: Session, membership: Membership, *, by: Actor, at: datetime
) -> None:
    """Withdraw the open and expired invitations of a person who ceases to administer.

    It follows from a transition of the membership, which was checked. The caller locks the
    organisation.
    """
    sent = select(Invitation).where(
        Invitation.organisation_id == membership.organisation_id,
        Invitation.invited_by_id == membership.user_id,
        ~Invitation.is_answered,
    )
    for invitation in session.scalars(sent.order_by(Invitation.id)).all():
        invitation.revoked_at = at
        record_invitation(session, invitation, "revoke_invitation", by=by, at=at)


def record_invitation(
    session: Session, invitation: Invitation, act: str, *, by: Actor, at: datetime, **facts: int
) -> None:
    """Write what happened to an invitation to the journal of its organisation."""
    record(
        session,
        f"organisation:{invitation.organisation_id}",
        act,
        by=by,
        at=at,
        **facts,  # type: ignore[arg-type]
        invitation=invitation.id,
        roles=sorted(invitation.roles),
    )
