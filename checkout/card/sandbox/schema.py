"""The parameters that Stripe accepts, read from the types that stripe-python ships.

A sandbox is dangerous when it accepts what Stripe refuses. So the list of known parameters, nested
ones too, their types and their allowed values are not written here: they are read from the
annotations of `stripe.params`, and follow the installed version of the library.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import stripe
from stripe.params import (
    BalanceTransactionListParams,
    ChargeRetrieveParams,
    DisputeCloseParams,
    DisputeListParams,
    DisputeRetrieveParams,
    DisputeUpdateParams,
    EventListParams,
    EventRetrieveParams,
    PaymentIntentCancelParams,
    PaymentIntentConfirmParams,
    PaymentIntentCreateParams,
    PaymentIntentListParams,
    PaymentIntentRetrieveParams,
    PaymentIntentUpdateParams,
    PayoutListParams,
    PayoutRetrieveParams,
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
)
from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListLineItemsParams,
    SessionListParams,
    SessionRetrieveParams,
)

from checkout.card.sandbox.errors import Json, Refusal, missing_param
from checkout.card.sandbox.nesting import Tree

API_VERSION = str(stripe.api_version)
_OPTIONS = frozenset(stripe.RequestOptions.__annotations__)
_OUTER = {"StripeContext": object, "Mapping": Mapping}  # names of the inherited options

PARAMS: dict[str, type] = {
    "payment_intent.create": PaymentIntentCreateParams,
    "payment_intent.retrieve": PaymentIntentRetrieveParams,
    "payment_intent.update": PaymentIntentUpdateParams,
    "payment_intent.confirm": PaymentIntentConfirmParams,
    "payment_intent.cancel": PaymentIntentCancelParams,
    "payment_intent.list": PaymentIntentListParams,
    "session.create": SessionCreateParams,
    "session.retrieve": SessionRetrieveParams,
    "session.expire": SessionExpireParams,
    "session.list": SessionListParams,
    "session.line_items": SessionListLineItemsParams,
    "refund.create": RefundCreateParams,
    "refund.retrieve": RefundRetrieveParams,
    "refund.list": RefundListParams,
    "dispute.retrieve": DisputeRetrieveParams,
    "dispute.list": DisputeListParams,
    "dispute.update": DisputeUpdateParams,
    "dispute.close": DisputeCloseParams,
    "charge.retrieve": ChargeRetrieveParams,
    "event.retrieve": EventRetrieveParams,
    "event.list": EventListParams,
    "payout.retrieve": PayoutRetrieveParams,
    "payout.list": PayoutListParams,
    "balance_transaction.list": BalanceTransactionListParams,
}


def checked(call: str, tree: Tree) -> Json:
    """The parameters of `call` ("session.create"), typed; raises Refusal as Stripe would."""
    return _object(tree, PARAMS[call], "")


@cache
def fields(typed: type) -> dict[str, Any]:
    """The parameters that a type of the library knows, without its request options."""
    names = vars(sys.modules[typed.__module__])
    hints = get_type_hints(typed, globalns=names, localns=_OUTER)
    return {name: hint for name, hint in hints.items() if name not in _OPTIONS}


def _object(tree: Tree, typed: type, path: str) -> Json:
    known = fields(typed)
    for name in tree:
        if name not in known:
            where = _inside(path, name)
            raise Refusal(
                f"Received unknown parameter: {where}", code="parameter_unknown", param=where
            )
    for name in sorted(getattr(typed, "__required_keys__", frozenset()) - _OPTIONS):
        if name in known and name not in tree:
            raise missing_param(_inside(path, name))
    return {name: _value(value, known[name], _inside(path, name)) for name, value in tree.items()}


def _is_object(hint: Any) -> bool:
    return hasattr(hint, "__required_keys__")  # the library's own TypedDict, older Pythons too


def _inside(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _value(value: str | Tree, hint: Any, path: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _one_of(value, get_args(hint), path)
    if origin is Literal:
        return _choice(value, get_args(hint), path)
    if origin is list:
        return _list(value, get_args(hint)[0], path)
    if origin is dict:
        return _dictionary(value, get_args(hint)[1], path)
    if _is_object(hint):
        if isinstance(value, str):
            raise Refusal(f"Invalid object: {path}", code="parameter_invalid", param=path)
        return _object(value, hint, path)
    return _scalar(value, hint, path)


def _one_of(value: str | Tree, hints: tuple[Any, ...], path: str) -> Any:
    """A union: the structure decides first, then a closed list of values before `str`.

    The library adds `|str` to closed lists for older clients; the server does not.
    """
    words = [word for hint in hints if get_origin(hint) is Literal for word in get_args(hint)]
    if value == "" and "" in words:
        return ""
    if isinstance(value, dict):
        shapes = [h for h in hints if get_origin(h) in (list, dict) or _is_object(h)]
        if shapes:
            return _value(value, shapes[0], path)
        raise Refusal(f"Invalid string: {path}", code="parameter_invalid", param=path)
    words = [word for word in words if word != ""]
    scalars = [hint for hint in hints if hint in (int, bool, float, Decimal)]
    if words and value not in words and not scalars:
        return _choice(value, tuple(words), path)
    if value in words:
        return value
    simple = scalars or [hint for hint in hints if hint is str]
    return _value(value, simple[0] if simple else hints[0], path)


def _choice(value: str | Tree, words: tuple[Any, ...], path: str) -> str:
    if isinstance(value, str) and value in words:
        return value
    listed = ", ".join(str(word) for word in words)
    raise Refusal(f"Invalid {path}: must be one of {listed}", param=path)


def _list(value: str | Tree, hint: Any, path: str) -> list[Any]:
    if isinstance(value, str) or not all(index.isdigit() for index in value):
        raise Refusal("Invalid array", param=path)
    order = sorted(value, key=int)
    return [_value(value[index], hint, f"{path}[{index}]") for index in order]


def _dictionary(value: str | Tree, hint: Any, path: str) -> Json:
    if isinstance(value, str):
        raise Refusal("Invalid object", param=path)
    if len(value) > 50:
        raise Refusal("Metadata can have up to 50 keys.", param=path)
    for name, text in value.items():
        if len(name) > 40 or len(text) > 500 or not isinstance(text, str):
            raise Refusal(
                "Metadata keys have up to 40 characters and values up to 500.",
                param=_inside(path, name),
            )
    return dict(value)


def _scalar(value: str | Tree, hint: Any, path: str) -> Any:
    if not isinstance(value, str):
        raise Refusal("Invalid string", code="parameter_invalid", param=path)
    if value == "":
        raise Refusal(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to "
            "unset a parameter; however it cannot be unset.",
            code="parameter_invalid_empty",
            param=path,
        )
    if hint is int:
        if not re.fullmatch(r"-?\d{1,15}", value):
            raise Refusal(f"Invalid integer: {value}", code="parameter_invalid_integer", param=path)
        return int(value)
    if hint is bool:
        if value not in ("true", "false"):
            raise Refusal(f"Invalid boolean: {value}", param=path)
        return value == "true"
    if hint in (float, Decimal) and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        raise Refusal(f"Invalid decimal: {value}", param=path)
    return value
