"""Errors of the processor, in the format of Stripe's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass
class Refusal(Exception):
    """A request that is answered by an error; `executed` ones are stored for replays.

    As with Stripe, a request refused for its format does not use its idempotency key, while one
    that began to run (a declined card, an excessive refund) stores its answer.
    """

    message: str
    status: int = 400
    type: str = "invalid_request_error"
    code: str | None = None
    param: str | None = None
    decline_code: str | None = None
    charge: str | None = None
    payment_intent: Json | None = None
    executed: bool = False

    def __post_init__(self) -> None:
        super().__init__(self.message)

    def body(self) -> Json:
        error: Json = {"type": self.type, "message": self.message}
        for name in ("code", "param", "decline_code", "charge", "payment_intent"):
            if (value := getattr(self, name)) is not None:
                error[name] = value
        return {"error": error}


def missing_object(kind: str, ident: str, *, param: str | None = None) -> Refusal:
    """The requested object does not exist (404 when it is in the path, 400 as a parameter)."""
    return Refusal(
        f"No such {kind}: '{ident}'",
        status=400 if param else 404,
        code="resource_missing",
        param=param or "id",
    )


def missing_param(param: str) -> Refusal:
    return Refusal(f"Missing required param: {param}.", code="parameter_missing", param=param)


def not_in_the_sandbox(param: str) -> Refusal:
    """Stripe supports this, the sandbox does not: refused rather than silently ignored."""
    return Refusal(
        f"The sandbox does not implement '{param}'.", code="sandbox_unsupported", param=param
    )
