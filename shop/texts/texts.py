"""Reading the texts of the shop, and writing a new version."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.core.actors import ADMIN, Actor
from shop.core.errors import N_, NotAllowed, NotFound
from shop.core.text import day_full, paris_day
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.journal import record
from shop.storage.paging import FIRST, Listing, Page, Place, page_of
from shop.texts.models import TextVersion
from shop.texts.prose_rules import ensure_text, read_text
from shop.texts.rules import (
    TERMS,
    SameText,
    ShopText,
    TextChanged,
    TextDayPassed,
    Version,
    latest_of,
    version_of,
)

#: Every version that was written, without its words, to be read by a session or a connection.
VERSIONS = select(TextVersion.text, TextVersion.number, TextVersion.since).order_by(TextVersion.id)


def versions_known(session: Session) -> tuple[Version, ...]:
    """The versions of every text, read once by a session: one statement."""
    found: tuple[Version, ...] | None = session.info.get("text_versions")
    if found is None:
        found = tuple(Version(*row) for row in session.execute(VERSIONS))
        session.info["text_versions"] = found
    return found


def terms_at(session: Session, at: datetime) -> str:
    """The version of the conditions of sale in force at a moment."""
    return str(version_of(TERMS, versions_known(session), paris_day(at)))


def get_version(session: Session, text: ShopText, number: int) -> TextVersion | None:
    """A version; None for the one that the shop is delivered with. Raises NotFound."""
    if number == text.first:
        return None
    found = session.scalar(
        select(TextVersion).where(TextVersion.text == text.key, TextVersion.number == number)
    )
    if found is None:
        raise NotFound
    return found


def text_on(session: Session, text: ShopText, day: date) -> TextVersion | None:
    """The version in force on a day; None for the one that the shop is delivered with."""
    return get_version(session, text, version_of(text, versions_known(session), day))


def shown_version(row: TextVersion | None, language: str) -> dict[str, Any]:
    """What the page of the conditions shows of a version, in a language."""
    if row is None:
        return {"version": TERMS.first, "since": "", "sections": []}
    return {
        "version": row.number,
        "since": day_full(row.since, language),
        "sections": read_text(row.french if language == "fr" else row.english),
    }


def ensure_may_write(by: Actor) -> None:
    """Raises NotAllowed."""
    if not by.has(ADMIN):
        raise NotAllowed(act="publish_text")


def propose_text(
    session: Session,
    text: ShopText,
    words: tuple[str, str],
    since: date,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Whether a version can be written; nothing is. `words` are French, then English. Raises
    NotAllowed, the refusals of `ensure_text()`, TextDayPassed, SameText.
    """
    ensure_may_write(by)
    for typed in words:
        ensure_text(typed)
    if since < paris_day(at):
        raise TextDayPassed
    latest = get_version(session, text, latest_of(text, versions_known(session)))
    if latest is not None and words == (latest.french, latest.english) and since == latest.since:
        raise SameText


def publish_text(
    session: Session,
    text: ShopText,
    words: tuple[str, str],
    since: date,
    *,
    seen: int,
    by: Actor,
    at: datetime,
) -> TextVersion:
    """Write a version that is in force from a day on; `seen` is the latest one that the person
    read. Raises the refusals of `propose_text()`, TextChanged.
    """
    if latest_of(text, versions_known(session)) != seen:
        raise TextChanged
    propose_text(session, text, words, since, by=by, at=at)
    row = TextVersion(
        text=text.key,
        number=seen + 1,
        since=since,
        french=words[0],
        english=words[1],
        set_at=at,
        by_name=by.name,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise TextChanged from error
    session.info.pop("text_versions", None)
    facts: dict[str, Any] = {
        "text": text.key,
        "number": row.number,
        "since": since.isoformat(),
    }
    record(session, f"text_version:{row.id}", "publish_text", by=by, at=at, **facts)
    return row


def text_history(
    session: Session, text: ShopText, today: date, place: Place = FIRST
) -> Page[TextVersion]:
    """The versions of a text that were written, the latest first, a page at a time."""
    effect = (
        Choice("begun", N_("In effect"), TextVersion.since <= today),
        Choice("to_come", N_("To come"), TextVersion.since > today),
    )
    history = Listing(
        select(TextVersion).where(TextVersion.text == text.key),
        (TextVersion.id.desc(),),
        TextVersion.id,
        (Filter("effect", N_("Effect"), effect),),
        (
            Sort("number", N_("Version"), (TextVersion.number,)),
            Sort("since", N_("In force from"), (TextVersion.since, TextVersion.id)),
            Sort("by", N_("Set by"), (TextVersion.by_name, TextVersion.id)),
        ),
        "-number",
    )
    return page_of(session, history, place).of(lambda row: row[0])
