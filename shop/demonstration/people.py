"""The demonstration's people: the staff, a private person, and the members of real public bodies.

They all sign in with the same well-known password and exist only in the demonstration.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.clients.terms import set_terms
from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS, MEMBER_ADMIN, SALES, SALES_ADMIN, Actor
from shop.core.parties import Contact, PayingService, Place
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.members.registration import register_organisation
from shop.organisations.addresses import HEADER, add_paying_service, add_place
from shop.organisations.models import Organisation
from shop.organisations.rules import EngagementRule, Verification, is_public_body
from shop.people.models import User
from shop.people.people import actor_of, register_person
from shop.people.rules import Profile
from shop.register.embedded import import_register
from shop.signin.passwords import hash_password
from shop.staff.staff import change_roles
from shop.verification.persons import let_in_on_evidence
from shop.verification.verification import Evidence, refuse, suspend, verify

DATA = Path(__file__).parent / "data"
PASSWORD = "demonstration"  # noqa: S105 - of people who exist in the demonstration only

STAFF = (
    ("ventes@comptoir.example", "Hugo Perrin", "ventes", SALES),
    ("adv@comptoir.example", "Nadia Benali", "administration des ventes", SALES_ADMIN),
    ("logistique@comptoir.example", "Thomas Girard", "logistique", LOGISTICS),
    ("comptabilite@comptoir.example", "Sophie Morel", "comptabilité", ACCOUNTING),
    ("admin@comptoir.example", "Anne Delorme", "direction", ADMIN),
)
#: A person with two roles: they sell, and replace their colleague of the warehouse.
OF_TWO_DESKS = ("magasin@comptoir.example", "Karim Haddad", "vente et expédition")
#: Telephone numbers that are never attributed, kept by the regulator for fiction.
STAFF_PHONE = "02\u00a061\u00a091\u00a001\u00a0{:02d}"
MEMBER_PHONE = "05\u00a036\u00a049\u00a0{:02d}\u00a0{:02d}"

LONG_AGO, LATELY = timedelta(days=400), timedelta(days=2)
EVIDENCE = Evidence(
    call_back=True,
    number=STAFF_PHONE.format(99),
    number_source="site de l’organisme",
    spoke_to="le standard",
)


def fill_people(session: Session, *, at: datetime) -> None:
    """Fill an empty shop: the register, the staff, a private person, organisations and members."""
    import_register(session)
    hashed = hash_password(PASSWORD)
    staff = _staff(session, hashed, at=at - LONG_AGO)
    _person_of_two_desks(session, hashed, actor_of(staff[ADMIN]), at=at - LATELY)
    _private_person(session, hashed, at=at - timedelta(days=90))
    for place, row in enumerate(_read("organisations"), start=1):
        _organisation(session, row, place, staff, hashed, at=at)


def _read(name: str) -> list[dict[str, Any]]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def _staff(session: Session, hashed: str, *, at: datetime) -> dict[str, User]:
    """The staff by role."""
    return {
        role: register_person(
            session,
            email=email,
            password_hash=hashed,
            profile=Profile(name, STAFF_PHONE.format(place), function),
            staff_roles={role},
            at=at,
        )
        for place, (email, name, function, role) in enumerate(STAFF, start=1)
    }


def _person_of_two_desks(session: Session, hashed: str, office: Actor, *, at: datetime) -> None:
    """A person whom the administrator gives a second role."""
    email, name, function = OF_TWO_DESKS
    person = register_person(
        session,
        email=email,
        password_hash=hashed,
        profile=Profile(name, STAFF_PHONE.format(len(STAFF) + 1), function),
        staff_roles={SALES},
        at=at,
    )
    roles = {SALES, LOGISTICS}
    change_roles(session, person, roles, seen=person.staff_roles, by=office, at=at)


def _private_person(session: Session, hashed: str, *, at: datetime) -> None:
    person = register_person(
        session,
        email="particulier@example.org",
        password_hash=hashed,
        profile=Profile("Camille Roux", STAFF_PHONE.format(60)),
        at=at,
    )
    home = Place("Camille Roux", "8, rue des Tanneurs", "69009", "Lyon")
    by = actor_of(person)
    add_place(session, home, kind=HEADER, by=by, at=at)
    add_place(session, home, contact=Contact(person.name, person.phone), by=by, at=at)


def _organisation(
    session: Session,
    row: dict[str, Any],
    place: int,
    staff: dict[str, User],
    hashed: str,
    *,
    at: datetime,
) -> None:
    """An organisation as its people and the office made it: registered, joined, decided."""
    office = actor_of(staff[SALES_ADMIN])
    age = LATELY if Verification(row["verification"]).awaits_decision else LONG_AGO
    since = at - age + timedelta(hours=place)
    people = _people(session, row, place, hashed, at=since)
    for user, role in people:
        organisation = _join(session, row, user, role, office, at=since)
    _address_book(session, row, organisation, people[0][0], at=since)
    _decide(session, row, organisation, office, at=since + timedelta(hours=5))
    if is_public_body(organisation.nature, organisation.verification):
        set_terms(
            session,
            organisation,
            engagement_rule=EngagementRule(row["engagement_rule"]),
            account_manager_id=staff[SALES].id,
            by=office,
            at=since + timedelta(hours=5),
        )


def _people(
    session: Session, row: dict[str, Any], place: int, hashed: str, *, at: datetime
) -> list[tuple[User, str]]:
    """The people of an organisation and their roles. The administrator comes first: they register
    the organisation, the others ask to join it."""
    people = [
        (
            register_person(
                session,
                email=person["email"],
                password_hash=hashed,
                profile=Profile(
                    person["name"], MEMBER_PHONE.format(place, index), person["function"]
                ),
                at=at,
            ),
            person["role"],
        )
        for index, person in enumerate(row["people"], start=1)
    ]
    return sorted(people, key=lambda one: one[1] != MEMBER_ADMIN)


def _join(
    session: Session, row: dict[str, Any], user: User, role: str, office: Actor, *, at: datetime
) -> Organisation:
    organisation = register_organisation(
        session,
        siret=row["siret"],
        name=row["name"],
        header={key: row[key] for key in ("line1", "postal_code", "city")},
        legal_category=row["legal_category"],
        by=actor_of(user),
        at=at,
    )
    session.flush()
    membership = _membership(session, user)
    if not membership.is_in:
        let_in_on_evidence(session, membership, roles=(role,), evidence=EVIDENCE, by=office, at=at)
    return organisation


def _membership(session: Session, user: User) -> Membership:
    return session.scalars(select(Membership).where(Membership.user_id == user.id)).one()


def _address_book(
    session: Session,
    row: dict[str, Any],
    organisation: Organisation,
    administrator: User,
    *,
    at: datetime,
) -> None:
    by = member_actor(administrator, _membership(session, administrator))
    for kept in row["delivery_places"]:
        place = Place(
            kept["name"],
            kept["line1"],
            kept["postal_code"],
            kept["city"],
            instructions=kept.get("instructions", ""),
        )
        called = (kept["contact_name"], kept["contact_phone"])
        contact = Contact(*called, kept.get("contact_email", ""))
        add_place(session, place, contact=contact, by=by, at=at)
    if row.get("paying_service"):
        add_paying_service(session, PayingService(**row["paying_service"]), by=by, at=at)


def _decide(
    session: Session,
    row: dict[str, Any],
    organisation: Organisation,
    office: Actor,
    *,
    at: datetime,
) -> None:
    """Bring the organisation to its state through the office's own services."""
    wanted = Verification(row["verification"])
    reason = row.get("verification_reason") or "La lettre de délégation de l’acheteur manque."
    if wanted.is_verified or wanted.is_suspended:
        verify(
            session,
            organisation,
            evidence=EVIDENCE,
            legal_category=row["legal_category"],
            by=office,
            at=at,
        )
    if wanted.is_suspended:
        suspend(session, organisation, reason=reason, by=office, at=at)
    if wanted.is_refused:
        refuse(session, organisation, reason=reason, by=office, at=at)
