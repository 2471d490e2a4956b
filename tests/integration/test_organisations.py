"""An organisation after its registration: one for all its members, with its own address book."""

import threading

import pytest
from sqlalchemy import func, select

from shop.core.actors import LOGISTICS
from shop.core.errors import NotAllowed, NotFound
from shop.core.parties import Contact, PayingService, Place
from shop.members.members import member_actor
from shop.members.models import Membership
from shop.members.registration import register_organisation
from shop.organisations import addresses, organisations
from shop.organisations.models import Organisation
from shop.organisations.organisations import AddedMeanwhile, AlreadyMember
from shop.people.models import User
from shop.people.people import actor_of
from shop.storage.db import Database
from shop.web.kit.sessions import load_viewer
from tests.factories import AT, CHINON, make_body, make_person, siret_of
from tests.people import LETTERHEAD, staff


def test_an_address_book_is_read_by_its_owner_only(database: Database):
    with database.transaction() as session:
        user = make_person(session, at=AT)
        body = make_body(session, user, at=AT)
        member = session.scalars(select(Membership)).one()
        by = member_actor(user, member)
        hall = Place("Salle Rabelais", "1, rue du Stade", "37500", "Chinon")
        kept = addresses.add_place(
            session, hall, contact=Contact("Marc", "02 47 00 00 00"), by=by, at=AT
        )
        addresses.add_paying_service(
            session, PayingService("Comptabilité", "CULT-02"), by=by, at=AT
        )
        organisations.change_header(
            session,
            organisations.establishments_of(session, body.id)[0],
            {"line1": "Hôtel de ville", "line2": "", "postal_code": "37500", "city": "Chinon"},
            by=by,
            at=AT,
        )
        stranger = actor_of(make_person(session, at=AT, email="autre@ville.example"))
        with pytest.raises(NotFound):
            addresses.get_address(session, kept.id, addresses.DELIVERY, by=stranger)
        with pytest.raises(NotAllowed):
            addresses.remove_address(session, kept, by=stranger, at=AT)
    with database.reading_session() as session:
        choices = addresses.address_choices(session, load_viewer(session, by.user_id))
        assert choices.header.name == "Ville de Chinon"
        assert choices.header.line1 == "Hôtel de ville"
        assert [choice.place for choice in choices.delivery] == [hall]
        assert choices.delivery[0].contact.phone == "02 47 00 00 00"
        assert choices.paying_service.service_code == "CULT-02"
        assert choices.contact.name == "Claire Marchand"


def test_two_colleagues_who_register_a_body_at_once_make_one(database: Database):
    with database.transaction() as session:
        people = [make_person(session, at=AT, email=f"p{n}@chinon.example") for n in range(4)]
    outcomes: list[str] = []

    def try_it(user: User) -> None:
        try:
            with database.transaction() as session:
                register_organisation(
                    session, siret=CHINON, name="Ville de Chinon", by=actor_of(user), at=AT
                )
            outcomes.append("in")
        except AddedMeanwhile:
            outcomes.append("told")

    threads = [threading.Thread(target=try_it, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    with database.reading_session() as session:
        assert session.scalar(select(func.count(Organisation.id))) == 1
        assert (
            session.scalar(
                select(func.count(Membership.id)).where(Membership.approved_at.is_not(None))
            )
            == 1
        )


def test_one_account_buys_for_one_organisation_in_two_tabs_too(database: Database):
    with database.transaction() as session:
        user = make_person(session, at=AT)
    outcomes: list[str] = []

    def try_it(siret: str) -> None:
        try:
            with database.transaction() as session:
                register_organisation(session, siret=siret, name="Une", by=actor_of(user), at=AT)
            outcomes.append("in")
        except AlreadyMember:
            outcomes.append("told")

    threads = [threading.Thread(target=try_it, args=(siret_of(n),)) for n in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "told", "told"]
    with database.reading_session() as session:
        assert session.scalar(select(func.count(Membership.id))) == 1
        assert session.scalar(select(func.count(Organisation.id))) == 1


def test_the_staff_register_no_body_and_join_none(app, database: Database):
    desk = staff(app, database, LOGISTICS)
    named = LETTERHEAD | {"buys_for": "public", "siret": CHINON, "organisation": "Chinon"}
    assert desk.post("/compte/organisation", data=named).status_code == 403
    with database.reading_session() as session:
        assert session.scalar(select(func.count(Membership.id))) == 0
        assert session.scalar(select(func.count(Organisation.id))) == 0
