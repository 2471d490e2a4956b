"""The first administrator of a shop: a link that the machine's administrator prints opens their
account.

The link is signed and not stored. It dies after a day, and as soon as an administrator exists.
"""

from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN
from shop.core.errors import N_, DomainError
from shop.opening.models import OpeningCheck
from shop.opening.rules import Step
from shop.people.models import User
from shop.people.people import register_person
from shop.people.rules import Profile

GOOD_FOR = timedelta(days=1)


class DeadOpening(DomainError):
    sentence = N_(
        "This link is not valid: it is incomplete or more than a day old. Print another one with "
        "the command comptoir open."
    )
    status = 404


class HasAdministrator(DomainError):
    sentence = N_("The shop has an administrator already: sign in with that account.")
    status = 410


def has_administrator(session: Session) -> bool:
    """Whether the account of an administrator was ever opened."""
    return bool(session.scalar(select(exists().where(User.works_as(ADMIN)))))


def write_link(secret: str, *, at: datetime) -> str:
    """The token of a link that opens the account of the first administrator."""
    return _signer(secret).dumps(int((at + GOOD_FOR).timestamp()))


def ensure_good(session: Session, secret: str, token: str, *, at: datetime) -> None:
    """Raises DeadOpening, HasAdministrator."""
    try:
        until = _signer(secret).loads(token)
    except BadData as wrong:
        raise DeadOpening from wrong
    if until <= at.timestamp():
        raise DeadOpening
    if has_administrator(session):
        raise HasAdministrator


def register_first_administrator(
    session: Session, *, email: str, password_hash: str, profile: Profile, at: datetime
) -> User:
    """Open the account; of two people with the same link one succeeds. The hash is made before the
    transaction. Raises HasAdministrator, AddressTaken.
    """
    if has_administrator(session):
        raise HasAdministrator
    user = register_person(
        session,
        email=email,
        password_hash=password_hash,
        profile=profile,
        staff_roles={ADMIN},
        at=at,
    )
    row = OpeningCheck(step=Step.ADMINISTRATOR, at=at, by_id=user.id, by=user.name)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise HasAdministrator from error
    return user


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="opening of the shop")
