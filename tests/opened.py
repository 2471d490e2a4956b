"""What the forms of the opening of a shop need before they can be sent."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, SALES, Actor
from shop.opening.doors import confirm_step, note_step, open_doors
from shop.opening.first_administrator import write_link
from shop.opening.mail_trial import send_trial
from shop.opening.rules import BY_HAND, Step
from shop.ops.clock import now
from shop.people.links import Links, Purpose
from shop.people.models import User
from shop.staff.staff import invite_staff
from shop.storage.outbox import Email
from tests.whole.test_matrix import Cell, Stage

Answers = dict[str, Any]
CHIEF = Actor("Ada Roche", frozenset({ADMIN}))
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def nobody_administers(
    stage: Stage, _cell: Cell, _browser: FlaskClient, session: Session
) -> tuple[str, Answers]:
    """A shop without an administrator, and the link of the command line."""
    session.execute(update(User).where(User.works_as(ADMIN)).values(staff_roles=None))
    token = write_link(stage.app.config["SECRET_KEY"], at=now())
    return f"/ouverture/{token}", {"name": "Ada Roche", "password": "four quiet lamps burn"}


def colleague_invited(
    stage: Stage, cell: Cell, _browser: FlaskClient, session: Session
) -> tuple[str, Answers]:
    """A person who is invited to work for the shop, and their link."""
    links, at = Links(stage.app.config["SECRET_KEY"]), now()
    rest = {"email": "noe@comptoir.example", "name": "Noé Petit", "password_hash": "x"}
    user = invite_staff(session, roles={SALES}, links=links, by=CHIEF, at=at, **rest)
    session.flush()
    token = links.write(Purpose.JOIN_STAFF, user, at=at)
    joining = cell.endpoint == "staff.join"
    own = f"/equipe/invitation/{token}" if joining else f"/bureau/equipe/{user.id}/invitation"
    return own, {"password": "four quiet lamps burn"} if joining else {}


def nothing_missing(
    _stage: Stage, cell: Cell, _browser: FlaskClient, session: Session
) -> tuple[str, Answers]:
    """Each compulsory step is done."""
    session.execute(update(User).where(User.works_as(ADMIN)).values(totp_secret=KEY))
    for step in sorted(BY_HAND):
        confirm_step(session, step, by=CHIEF, at=now())
    for step in (Step.MAIL, Step.CARD):
        note_step(session, step, by=CHIEF, at=now())
    return cell.url, {}


def doors_open(
    stage: Stage, cell: Cell, browser: FlaskClient, session: Session
) -> tuple[str, Answers]:
    """The doors are open."""
    nothing_missing(stage, cell, browser, session)
    open_doors(session, by=CHIEF, at=now())
    return cell.url, {}


def message_sent(
    _stage: Stage, cell: Cell, _browser: FlaskClient, session: Session
) -> tuple[str, Answers]:
    """A message has left: its code."""
    trial = send_trial(session, "ada@shop.example", language="fr", by=CHIEF, at=now())
    code = session.get_one(Email, trial.email_id).facts["code"]
    return cell.url, {"trial": str(trial.id), "code": code}
