"""The hosted payment page and the bank's 3-D Secure page, without a line of JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from checkout.card.sandbox import charges, sessions
from checkout.card.sandbox.amounts import written
from checkout.card.sandbox.cards import Card, CardRefused, read_card
from checkout.card.sandbox.current import current_state
from checkout.card.sandbox.errors import Json
from checkout.card.sandbox.state import State
from checkout.card.sandbox.wording import Wording, wording

FIELDS = ("cardNumber", "cardExpiry", "cardCvc", "billingName")
TEST_CARDS = (
    ("4242 4242 4242 4242", "result_ok"),
    ("4000 0027 6000 3184", "result_3ds"),
    ("4000 0000 0000 0002", "result_declined"),
    ("4000 0000 0000 9995", "result_funds"),
    ("4000 0000 0000 0069", "result_expired"),
    ("4000 0000 0000 0127", "result_cvc"),
)


#: The pages that customers see.
blueprint = Blueprint("hosted", __name__)


@blueprint.get("/c/pay/<ident>")
def page(ident: str) -> AnyResponse:
    state = current_state()
    with state.transaction():
        session = sessions.find(state, ident)
    if session is None or session["status"] != "open":
        return _over(session)
    return _form(state, session)


@blueprint.post("/c/pay/<ident>")
def pay(ident: str) -> AnyResponse:
    state = current_state()
    typed = {name: request.form.get(name, "") for name in FIELDS}
    with state.transaction():
        session = sessions.find(state, ident)
        if session is None or session["status"] == "expired":
            return _over(session)
        if session["status"] == "complete":
            return redirect(sessions.success_url(session), 303)
        try:
            card = _read(state, typed)
        except CardRefused as wrong:
            return _form(state, session, typed=typed, wrong=wrong.fields)
        base_url = request.host_url.rstrip("/")
        intent = sessions.pay(state, session, card, base_url=base_url)
    return redirect(_next(session, intent), 303)


@blueprint.get("/3d-secure/<ident>")
def bank(ident: str) -> AnyResponse:
    state = current_state()
    intent = state.find("payment_intent", ident)
    if intent is None or intent["status"] != "requires_action":
        return _leave_bank(state, intent)
    return _bank(state, intent)


@blueprint.post("/3d-secure/<ident>")
def answer(ident: str) -> AnyResponse:
    state = current_state()
    with state.transaction():
        intent = state.find("payment_intent", ident)
        if intent is not None and intent["status"] == "requires_action":
            g.returning_to = intent["next_action"]["redirect_to_url"]["return_url"]
            session = _session(state, intent)
            charges.authenticated(state, intent, passed=request.form.get("answer") == "pass")
            if session:
                name = state.private(ident)["card"]["name"]
                sessions.complete_if_paid(state, session, intent, name=name)
    return _leave_bank(state, intent)


def _read(state: State, typed: dict[str, str]) -> Card:
    today = datetime.fromtimestamp(state.now(), UTC)
    return read_card(
        number=typed["cardNumber"],
        expiry=typed["cardExpiry"],
        cvc=typed["cardCvc"],
        name=typed["billingName"],
        year=today.year,
        month=today.month,
    )


def _next(session: Json, intent: Json) -> str:
    """Where the browser goes after an attempt: the shop, the bank, or the same page again."""
    if intent["status"] == "succeeded":
        return sessions.success_url(session)
    if intent["status"] == "requires_action":
        return url_for("hosted.bank", ident=intent["id"])
    return url_for("hosted.page", ident=session["id"], _anchor="card")


def _form(
    state: State,
    session: Json,
    *,
    typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
) -> Response:
    words = _words(session)
    intent = state.find("payment_intent", session["payment_intent"] or "")
    error = (intent or {}).get("last_payment_error")
    return _page(
        "pay.html",
        words,
        session,
        status=422 if wrong else 200,
        checkout=session,
        amount=written(session["amount_total"], session["currency"], words.language),
        lines=[_shown(line, words) for line in sessions.lines_of(state, session)],
        typed=typed or dict.fromkeys(FIELDS, ""),
        wrong=wrong or {},
        declined=_decline_key(words, error) if error and not wrong else None,
        test_cards=TEST_CARDS,
    )


def _shown(line: Json, words: Wording) -> dict[str, str]:
    return {
        "name": line["description"],
        "quantity": str(line["quantity"]) if line["quantity"] > 1 else "",
        "amount": written(line["amount_total"], line["currency"], words.language),
    }


def _decline_key(words: Wording, error: Json) -> str:
    key = error.get("decline_code") or error["code"]
    return key if words.knows(key) else "generic_decline"


def _bank(state: State, intent: Json) -> Response:
    session = _session(state, intent)
    words = _words(session)
    return _page(
        "bank.html",
        words,
        session or {"success_url": intent["next_action"]["redirect_to_url"]["return_url"]},
        amount=written(intent["amount"], intent["currency"], words.language),
        last4=state.private(intent["id"])["card"]["number"][-4:],
    )


def _leave_bank(state: State, intent: Json | None) -> AnyResponse:
    """Back from the bank, whether it has just answered or there was nothing to ask."""
    session = _session(state, intent) if intent else None
    if intent is None:
        return _over(None)
    if session:
        return redirect(_next(session, intent), 303)
    if back := g.get("returning_to"):
        passed = intent["status"] == "succeeded"
        said = {
            "payment_intent": intent["id"],
            "payment_intent_client_secret": intent["client_secret"],
            "redirect_status": "succeeded" if passed else "failed",
        }
        return redirect(f"{back}{'&' if '?' in back else '?'}{urlencode(said)}", 303)
    return _over(None)


def _over(session: Json | None) -> Response:
    words = _words(session)
    found = session["status"] if session else "unknown"
    link = None
    if session:
        done = session["status"] == "complete"
        link = sessions.success_url(session) if done else session["cancel_url"]
    status = {"unknown": 404, "expired": 410}.get(found, 200)
    return _page("over.html", words, session, status=status, found=found, link=link)


def _session(state: State, intent: Json) -> Json | None:
    ident = state.private(intent["id"]).get("session")
    return sessions.find(state, ident) if ident else None


def _words(session: Json | None) -> Wording:
    accepted = request.accept_languages.best
    return wording(session["locale"] if session else None, accepted)


def _page(
    template: str, words: Wording, session: Json | None, *, status: int = 200, **facts: Any
) -> Response:
    """Render a page; the form may lead to the shop, and nowhere else."""
    response = make_response(render_template(template, t=words, **facts), status)
    shop = urlsplit(session["success_url"]) if session else None
    origin = f" {shop.scheme}://{shop.netloc}" if shop else ""
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        f"form-action 'self'{origin}; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Content-Language"] = words.language
    return response
