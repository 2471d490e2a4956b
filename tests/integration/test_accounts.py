"""Accounts in the browser: registering, signing in and out, the account and its addresses."""

from collections.abc import Iterable

import pytest
from flask import session as browser
from sqlalchemy import select

from shop.members.models import Membership
from shop.members.registration import register_organisation
from shop.organisations.models import Address, Organisation
from shop.organisations.rules import Verification
from shop.people.models import User
from shop.people.people import actor_of, register_person
from shop.people.rules import Profile
from shop.register.rules import Nature
from shop.signin.passwords import hash_password, matches
from shop.storage.db import Database
from shop.verification import verification
from shop.verification.models import VerificationDecision
from tests.conftest import REAL_HASHER
from tests.factories import AT, make_product, register_town
from tests.people import LETTERHEAD, register_and_activate

CHINON = "213 700 727 00018"
PASSWORD = "quatre mots faciles à retenir"
HASH = hash_password(PASSWORD)
#: What the office ticks and notes after calling the town hall back.
CALLED = {
    "call_back": "y",
    "number": "02 47 93 53 00",
    "number_source": "annuaire du service public",
    "spoke_to": "le standard",
}


def person(
    database: Database,
    email: str = "claire@chinon.example",
    name: str = "Claire Marchand",
    staff_roles: Iterable[str] = (),
) -> int:
    profile = Profile(name, "02 47 00 00 00")
    with database.transaction() as session:
        return register_person(
            session,
            email=email,
            password_hash=HASH,
            profile=profile,
            staff_roles=staff_roles,
            at=AT,
        ).id


def member(database: Database, **facts) -> int:
    user_id = person(database, **facts)
    with database.transaction() as session:
        register_organisation(
            session,
            siret=CHINON,
            name="Ville de Chinon",
            legal_category="7210",
            by=actor_of(session.get(User, user_id)),
            at=AT,
        )
    return user_id


def enter(client, email: str = "claire@chinon.example", password: str = PASSWORD, **query):
    return client.post(
        "/connexion", query_string=query, data={"email": email, "password": password}
    )


def registration(**answers) -> dict[str, str]:
    return {
        "name": "Claire Marchand",
        "phone": "02 47 00 00 00",
        "email": "Claire@Chinon.example",
        "password": PASSWORD,
        "buys_for": "self",
    } | answers


def test_a_password_is_stored_as_argon2id_and_an_empty_one_never_matches():
    assert REAL_HASHER.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert matches(PASSWORD, HASH)
    assert not matches("autre chose", HASH)
    assert not matches("nobody has this password", None)


def test_a_private_person_registers_and_is_in(client, database: Database):
    assert register_and_activate(client, database, registration()).location == "/compte"
    page = client.get("/compte").text
    assert "Claire Marchand" in page
    with database.reading_session() as session:
        user = session.scalars(select(User)).one()
        assert user.email == "claire@chinon.example"
        assert user.language == "fr"


def test_a_buyer_of_a_body_registers_with_a_siret_typed_with_spaces(client, database: Database):
    with database.transaction() as session:
        register_town(session)
    named = {"buys_for": "public", "siret": CHINON, "organisation": "Ville de Chinon"}
    answers = registration(**LETTERHEAD, **named)
    assert register_and_activate(client, database, answers).status_code == 303
    with database.reading_session() as session:
        body = session.scalars(select(Organisation)).one()
        assert (body.siren, body.verification) == ("213700727", Verification.PENDING)
        assert session.scalars(select(Membership)).one().administers
    assert "Vérification en cours" in client.get("/compte").text


def test_a_private_company_reads_why_the_quote_way_is_closed(client, database: Database):
    named = {"buys_for": "private", "siret": "73282932000074", "organisation": "Son SARL"}
    answers = registration(**LETTERHEAD, **named)
    register_and_activate(client, database, answers)
    page = client.get("/compte").text
    assert "réservés aux organismes publics" in page
    with database.reading_session() as session:
        assert session.scalars(select(Organisation.nature)).one() is Nature.PRIVATE


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"email": "claire"}, "adresse e-mail"),
        ({"phone": "12"}, "numéro de téléphone"),
        ({"password": "court"}, "12 caractères"),
        ({"name": "   "}, "nom"),
        ({"buys_for": "public", "siret": "213 700 727", "organisation": "Chinon"}, "SIREN"),
        ({"buys_for": "public", "siret": CHINON, "organisation": ""}, "nom de votre organisme"),
        ({"buys_for": ""}, "Dites pour qui vous achetez"),
        ({"buys_for": "", "siret": CHINON, "organisation": "C"}, "Dites pour qui vous achetez"),
        ({"siret": CHINON}, "Dites pour qui vous achetez"),
        ({"organisation": "Ville de Chinon"}, "Dites pour qui vous achetez"),
        ({"buys_for": "public", "siret": "21370072700017", "organisation": "C"}, "clé"),
    ],
)
def test_each_mistake_of_a_registration_is_shown_beside_its_field(
    client, database: Database, answers, sentence
):
    answer = client.post("/inscription", data=registration(**answers))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'role="alert"' in answer.text
    with database.reading_session() as session:
        assert session.scalars(select(User).order_by(User.id)).all() == []


def test_the_kind_of_buyer_is_preselected_only_by_the_link_that_was_followed(client):
    assert " checked" not in client.get("/inscription").text
    [chosen] = [
        tag for tag in client.get("/inscription?for=public").text.split("<") if " checked" in tag
    ]
    assert 'value="public"' in chosen


def test_signing_in_returns_to_the_requested_page(client, database: Database):
    person(database)
    answer = enter(client, "CLAIRE@chinon.example ", next="/compte/adresses")
    assert (answer.status_code, answer.location) == (303, "/compte/adresses")
    assert client.get("/compte/adresses").status_code == 200


@pytest.mark.parametrize(
    ("enrolled", "shown"), [(member, ["104,90", "125,88"]), (person, ["12,59", "125,90"])]
)
def test_a_cart_says_that_an_organisation_buys_excluding_vat(client, database, enrolled, shown):
    enrolled(database)
    with database.transaction() as session:
        make_product(session, at=AT, price=1_259)
    client.post("/panier", data={"sku": "SON-0412", "quantity": "4"})
    client.post("/panier", data={"sku": "SON-0412", "quantity": "6"})
    assert "125,90" in client.get("/panier").text
    enter(client)
    cart = client.get("/panier").text
    assert ("désormais affichés hors taxes" in cart) is (enrolled is member)
    assert all(amount in cart for amount in shown)


@pytest.mark.parametrize("elsewhere", ["https://ailleurs.example/", "//ailleurs.example", "/\\x"])
def test_signing_in_never_redirects_to_another_site(client, database: Database, elsewhere):
    person(database)
    assert enter(client, next=elsewhere).location == "/compte"


@pytest.mark.parametrize("email", ["claire@chinon.example", "personne@chinon.example"])
def test_wrong_credentials_get_the_same_answer_for_every_address(client, database: Database, email):
    person(database)
    answer = enter(client, email, "un mauvais mot de passe")
    assert answer.status_code == 422
    assert "ne vont pas ensemble" in answer.text
    assert f'value="{email}"' in answer.text
    assert "un mauvais mot de passe" not in answer.text


def test_a_session_prepared_by_somebody_else_is_replaced_at_sign_in(client, database: Database):
    person(database)
    with client.session_transaction() as prepared:
        prepared["language"] = "en"
        prepared["planted"] = "something"
    with client:
        enter(client)
        assert "planted" not in browser
        assert browser["language"] == "en"


def test_signing_out_leaves_the_language_and_a_secret_that_is_valid_no_more(
    client, database: Database
):
    person(database)
    enter(client)
    with client:
        assert client.post("/deconnexion").status_code == 303
        assert set(browser) <= {"language", "_flashes", "_permanent", "left"}
        left = browser["left"][0]
    assert client.get("/compte").location.startswith("/connexion?next=/compte")
    with client.session_transaction() as forged:
        forged["_user_id"] = left
    assert client.get("/compte").location.startswith("/connexion?next=/compte")


def test_a_closed_account_cannot_sign_in(client, database: Database):
    user_id = person(database)
    enter(client)
    with database.transaction() as session:
        session.get(User, user_id).active = False
    assert client.get("/compte").status_code == 303
    assert enter(client).status_code == 422


def test_people_change_their_details(client, database: Database):
    user_id = person(database)
    enter(client)
    answers = {"name": "Claire Durand", "phone": "02 47 11 11 11", "function": "", "language": "en"}
    assert client.post("/compte/coordonnees", data=answers).status_code == 303
    with database.reading_session() as session:
        assert session.get(User, user_id).name == "Claire Durand"
    assert '<html lang="en">' in client.get("/compte").text


HALL = {
    "name": "Salle Rabelais",
    "line1": "1, rue du Stade",
    "postal_code": "37 500",
    "city": "Chinon",
    "contact_name": "Marc",
    "contact_phone": "02 47 00 00 00",
}


def test_the_address_book_adds_edits_and_removes(client, database: Database):
    member(database)
    enter(client)
    assert client.post("/compte/adresses/livraison/nouvelle", data=HALL).status_code == 303
    service = {"name": "Comptabilité", "service_code": "CULT-02"}
    assert (
        client.post("/compte/adresses/service-de-paiement/nouveau", data=service).status_code == 303
    )
    header = {"line1": "Hôtel de ville", "postal_code": "37500", "city": "Chinon"}
    assert client.post("/compte/adresses/en-tete", data=header).status_code == 303
    page = client.get("/compte/adresses").text
    assert all(word in page for word in ("Salle Rabelais", "CULT-02", "Hôtel de ville"))
    with database.reading_session() as session:
        ids = session.scalars(select(Address.id).order_by(Address.id)).all()
    assert client.get(f"/compte/adresses/livraison/{ids[0]}").status_code == 200
    changed = HALL | {"name": "Salle Ronsard"}
    assert client.post(f"/compte/adresses/livraison/{ids[0]}", data=changed).status_code == 303
    assert "Salle Ronsard" in client.get("/compte/adresses").text
    assert client.post(f"/compte/adresses/livraison/{ids[0]}/retrait").status_code == 303
    assert "Salle Ronsard" not in client.get("/compte/adresses").text


def test_an_address_of_another_person_is_not_found(client, database: Database):
    member(database)
    enter(client)
    client.post("/compte/adresses/livraison/nouvelle", data=HALL)
    client.post("/deconnexion")
    person(database, "paul@son.example")
    enter(client, "paul@son.example")
    with database.reading_session() as session:
        address_id = session.scalars(select(Address.id)).one()
    assert client.get(f"/compte/adresses/livraison/{address_id}").status_code == 404
    assert client.post(f"/compte/adresses/livraison/{address_id}/retrait").status_code == 404


def test_a_reader_sees_the_address_book_and_cannot_change_it(client, database: Database):
    user_id = member(database)
    enter(client)
    client.post("/compte/adresses/service-de-paiement/nouveau", data={"name": "Comptabilité"})
    with database.transaction() as session:
        session.scalars(select(Membership).where(Membership.user_id == user_id)).one().grant([])
    page = client.get("/compte/adresses").text
    assert "Comptabilité" in page
    assert "Modifier" not in page
    assert client.post("/compte/adresses/service-de-paiement/1/retrait").status_code == 403


def test_a_wrong_address_is_corrected_in_the_form(client, database: Database):
    member(database)
    enter(client)
    answer = client.post(
        "/compte/adresses/livraison/nouvelle",
        data={"name": "Salle", "line1": "", "postal_code": "3750", "city": "Chinon"},
    )
    assert answer.status_code == 422
    assert "cinq chiffres" in answer.text
    assert 'value="Salle"' in answer.text


def test_the_staff_area_asks_visitors_to_sign_in_and_refuses_customers(client, database: Database):
    assert client.get("/bureau").location == "/connexion?next=/bureau"
    member(database)
    enter(client)
    assert client.get("/bureau").status_code == 403
    assert client.get("/bureau/verifications").status_code == 403


@pytest.mark.parametrize(
    ("role", "status"),
    [("sales_admin", 200), ("admin", 200), ("sales", 403), ("logistics", 403), ("accounting", 403)],
)
def test_only_the_office_opens_the_page_of_verifications(client, database: Database, role, status):
    member(database)
    person(database, "x@comptoir.example", staff_roles={role})
    assert enter(client, "x@comptoir.example").location == "/bureau"
    home = client.get("/bureau")
    assert home.status_code == 200
    assert ("/bureau/verifications" in home.text) is (status == 200)
    assert client.get("/bureau/verifications").status_code == status
    assert client.get("/bureau/verifications/1").status_code == status
    assert client.post("/bureau/verifications/1/verification", data=CALLED).status_code == (
        303 if status == 200 else 403
    )


def test_the_office_verifies_with_evidence_and_refuses_with_a_reason(client, database: Database):
    member(database)
    person(database, "adv@comptoir.example", name="Hugo Perrin", staff_roles={"sales_admin"})
    enter(client, "adv@comptoir.example")
    path = "/bureau/verifications/1"
    answer = client.post(f"{path}/verification", data={"note": "vu"})
    assert answer.status_code == 422
    assert "Une seule suffit" in answer.text
    assert client.post(f"{path}/refus", data={"reason": " "}).status_code == 422
    assert client.post(f"{path}/refus", data={"reason": "Lettre manquante"}).status_code == 303
    assert client.post(f"{path}/verification", data=CALLED | {"note": "Vu le 3"}).status_code == 303
    page = client.get(path).text
    assert "Vu le 3" in page
    assert CALLED["number_source"] in page
    assert "Lettre manquante" in page
    with database.reading_session() as session:
        assert session.scalars(select(Organisation.verification)).one() is Verification.VERIFIED
        assert len(session.scalars(select(VerificationDecision)).all()) == 2


def test_a_refused_body_reads_why_and_asks_again(client, database: Database):
    member(database)
    office = actor_of(User(id=None, name="Hugo", email="x", staff_roles=frozenset({"sales_admin"})))
    with database.transaction() as session:
        body = session.scalars(select(Organisation)).one()
        verification.refuse(session, body, reason="Lettre manquante", by=office, at=AT)
    enter(client)
    assert "Lettre manquante" in client.get("/compte").text
    assert client.post("/compte/organisation/verification").status_code == 303
    assert "Vérification en cours" in client.get("/compte").text


def test_a_private_person_registers_an_organisation_later(client, database: Database):
    person(database)
    enter(client)
    assert client.get("/compte/organisation").status_code == 200
    named = {"buys_for": "public", "siret": CHINON, "organisation": "Ville de Chinon"}
    answers = LETTERHEAD | named
    assert client.post("/compte/organisation", data=answers).status_code == 303
    assert "Ville de Chinon" in client.get("/compte").text


def test_a_person_who_asks_to_join_waits_until_approved(client, database: Database):
    member(database)
    second = person(database, "marc@chinon.example", name="Marc Lefèvre")
    enter(client, "marc@chinon.example")
    answers = LETTERHEAD | {"buys_for": "public", "siret": CHINON, "organisation": "Chinon"}
    client.post("/compte/organisation", data=answers)
    assert "admission est en attente" in client.get("/compte").text
    client.post("/deconnexion")
    person(database, "adv@comptoir.example", staff_roles={"sales_admin"})
    enter(client, "adv@comptoir.example")
    with database.reading_session() as session:
        asked = session.scalars(select(Membership.id).where(Membership.user_id == second)).one()
    let_in = f"/bureau/verifications/1/membres/{asked}"
    assert client.post(let_in).status_code == 422
    assert client.post(let_in, data=CALLED).status_code == 303
    with database.reading_session() as session:
        assert session.get(Membership, asked).approved_at is not None
