"""People: registering, signing in and out, changing what the shop knows of them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.core.actors import CUSTOMER, Actor
from shop.core.errors import N_, DomainError, NotAllowed, NotFound
from shop.people.models import User
from shop.storage.journal import record


class AddressTaken(DomainError):
    sentence = N_("This e-mail address has an account already: sign in with it.")


def folded_email(typed: str) -> str:
    """An e-mail address as it is kept and compared: people type capitals at will."""
    return typed.strip().casefold()


def register_person(
    session: Session,
    *,
    email: str,
    password_hash: str,
    name: str,
    phone: str = "",
    function: str = "",
    language: str = "fr",
    staff_role: str | None = None,
    at: datetime,
) -> User:
    """Open an account whose address is known to be the person's: the shop's own staff, or somebody
    who has answered a letter. Who registers by himself goes through registration.register.

    The hash is made before the transaction (passwords.hash_password). Raises AddressTaken.
    """
    email = folded_email(email)
    user = User(
        email=email,
        password_hash=password_hash,
        name=name.strip(),
        phone=phone.strip(),
        function=function.strip(),
        language=language,
        staff_role=staff_role,
        created_at=at,
        email_confirmed_at=at,
    )
    if session.scalar(select(User.id).where(User.email == email)):
        raise AddressTaken
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise AddressTaken from error
    record(session, f"user:{user.id}", "register", by=actor_of(user), at=at)
    return user


def change_person(
    session: Session,
    user: User,
    *,
    name: str,
    phone: str,
    function: str,
    language: str,
    by: Actor,
    at: datetime,
) -> None:
    """Change one's own name, phone, function and language; issued papers keep what they say.

    Raises NotAllowed.
    """
    if by.user_id != user.id:
        raise NotAllowed(act="change_person")
    user.name = name.strip()
    user.phone = phone.strip()
    user.function = function.strip()
    user.language = language
    record(session, f"user:{user.id}", "change", by=by, at=at)


def get_person(session: Session, user_id: int) -> User:
    """A person by his id. Raises NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def find_person(session: Session, email: str) -> User | None:
    """A person by his e-mail address, or None."""
    return session.scalar(select(User).where(User.email == folded_email(email)))


def actor_of(user: User) -> Actor:
    """The person as the one who acts, when no page knows them as its viewer yet: without the roles
    of a membership (members.members.member_actor)."""
    roles = frozenset({user.staff_role} if user.staff_role else {CUSTOMER})
    return Actor(user.name, roles, user.id, None, user.email)
