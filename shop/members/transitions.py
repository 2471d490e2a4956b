"""What every service on a membership checks first and writes last."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, MEMBER_ROLES, SALES_ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.members.models import Membership
from shop.members.procedure import ensure_membership
from shop.organisations.models import Establishment
from shop.storage.journal import record


def ensure_transition(act: str, membership: Membership, by: Actor) -> str:
    """The transition, if this person may make it on that membership: the organisation's own people
    on theirs, the office on all. Raises NotAllowed, IllegalTransition.
    """
    ensure_membership(act, is_in=membership.is_in, by=by)
    if not is_office(by) and by.organisation_id != membership.organisation_id:
        raise NotAllowed(act=act)
    return act


def is_office(by: Actor) -> bool:
    return by.has(SALES_ADMIN, ADMIN)


def give_rights(
    session: Session,
    membership: Membership,
    roles: Iterable[str] | None,
    establishment_id: int | None,
    everywhere: bool | None,
) -> None:
    """Write the new rights. Raises NotAllowed for a role or an establishment that does not
    exist.
    """
    if roles is not None:
        given = frozenset(roles)
        if not given.issubset(MEMBER_ROLES):
            raise NotAllowed(act="grant")
        membership.grant(given)
    if establishment_id is not None:
        place = session.get(Establishment, establishment_id)
        if place is None or place.organisation_id != membership.organisation_id:
            raise NotAllowed(act="grant")
        membership.establishment_id = establishment_id
    if everywhere is not None:
        membership.everywhere = everywhere


def record_transition(
    session: Session, membership: Membership, act: str, *, by: Actor, at: datetime, **facts: Any
) -> None:
    subject = f"organisation:{membership.organisation_id}"
    record(session, subject, act, by=by, at=at, member=membership.user_id, **facts)
