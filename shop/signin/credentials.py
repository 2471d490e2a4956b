"""The password and the address of an account: forgotten, changed, and confirmed by e-mail.

Each change is followed by an e-mail, so that the owner learns of it if somebody else made it.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, DomainError, NotAllowed
from shop.people.emails import post_to
from shop.people.links import Links, Purpose
from shop.people.models import User
from shop.people.people import actor_of, find_person, folded_email
from shop.people.registration import free_unanswered, write_that_it_exists
from shop.signin.sessions import close_sessions
from shop.storage.journal import record
from shop.storage.outbox import post


class SameAddress(DomainError):
    sentence = N_("This is already the address of your account.")
    status = 422


class NoLongerFree(DomainError):
    """Shown only to a person who has proven that they own the address."""

    sentence = N_("This address now belongs to another account: your address has not been changed.")


def ask_new_password(session: Session, email: str, *, links: Links, at: datetime) -> None:
    """Send a link for a new password. The page does not reveal whether the address has an account:
    an address without one gets no e-mail.
    """
    user = find_person(session, email)
    if user is None:
        return
    if not user.active:
        write_that_it_exists(session, user, at=at)
        return
    if not user.is_confirmed:
        post(session, "registration_unfinished", to=user.email, language=user.language, at=at)
        return
    post_to(
        session, user, "new_password", at=at, token=links.write(Purpose.NEW_PASSWORD, user, at=at)
    )


def set_new_password(session: Session, user: User, *, password_hash: str, at: datetime) -> None:
    """Set a new password, after the link was opened; every session of the account ends.

    The hash is computed before the transaction.
    """
    _set(session, user, password_hash, at=at)
    close_sessions(session, user.id, at=at)
    record(session, f"user:{user.id}", "set_new_password", by=actor_of(user), at=at)


def change_password(
    session: Session, user: User, *, password_hash: str, this_session: int, by: Actor, at: datetime
) -> None:
    """Change the password, after the present one was given; the other sessions end.

    Raises NotAllowed.
    """
    if by.user_id != user.id:
        raise NotAllowed(act="change_password")
    _set(session, user, password_hash, at=at)
    close_sessions(session, user.id, but=this_session, at=at)
    record(session, f"user:{user.id}", "change_password", by=by, at=at)


def ask_new_email(
    session: Session, user: User, email: str, *, links: Links, by: Actor, at: datetime
) -> None:
    """Request another address: a link is sent there and a notice to the present one, which stays
    until the link is opened. An address that has an account gets another e-mail, so that only its
    owner learns it. Raises NotAllowed, SameAddress.
    """
    if by.user_id != user.id:
        raise NotAllowed(act="ask_new_email")
    email = folded_email(email)
    if email == user.email:
        raise SameAddress
    other = find_person(session, email)
    if other is not None and other.is_confirmed:
        write_that_it_exists(session, other, at=at)
    else:
        token = links.write(Purpose.NEW_EMAIL, user, at=at, email=email)
        post(session, "new_email", to=email, language=user.language, at=at, token=token)
    post_to(session, user, "new_email_asked", at=at, email=email)
    record(session, f"user:{user.id}", "ask_new_email", by=by, at=at)


def change_email(session: Session, user: User, email: str, *, by: Actor, at: datetime) -> None:
    """Change the address once the new one has answered and its owner is signed in to the account: a
    person who has an e-mail sent to a stranger does not obtain that address. The caller calls the
    packages that depend on addresses (members/left_domain.py).

    Raises NotAllowed, NoLongerFree.
    """
    if by.user_id != user.id:
        raise NotAllowed(act="change_email")
    free_unanswered(session, email)
    if session.scalar(select(User.id).where(User.email == email)):
        raise NoLongerFree
    before = user.email
    try:
        with session.begin_nested():
            user.email, user.email_confirmed_at = email, at
    except IntegrityError as error:
        raise NoLongerFree from error
    post(
        session,
        "email_changed",
        to=before,
        language=user.language,
        at=at,
        name=user.name,
        email=email,
    )
    domain = email.rpartition("@")[2]
    record(session, f"user:{user.id}", "change_email", by=by, at=at, domain=domain)


def _set(session: Session, user: User, password_hash: str, *, at: datetime) -> None:
    user.password_hash = password_hash
    post_to(session, user, "password_changed", at=at)
