"""Personal data: exported as a copy; an account closed and reopened; a person erased."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import JSON, String, select

from app import HOLDINGS
from shop.cart.carts import add_to_cart
from shop.cart.models import Cart
from shop.catalogue.models import Product, StockAlert
from shop.core.errors import NotAllowed
from shop.core.parties import Contact, Place
from shop.emails.messages import render_email
from shop.jobs import tidy_people
from shop.members.administrators import administrators
from shop.members.models import Invitation, Membership
from shop.members.registration import register_organisation
from shop.ops.clock import now, travelled
from shop.organisations.addresses import add_place
from shop.organisations.models import InvoiceCopy, OrganisationContact
from shop.people.models import User
from shop.people.people import actor_of
from shop.privacy.closing import Forgotten, deactivate, reopen
from shop.privacy.personal_data import StaffAccount, erase
from shop.signin.models import UserSession
from shop.signin.passwords import hash_password
from shop.storage.db import Base, Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email, post
from shop.verification.models import EvidenceFile
from shop.verification.persons import appoint_administrator
from tests.factories import AT, EVIDENCE, OFFICE, make_person, make_product, make_staff
from tests.orders import make_ordered
from tests.people import sign_in

PASSWORD = "quatre mots faciles à retenir"
NAME, EMAIL, PHONE = "Zélie Quatrebarbes", "zelie@quatrebarbes.example", "02 47 99 88 77"
ERASED = "Compte effacé n°\u00a0"
#: Where a trace of a person may remain after the erasure, by law or as a proof. The term is that
#: of the e-mail that tells of it.
MAY_STAY = {"journal.by_name", "outbox.to", "outbox.facts", "lookup_terms.term"}


@pytest.fixture
def zelie(database: Database) -> int:
    """A person with data in every table, who has bought nothing yet."""
    with database.transaction() as session:
        person = make_person(session, at=AT, email=EMAIL, name=NAME, phone=PHONE)
        person.password_hash = hash_password(PASSWORD)
        by = actor_of(person)
        make_product(session)
        add_to_cart(session, None, "SON-0412", 2, at=AT, user_id=person.id)
        place = Place(name=NAME, line1="1, rue Zola", postal_code="37500", city="Chinon")
        add_place(session, place, contact=Contact(NAME, PHONE, EMAIL), by=by, at=AT)
        product_id = session.scalars(select(Product.id)).first()
        session.add(StockAlert(product_id=product_id, email=EMAIL, language="fr", asked_at=AT))
        post(session, "second_factor_on", to=EMAIL, language="fr", at=AT, name=NAME)
    return person.id


@pytest.fixture
def membership(database: Database, zelie: int) -> int:
    """Zélie administers the town of Chinon, with another; a letter is the evidence for it."""
    with database.transaction() as session:
        person = session.get_one(User, zelie)
        body = register_organisation(
            session, siret="21370072700018", name="Chinon", by=actor_of(person), at=AT
        )
        mine = session.scalars(select(Membership)).one()
        session.add_all(
            (
                OrganisationContact(
                    organisation_id=body.id, function="buyer", name=NAME, phone=PHONE, email=EMAIL
                ),
                InvoiceCopy(organisation_id=body.id, email=EMAIL),
                EvidenceFile(
                    organisation_id=body.id,
                    user_id=zelie,
                    by_id=zelie,
                    filename="lettre.pdf",
                    media_type="application/pdf",
                    sha256="0" * 64,
                    size=3,
                    stored_at=AT,
                    data=NAME.encode(),
                ),
                Invitation(
                    organisation_id=body.id,
                    establishment_id=mine.establishment_id,
                    email=EMAIL,
                    invited_by_id=zelie,
                    invited_at=AT,
                    sent_at=AT,
                    expires_at=AT + timedelta(days=7),
                ),
            )
        )
    return mine.id


def second_administrator(database: Database, membership_id: int) -> int:
    with database.transaction() as session:
        mine = session.get_one(Membership, membership_id)
        other = make_person(session, at=AT, email="autre@chinon.example", name="Anne Autre")
        theirs = Membership(
            user_id=other.id,
            organisation_id=mine.organisation_id,
            establishment_id=mine.establishment_id,
            asked_at=AT,
            approved_at=AT,
            approved_by=NAME,
        )
        theirs.grant({"member_admin"})
        session.add(theirs)
        return other.id


def traces(database: Database) -> set[str]:
    """Every column of the database that contains the person's name, address or telephone."""
    found = set()
    with database.reading() as connection:
        for table in Base.metadata.sorted_tables:
            columns = [c for c in table.columns if isinstance(c.type, String | JSON)]
            for row in connection.execute(select(*columns)) if columns else ():
                for column, value in zip(columns, row, strict=True):
                    words = json.dumps(value, ensure_ascii=False, default=str)
                    if any(sign in words for sign in (NAME, EMAIL, PHONE)):
                        found.add(f"{table.name}.{column.name}")
    return found


def forget(client, *, typed: str = EMAIL, password: str = PASSWORD):
    return client.post("/compte/effacement", data={"password": password, "confirmed": typed})


def test_the_export_contains_all_personal_data_and_explains_each_key(
    client, database, zelie, membership
):
    sign_in(client, zelie)
    answer = client.post("/compte/donnees/copie")
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    copy = json.loads(answer.text)
    assert set(copy) - {"keys", "made_at"} == set(copy["keys"])
    assert all(copy["keys"].values())
    assert copy["person"]["email"] == EMAIL
    assert copy["addresses"][0]["contact"]["phone"] == PHONE
    assert copy["cart"] == [{"sku": "SON-0412", "quantity": 2, "added_at": AT.isoformat()}]
    assert copy["membership"][0]["siren"] == "213700727"
    assert copy["contacts"][0]["name"] == NAME
    assert copy["evidence"]["files"][0]["filename"] == "lettre.pdf"
    assert copy["invitations"][0]["sent_by_you"] is True
    assert copy["stock_alerts"][0]["sku"] == "SON-0412"
    assert copy["emails"][0]["template"] == "second_factor_on"
    assert copy["sessions"][0]["closed_at"] is None
    assert "register" in {entry["act"] for entry in copy["journal"]}
    assert "password" not in answer.text


def test_the_export_lists_quotes_and_orders(client, database):
    with database.transaction() as session:
        order = make_ordered(session)
        number, quote_number = order.number, order.quote_number
        user_id = session.scalars(select(Membership.user_id)).one()
    copy = json.loads(sign_in(client, user_id).post("/compte/donnees/copie").text)
    assert [row["number"] for row in copy["orders"]] == [number]
    assert [row["number"] for row in copy["quotes"]] == [quote_number]
    assert quote_number in {p["number"] for row in copy["dossiers"] for p in row["papers"]}


def test_an_erased_person_remains_in_the_journal_only(client, database, zelie, membership):
    second_administrator(database, membership)
    sign_in(client, zelie)
    assert traces(database) > MAY_STAY | {"users.phone", "addresses.contact"}
    assert forget(client).status_code == 303
    assert traces(database) == MAY_STAY
    assert client.get("/compte").location.startswith("/connexion")
    with database.reading_session() as session:
        person = session.get_one(User, zelie)
        assert (person.active, person.name) == (False, f"{ERASED}{zelie}")
        assert person.erased_at is not None
        assert session.scalars(select(Email.template).order_by(Email.id)).all() == [
            "account_erased"
        ]
        assert [m.approved_by for m in session.scalars(select(Membership))] == [person.name]
        for kind in (Cart, EvidenceFile, Invitation, OrganisationContact, StockAlert, UserSession):
            assert session.scalars(select(kind).order_by(kind.id)).all() == []
        erased = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
        assert erased is not None
        assert (erased.act, erased.by_name, erased.facts) == ("erase", person.name, {})
    enter = client.post("/connexion", data={"email": EMAIL, "password": PASSWORD})
    assert enter.status_code == 422


def test_the_last_address_is_deleted_with_the_last_e_mail(client, database, zelie):
    sign_in(client, zelie)
    forget(client)
    with database.transaction() as session:
        session.scalars(select(Email)).one().sent_at = now()
    tidy_people(database)
    tidy_people(database)
    assert traces(database) == {"journal.by_name"}


def test_issued_documents_and_orders_are_not_changed_by_an_erasure(client, database):
    with database.transaction() as session:
        order = make_ordered(session)
        membership = session.scalars(select(Membership)).one()
        person = session.get_one(User, membership.user_id)
        person.password_hash = hash_password(PASSWORD)
        email, number, parties = person.email, order.number, dict(order.parties)
    second_administrator(database, membership.id)
    sign_in(client, person.id)
    assert forget(client, typed=email).status_code == 303
    with database.reading_session() as session:
        order = session.get_one(type(order), order.id)
        assert (order.number, order.parties, order.email) == (number, parties, email)
        assert session.scalars(select(Email).where(Email.dossier_id.is_not(None))).first()


@pytest.mark.parametrize(
    "answers", [{"typed": "autre@x.example"}, {"typed": ""}, {"password": "pas le mien du tout"}]
)
def test_an_erasure_needs_the_password_and_the_address(client, database, zelie, answers):
    sign_in(client, zelie)
    assert forget(client, **answers).status_code == 422
    with database.reading_session() as session:
        assert session.get_one(User, zelie).erased_at is None


@pytest.mark.parametrize("page", ["effacement", "fermeture"])
def test_the_last_administrator_names_another_one_first(client, database, zelie, membership, page):
    other = second_administrator(database, membership)

    def colleague_has(role: str) -> None:
        with database.transaction() as session:
            theirs = select(Membership).where(Membership.user_id == other)
            session.scalars(theirs).one().grant({role})

    colleague_has("buyer")
    sign_in(client, zelie)
    before = client.get(f"/compte/{page}").text
    assert "/compte/organisation/membres" in before and 'name="password"' not in before
    answers = {"password": PASSWORD, "confirmed": EMAIL}
    refused = client.post(f"/compte/{page}", data=answers)
    assert refused.location == f"/compte/{page}"
    page_again = client.get(refused.location).text
    assert "note--bad" in page_again
    assert "Vous êtes le dernier administrateur" in page_again
    with database.reading_session() as session:
        assert session.get_one(User, zelie).active
        assert session.get(Membership, membership) is not None
    colleague_has("member_admin")
    assert 'name="password"' in client.get(f"/compte/{page}").text
    assert client.post(f"/compte/{page}", data=answers).location == "/"


@pytest.mark.parametrize("page", ["effacement", "fermeture", "organisation/membres/depart"])
def test_the_only_member_of_an_organisation_may_be_erased(
    client, database, zelie, membership, page
):
    """Right to erasure: a missing successor prevents nobody; the office appoints the next
    administrator, and a person who asks to join meanwhile is nobody's colleague.
    """
    with database.transaction() as session:
        asking = make_person(session, at=AT, email="autre@chinon.example", name="Anne Autre")
        register_organisation(
            session, siret="21370072700018", name="Chinon", by=actor_of(asking), at=AT
        )
    sign_in(client, zelie)
    answers = {"password": PASSWORD, "confirmed": EMAIL}
    assert 'name="password"' in client.get("/compte/effacement").text
    assert "/compte/organisation/membres/depart" in client.get("/compte/organisation/membres").text
    assert client.post(f"/compte/{page}", data=answers).status_code == 303
    with database.transaction() as session:
        theirs = session.scalars(select(Membership).where(Membership.user_id == asking.id)).one()
        assert administrators(session, theirs.organisation_id) == []
        appoint_administrator(session, theirs, evidence=EVIDENCE, by=OFFICE, at=AT)
        session.flush()
        assert administrators(session, theirs.organisation_id)[0].id == asking.id


def test_staff_cannot_erase_themselves(database):
    with database.transaction() as session:
        person = make_staff(session, "sales")
        with pytest.raises(StaffAccount):
            erase(session, person, HOLDINGS, confirmed=person.email, by=actor_of(person), at=AT)


def test_staff_cannot_close_their_own_account(client, database):
    with database.transaction() as session:
        person = make_staff(session, "logistics")
        person.password_hash = hash_password(PASSWORD)
    sign_in(client, person.id)
    client.post("/compte/fermeture", data={"password": PASSWORD})
    assert client.get("/bureau").status_code == 200


def test_a_person_who_asked_to_join_is_erased_with_the_request(
    app, client, database, zelie, membership
):
    with database.transaction() as session:
        asks = make_person(session, at=AT, email="leo@chinon.example", name="Léo Quatresous")
        asks.password_hash = hash_password(PASSWORD)
        register_organisation(
            session, siret="21370072700018", name="Chinon", by=actor_of(asks), at=AT
        )
    assert forget(sign_in(client, asks.id), typed="Leo@Chinon.example").status_code == 303
    with database.reading_session() as session:
        assert session.scalars(select(Membership.user_id).order_by(Membership.id)).all() == [zelie]
        assert session.get_one(User, asks.id).erased_at is not None


def test_nobody_erases_somebody_else(database, zelie):
    with database.transaction() as session, pytest.raises(NotAllowed):
        erase(session, session.get_one(User, zelie), HOLDINGS, confirmed=EMAIL, by=OFFICE, at=AT)


def test_a_closed_account_cannot_sign_in_until_the_office_reopens_it(client, database, zelie):
    sign_in(client, zelie)
    assert client.post("/compte/fermeture", data={"password": "non"}).status_code == 422
    assert client.post("/compte/fermeture", data={"password": PASSWORD}).status_code == 303
    answers = {"email": EMAIL, "password": PASSWORD}
    assert client.post("/connexion", data=answers).status_code == 422
    with database.transaction() as session:
        person = session.get_one(User, zelie)
        assert (person.name, person.email) == (NAME, EMAIL)
        with pytest.raises(NotAllowed):
            reopen(session, person, reason="moi", by=actor_of(person), at=AT)
        reopen(session, person, reason="Rappelée au numéro connu", by=OFFICE, at=now())
        templates = session.scalars(select(Email.template).order_by(Email.id)).all()
        assert templates[-2:] == ["account_closed", "account_reopened"]
    assert client.post("/connexion", data=answers).status_code == 303


def test_an_erased_account_cannot_be_reopened(client, database, zelie):
    sign_in(client, zelie)
    forget(client)
    with database.transaction() as session, pytest.raises(Forgotten):
        reopen(session, session.get_one(User, zelie), reason="-", by=OFFICE, at=AT)


def test_the_office_closes_no_customers_account(database, zelie):
    with database.transaction() as session, pytest.raises(NotAllowed):
        deactivate(session, session.get_one(User, zelie), by=OFFICE, at=AT)


def test_the_worker_deletes_old_e_mails_of_no_dossier(database, zelie):
    with database.transaction() as session:
        session.scalars(select(Email)).one().sent_at = now()
    tidy_people(database)
    with database.reading_session() as session:
        assert len(session.scalars(select(Email)).all()) == 1
    with travelled(timedelta(days=366)):
        tidy_people(database)
    with database.reading_session() as session:
        assert session.scalars(select(Email).order_by(Email.id)).all() == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("template", ["account_closed", "account_reopened", "account_erased"])
def test_the_e_mails_of_closing_and_erasing_an_account_are_rendered(template, language):
    message = render_email(
        template, {"name": NAME}, language=language, public_url="http://shop.example"
    )
    assert NAME in message.body
    assert message.subject
