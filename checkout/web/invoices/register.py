"""The accounting staff: the invoices and credit notes of all clients, their sums and exports."""

from typing import Any

from checkout.web.invoices import blueprint
from checkout.web.invoices.lists import Side, archive_of, contents_of, file_of, list_of
from checkout.web.invoices.spend import spend_file_of, spend_page_of
from shop.core.actors import ACCOUNTING
from shop.documents.spreadsheets import CSV, XLSX
from shop.web.kit.guards import staff_only

_ALL = Side(
    "comptoir-registre",
    "invoices/register.html",
    "invoices/register_export.html",
    index="invoices.register",
    prepare="invoices.prepare_register",
    sheet="invoices.register_sheet",
    csv="invoices.register_csv",
    originals="invoices.register_originals",
    spending="invoices.register_spend",
    spending_file="invoices.register_spend_file",
    here="invoices.queue",
)


@blueprint.get("/bureau/factures/registre")
@staff_only(ACCOUNTING)
def register() -> Any:
    """The newest first, a page at a time, with the sums of the whole list."""
    return list_of(_ALL)


@blueprint.get("/bureau/factures/registre/export")
@staff_only(ACCOUNTING)
def prepare_register() -> Any:
    """What an export of the list will contain."""
    return contents_of(_ALL)


@blueprint.get("/bureau/factures/registre/export.xlsx")
@staff_only(ACCOUNTING)
def register_sheet() -> Any:
    """The rows of the list, for a spreadsheet."""
    return file_of(_ALL, XLSX)


@blueprint.get("/bureau/factures/registre/export.csv")
@staff_only(ACCOUNTING)
def register_csv() -> Any:
    """The same for accounting software."""
    return file_of(_ALL, CSV)


@blueprint.get("/bureau/factures/registre/documents.zip")
@staff_only(ACCOUNTING)
def register_originals() -> Any:
    """The PDFs of the documents of the list, with a list of their sha256."""
    return archive_of(_ALL)


@blueprint.get("/bureau/factures/registre/ventes")
@staff_only(ACCOUNTING)
def register_spend() -> Any:
    """What the documents of the list come to: by year, client, establishment, service, family."""
    return spend_page_of(_ALL)


@blueprint.get("/bureau/factures/registre/ventes.csv")
@staff_only(ACCOUNTING)
def register_spend_file() -> Any:
    """The same for a spreadsheet."""
    return spend_file_of(_ALL)
