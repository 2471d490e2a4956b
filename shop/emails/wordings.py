"""The shop's own words in its e-mails: reading the versions, and publishing one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, Actor
from shop.core.errors import N_, NotAllowed, NotFound
from shop.emails.kinds import Kind
from shop.emails.models import EmailWording
from shop.emails.placeholders import placeholders_of
from shop.emails.words_rules import (
    DELIVERED,
    SameWords,
    Wording,
    Wordings,
    WordsChanged,
    mistakes_of,
    read,
    written,
)
from shop.storage.arrangements import Sort, by_period
from shop.storage.journal import record
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

_NUMBERS = select(EmailWording.template, func.max(EmailWording.number)).group_by(
    EmailWording.template
)
#: The version of each kind that is sent.
_LATEST = select(EmailWording.template, EmailWording.number, EmailWording.content).where(
    tuple_(EmailWording.template, EmailWording.number).in_(_NUMBERS)
)


def wordings_in_force(source: Session | Connection) -> Wordings:
    """The words of every kind that has some of its own: one statement."""
    rows = source.execute(_LATEST)
    found = {row.template: read(row.content) for row in rows}
    return {template: one for template, one in found.items() if one != DELIVERED}


def latest_wording(session: Session, kind: Kind) -> tuple[int, Wording]:
    """The number and the words that are sent; 0 for those that the shop is delivered with."""
    row = session.execute(_LATEST.where(EmailWording.template == kind.template)).first()
    return (0, DELIVERED) if row is None else (row.number, read(row.content))


def get_wording(session: Session, kind: Kind, number: int) -> EmailWording:
    """A version that was published. Raises NotFound."""
    found = session.scalar(
        select(EmailWording).where(
            EmailWording.template == kind.template, EmailWording.number == number
        )
    )
    if found is None:
        raise NotFound
    return found


def propose_wording(session: Session, kind: Kind, wording: Wording, *, by: Actor) -> int:
    """Whether words can be published; nothing is. The number of the version that is sent. Raises
    NotAllowed, WordsRefused, SameWords.
    """
    if not by.has(ADMIN):
        raise NotAllowed(act="publish_wording")
    allowed = placeholders_of(kind.template)
    for mistake in mistakes_of(wording, allowed, has_subject=kind.has_own_subject):
        raise mistake
    number, sent = latest_wording(session, kind)
    if sent == wording:
        raise SameWords
    return number


def publish_wording(
    session: Session, kind: Kind, wording: Wording, *, seen: int, by: Actor, at: datetime
) -> EmailWording:
    """Send a kind of e-mail with these words from now on; `seen` is the number of the version that
    the person read. Raises the refusals of `propose_wording()`, WordsChanged.
    """
    if propose_wording(session, kind, wording, by=by) != seen:
        raise WordsChanged
    row = EmailWording(
        template=kind.template,
        number=seen + 1,
        content=written(wording),
        set_at=at,
        by_name=by.name,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise WordsChanged from error
    facts: dict[str, Any] = {"email": kind.template, "number": row.number}
    record(session, f"email_wording:{row.id}", "publish_wording", by=by, at=at, **facts)
    return row


def wording_history(
    session: Session, kind: Kind, today: date, place: Place = FIRST
) -> Page[EmailWording]:
    """The versions of a kind that were published, the latest first, a page at a time."""
    history = Listing(
        select(EmailWording).where(EmailWording.template == kind.template),
        (EmailWording.number.desc(),),
        EmailWording.number,
        (by_period(EmailWording.set_at, today, moments=True),),
        (
            Sort("number", N_("Version"), (EmailWording.number,)),
            Sort("set", N_("Set on"), (EmailWording.set_at, EmailWording.number)),
            Sort("by", N_("Set by"), (EmailWording.by_name, EmailWording.number)),
        ),
        "-number",
    )
    return page_of(session, history, place).of(lambda row: row[0])
