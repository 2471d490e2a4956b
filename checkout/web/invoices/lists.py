"""A list of invoices and credit notes with its sums and exports: what its pages answer, for an
organisation's accountants and for the office.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from checkout.invoices.details import COLUMNS, NAMING, Detail, cells_of, count_details, detailed
from checkout.invoices.originals import originals_of
from checkout.invoices.rules import Settled
from checkout.invoices.zip_files import MEDIA_TYPE as ZIP
from checkout.ledger.documents import (
    Asked,
    documents,
    every_document,
    select_documents,
    sums_of,
)
from checkout.receivables.interest import late_interests
from checkout.transfers.balances import balance_of
from checkout.web.invoices.criteria import CriteriaForm, ExportForm
from shop.documents.spreadsheets import (
    CSV,
    MEDIA_TYPES,
    MOST_ROWS,
    XLSX,
    Cell,
    csv_rows,
    ensure_fits_sheet,
    xlsx_parts,
)
from shop.ops.clock import now, today
from shop.organisations.organisations import establishments_of
from shop.storage.db import Database
from shop.web.kit.downloads import download
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import language, plain_database, reading

#: What a row is, as the page says it.
_DETAILS = {
    Detail.DOCUMENT: _l("One row for each document"),
    Detail.VAT: _l("One row for each VAT rate of a document"),
    Detail.LINE: _l("One row for each line of a document"),
}
#: The parameters by which the list is filtered and sorted.
_ARRANGED = ("state", "period", "sort")


@dataclass(frozen=True, slots=True)
class Side:
    """The pages of one side: its templates, its endpoints, how its files are named. `here` is the
    tab of the office, whose list is that of all clients.
    """

    name: str
    list_page: str
    export_page: str
    index: str
    prepare: str
    sheet: str
    csv: str
    originals: str
    spending: str
    spending_file: str
    here: str = ""

    @property
    def is_office(self) -> bool:
        return bool(self.here)


Form = TypeVar("Form", bound=CriteriaForm)


def list_of(side: Side) -> Any:
    """The list under the criteria of the request; one that cannot be read is told beside its
    field.
    """
    form, asked = asked_of(side)
    if asked is None:
        return refused(side, form)
    lines = documents(reading(), asked)
    late = [line.number for line in lines if line.settled is Settled.LATE]
    return render_template(
        side.list_page,
        interests=late_interests(reading(), late, today=today()),
        balance=None if side.is_office else balance_of(reading(), by=actor()),
        form=form,
        side=side,
        here=side.here,
        lines=lines,
        sums=sums_of(reading(), asked),
        details=ExportForm(formdata=None).detail,
        query=kept(lines) | form.query,
        arranged=lines.arranged.query,
        words=_settled_words(),
    )


def contents_of(side: Side) -> Any:
    """What an export will contain, before it is downloaded: rows, documents, sums."""
    form = _export_form(side)
    if not form.is_sound():
        return refused(side, form)
    asked, detail = _asked(form), Detail(form.detail.data)
    return render_template(
        side.export_page,
        form=form,
        side=side,
        here=side.here,
        detail=_DETAILS[detail],
        most_rows=MOST_ROWS,
        rows=count_details(reading(), select_documents(asked, "paper_id"), detail),
        sums=sums_of(reading(), asked),
        query=request.args.to_dict(),
    )


def file_of(side: Side, kind: str) -> Any:
    """The rows of the list, as a file of that kind."""
    form = _export_form(side)
    if not form.is_sound():
        return refused(side, form)
    asked, detail = _asked(form), Detail(form.detail.data)
    if kind == XLSX:
        papers = select_documents(asked, "paper_id")
        ensure_fits_sheet(count_details(reading(), papers, detail))
    head = _head() if detail is Detail.DOCUMENT else [_(one) for one in _columns(detail)]
    rows = _rows(plain_database(), asked, detail, language(), _settled_words())
    data = csv_rows(head, rows) if kind == CSV else xlsx_parts(head, rows, at=now())
    return download(data, name=_name(side, form, kind), media_type=MEDIA_TYPES[kind])


def archive_of(side: Side) -> Any:
    """The PDFs of the documents of the list, with a list of their sha256."""
    form = _export_form(side)
    if not form.is_sound():
        return refused(side, form)
    parts = _zipped(plain_database(), _asked(form))
    return download(parts, name=_name(side, form, "zip"), media_type=ZIP)


def asked_of(side: Side) -> tuple[CriteriaForm, Asked | None]:
    """The form of the request, and what it asks; None where it cannot be read."""
    form = _form(CriteriaForm, side)
    return form, _asked(form) if form.is_sound() else None


def refused(side: Side, form: CriteriaForm) -> tuple[str, int]:
    """The page of the list without its rows, with what cannot be read in its criteria."""
    arranged = {name: request.args[name] for name in _ARRANGED if request.args.get(name)}
    html = render_template(
        side.list_page,
        form=form,
        side=side,
        here=side.here,
        lines=None,
        balance=None,
        arranged=arranged,
        details=getattr(form, "detail", None),
    )
    return html, 422


def _form(kind: type[Form], side: Side, *more: tuple[str, str]) -> Form:
    form, by = kind(MultiDict([*request.args.items(), *more])), actor()
    if side.is_office:
        del form.establishment
        return form
    del form.client
    organisation = None if by.confined else by.organisation_id
    form.offer(establishments_of(reading(), organisation) if organisation else [])
    return form


def _export_form(side: Side) -> ExportForm:
    """The form of the request; it may name no level of detail."""
    return _form(ExportForm, side, ("detail", Detail.DOCUMENT.value))


def _asked(form: CriteriaForm) -> Asked:
    return Asked(form.criteria, actor(), today(), place_asked())


def _name(side: Side, form: CriteriaForm, kind: str) -> str:
    return f"{side.name}{form.days}.{kind}"


def _rows(
    database: Database,
    asked: Asked,
    detail: Detail,
    words: str,
    settled: dict[Settled | None, str],
) -> Iterator[list[Cell]]:
    """Read in a session of its own: that of the request ends with the view."""
    with database.snapshot_session() as session:
        lines = every_document(session, asked)
        if detail is Detail.DOCUMENT:
            yield from (cells_of(line, settled) for line in lines)
        else:
            yield from detailed(session, lines, detail, words)


def _zipped(database: Database, asked: Asked) -> Iterator[bytes]:
    with database.snapshot_session() as session:
        yield from originals_of(session, every_document(session, asked))


def _columns(detail: Detail) -> tuple[str, ...]:
    return (*NAMING, *COLUMNS[detail])


def _settled_words() -> dict[Settled | None, str]:
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
