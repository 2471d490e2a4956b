"""The clients of the shop and what is agreed with them, through the pages of sales."""

import pytest
from sqlalchemy import select, update

from shop.clients.lists import clients
from shop.clients.terms import set_terms
from shop.core.actors import ACCOUNTING, LOGISTICS, SALES, SALES_ADMIN, Actor
from shop.core.errors import IllegalTransition, NotAllowed
from shop.organisations.models import Establishment, Organisation
from shop.organisations.rules import DelayTooLong, EngagementRule, Verification
from shop.people.models import User
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, Town, make_buyer, make_staff, make_town, siret_of
from tests.people import sign_in


@pytest.fixture
def town(database: Database) -> Town:
    with database.transaction() as session:
        return make_town(session, at=AT)


def staff(client, database: Database, role: str):
    with database.transaction() as session:
        person = make_staff(session, role)
    sign_in(client, person.id)
    return person


def body_of(database: Database, town: Town) -> Organisation:
    with database.reading_session() as session:
        return session.get_one(Organisation, town.organisation_id)


@pytest.mark.parametrize("role", [SALES, SALES_ADMIN])
def test_sales_find_a_client_and_keep_its_terms(client, database, town, role):
    seller = staff(client, database, role)
    code = body_of(database, town).customer_code
    for wanted in ("", "chin", code, "213 700 727"):
        found = client.get("/bureau/clients", query_string={"q": wanted})
        assert "Ville de Chinon" in found.text
    assert "Aucun client trouvé" in client.get("/bureau/clients?q=C-9").text
    assert "Aucun client trouvé" in client.get("/bureau/clients?q=%25").text
    page = client.get(f"/bureau/clients/{town.organisation_id}").text
    assert "Interlocuteur commercial" in page
    answers = {
        "engagement_rule": "required",
        "payment_delay_days": "20",
        "account_manager": str(seller.id),
    }
    address = f"/bureau/clients/{town.organisation_id}/conditions"
    late = client.post(address, data={**answers, "payment_delay_days": "60"})
    assert late.status_code == 422
    assert "30 jours au plus" in late.text
    stranger = {**answers, "account_manager": str(town.buyer.user_id)}
    assert client.post(address, data=stranger).status_code == 422
    assert client.post(address, data=answers).status_code == 303
    body = body_of(database, town)
    assert body.engagement_rule is EngagementRule.REQUIRED
    assert (body.payment_delay_days, body.account_manager_id) == (20, seller.id)
    with database.reading_session() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "set_terms")).one()
    assert entry.facts["payment_delay_days"] == 20


@pytest.mark.parametrize("role", [LOGISTICS, ACCOUNTING])
def test_the_other_services_neither_see_nor_change_terms(client, database, town, role):
    staff(client, database, role)
    assert client.get("/bureau/clients").status_code == 403
    assert client.get(f"/bureau/clients/{town.organisation_id}").status_code == 403
    answer = client.post(f"/bureau/clients/{town.organisation_id}/conditions", data={})
    assert answer.status_code in (303, 403)
    assert body_of(database, town).engagement_rule is EngagementRule.UNKNOWN


def test_terms_are_agreed_with_a_verified_body_by_sales_within_the_law(database, town):
    seller = Actor("Sam", frozenset({SALES}))

    def agree(by: Actor, days: int = 30) -> None:
        with database.transaction() as session:
            set_terms(
                session,
                session.get_one(Organisation, town.organisation_id),
                engagement_rule=EngagementRule.OPTIONAL,
                account_manager_id=None,
                payment_delay_days=days,
                by=by,
                at=AT,
            )

    with pytest.raises(NotAllowed):
        agree(town.buyer)
    for days in (0, 31):
        with pytest.raises(DelayTooLong):
            agree(seller, days)
    agree(seller)
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        body.verification = Verification.SUSPENDED
    with pytest.raises(IllegalTransition):
        agree(seller)


@pytest.mark.parametrize(
    "wanted",
    ["belleme", "BELLÊME", "bellême commune", "commune belle", "c000001", "C-1", "1", "217 0042"],
)
def test_a_client_is_found_without_accents_in_any_order_and_by_a_short_code(
    client, database, town, wanted
):
    with database.transaction() as session:
        body = session.get_one(Organisation, town.organisation_id)
        body.name, body.customer_code = "Commune de Bellême", "C-000001"
        session.execute(update(Establishment).values(siret="21700420500018"))
    staff(client, database, SALES)
    assert "Commune de Bellême" in client.get("/bureau/clients", query_string={"q": wanted}).text


def test_a_client_is_found_by_a_member(client, database, town):
    staff(client, database, SALES)
    with database.reading_session() as session:
        member = session.get_one(User, town.buyer.user_id)
    for wanted in (member.name.upper(), member.email, member.email.split("@")[0]):
        assert "Ville de Chinon" in client.get("/bureau/clients", query_string={"q": wanted}).text


def test_clients_are_sorted_as_in_french(database: Database):
    names = ["Zonza", "Évreux", "evian", "Étretat", "Œuilly", "Orne"]
    with database.transaction() as session:
        for number, name in enumerate(names):
            make_buyer(session, f"{number}@x.example", siret=siret_of(number))
            newest = session.scalars(select(Organisation).order_by(Organisation.id.desc())).first()
            newest.name = name
    with database.reading_session() as session:
        sorted_names = [one.name for one in clients(session)]
    assert sorted_names == ["Étretat", "evian", "Évreux", "Œuilly", "Orne", "Zonza"]
