"""The evidence kept about the people of a body before the office decides: letters on letterhead.

A letter that another one replaces stays until the decision; then only those that a decision names,
and the last one of each person, are kept.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from shop.core.actors import ADMIN, SALES_ADMIN, Actor
from shop.core.errors import N_, DomainError, NotAllowed, NotFound
from shop.members.models import Membership
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.storage.journal import record
from shop.verification.evidence import AboutPerson
from shop.verification.models import EvidenceFile, VerificationDecision
from shop.verification.procedure import PROCEDURE

#: Letters kept of one person before a decision: enough to replace a bad scan, not to fill a disk.
MOST_LETTERS = 5


class TooManyLetters(DomainError):
    sentence = N_(
        "We already have %(count)s letters from you and are examining them. Please call us."
    )
    status = 422


def send_letter(
    session: Session,
    organisation: Organisation,
    data: bytes,
    *,
    filename: str,
    media_type: str,
    about_id: int | None = None,
    by: Actor,
    at: datetime,
) -> EvidenceFile:
    """Keep a letter about a person (`about_id`; None: the one who sends it), already opened by
    `read_upload`.

    A member sends their own while their body, or they themselves, wait; the office attaches what
    came by post. Raises NotAllowed, IllegalTransition, NotFound, TooManyLetters.
    """
    about_id = by.user_id if about_id is None else about_id
    if about_id is None or by.user_id is None:
        raise NotFound
    _ensure_may_send(session, organisation, about_id, by)
    letter = EvidenceFile(
        organisation_id=organisation.id,
        user_id=about_id,
        by_id=by.user_id,
        filename=filename,
        media_type=media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        stored_at=at,
        data=data,
    )
    session.add(letter)
    session.flush()
    facts: dict[str, Any] = {"letter": letter.id, "member": about_id, "sha256": letter.sha256}
    record(session, f"organisation:{organisation.id}", "send_letter", by=by, at=at, **facts)
    return letter


def _ensure_may_send(
    session: Session, organisation: Organisation, about_id: int, by: Actor
) -> None:
    """Raises NotFound, NotAllowed, IllegalTransition, TooManyLetters."""
    membership = session.scalar(
        select(Membership).where(
            Membership.user_id == about_id, Membership.organisation_id == organisation.id
        )
    )
    if membership is None:
        raise NotFound
    if about_id != by.user_id and not by.has(SALES_ADMIN, ADMIN):
        raise NotAllowed(act="send_letter")
    if by.is_staff or membership.is_in:
        PROCEDURE.ensure("send_letter", organisation.verification, by)
    kept = [one for one in letters_of(session, organisation.id) if one.user_id == about_id]
    if len(kept) >= MOST_LETTERS and not by.is_staff:
        raise TooManyLetters(count=len(kept))


def letters_of(session: Session, organisation_id: int) -> list[EvidenceFile]:
    """The letters kept for a body, the newest first, without their bytes."""
    return list(
        session.scalars(
            select(EvidenceFile)
            .where(EvidenceFile.organisation_id == organisation_id)
            .order_by(EvidenceFile.id.desc())
        )
    )


def last_letter(session: Session, organisation_id: int, user_id: int) -> EvidenceFile | None:
    """The letter of a person that the office looks at, without its bytes."""
    return session.scalar(
        select(EvidenceFile)
        .where(EvidenceFile.organisation_id == organisation_id, EvidenceFile.user_id == user_id)
        .order_by(EvidenceFile.id.desc())
        .limit(1)
    )


def last_letters(session: Session, organisation_id: int) -> dict[int, bytes]:
    """The bytes of the last letter of each person, by the letter's id."""
    last = (
        select(func.max(EvidenceFile.id))
        .where(EvidenceFile.organisation_id == organisation_id)
        .group_by(EvidenceFile.user_id)
    )
    rows = session.execute(
        select(EvidenceFile.id, EvidenceFile.data).where(EvidenceFile.id.in_(last))
    )
    return {one.id: one.data for one in rows}


def get_letter(session: Session, letter_id: int, *, by: Actor) -> EvidenceFile:
    """A letter with its bytes, for the office and the person who brought it. Raises NotFound."""
    letter = session.scalar(
        select(EvidenceFile).where(EvidenceFile.id == letter_id).options(undefer(EvidenceFile.data))
    )
    if letter is None or not (by.has(SALES_ADMIN, ADMIN) or letter.by_id == by.user_id):
        raise NotFound
    return letter


def about_person(session: Session, organisation_id: int, user_id: int) -> AboutPerson:
    """What evidence on this person is compared with: their address, the numbers given, their
    letters.

    Raises NotFound when they neither belong to the body nor ask to.
    """
    members = session.execute(
        select(User.id, User.email, User.is_confirmed, User.phone, Membership.is_in)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation_id)
    ).all()
    person = next((one for one in members if one.id == user_id), None)
    if person is None:
        raise NotFound
    letters = session.scalars(
        select(EvidenceFile.id).where(
            EvidenceFile.organisation_id == organisation_id, EvidenceFile.user_id == user_id
        )
    )
    return AboutPerson(
        person.email,
        person.is_confirmed,
        frozenset(one.phone for one in members if one.phone),
        frozenset(letters),
        person.is_in,
    )


def drop_replaced(session: Session, organisation_id: int) -> None:
    """After a decision, letters that newer ones replaced go, but for those that decisions name."""
    decisions = session.scalars(
        select(VerificationDecision.evidence).where(
            VerificationDecision.organisation_id == organisation_id
        )
    )
    kept = {evidence.get("letter_id") for evidence in decisions}
    seen: set[int] = set()
    for letter in letters_of(session, organisation_id):
        if letter.user_id in seen and letter.id not in kept:
            session.delete(letter)
        seen.add(letter.user_id)


def may_send_letter(organisation: Organisation, *, waits: bool, by: Actor) -> bool:
    """Whether a letter of this person counts: they wait, or administer a body that does."""
    transition = PROCEDURE.find("send_letter", organisation.verification)
    return waits or (transition is not None and by.has(*transition.who))
