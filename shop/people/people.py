"""People: registering, signing in and out, changing what the shop knows of them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.accounts.models import Membership, User
from shop.accounts.passwords import matches
from shop.accounts.user_sessions import close_user_session
from shop.ground.actors import CUSTOMER, Actor
from shop.ground.errors import N_, DomainError, NotAllowed, NotFound
from shop.ground.journal import record


class AddressTaken(DomainError):
    sentence = N_("This e-mail address has an account already: sign in with it.")


class WrongCredentials(DomainError):
    """One sentence whether the address is unknown, the password wrong, or the account closed or not
    active yet."""

    sentence = N_(
        "This e-mail address and this password do not go together. Check both. If you have just"
        " registered, open the link in our letter first."
    )
    status = 422


class NotActivated(WrongCredentials):
    """The password is the right one, and nobody has answered the letter to that address yet.

    The page does not say so: who registers somebody else's address with a password of his own would
    learn whether it has an account. `user_id` is whose account it is.
    """


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


def check_credentials(session: Session, *, email: str, password: str) -> int:
    """The id of the person whose address and password these are; reads only.

    Takes as long for an unknown address. Raises WrongCredentials, NotActivated.
    """
    row = session.execute(
        select(User.id, User.password_hash, User.email_confirmed_at).where(
            User.email == folded_email(email), User.active
        )
    ).first()
    if not matches(password, row.password_hash if row else None) or row is None:
        raise WrongCredentials
    if row.email_confirmed_at is None:
        raise NotActivated(user_id=row.id)
    return row.id


def sign_in(session: Session, user_id: int, *, at: datetime) -> User:
    """Note that a person, whose password was checked, is in. Raises NotFound."""
    user = get_person(session, user_id)
    user.last_sign_in_at = at
    record(session, f"user:{user.id}", "sign_in", by=actor_of(user), at=at)
    return user


def sign_out(session: Session, session_id: int, *, by: Actor, at: datetime) -> None:
    """A person leaves this browser: a cookie that somebody copied from it is worth no more."""
    close_user_session(session, session_id, by=by, at=at)
    record(session, f"user:{by.user_id}", "sign_out", by=by, at=at)


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


def actor_of(user: User, membership: Membership | None = None) -> Actor:
    """The person as the one who acts, when no page knows him as its viewer yet."""
    roles = frozenset({user.staff_role} if user.staff_role else {CUSTOMER})
    if membership is None or membership.approved_at is None:
        return Actor(user.name, roles, user.id, None, user.email)
    return Actor(
        user.name,
        roles | membership.roles,
        user.id,
        membership.organisation_id,
        user.email,
        membership.establishment_id,
        not membership.everywhere,
    )
