"""How often a password may be tried: enough for who mistypes, too little for who guesses.

Failures count for fifteen minutes. Ten by one network address on one account stop that address
there, and nobody else: the owner still signs in from his own. Guesses spread over addresses, or
over accounts, meet the wider limits.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from shop.accounts.models import SignInFailure
from shop.ground.errors import N_, DomainError

WINDOW = timedelta(minutes=15)
#: Failures within the window: of one address on one account, of one account, of one address.
MOST_TOGETHER, MOST_ON_ACCOUNT, MOST_FROM_ORIGIN = 10, 100, 100


class TooManyAttempts(DomainError):
    sentence = N_("Too many attempts")
    status = 429


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody, from somewhere, at the password of an account."""

    account: str
    origin: str

    @classmethod
    def on(cls, email: str, *, origin: str) -> "Attempt":
        """`email` as it is kept (people.folded_email); `origin` a network address."""
        return cls(_digest(email), _digest(origin))


def ensure_may_try(session: Session, attempt: Attempt, *, at: datetime) -> None:
    """Before the password is looked at; the right one is not looked at either. Reads only.

    Raises TooManyAttempts.
    """
    on_account = SignInFailure.account == attempt.account
    from_origin = SignInFailure.origin == attempt.origin
    together, account, origin = session.execute(
        select(
            func.count().filter(on_account & from_origin),
            func.count().filter(on_account),
            func.count().filter(from_origin),
        ).where(SignInFailure.at > at - WINDOW, or_(on_account, from_origin))
    ).one()
    most = (MOST_TOGETHER, MOST_ON_ACCOUNT, MOST_FROM_ORIGIN)
    if any(n >= limit for n, limit in zip((together, account, origin), most, strict=True)):
        raise TooManyAttempts


def note_failure(session: Session, attempt: Attempt, *, at: datetime) -> None:
    """The password was wrong. Failures that count no more are forgotten."""
    session.execute(delete(SignInFailure).where(SignInFailure.at <= at - WINDOW))
    session.add(SignInFailure(account=attempt.account, origin=attempt.origin, at=at))


def forget_failures(session: Session, attempt: Attempt) -> None:
    """The owner is in: what he mistyped before counts no more."""
    session.execute(
        delete(SignInFailure).where(
            SignInFailure.account == attempt.account, SignInFailure.origin == attempt.origin
        )
    )


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
