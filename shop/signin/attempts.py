"""How often something may be tried: enough for who mistypes, too little for who guesses.

Passwords, passkeys, codes of the second factor, letters asked for and registrations are counted,
each kind on its own, by account and by network address. A browser in which the owner has signed in
before is counted on its own (`device`), so that guesses made elsewhere never lock him out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from shop.core.errors import N_, DomainError
from shop.signin.models import PastAttempt

SIGN_IN, SECOND_FACTOR, LETTER, REGISTRATION = "sign_in", "second_factor", "letter", "registration"
PASSKEY = "passkey"
#: The SIRET named by somebody: never refused for their number, shown to the office as a signal.
SIRET_NAMED = "siret_named"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many count within `window`: by one network address on one account, on one account, and
    by one network address. They are `kept` for what the office is shown, and then forgotten."""

    window: timedelta
    together: int
    on_account: int
    from_origin: int
    kept: timedelta


_QUARTER, _HOUR, _DAY, _MONTH = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=30),
)
NO_LIMIT = 1_000_000
LIMITS = {
    # Ten on one account by one network address stop that address there, and nobody else.
    SIGN_IN: Limit(_QUARTER, 10, 100, 100, _QUARTER),
    # A signature is not guessed: who tries one after the other is kept from making the shop work.
    PASSKEY: Limit(_QUARTER, 10, 100, 100, _QUARTER),
    # Three codes of six digits are right at a time: who guesses, password in hand, needs years.
    SECOND_FACTOR: Limit(_HOUR, 5, 10, 100, _HOUR),
    # Nobody's mailbox is filled by asking for one letter after the other.
    LETTER: Limit(_HOUR, 5, 10, 40, _HOUR),
    # A class that registers together does so from one network address.
    REGISTRATION: Limit(_DAY, 15, 20, 60, _MONTH),
    SIRET_NAMED: Limit(_DAY, NO_LIMIT, NO_LIMIT, NO_LIMIT, _MONTH),
}


class TooManyAttempts(DomainError):
    sentence = N_("Too many attempts")
    status = 429


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody, from somewhere, at an account."""

    account: str
    origin: str
    kind: str = SIGN_IN

    @classmethod
    def on(cls, email: str, *, origin: str, kind: str = SIGN_IN, device: str = "") -> "Attempt":
        """`email` as it is kept (people.folded_email), or whatever else names the account; `origin`
        a network address; `device` the secret of a browser known to that account."""
        if device:
            return cls(_digest(f"{email} {device}"), _digest(device), kind)
        return cls(_digest(email), _digest(origin), kind)


def ensure_may_try(session: Session, attempt: Attempt, *, at: datetime) -> None:
    """Before the secret is looked at; the right one is not looked at either. Reads only.

    Raises TooManyAttempts.
    """
    limit = LIMITS[attempt.kind]
    on_account = PastAttempt.account == attempt.account
    from_origin = PastAttempt.origin == attempt.origin
    counted = session.execute(
        select(
            func.count().filter(on_account & from_origin),
            func.count().filter(on_account),
            func.count().filter(from_origin),
        ).where(
            PastAttempt.kind == attempt.kind,
            PastAttempt.at > at - limit.window,
            or_(on_account, from_origin),
        )
    ).one()
    most = (limit.together, limit.on_account, limit.from_origin)
    if any(n >= allowed for n, allowed in zip(counted, most, strict=True)):
        raise TooManyAttempts


def note(session: Session, attempt: Attempt, *, at: datetime) -> None:
    """It counts from now on: a secret that was not the right one, a letter, a registration.

    Attempts of its kind that count no more are forgotten.
    """
    session.execute(
        delete(PastAttempt).where(
            PastAttempt.kind == attempt.kind, PastAttempt.at <= at - LIMITS[attempt.kind].kept
        )
    )
    session.add(
        PastAttempt(kind=attempt.kind, account=attempt.account, origin=attempt.origin, at=at)
    )


def forget(session: Session, attempt: Attempt) -> None:
    """The owner is in: what he mistyped before counts no more."""
    session.execute(
        delete(PastAttempt).where(
            PastAttempt.kind == attempt.kind,
            PastAttempt.account == attempt.account,
            PastAttempt.origin == attempt.origin,
        )
    )


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What else came from where a person registered, within a day of it: how many different e-mail
    addresses were registered, and how many different SIRETs were named."""

    registrations: int
    sirets: int


def around_registration(session: Session, email: str) -> Neighbourhood:
    """For the office: whether a person is one of many who registered from one network address.

    `email` as it is kept. The most that any of the network addresses shows from which this one was
    registered; nothing after a month, when they are forgotten. Reads only.
    """
    mine = session.execute(
        select(PastAttempt.origin, func.min(PastAttempt.at), func.max(PastAttempt.at))
        .where(PastAttempt.kind == REGISTRATION, PastAttempt.account == _digest(email))
        .group_by(PastAttempt.origin)
    ).all()
    registrations = sirets = 0
    for origin, first, last in mine:
        near = dict[str, int](
            session.execute(
                select(PastAttempt.kind, func.count(PastAttempt.account.distinct()))
                .where(
                    PastAttempt.origin == origin,
                    PastAttempt.kind.in_((REGISTRATION, SIRET_NAMED)),
                    PastAttempt.at >= first - _DAY,
                    PastAttempt.at <= last + _DAY,
                )
                .group_by(PastAttempt.kind)
            ).all()  # type: ignore[arg-type]
        )
        registrations = max(registrations, near.get(REGISTRATION, 0))
        sirets = max(sirets, near.get(SIRET_NAMED, 0))
    return Neighbourhood(registrations, sirets)


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
