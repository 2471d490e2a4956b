"""The export of « Mes factures »: rows as CSV or XLSX, and the original PDFs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from checkout.credits.lists import credits_of_period
from checkout.invoices.details import COLUMNS, NAMING, Detail, count_details, detailed
from checkout.invoices.ledger import LedgerLine, PeriodTurned, ledger_of_period
from checkout.invoices.originals import originals_of
from checkout.invoices.spreadsheets import CSV, MEDIA_TYPES, XLSX, Cell, cells_of, csv_rows, xlsx_of
from checkout.web.invoices import blueprint
from checkout.web.invoices.forms import PeriodForm
from checkout.web.invoices.views import page_of_ledger, settled_words
from shop.core.money import total
from shop.core.rights import EXPORT_INVOICES
from shop.ops.clock import now, today
from shop.storage.db import Database
from shop.web.kit.guards import member_with
from shop.web.kit.sessions import actor
from shop.web.kit.site import language, plain_database, reading, sentence_of

#: What a row is, as the page says it.
_DETAILS = {
    Detail.DOCUMENT: _l("One row for each document"),
    Detail.VAT: _l("One row for each VAT rate of a document"),
    Detail.LINE: _l("One row for each line of a document"),
}


@blueprint.get("/factures/export")
@member_with(EXPORT_INVOICES)
def prepare_export() -> Any:
    """What an export will contain, before it is downloaded: rows, documents, sums."""
    form, documents = _asked()
    if documents is None:
        return (page_of_ledger(form), 422) if request.args else redirect(url_for(".index"), 303)
    return render_template(
        "invoices/export.html",
        form=form,
        detail=_DETAILS[_detail(form)],
        rows=count_details(reading(), documents, _detail(form)),
        documents=len(documents),
        excluding=total([document.excluding for document in documents]),
        vat_total=total([document.vat_total for document in documents]),
        including=total([document.including for document in documents]),
        query=request.args.to_dict(),
    )


@blueprint.get("/factures/export.xlsx")
@member_with(EXPORT_INVOICES)
def export_sheet() -> Any:
    """The rows of a period, for a spreadsheet; without a period, the form."""
    return _export(XLSX)


@blueprint.get("/factures/export.csv")
@member_with(EXPORT_INVOICES)
def export() -> Any:
    """The same for accounting software."""
    return _export(CSV)


@blueprint.get("/factures/documents.zip")
@member_with(EXPORT_INVOICES)
def originals() -> Any:
    """The PDFs of the invoices and credit notes of a period, with a list of their sha256."""
    form, documents = _asked()
    if documents is None:
        return (page_of_ledger(form), 422) if request.args else redirect(url_for(".index"), 303)
    answer = Response(_zipped(plain_database(), documents), mimetype="application/zip")
    return _named(answer, form, "zip")


def _asked() -> tuple[PeriodForm, list[LedgerLine] | None]:
    """The form, and the documents of its period, the oldest first; None where it is not sound."""
    form = PeriodForm(MultiDict([*request.args.items(), ("detail", Detail.DOCUMENT.value)]))
    if not request.args or not form.validate():
        return form, None
    since, until = form.since.data, form.until.data
    try:
        documents = [
            *ledger_of_period(reading(), since, until, by=actor(), today=today()),
            *credits_of_period(reading(), since, until, by=actor()),
        ]
    except PeriodTurned as refusal:
        form.until.errors = [sentence_of(refusal)]
        return form, None
    # stable: invoices first, then their credit notes
    return form, sorted(documents, key=lambda document: document.issued_on)


def _detail(form: PeriodForm) -> Detail:
    return Detail(form.detail.data or Detail.DOCUMENT)


def _export(kind: str) -> Any:
    form, documents = _asked()
    if documents is None:
        return (page_of_ledger(form), 422) if request.args else redirect(url_for(".index"), 303)
    detail = _detail(form)
    if detail is Detail.DOCUMENT:
        words = settled_words()
        head, rows = _head(), iter([cells_of(document, words) for document in documents])
    else:
        head = [_(column) for column in (*NAMING, *COLUMNS[detail])]
        rows = _detailed(plain_database(), documents, detail, language())
    data = csv_rows(head, rows) if kind == CSV else xlsx_of(head, rows, at=now())
    return _named(Response(data, mimetype=MEDIA_TYPES[kind]), form, kind)


def _detailed(
    database: Database, documents: Sequence[LedgerLine], detail: Detail, words: str
) -> Iterator[list[Cell]]:
    """Read in a session of its own: that of the request ends with the view."""
    with database.snapshot_session() as session:
        yield from detailed(session, documents, detail, words)


def _zipped(database: Database, documents: Iterable[LedgerLine]) -> Iterator[bytes]:
    with database.snapshot_session() as session:
        yield from originals_of(session, documents)


def _named(answer: Response, form: PeriodForm, kind: str) -> Response:
    since, until = form.since.data, form.until.data
    name = f"comptoir-factures-{since.isoformat()}-{until.isoformat()}.{kind}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


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
