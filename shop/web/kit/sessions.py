"""Who requests this page: the viewer, read in one statement, and their actor."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Flask, Response, g, request
from flask import session as cookie
from flask_login import LoginManager, current_user
from sqlalchemy import Row, bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, aliased

from shop.core import rights
from shop.core.actors import Actor
from shop.core.errors import DomainError
from shop.core.sales import price_basis
from shop.core.text import paris_day
from shop.core.vat import PriceBasis
from shop.members.models import Membership
from shop.ops.clock import now, today
from shop.organisations.models import Establishment, Organisation
from shop.people.models import User
from shop.signin.models import Passkey, UserSession
from shop.signin.sessions import digest, note_seen, open_user_session
from shop.staff.models import StaffLeave
from shop.storage.journal import record
from shop.web.kit.site import plain_database, reading, settings
from shop.web.kit.viewers import Replaced, Viewer

log = logging.getLogger("comptoir.refusals")


_Absent = aliased(User)
_PERSON = (
    select(
        StaffLeave.ends_on.label("replaces_until"),
        StaffLeave.roles.label("granted"),
        _Absent.name.label("absent"),
        _Absent.staff_roles.label("absent_roles"),
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
    .outerjoin(
        StaffLeave,
        (StaffLeave.substitute_id == User.id)
        & StaffLeave.is_replaced
        & bindparam("today", type_=StaffLeave.starts_on.type).between(
            StaffLeave.starts_on, StaffLeave.ends_on
        ),
    )
    .outerjoin(_Absent, _Absent.id == StaffLeave.user_id)
    .where(User.active)
    .order_by(StaffLeave.ends_on, StaffLeave.id)
)
#: How many columns of these are about the person whom the viewer replaces: they come first.
_OF_LEAVE = 4
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
    rows = session.execute(_LOAD, {"user_id": user_id, "today": today()}).all()
    return _viewer_of(rows, rows[0][_OF_LEAVE:]) if rows else None


def _viewer_of(rows: Sequence[Row[Any]], facts: Sequence[Any]) -> Viewer:
    """The viewer of the first row; each row has a person whom they replace today, or nobody. A role
    that the absent person no longer has is not had for them.
    """
    replaces = tuple(
        Replaced(row.absent, row.replaces_until, row.granted & row.absent_roles)
        for row in rows
        if row.replaces_until
    )
    person, granted = Viewer(*facts), (one.roles for one in replaces)
    return replace(person, staff_roles=person.staff_roles.union(*granted), replaces=replaces)


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
    asked = {"key": digest(secret), "at": now(), "today": today()}
    rows = reading().execute(_IN_SESSION, asked).all()
    if not rows:
        return None
    *facts, session_id, seen_at = rows[0][_OF_LEAVE:]
    if paris_day(seen_at) != paris_day(now()):
        g.seen_again = session_id
    person = _viewer_of(rows, facts)
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
