"""Finding a body while typing, and the pages that depend on the register's answer."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from shop.core.actors import SALES, SALES_ADMIN
from shop.core.folding import fold_name
from shop.ops.clock import now
from shop.organisations.models import Organisation, RegisterCheck
from shop.organisations.rules import Verification
from shop.register.embedded import search_bodies
from shop.register.models import PublicBody, PublicBodyWord
from shop.register.rules import Nature
from shop.register.words import as_on_papers, parts_of, siren_typed, words_of
from shop.storage.db import Database
from tests.conftest import TEST_SETTINGS, Opening
from tests.factories import make_person
from tests.people import LETTERHEAD, sign_in, staff
from tests.register_server import PRIVATE, StateServer, served, siret

pytestmark = pytest.mark.each_database

#: Name, SIREN, category, postal code, inhabitants.
BODIES = (
    ("Chinon", "213700727", "7210", "37500", 8144),
    ("L'Haÿ-les-Roses", "219400389", "7210", "94240", 31189),
    ("Saint-Martin", "216504138", "7210", "65360", 404),
    ("Saint-Martin-d'Hères", "213804214", "7210", "38400", 38398),
    ("Saint-Martinien", "210302468", "7210", "03380", 640),
    ("Œuilly", "215104105", "7210", "51480", 622),
    ("Les Roches-l'Évêque", "214101904", "7210", "41800", 312),
    ("CC Chinon, Vienne et Loire", "200043081", "7346", "", 23000),
)


@pytest.fixture
def register(database: Database) -> Database:
    """A few bodies, with their words."""
    with database.transaction() as session:
        largest = sorted(BODIES, key=lambda body: -body[4])
        for place, (name, siren, category, postal_code, population) in enumerate(largest, 1):
            session.add(
                PublicBody(
                    siren=siren,
                    name=name,
                    folded=fold_name(name),
                    legal_category=category,
                    departement=postal_code[:2],
                    postal_code=postal_code,
                    population=population,
                )
            )
            for word in words_of(fold_name(name), postal_code=postal_code, legal_category=category):
                session.add(PublicBodyWord(word=word, place=place, siren=siren))
    return database


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("chinon", ["Chinon", "CC Chinon, Vienne et Loire"]),
        ("Mairie de Chinon", ["Chinon", "CC Chinon, Vienne et Loire"]),
        ("communauté de communes chinon", ["CC Chinon, Vienne et Loire"]),
        ("HAY LES ROSES", ["L'Haÿ-les-Roses"]),
        ("l'haÿ", ["L'Haÿ-les-Roses"]),
        ("oeuil", ["Œuilly"]),
        ("saint martin", ["Saint-Martin", "Saint-Martin-d'Hères", "Saint-Martinien"]),
        ("St-Martin d'He", ["Saint-Martin-d'Hères"]),
        ("st martin", ["Saint-Martin", "Saint-Martin-d'Hères", "Saint-Martinien"]),
        ("Mairie de St-Martin", ["Saint-Martin", "Saint-Martin-d'Hères", "Saint-Martinien"]),
        ("martin saint 38", ["Saint-Martin-d'Hères"]),
        ("chinon 37500", ["Chinon"]),
        ("chinon 38", []),
        ("3750", ["Chinon"]),
        ("213 700 727", ["Chinon"]),
        ("213700727 00018", ["Chinon"]),
        ("les", ["L'Haÿ-les-Roses", "Les Roches-l'Évêque"]),
        ("roses les", ["L'Haÿ-les-Roses"]),
        ("%_", []),
        ("  ", []),
        ("zzz", []),
        ("{{{", []),
    ],
)
def test_bodies_are_found_by_the_beginnings_of_their_words(
    register: Database, typed: str, names: list[str]
):
    with register.reading_session() as session:
        assert [body.name for body in search_bodies(session, typed)] == names


def test_a_search_uses_the_most_selective_words():
    assert parts_of("Mairie de la Roche-sur-Yon") == ["roche", "yon"]
    assert parts_of("la") == ["la"]
    assert parts_of("61130 alen") == ["61130", "alen"]
    assert parts_of("a b") == []
    assert siren_typed("213 700 727") == "213700727"
    assert siren_typed("61 130") == ""


def test_the_list_names_place_number_and_category_and_reads_by_itself(register, app):
    answer = app.test_client().get("/registre/recherche?q=chin")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert page.count('role="option"') == 2
    assert "37500" in page and "37" in page
    assert 'data-number="213\u00a0700\u00a0727"' in page
    assert "Commune" in page
    assert "<html" not in page
    for q in ("", "ch", "zzz", "%00", "\x00\x00\x00", "a" * 5000):
        assert (
            'role="option"'
            not in app.test_client().get("/registre/recherche", query_string={"q": q}).text
        )


@pytest.mark.parametrize(
    ("name", "category", "official"),
    [
        ("Chinon", "7210", "Commune de Chinon"),
        ("Œuilly", "7210", "Commune d’Œuilly"),
        ("Évreux", "7210", "Commune d’Évreux"),
        ("Le Mans", "7210", "Commune du Mans"),
        ("Les Roches-l'Évêque", "7210", "Commune des Roches-l’Évêque"),
        ("L'Haÿ-les-Roses", "7210", "Commune de L’Haÿ-les-Roses"),
        ("La Rochelle", "7210", "Commune de La Rochelle"),
        ("CC Chinon, Vienne et Loire", "7346", "CC Chinon, Vienne et Loire"),
    ],
)
def test_a_commune_is_named_as_on_its_documents(name, category, official):
    assert as_on_papers(name, category) == official


def test_the_list_says_that_it_is_cut_and_that_a_number_is_unknown(register, app, database):
    def said(q: str) -> str:
        page = app.test_client().get("/registre/recherche", query_string={"q": q}).text
        return page.split('data-said="')[1].split('"')[0]

    assert said("saint") == "3 organismes trouvés"
    assert said("999 999 999").startswith("Aucun organisme du registre ne porte ce numéro.")
    with database.transaction() as session:
        for place in range(20, 26):
            siren = f"2199000{place}"
            known = {"siren": siren, "legal_category": "7210", "departement": "99"}
            known |= {"name": f"Saint-{place}", "folded": f"saint {place}", "postal_code": ""}
            session.add(PublicBody(population=1, **known))
            session.add(PublicBodyWord(word="saint", place=place, siren=siren))
    assert said("saint").startswith("Les 8 premiers")


FORM = {
    "name": "Claire Marchand",
    "email": "claire@chinon.example",
    "phone": "02 99 00 00 00",
    "buys_for": "public",
    "function": "Acheteuse",
    "siret": "",
    "organisation": "",
}


def test_without_a_script_the_button_finds_and_loses_nothing_typed(register, app):
    client = app.test_client()
    page = client.post("/inscription", data={**FORM, "find_words": "chinon", "find": "1"})
    assert page.status_code == 200
    assert 'value="Claire Marchand"' in page.text
    assert 'value="Acheteuse"' in page.text
    assert 'name="pick" value="213700727"' in page.text
    assert "errors" not in page.text.split("<main", 1)[1].split("<form", 1)[0]


@pytest.mark.parametrize("whom", ["self", ""])
def test_the_button_works_for_every_kind_of_buyer(register, app, whom: str):
    asked = {**FORM, "buys_for": whom, "find_words": "chinon", "find": "1"}
    page = app.test_client().post("/inscription", data=asked)
    assert page.status_code == 200
    assert 'name="pick" value="213700727"' in page.text


def test_without_a_script_enter_in_the_finder_finds_too(register, app):
    page = app.test_client().post("/inscription", data={**FORM, "find_words": "chinon"})
    assert 'name="pick" value="213700727"' in page.text


def test_a_picked_body_fills_the_form_and_says_which_digits_are_missing(register, app):
    client = app.test_client()
    page = client.post("/inscription", data={**FORM, "find_words": "chin", "pick": "213700727"})
    assert page.status_code == 200
    assert 'value="213700727"' in page.text
    assert 'value="Commune de Chinon"' in page.text
    assert 'value="Claire Marchand"' in page.text
    assert "5" in page.text.split("data-finder-told>")[1].split("</p>")[0]


def test_a_choice_that_no_list_offered_changes_nothing(register, app):
    page = app.test_client().post(
        "/inscription", data={**FORM, "organisation": "Moi", "pick": "<script>"}
    )
    assert page.status_code == 200
    assert 'value="Moi"' in page.text


@pytest.fixture
def state() -> Iterator[StateServer]:
    with served() as found:
        yield found


@pytest.fixture
def asking(opened: Opening, database: Database, state: StateServer):
    """A shop that asks the State's register."""
    return opened(database, replace(TEST_SETTINGS, register="state", register_url=state.url))


TOWN = siret(1)
NAMED = LETTERHEAD | {"buys_for": "public", "siret": TOWN, "organisation": "Ville de Chinon"}


@pytest.fixture
def claire(asking, database: Database):
    """A person with an account, who buys for no organisation yet."""
    with database.transaction() as session:
        user = make_person(session, at=now())
        user.email_confirmed_at = now()
    return sign_in(asking.test_client(), user.id, language="en")


def organisation(database: Database) -> Organisation | None:
    with database.reading_session() as session:
        return session.scalars(select(Organisation)).one_or_none()


def test_the_states_register_offers_the_siret_of_the_seat(asking, state: StateServer):
    state.know(TOWN)
    page = asking.test_client().get("/registre/recherche?q=chinon").text
    assert f'data-number="{TOWN[:3]}\u00a0{TOWN[3:6]}\u00a0{TOWN[6:9]}\u00a0{TOWN[9:]}"' in page


def test_the_embedded_register_answers_when_the_states_is_unavailable(
    register: Database, asking, state: StateServer
):
    state.fault = "500"
    assert "Chinon" in asking.test_client().get("/registre/recherche?q=chinon").text


def test_a_body_of_the_states_register_is_registered(claire, database, state: StateServer):
    state.know(TOWN)
    page = claire.post("/compte/organisation", data=NAMED, follow_redirects=True)
    assert page.status_code == 200
    body = organisation(database)
    assert body is not None
    assert (body.name, body.verification) == ("COMMUNE DE CHINON", Verification.PENDING)


def test_a_closed_body_is_refused_beside_the_field(claire, database, state: StateServer):
    state.know(TOWN, etat_administratif="C")
    page = claire.post("/compte/organisation", data=NAMED)
    assert page.status_code == 422
    assert "is closed" in page.text.split('id="siret-error"')[1].split("</p>")[0]
    assert 'value="Ville de Chinon"' in page.text
    assert organisation(database) is None


def test_a_company_pays_by_card_whatever_it_declared(claire, database, state: StateServer):
    state.know(TOWN, PRIVATE)
    page = claire.post("/compte/organisation", data=NAMED, follow_redirects=True)
    company = organisation(database)
    assert company is not None
    assert (company.nature, company.verification) == (Nature.PRIVATE, Verification.UNVERIFIED)
    assert "it can pay by card" in page.text


def test_an_unavailable_register_does_not_block_a_registration(claire, database, state):
    state.fault = "500"
    page = claire.post("/compte/organisation", data=NAMED, follow_redirects=True)
    body = organisation(database)
    assert body is not None and body.register_due_at is not None
    assert "you do not need to wait" in page.text


def test_a_body_unknown_to_the_registers_waits_for_the_office(claire, database, state):
    page = claire.post("/compte/organisation", data=NAMED, follow_redirects=True)
    assert "was not found in the register" in page.text
    body = organisation(database)
    assert body is not None and body.verification is Verification.PENDING


def test_the_office_asks_the_register_again(asking, claire, database, state: StateServer):
    claire.post("/compte/organisation", data=NAMED)
    body = organisation(database)
    assert body is not None and body.nature is Nature.REVIEW
    state.know(TOWN)
    office = staff(asking, database, SALES_ADMIN, language="en")
    sent = office.post(f"/bureau/verifications/{body.id}/registre")
    assert sent.status_code == 303
    known = organisation(database)
    assert known is not None and known.nature is Nature.PUBLIC
    with database.reading_session() as session:
        outcomes = session.scalars(select(RegisterCheck.outcome).order_by(RegisterCheck.id)).all()
    assert outcomes == ["NOT_FOUND", "FOUND"]
    assert (
        staff(asking, database, SALES).post(f"/bureau/verifications/{body.id}/registre").status_code
        == 403
    )
    assert office.post("/bureau/verifications/999/registre").status_code == 404


def test_a_closed_establishment_is_not_added(claire, database, state: StateServer):
    state.know(TOWN)
    claire.post("/compte/organisation", data=NAMED)
    school = TOWN[:9] + "00022"
    known = state.units[TOWN[:9]]
    known["matching_etablissements"] = [{"siret": school, "etat_administratif": "F"}]
    place = {
        "siret": school,
        "name": "École",
        "line1": "1 rue",
        "postal_code": "37500",
        "city": "Chinon",
    }
    page = claire.post("/compte/organisation/etablissements/nouveau", data=place)
    assert page.status_code == 422
    assert "is closed" in page.text.split('id="siret-error"')[1].split("</p>")[0]
    known["matching_etablissements"][0]["etat_administratif"] = "A"
    assert claire.post("/compte/organisation/etablissements/nouveau", data=place).status_code == 303
    with database.reading_session() as session:
        assert session.scalars(select(RegisterCheck.siret).order_by(RegisterCheck.id)).all() == [
            TOWN,
            school,
        ]
