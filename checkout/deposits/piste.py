"""Chorus Pro through PISTE, the platform of the State's APIs.

OAuth2 with client credentials, renewed before they end; a technical account of the portal in a
header. Only the worker speaks with it.
"""

import base64
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import requests

from checkout.deposits.portal import (
    AnswerLost,
    FlowReport,
    FoundInvoice,
    FoundStatus,
    PortalRefused,
    PortalUnavailable,
)

log = logging.getLogger("comptoir.deposits")

#: The syntax of a Factur-X file with all its lines.
SYNTAX = "IN_DP_E2_CII_FACTURX"
#: Seconds to connect and to wait for a part of an answer: a deposit takes the portal long.
_PATIENCE = (10, 60)
#: How long before its end a token is renewed.
_EARLY = timedelta(minutes=4)
#: Answers that say that nothing was done: busy, out of order in front of the service.
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_UNKNOWN_CREDENTIALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class Account:
    """The application at PISTE, and the technical account of the portal."""

    client_id: str
    client_secret: str
    login: str
    password: str


class PisteClient:
    """A Portal over HTTP. `now` is the shop's clock."""

    def __init__(
        self, account: Account, *, oauth_url: str, api_url: str, now: Callable[[], datetime]
    ) -> None:
        self._account = account
        self._oauth = oauth_url.rstrip("/") + "/api/oauth/token"
        self._api = api_url.rstrip("/") + "/cpro/"
        self._now = now
        self._token = ""
        self._until: datetime | None = None
        self._http = requests.Session()
        self._http.trust_env = False

    def deposit(self, filename: str, data: bytes) -> str:
        asked = {
            "fichierFlux": base64.b64encode(data).decode(),
            "nomFichier": filename,
            "syntaxeFlux": SYNTAX,
            "avecSignature": False,
        }
        flow = str(self._post("factures/v1/deposer/flux", asked).get("numeroFluxDepot") or "")
        if not flow:
            raise AnswerLost("the answer has no flow number")
        return flow

    def report(self, flow: str) -> FlowReport:
        told = self._post("transverses/v1/consulterCRDetaille", {"numeroFluxDepot": flow})
        rejected, broken = told.get("listeErreurDP") or [], told.get("listeErreurTechnique") or []
        errors = [str(one.get("libelleErreurDP") or "") for one in rejected]
        errors += [str(one.get("libelleErreur") or "") for one in broken]
        return FlowReport(
            str(told.get("etatCourantDepotFlux") or ""),
            tuple(dict.fromkeys(error for error in errors if error)),
            tuple(str(one.get("numeroDP") or "") for one in rejected),
        )

    def find(self, number: str) -> FoundInvoice | None:
        asked = {
            "numeroFacture": number,
            "rechercheFactureParFournisseur": {"nbResultatsParPage": 10},
        }
        told = self._post("factures/v1/rechercher/fournisseur", asked)
        for one in told.get("listeFactures") or []:
            if one.get("numeroFacture") == number:
                return FoundInvoice(
                    str(one.get("identifiantFactureCPP") or ""),
                    str(one.get("numeroFluxDepot") or ""),
                    str(one.get("statut") or ""),
                )
        return None

    def status(self, portal_id: str) -> FoundStatus:
        told = self._post("factures/v1/consulter/historique", {"idFacture": int(portal_id)})
        code = str(told.get("statutCourantCode") or "")
        history = (told.get("historiquesDesStatuts") or {}).get("histoStatut") or []
        last: dict[str, Any] = next(
            (one for one in history if one.get("histoStatutCode") == code), {}
        )
        return FoundStatus(
            code,
            _day(str(last.get("histoStatutDatePassage") or "")),
            str(last.get("histoStatutCommentaire") or ""),
        )

    def _post(self, path: str, asked: dict[str, Any], *, again: bool = True) -> dict[str, Any]:
        """The answer of one service. A token that is no longer known is asked for once more."""
        head = {"Authorization": f"Bearer {self._bearer()}", "cpro-account": self._technical()}
        answer = self._sent(self._api + path, headers=head, json=asked)
        if answer.status_code == HTTPStatus.UNAUTHORIZED and again:
            self._until = None
            return self._post(path, asked, again=False)
        if answer.status_code in _UNKNOWN_CREDENTIALS or answer.status_code in _BUSY:
            raise PortalUnavailable(f"{path}: {answer.status_code} {_message(answer)}")
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise AnswerLost(f"{path}: {answer.status_code}")
        told = _read(answer)
        if answer.status_code >= HTTPStatus.BAD_REQUEST or told.get("codeRetour", 0) != 0:
            raise PortalRefused(str(told.get("libelle") or _message(answer)))
        return told

    def _sent(self, url: str, **request: Any) -> requests.Response:
        try:
            return self._http.post(url, timeout=_PATIENCE, allow_redirects=False, **request)
        except (requests.ConnectTimeout, requests.exceptions.SSLError) as trouble:
            raise PortalUnavailable(type(trouble).__name__) from trouble
        except requests.ConnectionError as trouble:
            if _never_left(trouble):
                raise PortalUnavailable(type(trouble).__name__) from trouble
            raise AnswerLost(type(trouble).__name__) from trouble
        except requests.RequestException as trouble:
            raise AnswerLost(type(trouble).__name__) from trouble

    def _technical(self) -> str:
        told = f"{self._account.login}:{self._account.password}"
        return base64.b64encode(told.encode()).decode()

    def _bearer(self) -> str:
        """The token, renewed before it ends. Raises PortalUnavailable: nothing was asked yet."""
        if self._until is not None and self._now() < self._until - _EARLY:
            return self._token
        form = {
            "grant_type": "client_credentials",
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret,
            "scope": "openid",
        }
        try:
            answer = self._sent(self._oauth, data=form)
        except AnswerLost as trouble:
            raise PortalUnavailable("no token") from trouble
        if answer.status_code != HTTPStatus.OK:
            raise PortalUnavailable(f"no token: {answer.status_code} {_message(answer)}")
        told = _read(answer)
        self._token = str(told["access_token"])
        self._until = self._now() + timedelta(seconds=int(told["expires_in"]))
        return self._token


def _never_left(trouble: requests.ConnectionError) -> bool:
    """Whether no connection was made: what was asked did not leave this machine."""
    told = repr(trouble)
    return "NewConnectionError" in told or "NameResolutionError" in told


def _read(answer: requests.Response) -> dict[str, Any]:
    """The answer as JSON. Raises AnswerLost for anything else."""
    try:
        told = answer.json()
    except json.JSONDecodeError as trouble:
        raise AnswerLost("the answer is not JSON") from trouble
    if not isinstance(told, dict):
        raise AnswerLost("the answer is not an object")
    return told


def _message(answer: requests.Response) -> str:
    return " ".join(answer.text.split())[:200]


def _day(told: str) -> date | None:
    """The day of a moment in ISO 8601."""
    try:
        return date.fromisoformat(told[:10])
    except ValueError:
        return None
