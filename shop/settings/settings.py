"""Reading the settings, and changing them from a day on."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.core.errors import N_, NotAllowed
from shop.core.text import paris_day
from shop.settings.models import SettingChange
from shop.settings.part_rules import Part, Value
from shop.settings.rules import (
    NOTHING_SET,
    Change,
    DayPassed,
    NoSettingChanges,
    Settings,
    SettingsChanged,
    Step,
    changes_of,
    refusals,
)
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.journal import record
from shop.storage.paging import FIRST, Listing, Page, Place, page_of

#: Every change that was made, to be read by a session or a connection.
KNOWN = select(
    SettingChange.id, SettingChange.part, SettingChange.since, SettingChange.content
).order_by(SettingChange.since, SettingChange.id)


def settings_known(session: Session) -> Settings:
    """The settings of every part, read once by a session: one statement."""
    found: Settings | None = session.info.get("settings")
    if found is None:
        found = Settings(tuple(Step(*row) for row in session.execute(KNOWN)))
        session.info["settings"] = found
    return found


def nothing_is_set(session: Session) -> None:
    """Whoever asked the database knows that no setting was ever changed: it is not asked again."""
    session.info.setdefault("settings", NOTHING_SET)


def ensure_may_set(part: Part, by: Actor) -> None:
    """Raises NotAllowed."""
    if not by.has(*part.roles):
        raise NotAllowed(act="change_settings")


def propose_settings(
    session: Session,
    part: Part,
    values: Mapping[str, Value],
    since: date,
    *,
    by: Actor,
    at: datetime,
) -> tuple[Change, ...]:
    """What would change; nothing is written. Raises NotAllowed, SettingRefused, DayPassed,
    NoSettingChanges.
    """
    ensure_may_set(part, by)
    for refusal in refusals(part, values, settings_known(session)):
        raise refusal
    if since < paris_day(at):
        raise DayPassed
    changes = changes_of(part, settings_known(session).values_on(part, since), values)
    if not changes:
        raise NoSettingChanges
    return changes


def set_settings(
    session: Session,
    part: Part,
    values: Mapping[str, Value],
    since: date,
    *,
    seen: int,
    by: Actor,
    at: datetime,
) -> SettingChange:
    """Put values in force from a day on; `seen` is the latest change that the person read.

    Raises the refusals of `propose_settings()`, SettingsChanged.
    """
    if settings_known(session).latest(part) != seen:
        raise SettingsChanged
    changes = propose_settings(session, part, values, since, by=by, at=at)
    told: list[Any] = [[one.key, one.before, one.after] for one in changes]
    row = SettingChange(
        part=part.key,
        after=seen,
        since=since,
        content={one.key: one.after for one in changes},
        changes=told,
        set_at=at,
        by_name=by.name,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise SettingsChanged from error
    session.info.pop("settings", None)
    facts: dict[str, Any] = {"part": part.key, "since": since.isoformat(), "changes": told}
    record(session, f"setting_change:{row.id}", "change_settings", by=by, at=at, **facts)
    return row


def settings_history(
    session: Session, part: Part, today: date, place: Place = FIRST
) -> Page[SettingChange]:
    """The changes of a part, the latest first, a page at a time."""
    return page_of(session, _history(part, today), place).of(lambda row: row[0])


def changes_in(row: SettingChange) -> tuple[Change, ...]:
    """What a setting changed."""
    return tuple(Change(*one) for one in row.changes)


def _history(part: Part, today: date) -> Listing:
    effect = (
        Choice("begun", N_("In effect"), SettingChange.since <= today),
        Choice("to_come", N_("To come"), SettingChange.since > today),
    )
    return Listing(
        select(SettingChange).where(SettingChange.part == part.key),
        (SettingChange.id.desc(),),
        SettingChange.id,
        (Filter("effect", N_("Effect"), effect),),
        (
            Sort("set", N_("Set on"), (SettingChange.set_at,)),
            Sort("since", N_("In force from"), (SettingChange.since,)),
            Sort("by", N_("Set by"), (SettingChange.by_name,)),
        ),
        "-set",
    )
