"""The balance of the account and what is paid out of it: charges, refunds and disputes with their
fees. Stripe pays out by itself every day; the controls of the sandbox do it when they are asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from checkout.card.sandbox.call import Call, ensure_implemented
from checkout.card.sandbox.errors import Json, Refusal, missing_object
from checkout.card.sandbox.events import emit
from checkout.card.sandbox.state import State, new_id

A_DAY = 24 * 60 * 60
#: Days from the payout to the bank.
DAYS_TO_ARRIVE = 2
#: The fee of a charge: 1,5 % and 25 cents; of a dispute: 20 euros.
PER_MILLE, FIXED, OF_A_DISPUTE = 15, 25, 2000
STATUSES = ("pending", "in_transit", "paid", "failed", "canceled")


def pay_out(state: State, *, currency: str = "eur") -> Json:
    """Pay out everything that is on the balance in a currency. Raises Refusal for nothing."""
    made = [one for one in _pending(state) if one["currency"] == currency]
    amount = sum(one["net"] for one in made)
    if amount <= 0:
        raise Refusal(
            "You have insufficient funds in your Stripe account.", code="balance_insufficient"
        )
    payout: Json = {
        "id": new_id("po"),
        "object": "payout",
        "amount": amount,
        "arrival_date": state.now() + DAYS_TO_ARRIVE * A_DAY,
        "automatic": True,
        "balance_transaction": None,
        "created": state.now(),
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": new_id("ba"),
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "completed",
        "source_type": "card",
        "statement_descriptor": None,
        "status": "in_transit",
        "type": "bank_account",
    }
    own = _transaction(state, payout, "payout", -amount, 0)
    payout["balance_transaction"] = own["id"]
    state.save(payout)
    for one in (*made, own):
        state.save(one, payout=payout["id"])
    emit(state, "payout.created", payout)
    return payout


def changed(state: State, payout: Json, status: str) -> Json:
    """The bank has answered; one that was paid may still fail."""
    if status not in STATUSES or payout["status"] in ("failed", "canceled"):
        raise Refusal(f"A payout that is {payout['status']} cannot become {status}.")
    payout["status"] = status
    if status == "failed":
        payout["failure_code"] = "account_closed"
        payout["failure_message"] = "The bank account has been closed."
    state.save(payout)
    emit(
        state,
        f"payout.{status}" if status in ("paid", "failed", "canceled") else "payout.updated",
        payout,
    )
    return payout


def _pending(state: State) -> Iterator[Json]:
    """What moved the balance since the last payout, each with its fee."""
    known = {(one["source"], one["amount"] > 0) for one in state.newest("balance_transaction")}
    for charge in state.newest("charge"):
        if charge["paid"] and (charge["id"], True) not in known:
            fee = (charge["amount"] * PER_MILLE + 500) // 1000 + FIXED
            yield _transaction(state, charge, "charge", charge["amount"], fee)
    for refund in state.newest("refund"):
        if refund["status"] == "succeeded" and (refund["id"], False) not in known:
            yield _transaction(state, refund, "refund", -refund["amount"], 0)
    for dispute in state.newest("dispute"):
        inquiry = dispute["status"].startswith("warning_")
        if not inquiry and (dispute["id"], False) not in known:
            yield _transaction(state, dispute, "adjustment", -dispute["amount"], OF_A_DISPUTE)


def _transaction(state: State, source: Json, kind: str, amount: int, fee: int) -> Json:
    charged = (
        []
        if not fee
        else [
            {
                "amount": fee,
                "application": None,
                "currency": source["currency"],
                "description": "Stripe processing fees",
                "type": "stripe_fee",
            }
        ]
    )
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": state.now(),
        "balance_type": "payments",
        "created": state.now(),
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": charged,
        "net": amount - fee,
        "reporting_category": "dispute" if kind == "adjustment" else kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
    }


def get(call: Call) -> Json:
    """GET /v1/payouts/<id>"""
    payout = call.state.find("payout", call.ident)
    if payout is None:
        raise missing_object("payout", call.ident)
    return payout


def listed(call: Call) -> Json:
    """GET /v1/payouts, created within a time or of a status if asked."""
    ensure_implemented(
        call.params, {"created", "status", "limit", "starting_after", "ending_before", "expand"}
    )
    created = call.params.get("created", {})
    if not isinstance(created, dict) or created.keys() - {"gte"}:
        raise Refusal("The sandbox lists payouts created[gte] a moment.", param="created")
    found = (
        payout
        for payout in call.state.newest("payout")
        if payout["created"] >= created.get("gte", 0)
        and payout["status"] == call.params.get("status", payout["status"])
    )
    return call.page(found, "/v1/payouts")


def transactions(call: Call) -> Json:
    """GET /v1/balance_transactions, of a payout, a source or a type if asked."""
    ensure_implemented(
        call.params,
        {"payout", "source", "type", "limit", "starting_after", "ending_before", "expand"},
    )
    state, payout = call.state, call.params.get("payout")
    if payout is not None and state.find("payout", payout) is None:
        raise missing_object("payout", payout, param="payout")
    found = (
        one
        for one in state.newest("balance_transaction")
        if payout in (None, state.private(one["id"]).get("payout"))
        and all(one[name] == call.params.get(name, one[name]) for name in ("source", "type"))
    )
    return call.page(found, "/v1/balance_transactions")
