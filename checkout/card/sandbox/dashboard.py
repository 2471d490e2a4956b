"""The processor's dashboard: what the seller and the customer's bank do about a payment.

Stripe's own dashboard refunds; the bank disputes and decides. The shop only hears of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from checkout.card.sandbox import charges, disputes, refunds
from checkout.card.sandbox.amounts import written
from checkout.card.sandbox.call import Call
from checkout.card.sandbox.current import current_state
from checkout.card.sandbox.errors import Json, Refusal
from checkout.card.sandbox.state import State
from checkout.card.sandbox.wording import Wording, wording

#: Payments on the page, the newest first.
SHOWN = 50
_AMOUNT = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,2}))?")

#: The pages of the seller and of the bank.
blueprint = Blueprint("dashboard", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """A paid charge as the page shows it; `is_pending`: the bank has a dispute to decide."""

    intent: str
    day: str
    email: str
    amount: str
    refunded: str
    left: str
    said: str
    is_pending: bool


@blueprint.get("/")
def show(fault: str = "") -> Response:
    state, words = current_state(), wording(None, request.accept_languages.best)
    with state.transaction():
        rows = list(islice(_rows(state, words), SHOWN))
    page = render_template("dashboard.html", t=words, rows=rows, fault=fault, most=str(SHOWN))
    response = make_response(page, 422 if fault else 200)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    return response


@blueprint.post("/paiements/<ident>")
def act(ident: str) -> AnyResponse:
    """One of the buttons of a payment."""
    _ensure_own_page()
    state, asked = current_state(), request.form.get("act", "")
    try:
        with state.transaction():
            if asked == "refund":
                refund(state, ident, _cents(request.form.get("amount", "")))
            elif asked == "dispute":
                dispute(state, ident)
            elif asked in ("won", "lost"):
                decide(state, ident, asked)
            else:
                abort(400)
    except Refusal as refused:
        return show(refused.message)
    return redirect(url_for("dashboard.show"), 303)


def refund(state: State, intent: str, cents: int | None = None) -> Json:
    """The seller refunds a payment, whole or in part. Raises Refusal."""
    params: Json = {"payment_intent": intent} | ({} if cents is None else {"amount": cents})
    return refunds.create(Call(state, params, "", ""))


def dispute(state: State, intent: str, *, reason: str = "product_not_received") -> Json:
    """The customer disputes a payment at their bank, what is left of it. Raises Refusal."""
    charge = charges.paid_charge(state, intent)
    left = charge["amount"] - charge["amount_refunded"]
    return disputes.opened(state, charge, amount=left, reason=reason)


def decide(state: State, intent: str, status: str) -> Json:
    """The bank decides on the dispute of a payment: won or lost by the seller. Raises Refusal."""
    pending = _pending(state).get(charges.paid_charge(state, intent)["id"])
    if pending is None:
        raise Refusal("This payment has no dispute to decide.", param="id")
    return disputes.decided(state, pending, status)


def _pending(state: State) -> dict[str, Json]:
    """The disputes that await the bank's decision, by their charge."""
    every = state.newest("dispute")
    return {one["charge"]: one for one in every if one["status"] not in disputes.DECIDED}


def _rows(state: State, words: Wording) -> Iterator[Row]:
    pending = _pending(state)
    for charge in state.newest("charge"):
        if not charge["paid"]:
            continue
        left = charge["amount"] - charge["amount_refunded"]
        yield Row(
            intent=charge["payment_intent"],
            day=datetime.fromtimestamp(charge["created"], UTC).date().isoformat(),
            email=charge["billing_details"].get("email") or charge["receipt_email"] or "",
            amount=written(charge["amount"], charge["currency"], words.language),
            refunded=written(charge["amount_refunded"], charge["currency"], words.language),
            left=f"{left // 100},{left % 100:02d}" if left else "",
            said=words("disputed") if charge["disputed"] else "",
            is_pending=charge["id"] in pending,
        )


def _cents(typed: str) -> int:
    """The amount to refund. Raises Refusal."""
    found = _AMOUNT.fullmatch(typed.strip())
    if found is None:
        raise Refusal(f"Invalid amount: {typed[:20]}", param="amount")
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def _ensure_own_page() -> None:
    """No page of another site posts here."""
    site = request.headers.get("Sec-Fetch-Site")
    told = request.headers.get("Origin") or request.referrer or ""
    if site != "same-origin" and urlsplit(told).netloc != request.host:
        abort(403)
