"""The staff of the shop: invited by e-mail, with roles that an administrator changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, STAFF_ROLES, Actor
from shop.core.errors import N_, NotFound
from shop.people.emails import post_to
from shop.people.links import Links, Purpose
from shop.people.models import User
from shop.people.people import actor_of, find_person, new_person
from shop.people.rules import Profile
from shop.signin.models import Passkey
from shop.staff.rules import (
    STAFF_ROLE_NAMES,
    CustomersAddress,
    JoinedAlready,
    LastAdministrator,
    RolesChanged,
    SameRoles,
    WorksHere,
    ensure_administers,
    ensure_roles,
    names_of,
)
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.db import locking
from shop.storage.journal import record
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

_SECURED = or_(User.totp_secret.is_not(None), exists().where(Passkey.user_id == User.id))


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of the staff, and whether they have a second factor."""

    user: User
    is_secured: bool

    @property
    def seen(self) -> datetime | None:
        """Their last sign-in."""
        return self.user.last_sign_in_at


def staff_list(session: Session, place: Place = FIRST) -> Page[Colleague]:
    """The staff by name, a page at a time."""
    return page_of(session, _listing(), place).of(lambda row: Colleague(row[0], row[1]))


def get_colleague(session: Session, user_id: int) -> Colleague:
    """A person of the staff. Raises NotFound."""
    row = session.execute(
        select(User, _SECURED).where(User.id == user_id, User.is_staff)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Colleague(row[0], row[1])


def lock_colleague(session: Session, user_id: int) -> User:
    """A person of the staff, locked after the administrators: of two changes at once the second one
    sees the first. Raises NotFound.
    """
    _lock_administrators(session)
    user = session.scalar(locking(session, select(User).where(User.id == user_id, User.is_staff)))
    if user is None:
        raise NotFound
    return user


def invite_staff(
    session: Session,
    *,
    email: str,
    name: str,
    roles: Iterable[str],
    password_hash: str,
    links: Links,
    by: Actor,
    at: datetime,
) -> User:
    """Invite a person by an e-mail with a link, good for three days, behind which they choose a
    password. Until then `password_hash` is that of a secret that nobody knows.

    Raises NotAllowed, NoRoleChosen, WorksHere, CustomersAddress, AddressTaken.
    """
    ensure_administers(by, "invite_staff")
    given = ensure_roles(roles)
    known = find_person(session, email)
    if known is not None:
        raise WorksHere(user_id=known.id) if known.is_staff else CustomersAddress
    user = new_person(session, email, password_hash, Profile(name), given, at=at)
    _send_link(session, user, links, by=by, at=at)
    record(session, f"user:{user.id}", "invite_staff", by=by, at=at, roles=_listed(given))
    return user


def invite_staff_again(
    session: Session, user: User, *, links: Links, by: Actor, at: datetime
) -> None:
    """Send the link again. Raises NotAllowed, JoinedAlready."""
    ensure_administers(by, "invite_staff_again")
    if user.is_confirmed:
        raise JoinedAlready
    _send_link(session, user, links, by=by, at=at)
    record(session, f"user:{user.id}", "invite_staff_again", by=by, at=at)


def join_staff(session: Session, user: User, *, password_hash: str, at: datetime) -> None:
    """The person has followed the link, which confirms their address, and chosen a password."""
    user.password_hash, user.email_confirmed_at = password_hash, at
    record(session, f"user:{user.id}", "join_staff", by=actor_of(user), at=at)


def change_roles(
    session: Session,
    user: User,
    roles: Iterable[str],
    *,
    seen: frozenset[str],
    by: Actor,
    at: datetime,
) -> None:
    """Give a person other roles, from their next page on; `seen` are those that the administrator
    read. The caller holds the person (lock_colleague).

    Raises NotAllowed, NoRoleChosen, RolesChanged, SameRoles, LastAdministrator.
    """
    ensure_administers(by, "change_staff_roles")
    given, before = ensure_roles(roles), user.staff_roles
    if before != seen:
        raise RolesChanged
    if given == before:
        raise SameRoles
    if ADMIN not in given:
        ensure_administrator_stays(session, user)
    user.staff_roles = given
    if user.is_confirmed:
        post_to(
            session,
            user,
            "staff_roles_changed",
            at=at,
            by_name=by.name,
            before=names_of(before),
            roles=names_of(given),
        )
    was, becomes, subject = _listed(before), _listed(given), f"user:{user.id}"
    record(session, subject, "change_staff_roles", by=by, at=at, before=was, after=becomes)


def ensure_administrator_stays(session: Session, user: User) -> None:
    """Whether another administrator can sign in: asked before this one no longer is one. Raises
    LastAdministrator.
    """
    if ADMIN not in user.staff_roles or not user.active or not user.is_confirmed:
        return
    if all(one.id == user.id for one in _lock_administrators(session)):
        raise LastAdministrator


def _lock_administrators(session: Session) -> list[User]:
    """Those who can sign in, locked: of two who leave at once, the second one stays."""
    administrators = (
        select(User)
        .where(User.works_as(ADMIN), User.active, User.is_confirmed)
        .order_by(User.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(locking(session, administrators)))


def _send_link(session: Session, user: User, links: Links, *, by: Actor, at: datetime) -> None:
    token = links.write(Purpose.JOIN_STAFF, user, at=at)
    roles = names_of(user.staff_roles)
    post_to(session, user, "staff_invitation", at=at, by_name=by.name, roles=roles, token=token)


def _listed(roles: frozenset[str]) -> str:
    return ", ".join(role for role in STAFF_ROLES if role in roles)


def _listing() -> Listing:
    accounts = (
        Choice("open", N_("active"), User.is_confirmed & User.active),
        Choice("invited", N_("invited"), ~User.is_confirmed & User.active),
        Choice("closed", N_("suspended"), ~User.active),
    )
    roles = tuple(
        Choice(role, name, User.works_as(role)) for role, name in STAFF_ROLE_NAMES.items()
    )
    return Listing(
        select(User, _SECURED.label("is_secured")).where(User.is_staff),
        (User.name_key, User.name, User.id),
        User.id,
        (Filter("account", N_("Account"), accounts), Filter("role", N_("Roles"), roles)),
        (
            Sort("name", N_("Name"), (User.name_key,)),
            Sort("since", N_("Since"), (User.created_at,)),
        ),
        "name",
    )
