"""The shop's letterhead: the seller's name, address and bank account.

A new letterhead is a new row; issued documents contain a copy of the one they were issued under.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, Actor
from shop.core.errors import N_, Changed, DomainError, NotAllowed
from shop.letterheads.models import Letterhead
from shop.letterheads.rules import changed_keys, ensure_usable
from shop.storage.db import locking
from shop.storage.journal import record


class NoLetterhead(DomainError):
    sentence = N_("The shop has no letterhead yet: an administrator must enter it first.")


class BankDiffers(DomainError):
    sentence = N_(
        "The bank details of the shop change with two persons only: ask for the change, and let "
        "another person confirm it."
    )


class ChangedMeanwhile(Changed):
    sentence = N_(
        "Another person has changed these statements meanwhile. Compare what is in force now with "
        "what you typed, then save again."
    )


class SameIdentity(DomainError):
    sentence = N_("Nothing differs from what is in force.")
    status = 422


_LATEST = select(Letterhead.content).order_by(Letterhead.id.desc()).limit(1)


def letterhead_in_force() -> ColumnElement[dict[str, Any] | None]:
    """The content of the letterhead in force, to be read with other rows."""
    return _LATEST.scalar_subquery()


def current_letterhead(session: Session) -> dict[str, Any]:
    """The letterhead in force, to be copied into a document. Raises NoLetterhead."""
    content = find_letterhead(session)
    if content is None:
        raise NoLetterhead
    return content


def find_letterhead(session: Session) -> dict[str, Any] | None:
    """The letterhead in force, if an administrator has entered one."""
    return session.scalar(_LATEST)


def set_letterhead(session: Session, content: dict[str, Any], *, at: datetime) -> Letterhead:
    """Put a new letterhead in force for documents issued from now on. The bank details of the one
    in force stay: they change with two persons (shop/bank_details). Raises LetterheadRefused,
    BankDiffers.
    """
    ensure_usable(content)
    lock_letterheads(session)
    before = find_letterhead(session)
    if before is not None and before.get("bank") != content.get("bank"):
        raise BankDiffers
    row = Letterhead(at=at, content=content)
    session.add(row)
    return row


def change_identity(
    session: Session, content: dict[str, Any], *, seen: int, by: Actor, at: datetime
) -> Letterhead:
    """An administrator changes what the papers and pages issued from now on say of the seller;
    `seen` is the id of the letterhead that they read, 0 for none. The account of the letterhead in
    force stays.

    Raises NotAllowed, ChangedMeanwhile, SameIdentity, LetterheadRefused.
    """
    if not by.has(ADMIN):
        raise NotAllowed
    lock_letterheads(session)
    latest = latest_letterhead(session)
    if (latest.id if latest else 0) != seen:
        raise ChangedMeanwhile
    before = latest.content if latest else {}
    after = content | ({"bank": before["bank"]} if before else {})
    changed = changed_keys(before, after)
    if not changed:
        raise SameIdentity
    ensure_usable(after)
    row = Letterhead(at=at, content=after)
    session.add(row)
    session.flush()
    values = {key: [before.get(key), after.get(key)] for key in changed if key != "bank"}
    record(session, f"letterhead:{row.id}", "change_identity", by=by, at=at, changed=values)
    return row


def latest_letterhead(session: Session) -> Letterhead | None:
    """The row of the letterhead in force."""
    return session.scalar(select(Letterhead).order_by(Letterhead.id.desc()).limit(1))


def put_bank(session: Session, bank: dict[str, Any], *, at: datetime) -> Letterhead:
    """The letterhead in force with another account, once two persons agree (shop/bank_details).
    Raises NoLetterhead, LetterheadRefused.
    """
    content = current_letterhead(session) | {"bank": bank}
    ensure_usable(content)
    row = Letterhead(at=at, content=content)
    session.add(row)
    session.flush()
    return row


def lock_letterheads(session: Session) -> None:
    """Changes of the letterhead wait for each other."""
    latest = select(Letterhead).order_by(Letterhead.id.desc()).limit(1)
    session.scalar(locking(session, latest))
