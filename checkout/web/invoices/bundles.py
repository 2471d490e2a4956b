"""The documents of an invoice as one ZIP file, for everybody who may read the invoice itself."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from checkout.invoices.bundles import Bundle, get_bundle, zipped
from checkout.invoices.models import Invoice
from checkout.invoices.zip_files import MEDIA_TYPE
from checkout.orders.models import Order
from checkout.orders.procedure import Origin
from checkout.web.invoices import blueprint
from checkout.web.invoices.paid_copies import paid_copies_of
from shop.dossiers.dossiers import get_dossier
from shop.dossiers.models import Dossier
from shop.storage.db import Database
from shop.web.dossiers.page import Document
from shop.web.kit.downloads import download
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.sessions import actor
from shop.web.kit.site import plain_database, reading


@blueprint.get("/dossiers/<number>/factures/<int:paper_id>/documents.zip")
@reader_of_dossier(guests=True)
def bundle(number: str, paper_id: int) -> Any:
    """The documents as they are stored: nothing is drawn here. Those whose PDF the worker has not
    made yet are named in the file.
    """
    dossier = get_dossier(reading(), number, by=actor(), guest_key=request.args.get("key"))
    found = get_bundle(reading(), dossier.id, paper_id)
    parts = _parts(plain_database(), found)
    answer = download(parts, name=found.filename, media_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _parts(database: Database, found: Bundle) -> Iterator[bytes]:
    """Read in a session of its own: that of the request ends with the view."""
    with database.snapshot_session() as session:
        yield from zipped(session, found)


def composed_of(dossier: Dossier, order: Order, invoices: Sequence[Invoice]) -> list[Document]:
    """The lines of the list of documents for what is composed of an order's invoices: the ZIP files
    and the paid copies.
    """
    return _bundles(dossier, order, invoices) + paid_copies_of(dossier, order, invoices)


def _bundles(dossier: Dossier, order: Order, invoices: Sequence[Invoice]) -> list[Document]:
    """The lines of the list of documents for the ZIP files of an order's invoices. An order paid by
    card has neither quote nor purchase order: its documents are few.
    """
    return [
        Document(
            _("All documents of invoice %(number)s", number=invoice.number),
            _(
                "ZIP: invoice, quote, purchase order and delivery notes, with the list of their "
                "sha256"
            ),
            url_for("invoices.bundle", number=dossier.number, paper_id=invoice.paper_id),
        )
        for invoice in invoices
        if order.origin is Origin.QUOTE and not invoice.is_reversed
    ]
