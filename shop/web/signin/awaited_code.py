"""Between the password and the code: the person expected to type it, for ten minutes.

Stored in the visitor's signed session, whose cart and language stay; no session of the person is
open yet.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session

from shop.signin.second_factor import Mark, sign_in_mark
from shop.web.kit.site import reading, settings

KEPT = timedelta(minutes=10)
_KEY = "second_step"


@dataclass(frozen=True, slots=True)
class Expected:
    """The person whose code is expected; `has_codes`, `has_passkey`: what they may use."""

    user_id: int
    email: str
    has_codes: bool
    has_passkey: bool


def expects_code(user_id: int, *, at: datetime) -> bool:
    """After the right password: whether this person's code is required, expected from now on."""
    mark = _mark(user_id)
    if mark is not None:
        session[_KEY] = {"user": user_id, "mark": mark.digest, "until": (at + KEPT).timestamp()}
    return mark is not None


def expected(*, at: datetime) -> Expected | None:
    """The person who gave their password in this browser less than ten minutes ago; None once the
    password or the key has changed.
    """
    kept = session.get(_KEY)
    if not isinstance(kept, dict) or kept["until"] <= at.timestamp():
        return None
    mark = _mark(kept["user"])
    if mark is None or mark.digest != kept["mark"]:
        return None
    return Expected(kept["user"], mark.email, mark.has_codes, mark.has_passkey)


def expect_nobody() -> None:
    """The password has to be given again."""
    session.pop(_KEY, None)


def _mark(user_id: int) -> Mark | None:
    return sign_in_mark(reading(), user_id, strict=settings().requires_second_factor)
