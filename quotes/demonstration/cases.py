"""The demonstration's cases for the office: a letter to review, an address that imitates a town's,
a body verified more than a year ago, a change of name. All made by calling services.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from quotes.demonstration.bodies_paper import letter_pdf
from shop.core.actors import SALES_ADMIN, Actor
from shop.core.text import paris_day
from shop.demonstration.people import EVIDENCE, MEMBER_PHONE, PASSWORD
from shop.members.domains import prove_domain
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.members.registration import register_organisation
from shop.organisations.models import Establishment, Organisation
from shop.organisations.organisations import establishments_of
from shop.organisations.rules import VERIFIED
from shop.people.models import User
from shop.people.people import actor_of, find_person, register_person
from shop.people.rules import Profile
from shop.signin.passwords import hash_password
from shop.verification.changes import ask_change
from shop.verification.evidence_letters import send_letter
from shop.verification.verification import confirm

CONFIRMED, LATELY = timedelta(days=40), timedelta(hours=26)
#: The person with a letter, the imitated town, the organisation due for review, and the one that
#: asks for a change.
SCHOOL, TOWN = "nouveau@ecole.example", "achats@crest.example"
DUE, MERGED = "associations@ambert.example", "culture@clermontais.example"
TOWNS_DOMAIN = "crest.example"


def fill_cases(session: Session, *, at: datetime) -> None:
    """After the sales and the teams; `at` is today."""
    office = actor_of(session.scalars(select(User).where(User.works_as(SALES_ADMIN))).one())
    _confirm_but_one(session, office, at=at - CONFIRMED)
    _letter(session, at=at - LATELY)
    _imitation(session, office, at=at)
    _change(session, at=at - LATELY)


def _member(session: Session, email: str) -> tuple[Actor, Organisation, Establishment]:
    person = find_person(session, email)
    if person is None:
        raise LookupError(email)
    membership = session.scalars(select(Membership).where(Membership.user_id == person.id)).one()
    organisation = session.get_one(Organisation, membership.organisation_id)
    place = establishments_of(session, organisation.id)[0]
    return member_actor(person, membership), organisation, place


def _confirm_but_one(session: Session, office: Actor, *, at: datetime) -> None:
    """The office has done its yearly review of all but one."""
    _by, due, _place = _member(session, DUE)
    verified = session.scalars(
        select(Organisation)
        .where(Organisation.verification.in_(VERIFIED), Organisation.id != due.id)
        .order_by(Organisation.id)
    ).all()
    for organisation in verified:
        confirm(session, organisation, evidence=EVIDENCE, by=office, at=at)


def _letter(session: Session, *, at: datetime) -> None:
    by, organisation, place = _member(session, SCHOOL)
    header = place.header
    data = letter_pdf(
        organisation.name,
        f"{header['line1']} {header['postal_code']} {header['city']}",
        buyer=by.name,
        dated_on=paris_day(at).isoformat(),
    )
    send_letter(
        session,
        organisation,
        data,
        filename="lettre-acheteur.pdf",
        media_type="application/pdf",
        by=by,
        at=at,
    )


def _imitation(session: Session, office: Actor, *, at: datetime) -> None:
    """A person asks to join a town with an address that only resembles its own."""
    _by, organisation, place = _member(session, TOWN)
    prove_domain(
        session,
        organisation,
        TOWNS_DOMAIN,
        source="site de la commune",
        by=office,
        at=at - CONFIRMED,
    )
    stranger = register_person(
        session,
        email="achats@crest-mairie.example",
        password_hash=hash_password(PASSWORD),
        profile=Profile("Alain Mercier", MEMBER_PHONE.format(90, 1), "service des achats"),
        at=at - LATELY,
    )
    register_organisation(
        session,
        siret=place.siret,
        name=organisation.name,
        by=actor_of(stranger),
        at=at - LATELY,
    )


def _change(session: Session, *, at: datetime) -> None:
    by, organisation, place = _member(session, MERGED)
    ask_change(
        session,
        organisation,
        place,
        name="Clermontais Hérault Communauté",
        siret="",
        reason="Nouveau nom par délibération du conseil communautaire du 5 novembre.",
        by=by,
        at=at,
    )
