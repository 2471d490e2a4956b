"""Signing in and out with an address and a password."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, DomainError
from shop.people.models import User
from shop.people.people import actor_of, folded_email, get_person
from shop.signin.passwords import matches
from shop.signin.sessions import close_user_session
from shop.storage.journal import record


class WrongCredentials(DomainError):
    """One sentence whether the address is unknown, the password wrong, or the account closed or not
    active yet.
    """

    sentence = N_(
        "This e-mail address and this password do not match. Check both. If you have just "
        "registered, first open the link in our e-mail."
    )
    status = 422


class NotActivated(WrongCredentials):
    """The password is the right one, but the address is not confirmed yet.

    The page does not say so: otherwise, registering somebody else's address with any password would
    reveal whether it has an account. `user_id` is the owner of the account.
    """


def check_credentials(session: Session, *, email: str, password: str) -> int:
    """The id of the person with this address and password; reads only.

    Takes as long for an unknown address. Raises WrongCredentials, NotActivated.
    """
    row = session.execute(
        select(User.id, User.password_hash, User.is_confirmed).where(
            User.email == folded_email(email), User.active
        )
    ).first()
    if not matches(password, row.password_hash if row else None) or row is None:
        raise WrongCredentials
    if not row.is_confirmed:
        raise NotActivated(user_id=row.id)
    return row.id


def sign_in(session: Session, user_id: int, *, at: datetime) -> User:
    """Note that a person, whose password was checked, has signed in. Raises NotFound."""
    user = get_person(session, user_id)
    user.last_sign_in_at = at
    record(session, f"user:{user.id}", "sign_in", by=actor_of(user), at=at)
    return user


def sign_out(session: Session, session_id: int, *, by: Actor, at: datetime) -> None:
    """Sign out of this browser: a copied cookie of it is no longer valid."""
    close_user_session(session, session_id, by=by, at=at)
    record(session, f"user:{by.user_id}", "sign_out", by=by, at=at)
