"""The services of the portal that the shop calls, and the token service of PISTE."""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from checkout.deposits.rules import EXTENSIONS, LARGEST_FILE
from checkout.deposits.sandbox.causes import causes, of_moment
from checkout.deposits.sandbox.checks import NUMBER, Flow, is_out_of_schema, read, wrong
from checkout.deposits.sandbox.state import State

LOGIN, PASSWORD = "TECH_1_0001@cpro.example", "sandbox"
CLIENT_ID, CLIENT_SECRET = "sandbox", "sandbox"
_SYNTAXES = ("IN_DP_E1_UBL_INVOICE", "IN_DP_E1_CII_16B", "IN_DP_E2_CII_FACTURX")
#: The fields that each service knows; any other one is refused.
_FIELDS = {
    "deposer/flux": {
        "fichierFlux",
        "nomFichier",
        "syntaxeFlux",
        "avecSignature",
        "idUtilisateurCourant",
    },
    "consulterCRDetaille": {"numeroFluxDepot", "syntaxeFlux"},
    "rechercher/fournisseur": {
        "numeroFacture",
        "numeroFluxDepot",
        "periodeDateDepotDu",
        "periodeDateDepotAu",
        "typeFacture",
        "rechercheFactureParFournisseur",
    },
    "consulter/historique": {"idFacture"},
}
_LONGEST_ERROR = 200


class Refused(Exception):
    """The answer of a service that says no."""

    def __init__(self, message: str, status: int = 400, code: int = 20_000) -> None:
        super().__init__(message)
        self.message, self.status, self.code = message, status, code


def create_portal(state: State) -> Flask:
    """The application on `state`."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 30_000_000
    app.extensions["portal"] = state
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    app.add_url_rule("/", "index", lambda: _shown(state))
    app.add_url_rule("/api/oauth/token", "token", lambda: _token(state), methods=["POST"])
    services: dict[str, Any] = {
        "/cpro/factures/v1/deposer/flux": _deposit,
        "/cpro/transverses/v1/consulterCRDetaille": _report,
        "/cpro/factures/v1/rechercher/fournisseur": _search,
        "/cpro/factures/v1/consulter/historique": _history,
    }
    for path, service in services.items():
        app.add_url_rule(path, path, _guarded(state, service, path), methods=["POST"])
    return app


def _guarded(state: State, service: Any, path: str) -> Any:
    def view() -> Any:
        with state.lock:
            state.calls.append(path)
            try:
                if path.endswith("deposer/flux") and state.faults.take("busy"):
                    return Response("busy", 503)
                _known(state)
                asked = request.get_json(silent=True)
                if not isinstance(asked, dict):
                    raise Refused("Le corps de la requête n'est pas du JSON")
                _expected(asked, path)
                answer = service(state, asked)
            except Refused as refusal:
                told = {"codeRetour": refusal.code, "libelle": refusal.message}
                return told, refusal.status
        return answer if isinstance(answer, Response) else {"codeRetour": 0, "libelle": ""} | answer

    return view


def _known(state: State) -> None:
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if bearer not in state.tokens:
        raise Refused(causes()["token"].said(), 401)
    expected = base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
    if request.headers.get("cpro-account") != expected:
        raise Refused(causes()["technical-account"].said(), 403)


def _expected(asked: dict[str, Any], path: str) -> None:
    known = next(fields for name, fields in _FIELDS.items() if path.endswith(name))
    for field in asked:
        if field not in known:
            raise Refused(f"Le paramètre {field} n'est pas attendu")


def _token(state: State) -> Any:
    form = request.form
    known = (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
    if not known or form.get("grant_type") != "client_credentials":
        return {"error": "invalid_client"}, 401
    token = secrets.token_urlsafe(24)
    state.tokens.add(token)
    return {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": "openid"}


def _deposit(state: State, asked: dict[str, Any]) -> Any:
    if state.faults.take("lose_before"):
        return Response("", 502)
    name, data = _file(asked)
    number, errors = _examined(state, data)
    flow = state.add(name, number, errors)
    if state.faults.take("lose_after"):
        return Response("", 502)
    return {"numeroFluxDepot": flow.flow, "dateDepot": "2026-01-01", "nomFichier": name}


def _file(asked: dict[str, Any]) -> tuple[str, bytes]:
    """The name and the bytes of the file. Raises Refused."""
    told = causes()
    name, packed = str(asked.get("nomFichier") or ""), asked.get("fichierFlux")
    if not packed:
        raise Refused(told["file-missing"].said())
    if not name:
        raise Refused(told["file-name-missing"].said())
    if asked.get("syntaxeFlux") not in _SYNTAXES:
        raise Refused(told["syntax-unknown"].said(str(asked.get("syntaxeFlux"))))
    if len(name) > 50:
        raise Refused(told["file-name-too-long"].said())
    if name.rpartition(".")[2].lower() not in EXTENSIONS or "." not in name:
        raise Refused(told["file-extension"].said())
    try:
        data = base64.b64decode(str(packed), validate=True)
    except (binascii.Error, ValueError) as trouble:
        raise Refused(told["file-not-base64"].said()) from trouble
    if len(data) > LARGEST_FILE:
        raise Refused(told["file-too-large"].said())
    return name, data


def _examined(state: State, data: bytes) -> tuple[str, list[str]]:
    """The number of the invoice in a file, and what it is rejected for."""
    from shop.documents.attached import attached_xml

    told = causes()
    if not data.startswith(b"%PDF-"):
        return "", [told["not-a-pdf"].said()]
    try:
        xml = attached_xml(data)
    except Exception:  # noqa: BLE001 - whatever a library says of what is no PDF
        return "", [told["not-a-pdf"].said()]
    if xml is None:
        return "", [told["no-xml"].said()]
    root = read(xml)
    if root is None:
        return "", [told["xml-broken"].said()]
    flow = Flow(root, state.directory, state.numbers)
    named = {cause.check: cause for cause in of_moment("flow")}
    errors = [named[check].said(value) for check, value in wrong(flow)]
    if not errors and is_out_of_schema(xml):
        errors = [told["xml-broken"].said()]
    return flow.one(NUMBER), errors


def _report(state: State, asked: dict[str, Any]) -> Any:
    flow = state.flows.get(str(asked.get("numeroFluxDepot") or ""))
    if flow is None:
        raise Refused("POQ_MSG_01.003 - Flux introuvable.", code=20_001)
    flow.asked += 1
    if flow.asked <= state.waits:
        return {"etatCourantDepotFlux": "IN_EN_COURS_TRAITEMENT_CPP", "nomFichier": flow.name}
    if not flow.errors:
        state.integrate(flow)
    listed = [
        {
            "numeroDP": flow.number,
            "identifiantFournisseur": "",
            "identifiantDestinataire": "",
            "libelleErreurDP": "|".join(flow.errors)[:_LONGEST_ERROR],
        }
    ]
    return {
        "etatCourantDepotFlux": "IN_REJETE" if flow.errors else "IN_INTEGRE",
        "nomFichier": flow.name,
        "listeErreurDP": listed if flow.errors else [],
        "listeErreurTechnique": [],
    }


def _search(state: State, asked: dict[str, Any]) -> Any:
    number, flow = asked.get("numeroFacture"), asked.get("numeroFluxDepot")
    found = [
        {
            "numeroFacture": one.number,
            "identifiantFactureCPP": one.id,
            "numeroFluxDepot": one.flow,
            "statut": one.status,
        }
        for one in state.invoices.values()
        if number in (None, one.number) and flow in (None, one.flow)
    ]
    return {"listeFactures": found}


def _history(state: State, asked: dict[str, Any]) -> Any:
    """The status of an invoice. Something happens to it each time that it is asked for."""
    invoice = state.invoices.get(int(asked.get("idFacture") or 0))
    if invoice is None:
        raise Refused("Facture introuvable", code=20_002)
    answer = {
        "statutCourantCode": invoice.status,
        "historiquesDesStatuts": {
            "histoStatut": [
                {
                    "histoStatutCode": invoice.status,
                    "histoStatutDatePassage": "",
                    "histoStatutCommentaire": invoice.comment,
                }
            ]
        },
    }
    if invoice.coming:
        invoice.status = invoice.coming.pop(0)
        state.save()
    return answer


def _shown(state: State) -> Any:
    """What the portal has, for a person who looks."""
    return {
        "portail": "Chorus Pro d’essai : rien n’est transmis à l’État",
        "flux": [vars(one) for one in state.flows.values()],
        "factures": [vars(one) for one in state.invoices.values()],
        "causes": [f"{one.said()} ({one.source} {one.url})" for one in causes().values()],
    }
