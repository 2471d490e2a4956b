"""« Mes factures »: the invoices and credit notes of an organisation, for its accountants."""

from typing import Any

from checkout.web.invoices import blueprint
from checkout.web.invoices.lists import Side, archive_of, contents_of, file_of, list_of
from shop.core.rights import EXPORT_INVOICES
from shop.documents.spreadsheets import CSV, XLSX
from shop.web.kit.guards import member_with

OWN = Side(
    "comptoir-factures",
    "invoices/ledger.html",
    "invoices/export.html",
    index="invoices.index",
    prepare="invoices.prepare_export",
    sheet="invoices.export_sheet",
    csv="invoices.export",
    originals="invoices.originals",
    spending="invoices.spend",
    spending_file="invoices.spend_file",
)


@blueprint.get("/factures")
@member_with(EXPORT_INVOICES)
def index() -> Any:
    """The newest first, a page at a time, with the sums of the whole list."""
    return list_of(OWN)


@blueprint.get("/factures/export")
@member_with(EXPORT_INVOICES)
def prepare_export() -> Any:
    """What an export of the list will contain."""
    return contents_of(OWN)


@blueprint.get("/factures/export.xlsx")
@member_with(EXPORT_INVOICES)
def export_sheet() -> Any:
    """The rows of the list, for a spreadsheet."""
    return file_of(OWN, XLSX)


@blueprint.get("/factures/export.csv")
@member_with(EXPORT_INVOICES)
def export() -> Any:
    """The same for accounting software."""
    return file_of(OWN, CSV)


@blueprint.get("/factures/documents.zip")
@member_with(EXPORT_INVOICES)
def originals() -> Any:
    """The PDFs of the documents of the list, with a list of their sha256."""
    return archive_of(OWN)
