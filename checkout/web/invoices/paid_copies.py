"""The paid copy of an invoice, for everybody who may read the invoice itself."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import request, send_file, url_for
from flask_babel import gettext as _

from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.payments.paid_copies import build_paid_copy, is_paid_copy_open
from checkout.web.invoices import blueprint
from shop.dossiers.dossiers import get_dossier
from shop.dossiers.models import Dossier, Paper
from shop.dossiers.papers import PDF
from shop.ops.clock import now
from shop.web.dossiers.page import Document
from shop.web.dossiers.waiting import waiting_page
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.sessions import actor
from shop.web.kit.site import plain_database, reading


@blueprint.get("/dossiers/<number>/factures/<int:paper_id>/acquittee.pdf")
@reader_of_dossier(guests=True)
def paid_copy(number: str, paper_id: int) -> Any:
    """The invoice with the payments received for it, as a PDF without electronic form."""
    key = request.args.get("key")
    dossier = get_dossier(reading(), number, by=actor(), guest_key=key)
    copy = build_paid_copy(plain_database(), dossier.id, paper_id, at=now())
    if copy is None:
        invoice = reading().get_one(Paper, paper_id)
        back = url_for("dossiers.read", number=number, paper_id=paper_id, key=key)
        return waiting_page(invoice.number, invoice.issued_at, back)
    answer = send_file(
        BytesIO(copy.data),
        mimetype=PDF,
        as_attachment=True,
        download_name=copy.filename,
        max_age=0,
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def paid_copies_of(
    dossier: Dossier, order: Order, invoices: Sequence[Invoice], *, guest_key: str | None = None
) -> list[Document]:
    """The lines of the list of documents for the paid copies of an order's invoices."""
    return [
        Document(
            _("Paid copy of invoice %(number)s", number=invoice.number),
            _("PDF: the invoice with the payments received, for your records"),
            url_for(
                "invoices.paid_copy",
                number=dossier.number,
                paper_id=invoice.paper_id,
                key=guest_key,
            ),
        )
        for invoice in invoices
        if is_paid_copy_open(invoice, order)
    ]
