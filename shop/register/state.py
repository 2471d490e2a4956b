"""The State's open register of legal units over HTTP: the API « Recherche d'entreprises » (DINUM).

No key; 7 requests a second for each address, 429 with Retry-After beyond. Persons (directors,
elected members) are not requested and never stored.
"""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from shop.ops.config import LOOPBACK
from shop.register.answers import Outcome, RegisterAnswer, RegisterFacts, Source
from shop.register.deadline import within
from shop.register.siret import compact, siren_of
from shop.register.words import siren_typed

log = logging.getLogger("comptoir.register")

USER_AGENT = "Comptoir/0.1 (web shop; looks up the bodies that register; {url})"
INCLUDED = "siege,complements,matching_etablissements,tva"
#: An answer of 25 bodies has about 60 kB; anything larger than this is refused.
MOST_BYTES = 1_000_000
#: Documented: 7 a second for each address. The processes of a shop share one: each uses a part.
A_SECOND = 2
#: How long no request is sent, in seconds: after the source could not be reached, so that pages
#: that search as one types do not wait for it each time; after a fault of the shop; at most.
AFTER_SILENCE, AFTER_FAULT, AT_MOST = 5, 3600, 86_400
CLOSED_UNIT, CLOSED_ESTABLISHMENT = "C", "F"
WITHHELD = "[ND]"


@dataclass(frozen=True, slots=True)
class Patience:
    """Timeouts in seconds: to connect, to read a part of the answer, and for the whole of it."""

    connect: float
    read: float
    whole: float


#: A person waits for the page; nobody waits for the worker.
IN_A_PAGE = Patience(1, 1.5, 2.5)
IN_THE_WORKER = Patience(5, 10, 20)


class NoAnswer(Exception):
    """The source cannot be reached, or the answer is not valid; `retry_after` in seconds, if it was
    sent.
    """

    def __init__(self, why: str, retry_after: int | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Pace:
    """Limits the requests of this process: so many a second, none until the source's
    Retry-After.
    """

    def __init__(self, a_second: float = A_SECOND, clock: Callable[[], float] = time.monotonic):
        self._gap = 1 / a_second
        self._clock = clock
        self._next = 0.0
        self._lock = threading.Lock()

    def take(self, *, most: float) -> float:
        """Seconds to wait before the next request. Raises NoAnswer when they are more than
        `most`.
        """
        with self._lock:
            at = self._clock()
            wait = max(0.0, self._next - at)
            if wait > most:
                raise NoAnswer("it is not our turn", max(1, round(wait)))
            self._next = at + wait + self._gap
            return wait

    def rest(self, seconds: float) -> None:
        """Send no request for so long."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)


class StateRegister:
    """A Register over HTTP. `url` without its path; https, except on this machine."""

    def __init__(
        self,
        url: str,
        *,
        shop_url: str = "",
        patience: Patience = IN_A_PAGE,
        pace: Pace | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("The State's register is only asked over https.")
        self._url = url.rstrip("/") + "/search"
        self._is_here = parts.hostname in LOOPBACK
        self._headers = {"User-Agent": USER_AGENT.format(url=shop_url or "no address")}
        self._headers |= {"Accept": "application/json"}
        self._patience = patience
        self._pace = pace or Pace()

    def look_up(self, siret: str) -> RegisterAnswer:
        """The establishment of a SIRET, with its legal unit."""
        try:
            payload, units = self._ask(q=siret, include=INCLUDED, limite_matching_etablissements=1)
        except NoAnswer as failed:
            log.warning("the State's register gave no answer on %s: %s", siret, failed)
            return RegisterAnswer(Outcome.UNAVAILABLE, Source.STATE, retry_after=failed.retry_after)
        digest = hashlib.sha256(payload).hexdigest()
        unit = next((each for each in units if each.get("siren") == siren_of(siret)), None)
        if unit is None:
            return RegisterAnswer(Outcome.NOT_FOUND, Source.STATE, payload_sha256=digest)
        facts = _facts(unit, _establishment(unit, siret), siret)
        return RegisterAnswer(Outcome.FOUND, Source.STATE, facts, payload_sha256=digest)

    def search(self, words: str, *, limit: int) -> list[RegisterFacts] | None:
        """Open public bodies, searched as one types, each with the SIRET of its seat."""
        query = compact(words) if siren_typed(words) else words
        try:
            _payload, units = self._ask(
                q=query,
                include="siege",
                etat_administratif="A",
                est_administration="true",
                per_page=min(limit, 25),
            )
        except NoAnswer as failed:
            log.info("the State's register gave no answer to a search: %s", failed)
            return None
        found = []
        for unit in units[:limit]:
            seat = _part(unit, "siege")
            found.append(_facts(unit, seat, _text(seat, "siret")))
        return [facts for facts in found if facts.unit_active]

    def _ask(self, **parameters: Any) -> tuple[bytes, list[dict[str, Any]]]:
        """The bytes of an answer and its units. Raises NoAnswer."""
        time.sleep(self._pace.take(most=self._patience.connect))
        try:
            payload = within(self._patience.whole, lambda: self._exchange(parameters))
        except (requests.RequestException, HTTPError, OSError) as error:
            self._pace.rest(AFTER_SILENCE)
            raise NoAnswer(type(error).__name__) from error
        return payload, _units(payload)

    def _exchange(self, parameters: dict[str, Any]) -> bytes:
        """One request and the bytes of its answer. Raises NoAnswer and the exceptions of
        requests.
        """
        ends = time.monotonic() + self._patience.whole
        with requests.Session() as http:
            http.trust_env = not self._is_here
            with http.get(
                self._url,
                params={"minimal": "true", **parameters},
                headers=self._headers,
                timeout=(self._patience.connect, self._patience.read),
                allow_redirects=False,
                stream=True,
            ) as response:
                self._ensure_answer(response, parameters)
                return _read(response, ends)

    def _ensure_answer(self, response: requests.Response, parameters: dict[str, Any]) -> None:
        """Raises NoAnswer unless it is a 200."""
        status = response.status_code
        if status == HTTPStatus.OK:
            return
        headers = response.headers
        seconds = seconds_of(headers.get("Retry-After", ""), sent=headers.get("Date", ""))
        if status == HTTPStatus.BAD_REQUEST:
            log.error("the State's register does not understand us: %s", parameters)
            raise NoAnswer("400", AFTER_FAULT)
        if seconds is not None:
            self._pace.rest(seconds)
        raise NoAnswer(str(status), seconds)


def seconds_of(retry_after: str, *, sent: str) -> int | None:
    """A Retry-After header, in seconds or as a moment (RFC 9110, 10.2.3); None when it is absent.

    A moment is counted from `sent`, the answer's own Date: the two clocks need not agree. At least
    a second, at most a day: a wrong value does not block the source for ever.
    """
    typed = retry_after.strip()
    if typed.isascii() and typed.isdigit():
        seconds = float(typed[:9])
    else:
        try:
            seconds = (_moment(typed) - _moment(sent)).total_seconds()
        except ValueError:
            return None
    return int(min(max(seconds, 1), AT_MOST))


def _moment(typed: str) -> datetime:
    """A date of HTTP. Raises ValueError."""
    moment = parsedate_to_datetime(typed)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(response: requests.Response, ends: float) -> bytes:
    """The whole answer. Raises NoAnswer when it is too long or too slow."""
    payload = bytearray()
    # Parts are read as they arrive, so that a source that sends a byte a second meets the deadline
    # too.
    while piece := response.raw.read1(65_536, decode_content=True):
        payload += piece
        if len(payload) > MOST_BYTES:
            raise NoAnswer("the answer is too long")
        if time.monotonic() > ends:
            raise NoAnswer("the answer is too slow")
    return bytes(payload)


def _units(payload: bytes) -> list[dict[str, Any]]:
    """The legal units of an answer. Raises NoAnswer when it does not have the documented form."""
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise NoAnswer("this is no JSON") from error
    units = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(units, list) or not all(isinstance(unit, dict) for unit in units):
        raise NoAnswer("this is not the documented shape")
    return units


def _establishment(unit: dict[str, Any], siret: str) -> dict[str, Any]:
    """The requested establishment; empty when the answer does not contain it."""
    matching = unit.get("matching_etablissements")
    every = [*(matching if isinstance(matching, list) else []), _part(unit, "siege")]
    # The seat has a more detailed address: it is preferred when both are the same establishment.
    for each in reversed(every):
        if isinstance(each, dict) and each.get("siret") == siret:
            return each
    return {}


def _facts(unit: dict[str, Any], place: dict[str, Any], siret: str) -> RegisterFacts:
    """The stored part of an answer: the body, never its persons."""
    hint = _part(unit, "complements").get("est_administration")
    state = _text(place, "etat_administratif")
    postal_code, city = _text(place, "code_postal"), _text(place, "libelle_commune")
    return RegisterFacts(
        siren=_text(unit, "siren"),
        siret=siret,
        name=(_text(unit, "nom_raison_sociale") or _text(unit, "nom_complet"))[:200],
        legal_category=_text(unit, "nature_juridique")[:4],
        unit_active=_text(unit, "etat_administratif") != CLOSED_UNIT,
        establishment_open=state != CLOSED_ESTABLISHMENT if state else None,
        line1=_street(place, postal_code, city)[:200],
        line2=_text(place, "complement_adresse")[:200],
        postal_code=postal_code[:10],
        city=city[:200],
        departement=_departement(postal_code),
        is_administration=hint if isinstance(hint, bool) else None,
    )


def _street(place: dict[str, Any], postal_code: str, city: str) -> str:
    """The number and the street; cut out of the whole address where only that is given."""
    keys = ("numero_voie", "indice_repetition", "type_voie", "libelle_voie")
    if "libelle_voie" in place:
        return " ".join(filter(None, (_text(place, key) for key in keys)))
    whole = _text(place, "adresse")
    return whole.removesuffix(f"{postal_code} {city}").strip()


def _departement(postal_code: str) -> str:
    """The département of a postal code; three digits overseas."""
    return postal_code[:3] if postal_code.startswith(("97", "98")) else postal_code[:2]


def _part(whole: dict[str, Any], key: str) -> dict[str, Any]:
    part = whole.get(key)
    return part if isinstance(part, dict) else {}


def _text(whole: dict[str, Any], key: str) -> str:
    """A text of the answer; empty where it is withheld, missing or of another type."""
    found = whole.get(key)
    if not isinstance(found, str) or WITHHELD in found:
        return ""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in found).split())
