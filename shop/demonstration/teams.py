"""The demonstration's colleagues: a second establishment with a member who sees its documents only,
an invitation that waits, and a person who asks to join.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import SALES_ADMIN, Actor
from shop.core.parties import Place
from shop.demonstration.people import DATA, PASSWORD
from shop.members.domains import prove_domain
from shop.members.invitation_links import InvitationLinks
from shop.members.invitations import accept, invite
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.members.registration import register_organisation
from shop.organisations.establishments import add_establishment
from shop.organisations.models import Organisation
from shop.organisations.organisations import find_organisation
from shop.people.models import User
from shop.people.people import actor_of, find_person, register_person
from shop.people.rules import Profile
from shop.signin.passwords import hash_password

SETTLED, INVITED, ASKED = timedelta(days=60), timedelta(days=2), timedelta(hours=20)


def fill_teams(session: Session, *, links: InvitationLinks, at: datetime) -> None:
    """After the people of `fill_people`; `at` is today."""
    rows = json.loads((DATA / "teams.json").read_text(encoding="utf-8"))
    hashed = hash_password(PASSWORD)
    for row in rows:
        organisation = find_organisation(session, row["siren"])
        user = find_person(session, row["administrator"])
        assert organisation is not None and user is not None, row["siren"]
        membership = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
        by = member_actor(user, membership)
        _confined(session, row, organisation, by, links, hashed, at=at - SETTLED)
        invite(
            session,
            organisation,
            email=row["invited"]["email"],
            roles=row["invited"]["roles"],
            establishment_id=membership.establishment_id,
            everywhere=True,
            links=links,
            by=by,
            at=at - INVITED,
        )
        asking = _person(session, row["asking"], hashed, at=at - ASKED)
        register_organisation(
            session,
            siret=row["establishment"]["siret"],
            name=row["establishment"]["name"],
            by=actor_of(asking),
            at=at - ASKED,
        )
        session.flush()


def _confined(
    session: Session,
    row: dict[str, Any],
    organisation: Organisation,
    by: Actor,
    links: InvitationLinks,
    hashed: str,
    *,
    at: datetime,
) -> None:
    """The second establishment, and the colleague who was invited to it."""
    office = session.scalars(select(User).where(User.works_as(SALES_ADMIN))).first()
    assert office is not None
    prove_domain(
        session,
        organisation,
        row["domain"],
        source=row["domain_source"],
        by=actor_of(office),
        at=at,
    )
    kept = dict(row["establishment"])
    siret = kept.pop("siret")
    place = add_establishment(
        session, organisation, siret=siret, header=Place(**kept), by=by, at=at
    )
    session.flush()
    invitation = invite(
        session,
        organisation,
        email=row["confined"]["email"],
        roles=row["confined"]["roles"],
        establishment_id=place.id,
        everywhere=False,
        links=links,
        by=by,
        at=at,
    )
    person = _person(session, row["confined"], hashed, at=at + timedelta(hours=3))
    accept(session, invitation, person, by=actor_of(person), at=at + timedelta(hours=3))


def _person(session: Session, person: dict[str, Any], hashed: str, *, at: datetime) -> User:
    return register_person(
        session,
        email=person["email"],
        password_hash=hashed,
        profile=Profile(person["name"], person["phone"], person["function"]),
        at=at,
    )
