"""« Mes factures »: the list for an organisation's accountants, and its export."""

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from checkout.credits.lists import credits_of_period, papers_by_invoice
from checkout.invoices.ledger import PeriodTurned, ledger, ledger_of_period
from checkout.invoices.rules import Settled
from checkout.invoices.spreadsheets import CSV, MEDIA_TYPES, XLSX, cells_of, csv_of, xlsx_of
from checkout.web.invoices import blueprint
from checkout.web.invoices.forms import PeriodForm
from shop.core.rights import EXPORT_INVOICES
from shop.ops.clock import now, today
from shop.web.kit.guards import member_with
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import reading, sentence_of


@blueprint.get("/factures")
@member_with(EXPORT_INVOICES)
def index() -> Any:
    """The newest first, a page at a time; the period of the export starts with the year."""
    day = today()
    return _page(PeriodForm(formdata=None, since=day.replace(month=1, day=1), until=day))


@blueprint.get("/factures/export.xlsx")
@member_with(EXPORT_INVOICES)
def export_sheet() -> Any:
    """The invoices of a period, for a spreadsheet; without a period, the form."""
    return _export(XLSX)


@blueprint.get("/factures/export.csv")
@member_with(EXPORT_INVOICES)
def export() -> Any:
    """The same for accounting software."""
    return _export(CSV)


def _export(kind: str) -> Any:
    if not request.args:
        return redirect(url_for(".index"), 303)
    form = PeriodForm(request.args)
    if not form.validate():
        return _page(form), 422
    since, until = form.since.data, form.until.data
    try:
        lines = [
            *ledger_of_period(reading(), since, until, by=actor(), today=today()),
            *credits_of_period(reading(), since, until, by=actor()),
        ]
    except PeriodTurned as refusal:
        form.until.errors = [sentence_of(refusal)]
        return _page(form), 422
    words = settled_words()
    lines.sort(key=lambda line: line.issued_on)  # stable: invoices first, then their credit notes
    rows = [cells_of(line, words) for line in lines]
    data = csv_of(_head(), rows) if kind == CSV else xlsx_of(_head(), rows, at=now())
    answer = Response(data, mimetype=MEDIA_TYPES[kind])
    name = f"comptoir-factures-{since.isoformat()}-{until.isoformat()}.{kind}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def settled_words() -> dict[Settled | None, str]:
    """The names of the states of payment; a credit note has none."""
    return {
        Settled.PAID: _("paid"),
        Settled.CREDITED: _("credited"),
        Settled.LATE: _("overdue"),
        Settled.DUE: _("unpaid"),
        None: _("credit note"),
    }


def _head() -> list[str]:
    return [
        _("Invoice"),
        _("Date"),
        _("Due on"),
        _("Total excl. VAT"),
        _("VAT"),
        _("Total incl. VAT"),
        _("Already paid"),
        _("Status"),
        _("File"),
        _("Order"),
        _("Purchase order"),
        _("Subject"),
        _("Commitment number"),
        _("SIRET"),
        _("Postal code"),
        _("Rounding"),
        _("Credited"),
        _("Credit note of invoice"),
    ]


def _page(form: PeriodForm) -> str:
    lines = ledger(reading(), by=actor(), today=today(), place=place_asked())
    return render_template(
        "invoices/ledger.html",
        lines=lines,
        credits=papers_by_invoice(reading(), [line.id for line in lines]),
        query=kept(lines),
        words=settled_words(),
        form=form,
    )
