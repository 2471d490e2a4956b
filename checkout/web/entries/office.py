"""The accounting staff: the sales journal of a period in the layout of the FEC."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.entries.charts import charts
from checkout.entries.consumer_receipts import DayReceipt, consumer_receipts
from checkout.entries.consumer_sales import GOODS, consumer_sales
from checkout.entries.entries import count_rows, entries_of_period
from checkout.entries.fec import file_of, name_of
from checkout.entries.vat_sums import VatSum, vat_of_period
from checkout.web.entries import blueprint
from checkout.web.entries.periods import offered
from checkout.web.entries.words import territories
from checkout.web.invoices.periods import PeriodForm, for_period
from shop.core.actors import ACCOUNTING
from shop.core.money import total
from shop.core.text import percent
from shop.documents.layout import sentences
from shop.documents.spreadsheets import CSV, MEDIA_TYPES, XLSX, Cell, csv_of, xlsx_of
from shop.letterheads.letterheads import current_letterhead
from shop.ops.clock import now, today
from shop.storage.db import Database
from shop.web.kit.downloads import download
from shop.web.kit.guards import staff_only
from shop.web.kit.site import language, plain_database, reading
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "entries.index",
    _l("Accounting exports"),
    frozenset({ACCOUNTING}),
    None,
    order=59,
    about=_l("sales journal, VAT"),
    group=Group.MONEY,
)
#: The file is in French: it is a form of French law.
_FILE_LANGUAGE = "fr"


@blueprint.get("/bureau/ecritures")
@staff_only(ACCOUNTING)
def index() -> Any:
    """The period, and what its files hold; this month without one."""
    this_month = offered(today())[0]
    if not request.args.keys() & {"since", "until"}:
        return _page(PeriodForm(formdata=None, since=this_month.since, until=this_month.until))
    form = PeriodForm(request.args)
    return _page(form) if form.is_sound() else (_page(form), 422)


@blueprint.get("/bureau/ecritures/journal.txt")
@staff_only(ACCOUNTING)
def journal() -> Any:
    """The sales journal of the period, written while it is sent."""
    return for_period(PeriodForm(request.args), _page, _journal_file)


@blueprint.get("/bureau/ecritures/tva.csv")
@staff_only(ACCOUNTING)
def vat() -> Any:
    """The VAT of the period, for accounting software."""
    return for_period(PeriodForm(request.args), _page, partial(_vat_file, kind=CSV))


@blueprint.get("/bureau/ecritures/tva.xlsx")
@staff_only(ACCOUNTING)
def vat_sheet() -> Any:
    """The same, for a spreadsheet."""
    return for_period(PeriodForm(request.args), _page, partial(_vat_file, kind=XLSX))


@blueprint.get("/bureau/ecritures/consommateurs.csv")
@staff_only(ACCOUNTING)
def consumers() -> Any:
    """The sales of the period to consumers, by day and rate."""
    return for_period(PeriodForm(request.args), _page, _consumers_file)


@blueprint.get("/bureau/ecritures/encaissements.csv")
@staff_only(ACCOUNTING)
def receipts() -> Any:
    """The payments of consumers in the period, by day and rate."""
    return for_period(PeriodForm(request.args), _page, _receipts_file)


def _journal_file(form: PeriodForm) -> Response:
    since, until = form.since.data, form.until.data
    name = name_of(current_letterhead(reading())["siren"], until)
    parts = _journal(plain_database(), since, until)
    return download(parts, name=name, media_type="text/plain")


def _vat_file(form: PeriodForm, *, kind: str) -> Response:
    words = territories()
    head = [_("Territory"), _("Rate"), _("Total excl. VAT"), _("VAT")]
    rows: list[list[Cell]] = [
        [words[one.territory], percent(one.rate, language()), one.base, one.vat]
        for one in _vat_sums(form.since.data, form.until.data)
    ]
    data = csv_of(head, rows) if kind == CSV else xlsx_of(head, rows, at=now())
    return download(data, name=f"comptoir-tva-{form.days}.{kind}", media_type=MEDIA_TYPES[kind])


def _consumers_file(form: PeriodForm) -> Response:
    with plain_database().snapshot_session() as session:
        sums = consumer_sales(session, form.since.data, form.until.data)
    head = [_("Date"), _("Category"), _("Rate"), _("Total excl. VAT"), _("VAT")]
    rows: list[list[Cell]] = [
        [one.day, GOODS, percent(one.rate, language()), one.base, one.vat] for one in sums
    ]
    name = f"comptoir-consommateurs-{form.days}.csv"
    return download(csv_of(head, rows), name=name, media_type=MEDIA_TYPES[CSV])


def _receipts_file(form: PeriodForm) -> Response:
    head = [_("Date"), _("Rate"), _("Received incl. VAT")]
    rows: list[list[Cell]] = [
        [one.day, percent(one.rate, language()), one.amount]
        for one in _receipts(form.since.data, form.until.data)
    ]
    name = f"comptoir-encaissements-{form.days}.csv"
    return download(csv_of(head, rows), name=name, media_type=MEDIA_TYPES[CSV])


def _receipts(since: date, until: date) -> list[DayReceipt]:
    with plain_database().snapshot_session() as session:
        return consumer_receipts(session, since, until)


def _vat_sums(since: date, until: date) -> list[VatSum]:
    with plain_database().snapshot_session() as session:
        return vat_of_period(session, since, until)


def _journal(database: Database, since: date, until: date) -> Iterator[bytes]:
    """The file, read in a session of its own: that of the request ends with the view."""
    words = sentences(_FILE_LANGUAGE).gettext
    with database.snapshot_session() as session:
        entries = entries_of_period(session, since, until, words)
        for line in file_of(entries, charts(session), words):
            yield line.encode()


def _page(form: PeriodForm) -> str:
    rows, sums, received = None, list[VatSum](), list[DayReceipt]()
    if form.since.data and form.until.data and not form.until.errors:
        rows = count_rows(reading(), form.since.data, form.until.data)
        sums = _vat_sums(form.since.data, form.until.data)
        received = _receipts(form.since.data, form.until.data)
    return render_template(
        "entries/index.html",
        form=form,
        rows=rows,
        sums=sums,
        received=received,
        received_whole=total([one.amount for one in received]),
        base=total([one.base for one in sums]),
        vat=total([one.vat for one in sums]),
        territories=territories(),
        offered=offered(today()),
        here="entries.index",
    )
