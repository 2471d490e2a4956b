"""Disputes: the customer's bank takes a payment back, until it has decided.

Stripe opens none for whoever asks: a test card does, or the controls of the sandbox, as the bank.
"""

from __future__ import annotations

from checkout.card.sandbox import events
from checkout.card.sandbox.call import Call, ensure_implemented
from checkout.card.sandbox.errors import Json, Refusal, missing_object
from checkout.card.sandbox.state import State, new_id

DAYS_TO_ANSWER = 7
A_DAY = 24 * 60 * 60
REASONS = frozenset(
    {
        "bank_cannot_process",
        "credit_not_processed",
        "duplicate",
        "fraudulent",
        "general",
        "product_not_received",
        "product_unacceptable",
        "subscription_canceled",
        "unrecognized",
    }
)
#: Statuses in which the bank has decided.
DECIDED = frozenset({"won", "lost", "warning_closed", "prevented"})
#: What the evidence says to Stripe's test mode.
WINNING, LOSING = "winning_evidence", "losing_evidence"
_BANK_DECIDES = {"won": True, "lost": False, "warning_closed": True}


def opened(state: State, charge: Json, *, amount: int, reason: str, inquiry: bool = False) -> Json:
    """The bank disputes a paid charge. An `inquiry` only asks: it takes no money."""
    left = charge["amount"] - charge["amount_refunded"]
    if reason not in REASONS:
        raise Refusal(f"Invalid reason: {reason}", param="reason")
    if not charge["paid"] or charge["disputed"] or not 1 <= amount <= left:
        raise Refusal(f"Charge {charge['id']} cannot be disputed for {amount}.", param="amount")
    dispute: Json = {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": state.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": state.now() + DAYS_TO_ANSWER * A_DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    state.save(dispute)
    charge["disputed"] = True
    state.save(charge)
    events.emit(state, "charge.dispute.created", dispute)
    if not inquiry:
        events.emit(state, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def decided(state: State, dispute: Json, status: str) -> Json:
    """The bank decides. Refuses a second decision, and one that this dispute cannot have."""
    inquiry = dispute["status"].startswith("warning_")
    if dispute["status"] in DECIDED or status not in _BANK_DECIDES:
        raise Refusal(f"This dispute is {dispute['status']}: it cannot become {status}.")
    if inquiry != (status == "warning_closed"):
        raise Refusal(f"A dispute that is {dispute['status']} cannot become {status}.")
    dispute["status"] = status
    dispute["is_charge_refundable"] = _BANK_DECIDES[status]
    state.save(dispute)
    events.emit(state, "charge.dispute.closed", dispute)
    if status == "won":
        events.emit(state, "charge.dispute.funds_reinstated", dispute)
    return dispute


def is_held(state: State, charge: Json) -> bool:
    """Whether a dispute keeps a charge from being refunded."""
    return any(
        dispute["charge"] == charge["id"] and not dispute["is_charge_refundable"]
        for dispute in state.newest("dispute")
    )


def get(call: Call) -> Json:
    """GET /v1/disputes/<id>"""
    dispute = call.state.find("dispute", call.ident)
    if dispute is None:
        raise missing_object("dispute", call.ident)
    return dispute


def listed(call: Call) -> Json:
    """GET /v1/disputes, of a charge or of a payment intent if asked."""
    names = ("charge", "payment_intent")
    ensure_implemented(call.params, {*names, "limit", "starting_after", "ending_before", "expand"})
    wanted = {name: call.params[name] for name in names if name in call.params}
    found = (
        dispute
        for dispute in call.state.newest("dispute")
        if all(dispute[name] == value for name, value in wanted.items())
    )
    return call.page(found, "/v1/disputes")


def update(call: Call) -> Json:
    """POST /v1/disputes/<id>: the evidence, submitted unless told otherwise."""
    ensure_implemented(call.params, {"evidence", "submit", "expand"})
    dispute = get(call)
    if dispute["status"] in DECIDED:
        raise Refusal("This dispute is already closed", param="id")
    evidence = call.params.get("evidence") or {}
    ensure_implemented(evidence, {"uncategorized_text"}, "evidence")
    dispute["evidence"] |= evidence
    details = dispute["evidence_details"]
    details["has_evidence"] = bool(dispute["evidence"])
    if call.params.get("submit", True):
        details["submission_count"] += 1
        inquiry = dispute["status"].startswith("warning_")
        dispute["status"] = "warning_under_review" if inquiry else "under_review"
    call.state.save(dispute)
    events.emit(call.state, "charge.dispute.updated", dispute)
    said = dispute["evidence"].get("uncategorized_text")
    if dispute["status"] == "under_review" and said in (WINNING, LOSING):
        decided(call.state, dispute, "won" if said == WINNING else "lost")
    return dispute


def close(call: Call) -> Json:
    """POST /v1/disputes/<id>/close: the seller accepts that the money is lost."""
    ensure_implemented(call.params, {"expand"})
    dispute = get(call)
    if dispute["status"] in DECIDED:
        raise Refusal("This dispute is already closed", param="id", executed=True)
    if dispute["status"].startswith("warning_"):
        raise Refusal("An inquiry cannot be closed by the seller.", executed=True)
    return decided(call.state, dispute, "lost")
