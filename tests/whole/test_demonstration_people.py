"""The demonstration's people can do what the demonstration promises."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.demonstration.people import PASSWORD, fill_people
from shop.demonstration.teams import fill_teams
from shop.members.lists import team_of
from shop.organisations.addresses import address_choices
from shop.organisations.models import Organisation
from shop.organisations.rules import Verification
from shop.people.models import User
from shop.people.people import find_person
from shop.register.models import PublicBody
from shop.register.rules import Nature
from shop.signin.signing import check_credentials
from shop.storage.db import Database
from shop.web.kit.sessions import load_viewer
from tests.factories import AT
from tests.snapshots import Snapshots
from tests.teams import LINKS

SIGN_INS = {
    "acheteur@ville.example": None,
    "nouveau@ecole.example": None,
    "particulier@example.org": None,
    "ventes@comptoir.example": "sales",
    "adv@comptoir.example": "sales_admin",
    "logistique@comptoir.example": "logistics",
    "comptabilite@comptoir.example": "accounting",
    "admin@comptoir.example": "admin",
}


def _people(session: Session) -> None:
    fill_people(session, at=AT)


@pytest.fixture
def filled(database: Database, snapshots: Snapshots) -> Database:
    snapshots.fill(database, _people)
    return database


def test_the_demonstration_has_its_people(filled: Database):
    with filled.reading_session() as session:
        for email, role in SIGN_INS.items():
            assert find_person(session, email).staff_roles == ({role} if role else set())
        two_desks = find_person(session, "magasin@comptoir.example")
        assert two_desks.staff_roles == {"sales", "logistics"}
        assert check_credentials(session, email="acheteur@ville.example", password=PASSWORD)
        assert session.scalar(select(func.count()).select_from(PublicBody)) == 36_130

        def viewer(email: str):
            return load_viewer(
                session, session.scalars(select(User.id).where(User.email == email)).one()
            )

        buyer = viewer("acheteur@ville.example")
        assert buyer.is_public_body
        assert buyer.member_roles == {"buyer", "reader"}
        choices = address_choices(session, buyer)
        assert choices.header is not None
        assert choices.delivery
        assert choices.paying_service is not None
        assert choices.contact.phone
        newcomer = viewer("nouveau@ecole.example")
        assert newcomer.verification is Verification.PENDING
        assert not newcomer.is_public_body
        private = viewer("particulier@example.org")
        assert private.organisation_id is None
        assert address_choices(session, private).header.city == "Lyon"
        bodies = session.scalars(select(Organisation).order_by(Organisation.id)).all()
        assert all(body.nature is Nature.PUBLIC for body in bodies)
        verified = [body for body in bodies if body.verification is Verification.VERIFIED]
        assert verified and all(body.account_manager_id for body in verified)
        assert len({body.customer_code for body in bodies}) == len(bodies)


def test_a_town_of_the_demonstration_has_a_second_establishment_and_people_who_wait(
    filled: Database,
):
    with filled.transaction() as session:
        fill_teams(session, links=LINKS, at=AT)
    with filled.reading_session() as session:
        administrator = find_person(session, "direction@ville.example")
        organisation_id = load_viewer(session, administrator.id).organisation_id
        team = team_of(session, organisation_id, at=AT)
        assert [place.members for place in team.places] == [3, 1]
        assert [one.user.name for one in team.members if not one.membership.everywhere] == [
            "Léna Courtin"
        ]
        assert [(one.user.name, one.by_us) for one in team.waiting] == [("Maël Guérin", True)]
        assert [one.state for one in team.invitations] == ["WAITING", "ACCEPTED"]
        assert team.manager.name == "Hugo Perrin"
