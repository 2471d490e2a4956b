"""The doors of the shop: closed until the compulsory steps are done, then opened and closed by an
administrator.
"""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.catalogue.models import Product
from shop.core.actors import ADMIN, Actor
from shop.core.errors import N_, Changed, DomainError, NotAllowed
from shop.letterheads.models import Letterhead
from shop.opening.models import DoorMove, OpeningCheck
from shop.opening.rules import BY_HAND, Facts, Step, missing
from shop.people.models import User
from shop.signin.models import Passkey
from shop.storage.db import locking
from shop.storage.journal import record


class StillMissing(DomainError):
    sentence = N_("The doors stay closed: a compulsory step of the opening is still missing.")


class DoorsMoved(Changed):
    sentence = N_("Another person has opened or closed the doors meanwhile.")


class ClosingReasonMissing(DomainError):
    sentence = N_("Give the reason: the journal keeps it.")
    status = 422


class ConfirmedAlready(DomainError):
    sentence = N_("This step is done already.")


_LATEST = select(DoorMove).order_by(DoorMove.id.desc()).limit(1)


def latest_move(session: Session) -> DoorMove | None:
    """The last opening or closing, if there was one."""
    return session.scalar(_LATEST)


def are_open(session: Session) -> bool:
    """Whether the public pages are open."""
    move = select(DoorMove.is_open).order_by(DoorMove.id.desc()).limit(1)
    return bool(session.scalar(move))


def opening_facts(session: Session) -> Facts:
    """What the shop has so far."""
    secured = exists().where(
        User.works_as(ADMIN),
        User.active,
        or_(User.totp_secret.is_not(None), exists().where(Passkey.user_id == User.id)),
    )
    has_administrator, has_letterhead, has_product = session.execute(
        select(secured, exists().where(Letterhead.id > 0), exists().where(Product.published))
    ).one()
    confirmed = session.scalars(select(OpeningCheck.step).order_by(OpeningCheck.id))
    return Facts(has_administrator, has_letterhead, has_product, frozenset(confirmed))


def confirm_step(session: Session, step: Step, *, by: Actor, at: datetime) -> OpeningCheck:
    """An administrator has read what the shop says and confirms it.

    Raises NotAllowed, ConfirmedAlready.
    """
    if not by.has(ADMIN) or step not in BY_HAND:
        raise NotAllowed(act="confirm_step")
    row = note_step(session, step, by=by, at=at)
    record(session, f"opening:{row.id}", "confirm_step", by=by, at=at, step=str(step))
    return row


def note_step(session: Session, step: Step, *, by: Actor, at: datetime) -> OpeningCheck:
    """Note that a step is done, once. Raises ConfirmedAlready."""
    if session.scalar(select(OpeningCheck.id).where(OpeningCheck.step == step).limit(1)):
        raise ConfirmedAlready
    row = OpeningCheck(step=step, at=at, by_id=by.user_id, by=by.name)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise ConfirmedAlready from error
    return row


def open_doors(session: Session, *, by: Actor, at: datetime) -> DoorMove:
    """Open the public pages. Raises NotAllowed, DoorsMoved, StillMissing."""
    _ensure_may_move(session, by, "open_doors", is_open=False)
    if missing(opening_facts(session)):
        raise StillMissing
    return _move(session, "open_doors", "", by=by, at=at)


def close_doors(session: Session, reason: str, *, by: Actor, at: datetime) -> DoorMove:
    """Close the public pages. Raises NotAllowed, ClosingReasonMissing, DoorsMoved."""
    _ensure_may_move(session, by, "close_doors", is_open=True)
    if not reason.strip():
        raise ClosingReasonMissing
    return _move(session, "close_doors", reason.strip(), by=by, at=at)


def _ensure_may_move(session: Session, by: Actor, act: str, *, is_open: bool) -> None:
    if not by.has(ADMIN):
        raise NotAllowed(act=act)
    latest = session.scalar(locking(session, _LATEST))
    if (latest is not None and latest.is_open) != is_open:
        raise DoorsMoved


def _move(session: Session, act: str, reason: str, *, by: Actor, at: datetime) -> DoorMove:
    row = DoorMove(at=at, is_open=act == "open_doors", reason=reason, by_id=by.user_id, by=by.name)
    session.add(row)
    session.flush()
    record(session, f"doors:{row.id}", act, by=by, at=at, reason=reason)
    return row
