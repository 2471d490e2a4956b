"""Between the password and the code: who is expected to type it, for ten minutes.

Kept in the visitor's signed session, whose cart and language stay; no session of the person is
open yet.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session

from shop.accounts.second_factor import sign_in_mark
from shop.ground.web import reading

KEPT = timedelta(minutes=10)
_KEY = "second_step"


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose code is asked for."""

    user_id: int
    email: str


def expects_code(user_id: int, *, at: datetime) -> bool:
    """After the right password: whether this person's code is asked for, as from now on."""
    mark = sign_in_mark(reading(), user_id)
    if mark is not None:
        session[_KEY] = {"user": user_id, "mark": mark.digest, "until": (at + KEPT).timestamp()}
    return mark is not None


def expected(*, at: datetime) -> Expected | None:
    """Who has given his password in this browser, less than ten minutes ago; nobody once his
    password or his key is another."""
    kept = session.get(_KEY)
    if not isinstance(kept, dict) or kept["until"] <= at.timestamp():
        return None
    mark = sign_in_mark(reading(), kept["user"])
    return Expected(kept["user"], mark.email) if mark and mark.digest == kept["mark"] else None


def expect_nobody() -> None:
    """The password has to be given again."""
    session.pop(_KEY, None)
