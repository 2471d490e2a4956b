"""The State's register as its documentation describes it, on this machine, with every fault."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from stdnum import luhn

from tests.factories import AT
from tests.waiting import rests_until

#: The category of a body by the SIRET asked for.
PUBLIC, PRIVATE, REVIEW = "7210", "5710", "8110"


def ended(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)


def siret(number: int) -> str:
    """A SIRET with valid check digits, another one for each number."""
    return ended(ended(f"2100{number:04d}") + "0001")


def unit(number: str, category: str = PUBLIC, **changed: Any) -> dict[str, Any]:
    """A legal unit in the format of the API, with the fields that nobody asked for too."""
    seat = {
        "siret": number,
        "adresse": "1 PLACE DU MARCHE 37500 CHINON",
        "numero_voie": "1",
        "indice_repetition": None,
        "type_voie": "PLACE",
        "libelle_voie": "DU MARCHE",
        "complement_adresse": "MAIRIE",
        "code_postal": "37500",
        "commune": "37072",
        "libelle_commune": "CHINON",
        "cedex": None,
        "libelle_cedex": None,
        "etat_administratif": "A",
        "est_siege": True,
        "nom_commercial": None,
        "liste_enseignes": None,
    }
    short = ("adresse", "code_postal", "commune", "libelle_commune", "etat_administratif")
    matching = {key: seat[key] for key in (*short, "est_siege", "siret")}
    return {
        "siren": number[:9],
        "nom_complet": "COMMUNE DE CHINON (MAIRIE)",
        "nom_raison_sociale": "COMMUNE DE CHINON",
        "sigle": None,
        "nombre_etablissements": 21,
        "nombre_etablissements_ouverts": 12,
        "siege": seat,
        "matching_etablissements": [matching],
        "etat_administratif": "A",
        "nature_juridique": category,
        "statut_diffusion": "O",
        "dirigeants": [{"nom": "DURAND", "prenoms": "JEANNE", "annee_de_naissance": "1961"}],
        "complements": {
            "collectivite_territoriale": {
                "code": "37072",
                "elus": [{"nom": "DURAND", "prenoms": "JEANNE", "fonction": "Maire"}],
            },
            "est_administration": category.startswith("7"),
            "est_service_public": None,
        },
        "tva": [],
        **changed,
    }


@dataclass
class StateServer:
    """The server: `units` by SIREN, `fault` the way in which it fails (None: not at all)."""

    url: str
    units: dict[str, dict[str, Any]] = field(default_factory=dict)
    fault: str | None = None
    #: The parameters and the headers of every request.
    asked: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)

    def know(self, number: str, category: str = PUBLIC, **changed: Any) -> str:
        """Add that body to the register."""
        self.units[number[:9]] = unit(number, category, **changed)
        return number

    def found(self, typed: str) -> list[dict[str, Any]]:
        digits = typed.replace(" ", "")
        if digits.isdigit() and len(digits) in (9, 14):
            known = self.units.get(digits[:9])
            return [known] if known else []
        return [each for each in self.units.values() if typed.upper() in each["nom_complet"]]


FAULTS = {
    "400": (400, {}, b'{"erreur": "Veuillez indiquer un parametre"}'),
    "429": (429, {"Retry-After": "7"}, b"{}"),
    "429 bare": (429, {}, b"{}"),
    "500": (500, {}, b"<html>Internal Server Error</html>"),
    "503": (503, {"Retry-After": "30"}, b""),
    "garbage": (200, {}, b"<html>Maintenance</html>"),
    "list": (200, {}, b"[1, 2]"),
    "other shape": (200, {}, b'{"results": [1, null]}'),
    "null": (200, {}, b'{"results": null}'),
    "redirect": (302, {"Location": "http://localhost:9/search"}, b""),
    "huge": (200, {}, b'{"results": [' + b" " * 1_100_000 + b"]}"),
}
SLOW, CUT, DRIP, DRIP_HEAD = "slow", "cut", "drip", "dripping headers"
#: Faults that last until the server stops.
ENDLESS = (SLOW, DRIP, DRIP_HEAD)
EVERY_FAULT = (*FAULTS, SLOW, CUT, DRIP, DRIP_HEAD, "429 date")


@contextmanager
def served() -> Iterator[StateServer]:
    """The register on a free port during the block."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            parameters = dict(parse_qsl(parts.query))
            state.asked.append((parameters, dict(self.headers.items())))
            if parts.path != "/search":
                self._send(404, {}, b"")
            elif state.fault is None:
                results = state.found(parameters["q"])
                self._send(200, {}, json.dumps({"results": results, "page": 1}).encode())
            else:
                self._fail(state.fault)

        def _fail(self, fault: str) -> None:
            if fault == SLOW:
                stopping.wait()
            elif fault == CUT:
                self._head(200, {"Content-Length": "5000"})
                self.wfile.write(b'{"results": [')
            elif fault == DRIP:
                self._head(200, {"Content-Length": "5000"})
                self._drip(b" ")
            elif fault == DRIP_HEAD:
                self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
                self._drip(b"x")
            elif fault == "429 date":
                self._send(429, {"Retry-After": self.date_time_string(60)}, b"")
            else:
                self._send(*FAULTS[fault])

        def _drip(self, sign: bytes) -> None:
            """Send a byte now and then; ends when the client closes."""
            for _rest in rests_until(stopping):
                self.wfile.write(sign)
                self.wfile.flush()

        def date_time_string(self, timestamp: int | None = None) -> str:
            """The Date of an answer: the tests' moment, `timestamp` seconds later."""
            return formatdate(AT.timestamp() + (timestamp or 0), usegmt=True)

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self._head(status, {"Content-Length": str(len(body)), **headers})
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Tests are quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_what: Any) -> None:
            """A client that closes its connection is what is tested."""

    stopping = threading.Event()
    with Server(("127.0.0.1", 0), Answer) as server:
        state = StateServer(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield state
        finally:
            stopping.set()
            server.shutdown()
            thread.join()
