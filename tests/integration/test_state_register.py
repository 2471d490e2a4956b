"""The State's register, asked over HTTP: its answers, and every way in which it can fail."""

import hashlib
import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from shop.register.answers import (
    EstablishmentClosed,
    Outcome,
    RegisterAnswer,
    Source,
    UnitClosed,
    ensure_open,
)
from shop.register.state import (
    AFTER_FAULT,
    NoAnswer,
    Pace,
    Patience,
    StateRegister,
    seconds_of,
)
from tests.register_server import (
    CUT,
    ENDLESS,
    EVERY_FAULT,
    PRIVATE,
    PUBLIC,
    REVIEW,
    SLOW,
    StateServer,
    served,
    siret,
    unit,
)
from tests.waiting import until

#: For a register that answers, however busy this machine is; and for one that never ends.
AMPLE, QUICK = Patience(1, 60, 60), Patience(0.2, 0.2, 0.4)
TOWN = siret(1)


@pytest.fixture(scope="module")
def server() -> Iterator[StateServer]:
    with served() as found:
        yield found


@pytest.fixture
def state(server: StateServer) -> StateServer:
    server.units.clear()
    server.asked.clear()
    server.fault = None
    server.know(TOWN)
    return server


def register(server: StateServer) -> StateRegister:
    """The register behind `server`; no delay between two requests."""
    return StateRegister(
        server.url,
        shop_url="https://comptoir.example",
        patience=QUICK if server.fault in ENDLESS else AMPLE,
        pace=Pace(a_second=10_000, clock=lambda: 0.0),
    )


def facts(answer: RegisterAnswer):
    assert answer.outcome is Outcome.FOUND
    assert answer.facts is not None
    return answer.facts


def test_a_body_is_found_with_its_category_and_its_address(state: StateServer):
    answer = register(state).look_up(TOWN)
    found = facts(answer)
    assert (found.siren, found.siret, found.name) == (TOWN[:9], TOWN, "COMMUNE DE CHINON")
    assert found.legal_category == PUBLIC
    assert found.unit_active and found.establishment_open is True
    assert (found.line1, found.line2) == ("1 PLACE DU MARCHE", "MAIRIE")
    assert (found.postal_code, found.city, found.departement) == ("37500", "CHINON", "37")
    assert found.is_administration is True
    assert answer.source is Source.STATE
    ensure_open(answer)


def test_requests_are_as_documented(state: StateServer):
    register(state).look_up(TOWN)
    [(parameters, headers)] = state.asked
    assert parameters == {
        "q": TOWN,
        "minimal": "true",
        "include": "siege,complements,matching_etablissements,tva",
        "limite_matching_etablissements": "1",
    }
    assert "Comptoir" in headers["User-Agent"]
    assert "https://comptoir.example" in headers["User-Agent"]


def test_an_answer_has_its_digest_and_persons_are_not_stored(state: StateServer):
    answer = register(state).look_up(TOWN)
    payload = json.dumps({"results": [unit(TOWN)], "page": 1}).encode()
    assert answer.payload_sha256 == hashlib.sha256(payload).hexdigest()
    assert b"DURAND" in payload
    assert "DURAND" not in json.dumps(asdict(answer))


@pytest.mark.parametrize("category", [PRIVATE, REVIEW])
def test_private_and_mixed_categories_are_returned_as_they_are(state: StateServer, category: str):
    state.know(TOWN, category)
    assert facts(register(state).look_up(TOWN)).legal_category == category


def test_a_closed_unit_and_a_closed_establishment_are_recognised(state: StateServer):
    state.know(TOWN, etat_administratif="C")
    with pytest.raises(UnitClosed):
        ensure_open(register(state).look_up(TOWN))
    other = siret(2)
    shut = unit(other)
    shut["siege"]["etat_administratif"] = "F"
    state.units[other[:9]] = shut
    with pytest.raises(EstablishmentClosed):
        ensure_open(register(state).look_up(other))


def test_an_establishment_that_is_not_the_seat_is_read_among_those_that_match(state: StateServer):
    school = TOWN[:9] + "00025"
    known = unit(TOWN)
    known["matching_etablissements"] = [
        {
            "adresse": "12 RUE DES ECOLES 37502 CHINON NORD",
            "code_postal": "37502",
            "libelle_commune": "CHINON NORD",
            "etat_administratif": "F",
            "est_siege": False,
            "siret": school,
        }
    ]
    state.units[TOWN[:9]] = known
    found = facts(register(state).look_up(school))
    assert found.siret == school
    assert (found.line1, found.postal_code) == ("12 RUE DES ECOLES", "37502")
    assert found.unit_active and found.establishment_open is False
    assert facts(register(state).look_up(TOWN)).establishment_open is True


def test_a_unit_without_the_establishment_that_was_asked_for_says_so(state: StateServer):
    found = facts(register(state).look_up(TOWN[:9] + "00033"))
    assert found.establishment_open is None
    assert found.postal_code == ""


def test_withheld_and_invalid_values_are_empty(state: StateServer):
    known = unit(TOWN, nom_raison_sociale="[ND]", nom_complet="A\x00B\n  C", complements=None)
    known["siege"] |= {"code_postal": 37500, "libelle_voie": None, "complement_adresse": ["x"]}
    known["matching_etablissements"] = "none"
    state.units[TOWN[:9]] = known
    found = facts(register(state).look_up(TOWN))
    assert (found.name, found.postal_code, found.line2) == ("A B C", "", "")
    assert found.is_administration is None


def test_not_found_is_an_answer(state: StateServer):
    answer = register(state).look_up(siret(9))
    assert answer.outcome is Outcome.NOT_FOUND
    assert answer.facts is None
    assert answer.payload_sha256


@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_no_fault_of_the_source_is_an_answer_or_blocks_for_long(state: StateServer, fault: str):
    state.fault = fault
    answer = register(state).look_up(TOWN)
    assert answer.outcome is Outcome.UNAVAILABLE
    assert answer.facts is None
    until(lambda: state.asked, "the request's arrival")
    assert len(state.asked) == 1


@pytest.mark.parametrize(("fault", "seconds"), [("429", 7), ("429 date", 60), ("503", 30)])
def test_no_request_is_sent_before_retry_after(state: StateServer, fault: str, seconds: int):
    asking = register(state)
    state.fault = fault
    assert asking.look_up(TOWN).retry_after == seconds
    state.fault = None
    later = asking.look_up(TOWN)
    assert later.outcome is Outcome.UNAVAILABLE
    assert later.retry_after == seconds
    assert len(state.asked) == 1


def test_a_fault_of_the_shop_is_logged_and_not_repeated_at_once(state: StateServer, caplog):
    state.fault = "400"
    with caplog.at_level(logging.ERROR, "comptoir.register"):
        assert register(state).look_up(TOWN).retry_after == AFTER_FAULT
    assert TOWN in caplog.text


def test_a_refused_connection_is_no_answer():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    assert StateRegister(nobody, patience=QUICK).look_up(TOWN).outcome is Outcome.UNAVAILABLE
    assert StateRegister(nobody, patience=QUICK).search("chinon", limit=8) is None


def test_autocomplete_does_not_block_while_the_register_is_down(
    state: StateServer,
):
    state.fault = SLOW
    asking = register(state)
    assert asking.search("chin", limit=8) is None
    assert asking.search("chino", limit=8) is None
    assert asking.search("chinon", limit=8) is None
    until(lambda: state.asked, "the first request's arrival")
    assert len(state.asked) == 1


def test_only_https_is_used_beyond_this_machine():
    for url in ("http://register.example", "ftp://register.example", "register.example"):
        with pytest.raises(ValueError, match="https"):
            StateRegister(url)
    assert StateRegister("https://register.example")


def test_open_public_bodies_are_searched_with_the_siret_of_their_seat(state: StateServer):
    [found] = register(state).search("chinon", limit=8) or []
    assert (found.siren, found.siret, found.departement) == (TOWN[:9], TOWN, "37")
    parameters, _headers = state.asked[-1]
    assert parameters["q"] == "chinon"
    assert (parameters["etat_administratif"], parameters["est_administration"]) == ("A", "true")
    [same] = register(state).search(f"{TOWN[:3]} {TOWN[3:6]} {TOWN[6:9]}", limit=8) or []
    assert same == found
    state.know(TOWN, etat_administratif="C")
    assert register(state).search(TOWN[:9], limit=8) == []
    state.fault = CUT
    assert register(state).search("chinon", limit=8) is None


def test_the_rate_of_requests_is_limited():
    moments = iter([0.0] * 20)
    pace = Pace(a_second=2, clock=lambda: next(moments))
    assert [pace.take(most=1) for _ in range(3)] == [0, 0.5, 1]
    with pytest.raises(NoAnswer):
        pace.take(most=1)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None),
        ("soon", None),
        ("-3", None),
        ("12", 12),
        (" 12 ", 12),
        ("0", 1),
        ("9" * 40, 86_400),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 50),
        ("Thu, 01 Jan 1970 00:00:10 GMT", 1),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 86_400),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str, seconds: int | None):
    assert seconds_of(header, sent="Thu, 01 Jan 1970 00:00:50 GMT") == seconds


def test_a_retry_moment_without_a_date_header_is_ignored():
    assert seconds_of("Thu, 01 Jan 1970 00:01:40 GMT", sent="") is None
