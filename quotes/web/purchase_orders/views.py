"""The buyer sends a copy of the purchase order."""

from typing import Any

from flask import flash, redirect
from flask_babel import gettext as _

from quotes.procedure import PROCEDURE
from quotes.purchase_orders.purchase_orders import receive_scan
from quotes.purchase_orders.rules import BodyNotVerified
from quotes.quotes.records import get_quote
from quotes.quotes.rules import QuoteExpired
from quotes.web.purchase_orders import blueprint
from quotes.web.purchase_orders.scan_forms import ScanForm
from quotes.web.quotes.views import after_act, dossier_page
from shop.catalogue.rules import OutOfStock
from shop.dossiers.papers import SCAN, keep_file
from shop.ops.clock import now
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.once import key_required
from shop.web.kit.sent_files import takes_file, upload_of
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, sentence_of


@blueprint.post("/devis/<number>/bon-de-commande")
@reader_of_dossier(PROCEDURE, "receive_scan")
@key_required
@takes_file
def send_scan(number: str) -> Any:
    """A copy of the purchase order, uploaded by the buyer or by staff."""
    form, by, at = ScanForm(), actor(), now()
    valid = form.validate_on_submit()
    upload, status = upload_of(form.scan)
    if not valid or upload is None:
        return dossier_page(number, form, status)
    shown = after_act(number, by=by)
    try:
        with database(shown).transaction() as session:
            quote = get_quote(session, number, by=by)
            scan = keep_file(
                session,
                upload.data,
                kind=SCAN,
                filename=upload.filename,
                media_type=upload.media_type,
                by=by,
                at=at,
                dossier_id=quote.dossier_id,
            )
            receive_scan(
                session,
                quote,
                scan,
                form.told,
                by=by,
                at=at,
            )
    except (OutOfStock, BodyNotVerified, QuoteExpired) as refusal:
        form.form_errors.append(sentence_of(refusal))
        return dossier_page(number, form, 422)
    flash(_told(number, by_staff=by.is_staff), "good")
    return redirect(shown, 303)


def _told(number: str, *, by_staff: bool) -> str:
    if by_staff:
        return _("Copy of %(number)s recorded: the goods are set aside.", number=number)
    return _("Copy received: the goods are set aside. Now send us the original by post.")
