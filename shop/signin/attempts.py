"""Rate limits: enough attempts for a person who mistypes, too few for guessing.

Passwords, passkeys, codes of the second factor, requested e-mails and registrations are counted,
each kind on its own, by account and by network address. A browser in which the owner has signed in
before is counted on its own (`device`), so that guesses made elsewhere never lock them out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from shop.core.errors import N_, DomainError
from shop.signin.models import PastAttempt

SIGN_IN, SECOND_FACTOR, EMAIL, REGISTRATION = "sign_in", "second_factor", "letter", "registration"
PASSKEY = "passkey"
#: Links of orders asked for without an account.
ORDER_LINK = "order_link"
#: Statements of withdrawal, each acknowledged by e-mail.
WITHDRAWAL = "withdrawal"
#: Questions to the shop, each acknowledged by e-mail.
QUESTION = "question"
#: Names of a SIRET: never refused, whatever their number, but shown to the office as a signal.
SIRET_NAMED = "siret_named"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many attempts are allowed within `window`: from one network address on one account, on
    one account, and from one network address. They are `kept` for the office's signals, then
    deleted.
    """

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
    # Ten attempts on one account from one network address stop that address only.
    SIGN_IN: Limit(_QUARTER, 10, 100, 100, _QUARTER),
    # A signature cannot be guessed: the limit keeps one client from loading the shop.
    PASSKEY: Limit(_QUARTER, 10, 100, 100, _QUARTER),
    # Three codes of six digits are valid at a time: guessing with the right password takes years.
    SECOND_FACTOR: Limit(_HOUR, 5, 10, 100, _HOUR),
    # Nobody's mailbox can be filled by requesting one e-mail after the other.
    EMAIL: Limit(_HOUR, 5, 10, 40, _HOUR),
    # Nobody tries order numbers one after the other, nor fills a mailbox with links.
    ORDER_LINK: Limit(_HOUR, 5, 10, 40, _HOUR),
    # An acknowledgement is an e-mail too; a consumer states a few withdrawals at most.
    WITHDRAWAL: Limit(_HOUR, 5, 10, 40, _HOUR),
    # A person has a few questions at most; a mailbox cannot be filled with acknowledgements.
    QUESTION: Limit(_HOUR, 5, 10, 40, _HOUR),
    # A class that registers together does so from one network address.
    REGISTRATION: Limit(_DAY, 15, 20, 60, _MONTH),
    SIRET_NAMED: Limit(_DAY, NO_LIMIT, NO_LIMIT, NO_LIMIT, _MONTH),
}


class TooManyAttempts(DomainError):
    sentence = N_("Too many attempts")
    status = 429


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt on an account from a network address."""

    account: str
    origin: str
    kind: str = SIGN_IN

    @classmethod
    def on(cls, email: str, *, origin: str, kind: str = SIGN_IN, device: str = "") -> "Attempt":
        """`email` as it is stored (people.folded_email), or whatever else names the account;
        `origin` a network address; `device` the secret of a browser known to that account.
        """
        if device:
            return cls(_digest(f"{email} {device}"), _digest(device), kind)
        return cls(_digest(email), _digest(origin), kind)


def ensure_may_try(session: Session, attempt: Attempt, *, at: datetime) -> None:
    """Called before the secret is checked; beyond the limit the right one is refused as well. Reads
    only.

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
    """Count an attempt: a wrong secret, an e-mail, a registration.

    Attempts of its kind that are too old to count are deleted.
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
    """Delete the failed attempts of an owner who has signed in."""
    session.execute(
        delete(PastAttempt).where(
            PastAttempt.kind == attempt.kind,
            PastAttempt.account == attempt.account,
            PastAttempt.origin == attempt.origin,
        )
    )


@dataclass(frozen=True, slots=True)
class RegistrationCounts:
    """Registrations from the network address of a person, within a day of theirs: how many
    different e-mail addresses were registered, and how many different SIRETs were named.
    """

    registrations: int
    sirets: int


def registrations_around(session: Session, email: str) -> RegistrationCounts:
    """For the office: whether a person is one of many who registered from one network address.

    `email` as it is stored. The highest numbers of the network addresses from which this e-mail
    address was registered; zero after a month, when they are deleted. Reads only.
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
    return RegistrationCounts(registrations, sirets)


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
