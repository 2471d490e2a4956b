"""The second factor of a sign-in: after the password, a code from the telephone (RFC 6238).

The key is valid once a first code has shown that the telephone has it. Ten recovery codes, stored
as digests, are accepted instead of a code, each once.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, Actor
from shop.core.errors import N_, DomainError, NotAllowed, NotFound
from shop.people.emails import post_to
from shop.people.models import User
from shop.signin.models import Passkey, RecoveryCode
from shop.signin.passkeys import forget_passkeys
from shop.signin.rules import (
    ALPHABET,
    RECOVERY_COUNT,
    RECOVERY_LENGTH,
    accepted_step,
    recovery_digest,
    written_recovery_code,
)
from shop.signin.sessions import close_sessions
from shop.storage.db import locking
from shop.storage.journal import record


class WrongCode(DomainError):
    sentence = N_(
        "This code is wrong or has expired. Enter the code that your telephone shows now."
    )
    status = 422


class SecondFactorOn(DomainError):
    sentence = N_("A second factor is already on: turn it off before you use another telephone.")


class SecondFactorOff(DomainError):
    sentence = N_("The second factor is not on.")


def new_key() -> str:
    """A new key in base32: 160 bits, as RFC 4226 advises (section 4)."""
    return pyotp.random_base32()


def turn_on(
    session: Session, user: User, *, key: str, code: str, by: Actor, at: datetime
) -> list[str]:
    """Require a code at every sign-in. Returns the recovery codes, which are shown only once.

    Raises NotAllowed, SecondFactorOn, WrongCode.
    """
    _ensure_own(user, by)
    if user.totp_secret is not None:
        raise SecondFactorOn
    step = accepted_step(key, code, at=at, after=None)
    if step is None:
        raise WrongCode
    user.totp_secret, user.totp_step = key, step
    made = _make_recovery_codes(session, user)
    _write_to(session, user, "second_factor_on", at=at)
    record(session, f"user:{user.id}", "turn_on_second_factor", by=by, at=at)
    return made


def pass_second_factor(
    session: Session, user: User, *, typed: str, by: Actor, at: datetime
) -> None:
    """Check a code of the telephone or a recovery code: neither is accepted a second time.

    Raises SecondFactorOff, WrongCode.
    """
    if user.totp_secret is None:
        raise SecondFactorOff
    step = accepted_step(user.totp_secret, typed, at=at, after=user.totp_step)
    if step is not None:
        user.totp_step = step
        return
    _use_recovery_code(session, user, typed, at=at)
    left = codes_left(session, user.id)
    _write_to(session, user, "recovery_code_used", at=at, left=left)
    record(session, f"user:{user.id}", "use_recovery_code", by=by, at=at, left=left)


def renew_recovery_codes(
    session: Session, user: User, *, typed: str, by: Actor, at: datetime
) -> list[str]:
    """Replace the recovery codes, after a code was given; the previous ones are no longer accepted.

    Raises NotAllowed, SecondFactorOff, WrongCode.
    """
    _ensure_own(user, by)
    pass_second_factor(session, user, typed=typed, by=by, at=at)
    made = _make_recovery_codes(session, user)
    record(session, f"user:{user.id}", "renew_recovery_codes", by=by, at=at)
    return made


def turn_off(session: Session, user: User, *, typed: str, by: Actor, at: datetime) -> None:
    """Turn the second factor off. Raises NotAllowed, SecondFactorOff, WrongCode."""
    _ensure_own(user, by)
    pass_second_factor(session, user, typed=typed, by=by, at=at)
    _forget(session, user)
    _write_to(session, user, "second_factor_off", at=at)
    record(session, f"user:{user.id}", "turn_off_second_factor", by=by, at=at)


def remove_second_factor(
    session: Session, user: User, *, reason: str, by: Actor, at: datetime
) -> None:
    """Remove the second factor and the passkeys of a person who has lost them: the administrator
    has checked their identity, and `reason` says how. Nobody does so for themselves.
    Raises NotAllowed, SecondFactorOff.
    """
    if not by.has(ADMIN) or by.user_id == user.id:
        raise NotAllowed(act="remove_second_factor")
    if not forget_passkeys(session, user.id) and user.totp_secret is None:
        raise SecondFactorOff
    _forget(session, user)
    close_sessions(session, user.id, at=at)
    _write_to(session, user, "second_factor_off", at=at)
    record(session, f"user:{user.id}", "remove_second_factor", by=by, at=at, reason=reason)


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes are left."""
    statement = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.user_id == user_id, ~RecoveryCode.is_used
    )
    return session.scalar(statement) or 0


@dataclass(frozen=True, slots=True)
class Mark:
    """The state of a sign-in between the password and the code: the person, and a `digest` of their
    password and their key, which shows whether one of them was changed. `has_codes`, `has_passkey`:
    what may follow the password.
    """

    email: str
    digest: str
    has_codes: bool
    has_passkey: bool


def sign_in_mark(session: Session, user_id: int, *, strict: bool) -> Mark | None:
    """None where the password alone is enough: the person has no codes. With `strict` the staff
    need a second factor as soon as they have a passkey.
    """
    has_passkey = select(Passkey.id).where(Passkey.user_id == User.id).exists()
    row = session.execute(
        select(
            User.email,
            User.password_hash,
            User.totp_secret,
            User.staff_roles,
            has_passkey.label("has_passkey"),
        ).where(User.id == user_id, User.active)
    ).first()
    if row is None:
        return None
    by_passkey = strict and row.staff_roles and row.has_passkey
    if row.totp_secret is None and not by_passkey:
        return None
    known = f"{row.password_hash} {row.totp_secret}"
    digest = sha256(known.encode()).hexdigest()
    return Mark(row.email, digest, row.totp_secret is not None, row.has_passkey)


def lock_person(session: Session, user_id: int) -> User:
    """The person, locked until the transaction ends: of two codes typed at once one counts.

    Raises NotFound.
    """
    user = session.scalar(locking(session, select(User).where(User.id == user_id, User.active)))
    if user is None:
        raise NotFound
    return user


def _ensure_own(user: User, by: Actor) -> None:
    if by.user_id != user.id:
        raise NotAllowed(act="second_factor")


def _make_recovery_codes(session: Session, user: User) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    made = [
        "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_COUNT)
    ]
    session.add_all(RecoveryCode(user_id=user.id, digest=recovery_digest(code)) for code in made)
    return [written_recovery_code(code) for code in made]


def _use_recovery_code(session: Session, user: User, typed: str, *, at: datetime) -> None:
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.digest == recovery_digest(typed),
            ~RecoveryCode.is_used,
        )
        .values(used_at=at)
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    ).first()
    if used is None:
        raise WrongCode


def _forget(session: Session, user: User) -> None:
    user.totp_secret = user.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def _write_to(session: Session, user: User, template: str, *, at: datetime, **facts: Any) -> None:
    post_to(session, user, template, at=at, **facts)
