"""From quotes to orders: what became of the quotes of each month."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quotes.procedure import CANCELLED, CONVERTED, LAPSED, RUNNING, stage_at
from quotes.quotes.models import Quote
from quotes.reports.buckets import is_within, month_of
from quotes.reports.rules import Month, Period, Row, Table, Value, rate_of
from shop.core.errors import N_

#: What became of quotes, in the order of the columns.
_ENDS = (CONVERTED, LAPSED, CANCELLED, RUNNING)


def conversion(session: Session, period: Period) -> tuple[Table, ...]:
    """The quotes issued in each month of the period, and what became of them until today: an open
    one has expired after its last day, even before the job notes it. One statement; months without
    a quote have a row. Each bar is the share of the quotes that were ordered.
    """
    kinds = (
        select(
            month_of(Quote.issued_at, period).label("month"),
            Quote.stage.label("stage"),
            (Quote.valid_until < period.today).label("lapsed"),
        )
        .where(is_within(Quote.issued_at, period))
        .subquery()
    )
    found = session.execute(
        select(kinds.c.month, kinds.c.stage, kinds.c.lapsed, func.count()).group_by(
            kinds.c.month, kinds.c.stage, kinds.c.lapsed
        )
    ).all()
    months = period.months
    counts = [[0] * len(_ENDS) for _month in months]
    for month, stage, lapsed, count in found:
        now = stage_at(stage, lapsed=bool(lapsed))
        counts[month][next(n for n, end in enumerate(_ENDS) if now in end)] += count
    if not found:
        return ()
    rows = tuple(_row(Month(one), counts[n]) for n, one in enumerate(months))
    whole = _row(None, [sum(column) for column in zip(*counts, strict=True)])
    columns = (
        N_("Month"),
        N_("Quotes issued"),
        N_("Became orders"),
        N_("Have expired"),
        N_("Were cancelled"),
        N_("Are still open"),
        N_("Share ordered"),
    )
    return (Table(N_("Quotes by month of issue"), columns, rows, whole),)


def _row(label: Value, counts: list[int]) -> Row:
    issued = sum(counts)
    rate = rate_of(counts[0], issued)
    return Row((label, issued, *counts, rate), counts[0] * 100 // issued if issued else 0)
