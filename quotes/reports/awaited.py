"""The originals that are awaited today, by age and by the last day of their quotes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, case, cast, func, select
from sqlalchemy.orm import Session

from quotes.purchase_orders.queue import select_awaited
from quotes.reports.buckets import age_of
from quotes.reports.rules import Label, Period, Row, Table, Value, drawn
from shop.core.errors import N_
from shop.core.money import Money

#: The greatest age of each class, in days; older is a class of its own.
_AGES = (7, 14, 30)
_BY_AGE = (N_("0 to 7 days"), N_("8 to 14 days"), N_("15 to 30 days"), N_("Older"))
_BY_LAST_DAY = (
    N_("Expired"),
    N_("Expires within 7 days"),
    N_("Expires in 8 to 14 days"),
    N_("Expires later"),
)
_COLUMNS = (
    N_("Quotes"),
    N_("Originals awaited"),
    N_("With a copy"),
    N_("Total incl. VAT"),
    N_("First last day"),
)


def awaited_originals(session: Session, period: Period) -> tuple[Table, ...]:
    """The queue of awaited originals today, by the age of the quotes in Paris days since their
    issue, and by their last day. Two statements.
    """
    today = period.today
    rows = select_awaited(today).subquery()
    age = age_of(rows.c.issued_at, today, _AGES)
    until = rows.c.valid_until
    soon = [(until < today + timedelta(days=days), n) for n, days in enumerate((0, 8, 15))]
    cuts = (
        (N_("By age of the quote"), _BY_AGE, age),
        (N_("By last day"), _BY_LAST_DAY, case(*soon, else_=3)),
    )
    tables = [_table(session, rows, cut) for cut in cuts]
    return tuple(tables) if any(row.cells[1] for row in tables[0].rows) else ()


def _table(session: Session, rows: Any, cut: tuple[str, Sequence[str], Any]) -> Table:
    title, labels, place = cut
    kinds = select(
        place.label("place"), rows.c.scanned_at, rows.c.including, rows.c.valid_until
    ).subquery()
    found = session.execute(
        select(
            kinds.c.place,
            func.count(),
            func.count(kinds.c.scanned_at),
            cast(func.sum(kinds.c.including), BigInteger),
            func.min(kinds.c.valid_until),
        ).group_by(kinds.c.place)
    )
    figures = {place: rest for place, *rest in found}
    listed: list[tuple[tuple[Value, ...], int]] = []
    for number, label in enumerate(labels):
        count, copies, cents, first = figures.get(number, (0, 0, 0, None))
        listed.append(((Label(label), count, copies, Money(cents), first), count))
    sums = [sum(one[n] for one in figures.values()) for n in range(3)]
    whole = Row((None, sums[0], sums[1], Money(sums[2]), None))
    return Table(title, _COLUMNS, drawn(listed), whole)
