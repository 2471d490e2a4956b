"""Passkeys of an account: a device that recognises its owner signs in without a password.

A passkey replaces both factors. Its owner may have several and adds and removes them; an e-mail
follows each change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, DomainError, NotAllowed, NotFound
from shop.people.emails import post_to
from shop.people.models import User
from shop.signin.models import Passkey
from shop.signin.webauthn_gateway import NewKey, PasskeyRefused, Site, count_of, is_copy, named
from shop.storage.db import locking
from shop.storage.journal import record

#: Enough for everybody's devices; an owner who needs more removes one that is no longer used.
MOST = 10


class PasskeyKnown(DomainError):
    sentence = N_("This device already has a passkey for an account.")


class EnoughPasskeys(DomainError):
    sentence = N_("You can have up to ten passkeys: first remove one that you no longer use.")


class PasskeyCopied(PasskeyRefused):
    """`passkey_id` is the passkey whose counter went back."""

    sentence = N_(
        "This passkey may have been copied and can no longer be used. Sign in with your "
        "password, then remove it."
    )


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a device was asked to sign, and when."""

    value: bytes
    put_at: datetime


def passkeys_of(session: Session, user_id: int) -> Sequence[Passkey]:
    """A person's passkeys, the oldest first."""
    return session.scalars(
        select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    ).all()


def own_passkey(session: Session, passkey_id: int, by: Actor) -> Passkey:
    """One of the person's own passkeys. Raises NotFound."""
    found = session.get(Passkey, passkey_id)
    if found is None or found.user_id != by.user_id:
        raise NotFound
    return found


def owner_email(session: Session, answer: str) -> str | None:
    """The address of the account to which a device's answer belongs; None when its passkey is not
    known.

    Raises PasskeyRefused.
    """
    owner = select(User.email).join(Passkey, Passkey.user_id == User.id)
    return session.scalar(owner.where(Passkey.credential_id == named(answer)))


def add_passkey(
    session: Session, user: User, key: NewKey, *, name: str, by: Actor, at: datetime
) -> Passkey:
    """Add a passkey to the account, which must be locked: second_factor.lock_person.

    Raises NotAllowed, EnoughPasskeys, PasskeyKnown.
    """
    if by.user_id != user.id:
        raise NotAllowed(act="add_passkey")
    kept = session.scalar(select(func.count(Passkey.id)).where(Passkey.user_id == user.id)) or 0
    if kept >= MOST:
        raise EnoughPasskeys
    added = Passkey(
        user_id=user.id,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        transports=key.transports,
        name=name,
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(added)
    except IntegrityError as error:
        raise PasskeyKnown from error
    _write_to(session, user, "passkey_added", name=name, at=at)
    record(session, f"user:{user.id}", "add_passkey", by=by, at=at, passkey=added.id, name=name)
    return added


def remove_passkey(session: Session, passkey: Passkey, *, by: Actor, at: datetime) -> None:
    """Remove a passkey: it can no longer be used to sign in. Raises NotAllowed."""
    if by.user_id != passkey.user_id:
        raise NotAllowed(act="remove_passkey")
    user, name = session.get_one(User, passkey.user_id), passkey.name
    session.delete(passkey)
    _write_to(session, user, "passkey_removed", name=name, at=at)
    record(
        session, f"user:{user.id}", "remove_passkey", by=by, at=at, passkey=passkey.id, name=name
    )


def forget_passkeys(session: Session, user_id: int) -> int:
    """Remove all passkeys of a person; returns how many there were. The caller writes the journal
    entry.
    """
    kept = passkeys_of(session, user_id)
    session.execute(delete(Passkey).where(Passkey.user_id == user_id))
    return len(kept)


def open_with(
    session: Session, answer: str, challenge: Challenge, *, site: Site, at: datetime
) -> User:
    """The person whose account the passkey signs in to.

    A challenge from before the last use of the passkey is refused, so that a copied answer and its
    cookie cannot be replayed. Raises PasskeyRefused, PasskeyCopied.
    """
    passkey = session.scalar(
        locking(session, select(Passkey).where(Passkey.credential_id == named(answer)))
    )
    if passkey is None:
        raise PasskeyRefused
    user = session.get_one(User, passkey.user_id)
    counter = count_of(
        site, challenge.value, answer, public_key=passkey.public_key, user_id=passkey.user_id
    )
    if not user.active or not user.is_confirmed:
        raise PasskeyRefused
    if not passkey.answers_anew(challenge.put_at):
        raise PasskeyRefused
    if is_copy(kept=passkey.sign_count, sent=counter):
        raise PasskeyCopied(passkey_id=passkey.id)
    passkey.sign_count, passkey.last_used_at = counter, at
    return user


def note_copied(session: Session, passkey_id: int, *, by: Actor, at: datetime) -> None:
    """The counter of a passkey went back: write to its owner, the only one who knows what it
    means.
    """
    passkey = session.get_one(Passkey, passkey_id)
    user, name = session.get_one(User, passkey.user_id), passkey.name
    _write_to(session, user, "passkey_copied", name=name, at=at)
    record(
        session, f"user:{user.id}", "refuse_passkey", by=by, at=at, passkey=passkey.id, name=name
    )


def _write_to(session: Session, user: User, template: str, *, name: str, at: datetime) -> None:
    post_to(session, user, template, at=at, passkey=name)
