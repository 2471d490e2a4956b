"""The account numbers of the entries: set by the accounting staff, in force from a day on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.entries.chart_rules import (
    Change,
    Chart,
    Charts,
    EntriesBooked,
    NoAccountChanges,
    changes_of,
    chart_from,
    ensure_chart,
    first_free,
)
from checkout.entries.entries import count_rows
from checkout.entries.models import AccountChart
from shop.core.actors import ACCOUNTING, ADMIN, Actor
from shop.core.errors import N_, NotAllowed
from shop.core.text import paris_day
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.journal import record
from shop.storage.paging import FIRST, Listing, Page, Place, page_of


def charts(session: Session) -> Charts:
    """The account numbers by their day of effect."""
    rows = session.execute(
        select(AccountChart.since, AccountChart.content).order_by(
            AccountChart.since, AccountChart.id
        )
    )
    return Charts([(since, chart_from(content)) for since, content in rows])


def propose_chart(
    session: Session, chart: Chart, since: date, *, by: Actor, at: datetime
) -> tuple[Change, ...]:
    """What would change; nothing is written. Raises NotAllowed, AccountRefused, EntriesBooked,
    NoAccountChanges.
    """
    if not by.has(ACCOUNTING, ADMIN):
        raise NotAllowed(act="set_account_numbers")
    ensure_chart(chart)
    today = paris_day(at)
    if since <= today and count_rows(session, since, today):
        raise EntriesBooked(first=first_free(today))
    changes = changes_of(charts(session).on(since), chart)
    if not changes:
        raise NoAccountChanges
    return changes


def set_chart(
    session: Session, chart: Chart, since: date, *, by: Actor, at: datetime
) -> AccountChart:
    """Put account numbers in force from a day on. Raises the refusals of `propose_chart()`."""
    changes = propose_chart(session, chart, since, by=by, at=at)
    told: list[Any] = [[one.key, one.before, one.after] for one in changes]
    row = AccountChart(
        since=since, content=chart.to_json(), changes=told, set_at=at, by_name=by.name
    )
    session.add(row)
    session.flush()
    facts: dict[str, Any] = {"since": since.isoformat(), "changes": told}
    record(session, f"account_chart:{row.id}", "set_account_numbers", by=by, at=at, **facts)
    return row


def chart_history(session: Session, today: date, place: Place = FIRST) -> Page[AccountChart]:
    """The account numbers that were set, the latest first, a page at a time."""
    return page_of(session, _history(today), place).of(lambda row: row[0])


def changes_in(row: AccountChart) -> tuple[Change, ...]:
    """What a setting changed."""
    return tuple(Change(*one) for one in row.changes)


def _history(today: date) -> Listing:
    effect = (
        Choice("begun", N_("In effect"), AccountChart.since <= today),
        Choice("to_come", N_("To come"), AccountChart.since > today),
    )
    return Listing(
        select(AccountChart),
        (AccountChart.id.desc(),),
        AccountChart.id,
        (Filter("effect", N_("Effect"), effect),),
        (
            Sort("set", N_("Set on"), (AccountChart.set_at,)),
            Sort("since", N_("In force from"), (AccountChart.since,)),
            Sort("by", N_("Set by"), (AccountChart.by_name,)),
        ),
        "-set",
    )
