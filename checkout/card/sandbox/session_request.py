"""The checked parameters of a new Checkout Session: its page, its lines, its time."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from checkout.card.sandbox.amounts import ensure_currency
from checkout.card.sandbox.call import ensure_implemented
from checkout.card.sandbox.errors import Json, Refusal, missing_param, not_in_the_sandbox
from checkout.card.sandbox.state import new_id

HALF_AN_HOUR, A_DAY = 30 * 60, 24 * 60 * 60
MOST_LINES = 100


def ensure_page(given: Json) -> None:
    """The parameters of the page: mode, addresses, customer."""
    if "mode" not in given:
        raise missing_param("mode")
    for name, only in (("mode", "payment"), ("ui_mode", "hosted_page")):
        if given.get(name, only) != only:
            raise not_in_the_sandbox(f"{name}={given[name]}")
    if given.get("allowed_payment_method_types", ["card"]) != ["card"]:
        raise not_in_the_sandbox("allowed_payment_method_types")
    if "success_url" not in given:
        raise missing_param("success_url")
    for name in ("success_url", "cancel_url"):
        if name in given:
            _ensure_url(given[name], name)
    email = given.get("customer_email")
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", email):
        raise Refusal(
            f"Invalid email address: {email}", code="email_invalid", param="customer_email"
        )
    if len(given.get("client_reference_id", "")) > 200:
        raise Refusal("Invalid string: must be at most 200 characters", param="client_reference_id")


def _ensure_url(url: str, param: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > 5000:
        raise Refusal("Not a valid URL", code="url_invalid", param=param)


def expiry(given: Json, now: int) -> int:
    """When the page closes: between half an hour and a day from now, in Unix seconds."""
    at = given.get("expires_at", now + A_DAY)
    if at < now + HALF_AN_HOUR:
        raise Refusal(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
            "creation.",
            param="expires_at",
        )
    if at > now + A_DAY:
        raise Refusal(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return int(at)


def lines(given: Json) -> list[Json]:
    """The lines of the page, each with its amount in cents; one currency for all."""
    items = given.get("line_items")
    if not items:
        raise missing_param("line_items")
    if len(items) > MOST_LINES:
        raise Refusal(f"Up to {MOST_LINES} line items can be passed.", param="line_items")
    read = [_line(item, f"line_items[{index}]") for index, item in enumerate(items)]
    if len({line["currency"] for line in read}) > 1:
        raise Refusal("All line items must have the same currency.", param="line_items")
    return read


def _line(item: Json, path: str) -> Json:
    ensure_implemented(item, {"price_data", "quantity"}, path)
    if "price_data" not in item:
        raise missing_param(f"{path}[price_data]")
    if "quantity" not in item:
        raise missing_param(f"{path}[quantity]")
    price = item["price_data"]
    ensure_implemented(price, {"currency", "product_data", "unit_amount"}, f"{path}[price_data]")
    for name in ("product_data", "unit_amount"):
        if name not in price:
            raise missing_param(f"{path}[price_data][{name}]")
    if "name" not in price["product_data"]:
        raise missing_param(f"{path}[price_data][product_data][name]")
    _ensure_at_least(0, price["unit_amount"], f"{path}[price_data][unit_amount]")
    _ensure_at_least(1, item["quantity"], f"{path}[quantity]")
    amount = price["unit_amount"] * item["quantity"]
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": ensure_currency(price["currency"], f"{path}[price_data][currency]"),
        "description": price["product_data"]["name"],
        "quantity": item["quantity"],
    }


def _ensure_at_least(least: int, value: int, path: str) -> None:
    if value < least:
        kind = "non-negative" if least == 0 else "positive"
        raise Refusal(f"Invalid {kind} integer", code="parameter_invalid_integer", param=path)
