"""The accounting staff: what clients owe, by age, invoice by invoice and client by client."""

from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.receivables.receivables import (
    AGES,
    Receivable,
    every_receivable,
    receivables,
    sums_by_age,
    sums_by_client,
)
from checkout.web.receivables import blueprint
from shop.core.actors import ACCOUNTING
from shop.core.money import total
from shop.documents.spreadsheets import CSV, MEDIA_TYPES, XLSX, Cell, csv_of, xlsx_of
from shop.ops.clock import now, today
from shop.web.kit.downloads import download
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.site import reading
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "receivables.queue",
    _l("Receivables"),
    frozenset({ACCOUNTING}),
    None,
    order=56,
    about=_l("what clients owe, by age"),
    group=Group.MONEY,
)


@blueprint.get("/bureau/creances")
@staff_only(ACCOUNTING)
def queue() -> Any:
    """The sums at each age, the clients, the invoices."""
    session, day = reading(), today()
    rows = receivables(session, day, place_asked())
    clients = sums_by_client(session, day, place_asked(name="clients"))
    sums = sums_by_age(session, day)
    return render_template(
        "receivables/queue.html",
        rows=rows,
        clients=clients,
        sums=sums,
        whole=total(list(sums.values())),
        ages=AGES,
        query=kept(rows, clients),
        today=day,
        here="receivables.queue",
    )


@blueprint.get("/bureau/creances/export.csv")
@staff_only(ACCOUNTING)
def export() -> Any:
    """The invoices of the list, under its filters, for accounting software."""
    return _export(CSV)


@blueprint.get("/bureau/creances/export.xlsx")
@staff_only(ACCOUNTING)
def export_sheet() -> Any:
    """The same, for a spreadsheet."""
    return _export(XLSX)


def _export(kind: str) -> Response:
    day = today()
    rows = [_cells(one) for one in every_receivable(reading(), day, place_asked())]
    head = [
        _("Customer"),
        _("Invoice"),
        _("Order"),
        _("Date"),
        _("Due on"),
        _("Age"),
        _("Days overdue"),
        _("Total incl. VAT"),
        _("Left to pay"),
    ]
    data = csv_of(head, rows) if kind == CSV else xlsx_of(head, rows, at=now())
    name = f"comptoir-creances-{day.isoformat()}.{kind}"
    return download(data, name=name, media_type=MEDIA_TYPES[kind])


def _cells(one: Receivable) -> list[Cell]:
    return [
        one.client,
        one.number,
        one.order,
        one.issued_on,
        one.due_on or "",
        _(AGES[one.age]),
        str(one.late),
        one.including,
        one.left,
    ]
