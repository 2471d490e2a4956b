"""The export of « Mes factures »: rows as CSV or XLSX, and the original PDFs."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from checkout.credits.lists import credits_of_period
from checkout.invoices.details import COLUMNS, NAMING, Detail, count_details, detailed
from checkout.invoices.ledger import LedgerLine, ledger_of_period
from checkout.invoices.originals import originals_of
from checkout.invoices.spreadsheets import CSV, MEDIA_TYPES, XLSX, Cell, cells_of, csv_rows, xlsx_of
from checkout.invoices.zip_files import MEDIA_TYPE as ZIP
from checkout.web.invoices import blueprint
from checkout.web.invoices.forms import ExportForm
from checkout.web.invoices.periods import for_period
from checkout.web.invoices.views import page_of_ledger, settled_words
from shop.core.money import total
from shop.core.rights import EXPORT_INVOICES
from shop.ops.clock import now, today
from shop.storage.db import Database
from shop.web.kit.downloads import download
from shop.web.kit.guards import member_with
from shop.web.kit.sessions import actor
from shop.web.kit.site import language, plain_database, reading

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
    return for_period(_asked(), page_of_ledger, _contents)


@blueprint.get("/factures/export.xlsx")
@member_with(EXPORT_INVOICES)
def export_sheet() -> Any:
    """The rows of a period, for a spreadsheet; without a period, the form."""
    return for_period(_asked(), page_of_ledger, partial(_file, kind=XLSX))


@blueprint.get("/factures/export.csv")
@member_with(EXPORT_INVOICES)
def export() -> Any:
    """The same for accounting software."""
    return for_period(_asked(), page_of_ledger, partial(_file, kind=CSV))


@blueprint.get("/factures/documents.zip")
@member_with(EXPORT_INVOICES)
def originals() -> Any:
    """The PDFs of the invoices and credit notes of a period, with a list of their sha256."""
    return for_period(_asked(), page_of_ledger, _archive)


def _asked() -> ExportForm:
    """The form of the request; it may name no level of detail."""
    return ExportForm(MultiDict([*request.args.items(), ("detail", Detail.DOCUMENT.value)]))


def _documents(form: ExportForm) -> list[LedgerLine]:
    """Those of the period, the oldest first; on a day, invoices before credit notes."""
    since, until = form.since.data, form.until.data
    documents = [
        *ledger_of_period(reading(), since, until, by=actor(), today=today()),
        *credits_of_period(reading(), since, until, by=actor()),
    ]
    return sorted(documents, key=lambda document: document.issued_on)


def _contents(form: ExportForm) -> str:
    documents, detail = _documents(form), Detail(form.detail.data)
    return render_template(
        "invoices/export.html",
        form=form,
        detail=_DETAILS[detail],
        rows=count_details(reading(), documents, detail),
        documents=len(documents),
        excluding=total([document.excluding for document in documents]),
        vat_total=total([document.vat_total for document in documents]),
        including=total([document.including for document in documents]),
        query=request.args.to_dict(),
    )


def _file(form: ExportForm, *, kind: str) -> Response:
    documents, detail = _documents(form), Detail(form.detail.data)
    if detail is Detail.DOCUMENT:
        words = settled_words()
        head = _head()
        rows: Iterator[list[Cell]] = (cells_of(document, words) for document in documents)
    else:
        head = [_(column) for column in (*NAMING, *COLUMNS[detail])]
        rows = _detailed(plain_database(), documents, detail, language())
    data = csv_rows(head, rows) if kind == CSV else xlsx_of(head, rows, at=now())
    return download(data, name=_name(form, kind), media_type=MEDIA_TYPES[kind])


def _archive(form: ExportForm) -> Response:
    parts = _zipped(plain_database(), _documents(form))
    return download(parts, name=_name(form, "zip"), media_type=ZIP)


def _name(form: ExportForm, kind: str) -> str:
    return f"comptoir-factures-{form.days}.{kind}"


def _detailed(
    database: Database, documents: Sequence[LedgerLine], detail: Detail, words: str
) -> Iterator[list[Cell]]:
    """Read in a session of its own: that of the request ends with the view."""
    with database.snapshot_session() as session:
        yield from detailed(session, documents, detail, words)


def _zipped(database: Database, documents: Iterable[LedgerLine]) -> Iterator[bytes]:
    with database.snapshot_session() as session:
        yield from originals_of(session, documents)


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
