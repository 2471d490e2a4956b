"""Registration: an account is open only once its e-mail is answered.

Registering does not reveal whether an address has an account: the page is the same, the e-mail
differs. Registering with somebody else's address gains nothing: a newer registration replaces the
one before, and the e-mail opens an account only for the person who registered it.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.people.links import Links, Purpose
from shop.people.models import User
from shop.people.people import actor_of, folded_email
from shop.people.rules import Profile
from shop.storage.db import count_rows, locking
from shop.storage.journal import record
from shop.storage.outbox import post

#: A registration that is not confirmed is deleted after this time.
UNANSWERED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wish:
    """The organisation that a person named, registered once their address is confirmed. `header` is
    its letterhead address, by the keys of parties.Place.
    """

    siret: str
    name: str
    declared_private: bool
    header: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registration:
    """The data of the registration form. `browser` is the secret of the person's browser
    (new_browser_mark), `then` the page of the shop to which they return afterwards.
    """

    email: str
    password_hash: str
    name: str
    phone: str = ""
    function: str = ""
    language: str = "fr"
    wish: Wish | None = None
    browser: str = ""
    then: str = ""

    @property
    def profile(self) -> Profile:
        return Profile(self.name, self.phone, self.function, self.language)


def new_browser_mark() -> str:
    """A secret stored in the browser of a registration: with it, one click opens the account."""
    return secrets.token_urlsafe(24)


def register(session: Session, wanted: Registration, *, links: Links, at: datetime) -> None:
    """Send an e-mail to the address: the link that opens the account, or that it has one already.

    The hash is computed before the transaction, whether the address has an account or not.
    """
    email = folded_email(wanted.email)
    user = _held(session, email) or _added(session, email, wanted, at=at)
    if user.is_confirmed or user.is_staff:  # an invited member of the staff follows their own link
        write_that_it_exists(session, user, at=at)
        return
    user.password_hash = wanted.password_hash
    user.set_profile(wanted.profile)
    user.created_at = at
    wish = wanted.wish
    user.wish = {
        "browser": _digest(wanted.browser),
        "then": wanted.then,
        "siret": wish.siret if wish else "",
        "name": wish.name if wish else "",
        "declared_private": bool(wish and wish.declared_private),
        "header": wish.header if wish else {},
    }
    send_link(session, user, links=links, at=at)


def send_link(session: Session, user: User, *, links: Links, at: datetime) -> None:
    """Send the link that opens the account. The e-mail greets nobody by name: the author of the
    name is not known yet, and must not write e-mails to others through the shop.
    """
    post(
        session,
        "activate",
        to=user.email,
        language=user.language,
        at=at,
        token=links.write(Purpose.ACTIVATE, user, at=at),
    )


def send_again(session: Session, email: str, *, links: Links, at: datetime) -> None:
    """Send the same e-mail again; none where there is no registration."""
    user = _held(session, folded_email(email))
    if user is None:
        return
    if not user.is_confirmed and not user.is_staff:
        send_link(session, user, links=links, at=at)
    else:
        write_that_it_exists(session, user, at=at)


def write_that_it_exists(session: Session, user: User, *, at: datetime) -> None:
    """Tell the owner of an account that somebody registers with its address, and how to sign in."""
    template = "account_exists" if user.active else "account_stays_closed"
    post(session, template, to=user.email, language=user.language, at=at)


def adopt_browser(session: Session, user: User, mark: str) -> None:
    """The person gave the password of their registration in this browser: one click is enough
    here.
    """
    user.wish = {**(user.wish or {}), "browser": _digest(mark)}
    session.flush()


def was_registered_in(user: User, mark: str) -> bool:
    """Whether the account was registered in the browser that has this secret."""
    kept = str((user.wish or {}).get("browser", ""))
    return bool(mark and kept) and compare_digest(kept, _digest(mark))


def wish_of(user: User) -> Wish | None:
    """The organisation that the person named."""
    wish = user.wish or {}
    if not wish.get("siret"):
        return None
    private, header = bool(wish["declared_private"]), wish.get("header", {})
    return Wish(wish["siret"], wish["name"], private, header)


def destination_of(user: User) -> str:
    """The page to which the person returns after the registration."""
    return str((user.wish or {}).get("then", ""))


def activate(session: Session, user: User, *, at: datetime) -> Wish | None:
    """Open the account: its address is confirmed. Returns the organisation that is to be registered
    now (shop/members/registration.py), if one was named.
    """
    wish = wish_of(user)
    user.email_confirmed_at, user.wish = at, None
    record(session, f"user:{user.id}", "register", by=actor_of(user), at=at)
    return wish


def free_unanswered(session: Session, email: str) -> None:
    """Delete a registration that is not confirmed, so that another person who confirms the address
    can use it.
    """
    session.execute(delete(User).where(User.email == folded_email(email), ~User.is_confirmed))


def forget_unanswered(session: Session, *, at: datetime) -> int:
    """Delete registrations that were not confirmed in a month; how many."""
    unanswered = delete(User).where(
        ~User.is_confirmed,
        ~User.is_staff,
        ~User.is_erased,
        User.created_at <= at - UNANSWERED,
    )
    return count_rows(session, unanswered)


def _held(session: Session, email: str) -> User | None:
    return session.scalar(locking(session, select(User).where(User.email == email)))


def _added(session: Session, email: str, wanted: Registration, *, at: datetime) -> User:
    """Add a row; or return the one that a second click has added meanwhile."""
    user = User(email=email, password_hash=wanted.password_hash, created_at=at)
    user.set_profile(wanted.profile)
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        found = _held(session, email)
        if found is None:
            raise
        return found
    return user


def _digest(mark: str) -> str:
    return sha256(mark.encode()).hexdigest()
