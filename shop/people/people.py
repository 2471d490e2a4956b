"""People: registering, signing in and out, changing what the shop knows of them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.core.actors import CUSTOMER, Actor
from shop.core.errors import N_, DomainError, NotAllowed, NotFound
from shop.people.models import User
from shop.people.rules import Profile
from shop.storage.journal import record


class AddressTaken(DomainError):
    sentence = N_("There is already an account with this e-mail address: sign in with it.")


def folded_email(typed: str) -> str:
    """An e-mail address as it is kept and compared: people type capitals at will."""
    return typed.strip().casefold()


def register_person(
    session: Session,
    *,
    email: str,
    password_hash: str,
    profile: Profile,
    staff_roles: Iterable[str] = (),
    at: datetime,
) -> User:
    """Open an account whose address is known to be the person's: the shop's own staff, or somebody
    who has answered an e-mail. A person who registers on their own uses registration.register.

    The hash is made before the transaction (passwords.hash_password). Raises AddressTaken.
    """
    user = new_person(session, email, password_hash, profile, frozenset(staff_roles), at=at)
    user.email_confirmed_at = at
    record(session, f"user:{user.id}", "register", by=actor_of(user), at=at)
    return user


def new_person(
    session: Session,
    email: str,
    password_hash: str,
    profile: Profile,
    staff_roles: frozenset[str],
    *,
    at: datetime,
) -> User:
    """The row of a person whose address has not answered yet. Raises AddressTaken."""
    email = folded_email(email)
    user = User(email=email, password_hash=password_hash, staff_roles=staff_roles, created_at=at)
    user.set_profile(profile)
    if session.scalar(select(User.id).where(User.email == email)):
        raise AddressTaken
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise AddressTaken from error
    return user


def change_person(
    session: Session, user: User, profile: Profile, *, by: Actor, at: datetime
) -> None:
    """Change one's own profile; issued documents keep what they say.

    Raises NotAllowed.
    """
    if by.user_id != user.id:
        raise NotAllowed(act="change_person")
    user.set_profile(profile)
    record(session, f"user:{user.id}", "change", by=by, at=at)


def get_person(session: Session, user_id: int) -> User:
    """A person by their id. Raises NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def find_person(session: Session, email: str) -> User | None:
    """A person by their e-mail address, or None."""
    return session.scalar(select(User).where(User.email == folded_email(email)))


def actor_of(user: User) -> Actor:
    """The person as an actor, when no page knows them as its viewer yet: without the roles of a
    membership (members.members.member_actor)."""
    roles = user.staff_roles or frozenset({CUSTOMER})
    return Actor(user.name, roles, user.id, None, user.email)
