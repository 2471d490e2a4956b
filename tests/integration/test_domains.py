"""Domains proven for a body, on both databases: whose colleagues its own administrator lets in."""

import pytest
from sqlalchemy import select

from shop.core.actors import SALES, Actor
from shop.core.errors import NotAllowed
from shop.members.domain_rules import NotAnOwnDomain
from shop.members.domains import (
    NobodyThere,
    NoSource,
    is_proven,
    prove_domain,
    proven_domains,
    withdraw_domain,
)
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, OFFICE, make_body, make_buyer, make_person, siret_of

SITE = "site de la ville"


def town(session, email: str = "claire@ville-chinon.fr", **person) -> Organisation:
    buyer = make_buyer(session, email, **person)
    return session.get_one(Organisation, buyer.organisation_id)


def confirm(session, email: str) -> None:
    session.scalars(select(User).where(User.email == email)).one().email_confirmed_at = AT
    session.flush()


def unconfirm(session, email: str) -> None:
    session.scalars(select(User).where(User.email == email)).one().email_confirmed_at = None
    session.flush()


def test_a_proven_domain_proves_its_own_body_only(database: Database):
    with database.transaction() as session:
        body = town(session)
        confirm(session, "claire@ville-chinon.fr")
        other = make_body(
            session, make_person(session, at=AT, email="x@tours.fr"), at=AT, siret=siret_of(2)
        )
        assert not is_proven(session, body.id, "marc@ville-chinon.fr")
        prove_domain(session, body, "www.Ville-Chinon.fr", source=SITE, by=OFFICE, at=AT)
        session.flush()
        assert is_proven(session, body.id, "Marc@Ville-Chinon.FR"), "an address still to invite"
        assert not is_proven(session, body.id, "marc@mail.ville-chinon.fr")
        assert not is_proven(session, body.id, "marc@ville-chinon.fr.com")
        assert not is_proven(session, other.id, "marc@ville-chinon.fr")
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "prove_domain"))
        assert entry.one().facts == {"domain": "ville-chinon.fr", "found": SITE}


def test_an_account_that_nobody_confirmed_does_not_count(database: Database):
    with database.transaction() as session:
        body = town(session)
        confirm(session, "claire@ville-chinon.fr")
        prove_domain(session, body, "ville-chinon.fr", source=SITE, by=OFFICE, at=AT)
        make_person(session, at=AT, email="marc@ville-chinon.fr")
        unconfirm(session, "marc@ville-chinon.fr")
        assert not is_proven(session, body.id, "marc@ville-chinon.fr")
        confirm(session, "marc@ville-chinon.fr")
        assert is_proven(session, body.id, "marc@ville-chinon.fr")


def test_a_domain_where_no_member_is_confirmed_is_not_proven(database: Database):
    with database.transaction() as session:
        body = town(session)
        unconfirm(session, "claire@ville-chinon.fr")
        with pytest.raises(NobodyThere):
            prove_domain(session, body, "ville-chinon.fr", source=SITE, by=OFFICE, at=AT)
        confirm(session, "claire@ville-chinon.fr")
        with pytest.raises(NobodyThere):
            prove_domain(session, body, "chinon.fr", source=SITE, by=OFFICE, at=AT)
        with pytest.raises(NoSource):
            prove_domain(session, body, "ville-chinon.fr", source=" ", by=OFFICE, at=AT)
        assert proven_domains(session, body.id) == []


def test_free_mail_is_never_proven(database: Database):
    with database.transaction() as session:
        body = town(session, "mairie.chinon@orange.fr")
        confirm(session, "mairie.chinon@orange.fr")
        with pytest.raises(NotAnOwnDomain):
            prove_domain(session, body, "orange.fr", source=SITE, by=OFFICE, at=AT)


def test_only_the_office_proves_and_withdraws(database: Database):
    with database.transaction() as session:
        body = town(session)
        confirm(session, "claire@ville-chinon.fr")
        sales = Actor("Hugo", frozenset({SALES}))
        with pytest.raises(NotAllowed):
            prove_domain(session, body, "ville-chinon.fr", source=SITE, by=sales, at=AT)
        prove_domain(session, body, "ville-chinon.fr", source=SITE, by=OFFICE, at=AT)
        prove_domain(session, body, "ville-chinon.fr", source="encore", by=OFFICE, at=AT)
        session.flush()
        assert [one.source for one in proven_domains(session, body.id)] == [SITE]
        with pytest.raises(NotAllowed):
            withdraw_domain(session, body, "ville-chinon.fr", by=sales, at=AT)
        withdraw_domain(session, body, "ville-chinon.fr", by=OFFICE, at=AT)
        session.flush()
        assert not is_proven(session, body.id, "marc@ville-chinon.fr")
