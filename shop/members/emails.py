"""E-mails to the members of an organisation, in the language of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import MEMBER_ROLES, READER, Actor
from shop.core.rights import RIGHTS, ROLE_NAMES
from shop.members.domains import is_proven
from shop.members.models import Invitation, Membership
from shop.organisations.models import Establishment, Organisation
from shop.people.emails import post_to
from shop.people.models import User
from shop.storage.outbox import post


def notify_member(
    session: Session,
    template: str,
    membership: Membership,
    person: User,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The decision on a member, and its author; `membership` is as the decision left it."""
    organisation = session.get_one(Organisation, membership.organisation_id)
    post_to(
        session,
        person,
        template,
        at=at,
        organisation=organisation.name,
        by_office=by.is_staff,
        by_name=by.name,
        **scope_of(session, membership.roles, membership.establishment_id, membership.everywhere),
    )


def notify_of_request(
    session: Session, administrator: User, person: User, organisation: Organisation, *, at: datetime
) -> None:
    """A person asks to join: tell an administrator who it is, and whether an administrator may
    approve them.
    """
    post_to(
        session,
        administrator,
        "joining_asked",
        at=at,
        organisation=organisation.name,
        person=person.name,
        function=person.function,
        email=person.email,
        proven=person.is_confirmed and is_proven(session, organisation.id, person.email),
    )


def send_link_to_invited(
    session: Session,
    invitation: Invitation,
    organisation: Organisation,
    token: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The e-mail of an invitation, with its link; in the language of the invited person's account,
    else of the inviting one's.
    """
    rows = session.execute(
        select(User.email, User.language).where(User.email.in_((invitation.email, by.email)))
    )
    languages = {row.email: row.language for row in rows}
    post(
        session,
        "invitation",
        to=invitation.email,
        language=languages.get(invitation.email) or languages.get(by.email or "", "fr"),
        at=at,
        organisation=organisation.name,
        by_name=by.name,
        expires=invitation.last_day.isoformat(),
        token=token,
        **scope_of(session, invitation.roles, invitation.establishment_id, invitation.everywhere),
    )


def scope_of(
    session: Session, roles: frozenset[str], establishment_id: int, everywhere: bool
) -> dict[str, Any]:
    """Rights as facts of an e-mail: the roles and what they open as source sentences, the
    establishment when the member sees its documents only.
    """
    named = [ROLE_NAMES[role] for role in MEMBER_ROLES if role in roles and role != READER]
    place = session.get_one(Establishment, establishment_id)
    return {
        "roles": named or [ROLE_NAMES[READER]],
        "opens": [right.about for right in RIGHTS if roles & right.who],
        "only": "" if everywhere else place.name,
    }
