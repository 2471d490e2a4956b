"""Who requests this page: the viewer, read in one statement, and their actor."""

import logging
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from flask import Flask, Response, g, request
from flask import session as cookie
from flask_login import LoginManager, current_user
from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shop.core import rights
from shop.core.actors import CUSTOMER, Actor, member_roles
from shop.core.errors import DomainError
from shop.core.rights import Right, may
from shop.core.sales import price_basis
from shop.core.text import paris_day
from shop.core.vat import PriceBasis
from shop.members.models import Membership
from shop.ops.clock import now, today
from shop.organisations.models import Establishment, Organisation
from shop.organisations.rules import Verification, is_public_body
from shop.people.models import User
from shop.register.rules import Nature
from shop.signin.models import Passkey, UserSession
from shop.signin.sessions import digest, note_seen, open_user_session
from shop.storage.journal import record
from shop.web.kit.site import plain_database, reading, settings

log = logging.getLogger("comptoir.refusals")


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person, as pages and services need them. The Flask-Login user.

    `has_second_factor`: a code is required after the password. `owes_second_factor`: a member of
    the staff who has neither codes nor a passkey, and has to set one up first; until then they have
    no staff rights.
    """

    user_id: int
    name: str
    email: str
    phone: str
    function: str
    language: str
    staff_roles: frozenset[str]
    organisation_id: int | None
    organisation_name: str | None
    establishment_id: int | None
    establishment_name: str | None
    administers: bool | None
    buys: bool | None
    accountant: bool | None
    everywhere: bool | None
    nature: Nature | None
    verification: Verification | None
    agreed_until: date | None
    has_second_factor: bool = False
    has_passkey: bool = False
    owes_second_factor: bool = False
    session_id: int = 0
    secret: str = field(default="", repr=False)

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The content of the cookie: the secret of this browser's session."""
        return self.secret

    @property
    def is_staff(self) -> bool:
        return bool(self.staff_roles)

    def works_as(self, *roles: str) -> bool:
        """Whether they have one of these roles of the staff."""
        return not self.staff_roles.isdisjoint(roles)

    @property
    def is_public_body(self) -> bool:
        """Whether they buy for a verified public body: prices excluding VAT are shown first."""
        return is_public_body(self.nature, self.verification)

    @property
    def actor(self) -> Actor:
        """The person with their roles: those of the staff, or the rights in their organisation."""
        of_staff = self.staff_roles if not self.owes_second_factor else frozenset[str]()
        return Actor(
            self.name,
            of_staff or self.member_roles | {CUSTOMER},
            self.user_id,
            self.organisation_id,
            self.email,
            self.establishment_id,
            self.organisation_id is not None and not self.everywhere,
            not self.has_agreement,
        )

    @property
    def has_agreement(self) -> bool:
        """Whether a signed agreement of the organisation may be in force today."""
        return self.agreed_until is not None and self.agreed_until >= today()

    @property
    def member_roles(self) -> frozenset[str]:
        """The person's roles in their organisation; empty without one."""
        if self.organisation_id is None:
            return frozenset()
        return member_roles(bool(self.administers), bool(self.buys), bool(self.accountant))

    def may(self, right: Right) -> bool:
        """Whether the person has a right of the table; a person without organisation has none."""
        return may(self.actor, right)


_PERSON = (
    select(
        User.id,
        User.name,
        User.email,
        User.phone,
        User.function,
        User.language,
        User.staff_roles,
        Organisation.id.label("organisation_id"),
        Organisation.name.label("organisation_name"),
        Membership.establishment_id,
        Establishment.name.label("establishment_name"),
        Membership.administers,
        Membership.buys,
        Membership.accountant,
        Membership.everywhere,
        Organisation.nature,
        Organisation.verification,
        Organisation.agreed_until,
        User.totp_secret.is_not(None).label("has_second_factor"),
        select(Passkey.id).where(Passkey.user_id == User.id).exists().label("has_passkey"),
    )
    .outerjoin(Membership, (Membership.user_id == User.id) & Membership.is_in)
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .outerjoin(Establishment, Establishment.id == Membership.establishment_id)
    .where(User.active)
    .limit(1)
)
_LOAD = _PERSON.where(User.id == bindparam("user_id"))
_IN_SESSION = (
    _PERSON.add_columns(UserSession.id.label("session_id"), UserSession.seen_at)
    .join(UserSession, UserSession.user_id == User.id)
    .where(
        UserSession.key == bindparam("key"),
        ~UserSession.is_closed,
        UserSession.expires_at > bindparam("at", type_=UserSession.expires_at.type),
    )
)

VISITOR = Actor("", frozenset())
#: Keys of a visitor's session that are kept at sign-in.
_CARRIED: set[str] = set()


def carry_over(*keys: str) -> None:
    """Keep keys of the session, such as the keys of a guest's orders, when the person signs in;
    they are removed at sign-out.
    """
    _CARRIED.update(keys)


def carried_over() -> dict[str, Any]:
    """The part of this session that is kept when its visitor signs in."""
    return {key: cookie[key] for key in _CARRIED if key in cookie}


def load_viewer(session: Any, user_id: int) -> Viewer | None:
    """The viewer of a user id, from a session or a connection; None if closed or unknown."""
    row = session.execute(_LOAD, {"user_id": user_id}).first()
    return Viewer(*row) if row else None


def start(session: Session, user_id: int, *, at: datetime) -> Viewer | None:
    """Sign this browser in; returns the viewer for Flask-Login, or None for a closed account."""
    person = load_viewer(session, user_id)
    if person is None:
        return None
    secret = open_user_session(
        session,
        user_id,
        staff=person.is_staff,
        browser=request.user_agent.string,
        origin=request.remote_addr or "",
        at=at,
    )
    return replace(person, secret=secret)


def viewer() -> Viewer | None:
    """The signed-in person, or None for a visitor."""
    user = current_user
    return user._get_current_object() if user and user.is_authenticated else None


def reads_excluding() -> bool:
    """Whether prices are shown and added up excluding VAT: for an organisation."""
    return price_basis(actor()) is PriceBasis.EXCLUDING


def actor() -> Actor:
    """The actor of this request; a visitor has no roles."""
    person = viewer()
    return person.actor if person else VISITOR


def _load_from_cookie(secret: str) -> Viewer | None:
    row = reading().execute(_IN_SESSION, {"key": digest(secret), "at": now()}).first()
    if row is None:
        return None
    *facts, session_id, seen_at = row
    if paris_day(seen_at) != paris_day(now()):
        g.seen_again = session_id
    person = Viewer(*facts)
    shown = person.has_second_factor or person.has_passkey
    owes = settings().requires_second_factor and person.is_staff and not shown
    return replace(person, owes_second_factor=owes, session_id=session_id, secret=secret)


def _note_seen(response: Response) -> Response:
    """The first page of a day notes that this browser was used. Its own transaction; when it fails,
    the page is still answered.
    """
    session_id = g.pop("seen_again", None)
    if session_id is not None:
        try:
            with plain_database().transaction() as session:
                note_seen(session, session_id, at=now())
        except OperationalError:
            log.exception("session %s was not noted as seen", session_id)
    return response


def _journal_refusal(error: DomainError) -> None:
    """Write a person's forged request to the journal: who, where, what was refused. Its own
    transaction.

    A visitor's is only logged: the journal is never deleted, and must not be filled from outside.
    """
    if viewer() is None:
        log.warning(
            "%s refused to a visitor: %s %r", type(error).__name__, request.method, request.path
        )
        return
    with plain_database().transaction() as session:
        record(
            session,
            "refusal",
            type(error).__name__,
            by=actor(),
            at=now(),
            path=request.path,
            method=request.method,
            facts={key: str(value) for key, value in error.facts.items()},
        )


def init_app(app: Flask) -> None:
    """Set up signing in for an application; `who` in templates is the viewer or None."""
    manager = LoginManager(app)
    manager.login_view = "signin.sign_in"
    manager.user_loader(_load_from_cookie)
    manager.session_protection = "basic"
    app.extensions["comptoir.refusals"] = _journal_refusal
    app.after_request(_note_seen)
    app.context_processor(lambda: {"who": viewer()})
    app.jinja_env.globals["rights"] = rights
