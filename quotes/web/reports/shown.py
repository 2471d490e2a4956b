"""A report as a page, whose tables have bars, and as a file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from quotes.reports.rules import (
    Hundredths,
    Label,
    Month,
    Pair,
    Period,
    Span,
    Table,
    Value,
    period_of,
)
from shop.core.errors import N_, NotFound
from shop.core.money import Money, Rate
from shop.core.text import day, money, month, number, percent, typed_percent
from shop.documents.spreadsheets import CSV, MEDIA_TYPES, Cell, csv_of, xlsx_of
from shop.ops.clock import now, today
from shop.web.kit.downloads import download
from shop.web.kit.site import language, reading

_SPANS = {
    Span.YEAR: N_("This year"),
    Span.LAST_YEAR: N_("Last year"),
    Span.MONTHS: N_("12 months"),
}
#: The parameter of the period.
_ASKED = "periode"


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its name in addresses, the roles that read it (none: all of the staff), its title
    and what it says, sentences marked for translation. `has_period`: it covers the period that the
    reader chooses; otherwise the present. `more`: the endpoint of its list of products.
    """

    name: str
    roles: frozenset[str]
    title: str
    about: str
    read: Callable[[Session, Period], tuple[Table, ...]]
    has_period: bool = True
    more: str = ""

    @property
    def page(self) -> str:
        """The endpoint of its page."""
        return f"reports.{self.name}"

    @property
    def file(self) -> str:
        """The endpoint of its file."""
        return f"reports.{self.name}_file"


def page_of(report: Report) -> str:
    """The page of a report: each table with its bars, the links of the periods and of the files."""
    period = _period()
    return render_template(
        "reports/report.html",
        report=report,
        tables=report.read(reading(), period),
        period=period,
        spans=_SPANS,
        query={_ASKED: period.span.value} if report.has_period else {},
        asked=_ASKED,
        shown=shown,
        here="reports.index",
    )


def file_of(report: Report, kind: str) -> Any:
    """The rows of a report as a file of that kind; of several tables, each row names its own."""
    if kind not in MEDIA_TYPES:
        raise NotFound
    period = _period()
    tables = report.read(reading(), period)
    several = len(tables) > 1
    head = [_(one) for one in tables[0].columns] if tables else [_("No data")]
    rows = [row for table in tables for row in _rows_of(table, several)]
    head = [_("Table"), *head] if several else head
    data = csv_of(head, rows) if kind == CSV else xlsx_of(head, rows, at=now())
    days = f"-{period.since}-{period.until}" if report.has_period else f"-{period.today}"
    name = f"comptoir-rapport-{report.name}{days}.{kind}"
    return download(data, name=name, media_type=MEDIA_TYPES[kind])


def _period() -> Period:
    """The period that the address asks for; this year when it names none."""
    asked = request.args.get(_ASKED, "")
    span = Span(asked) if asked in {one.value for one in Span} else Span.YEAR
    return period_of(span, today())


def _rows_of(table: Table, several: bool) -> Iterator[Sequence[Cell]]:
    title = (_(table.title),) if several else ()
    for row in table.rows:
        yield [*title, *(filed(cell) for cell in row.cells)]


def shown(cell: Value) -> str:
    """A cell as the page writes it."""
    match cell:
        case None:
            return "–"
        case Label():
            return _(cell.sentence)
        case Pair():
            return " · ".join(shown(one) for one in (cell.first, cell.second))
        case Month():
            return month(cell.first, language())
        case Rate():
            return percent(cell.basis_points, language())
        case Hundredths():
            return typed_percent(cell.value, language())
        case Money():
            return money(cell.cents, language())
        case int():
            return number(cell, language())
        case str():
            return cell
    return day(cell, language())


def filed(cell: Value) -> Cell:
    """A cell as a file holds it: a rate in percent, a month by its first day."""
    match cell:
        case None:
            return ""
        case Label() | Pair():
            return shown(cell)
        case Month():
            return cell.first
        case Rate():
            return Decimal(cell.basis_points) / 100
        case Hundredths():
            return Decimal(cell.value) / 100
    return cell
