"""An organisation's people in the tests: a verified town with its domain, colleagues, links."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import BUYER, Actor
from shop.members.domains import prove_domain
from shop.members.invitation_links import InvitationLinks
from shop.members.invitations import invite
from shop.members.members import member_actor
from shop.members.models import Invitation, Membership
from shop.members.registration import register_organisation
from shop.organisations.models import Establishment, Organisation
from shop.organisations.organisations import establishments_of, get_organisation
from shop.people.models import User
from shop.people.people import actor_of
from shop.storage.outbox import Email
from shop.verification.persons import let_in_on_evidence
from tests.conftest import TEST_SETTINGS
from tests.factories import AT, CHINON, EVIDENCE, OFFICE, make_buyer, make_person

LINKS = InvitationLinks(TEST_SETTINGS.secret_key)
#: A second establishment of the town of most tests, with valid check digits.
SCHOOL = "21370072700034"
CLAIRE = "claire@chinon.example"


def make_proven_town(session: Session) -> Actor:
    """The administrator of a verified town whose domain is chinon.example."""
    claire = make_buyer(session, CLAIRE)
    organisation = get_organisation(session, claire.organisation_id or 0)
    prove_domain(session, organisation, "chinon.example", source="site", by=OFFICE, at=AT)
    session.flush()
    return claire


def make_asking(session: Session, email: str, *, siret: str = CHINON) -> tuple[User, Membership]:
    """A person who names the town's SIREN, and waits."""
    user = make_person(session, at=AT, email=email, name="Marc Lefèvre")
    register_organisation(session, siret=siret, name="École", by=actor_of(user), at=AT)
    session.flush()
    return user, session.scalars(select(Membership).where(Membership.user_id == user.id)).one()


def make_member(
    session: Session, email: str, *roles: str, siret: str = CHINON, everywhere: bool = True
) -> Actor:
    """A colleague whom the office has approved."""
    user, membership = make_asking(session, email, siret=siret)
    let_in_on_evidence(
        session,
        membership,
        roles=roles or (BUYER,),
        everywhere=everywhere,
        evidence=EVIDENCE,
        by=OFFICE,
        at=AT,
    )
    return member_actor(user, membership)


def own(session: Session, by: Actor) -> Organisation:
    return get_organisation(session, by.organisation_id or 0)


def first_place(session: Session, by: Actor) -> Establishment:
    return establishments_of(session, by.organisation_id or 0)[0]


def send_invitation(session: Session, by: Actor, email: str, *roles: str, at=AT) -> Invitation:
    """An invitation by that administrator to their first establishment."""
    return invite(
        session,
        own(session, by),
        email=email,
        roles=roles or (BUYER,),
        establishment_id=first_place(session, by).id,
        everywhere=True,
        links=LINKS,
        by=by,
        at=at,
    )


def emails_to(session: Session, email: str) -> list[Email]:
    """The e-mails to that address, oldest first."""
    return list(session.scalars(select(Email).where(Email.to == email).order_by(Email.id)))


def main_of(page: str) -> str:
    """The text of a page's <main>, in one line."""
    found = re.search(r"<main.*?</main>", page, re.S)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())
