"""The gate of a first order: an original that is kept, and the documents that the buyer sends."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from quotes.procedure import PROCEDURE
from quotes.purchase_orders.first_orders import log_original
from quotes.purchase_orders.rules import DocumentsMissing
from quotes.quotes.records import get_quote
from quotes.web.purchase_orders import blueprint
from quotes.web.purchase_orders.forms import LogForm
from quotes.web.purchase_orders.page import original_page
from quotes.web.quotes.views import after_act
from shop.core.actors import SALES, SALES_ADMIN
from shop.documents.uploads import UploadRefused, read_upload
from shop.dossiers.papers import ORIGINAL, WANTED_DOCUMENT, keep_file
from shop.ops.clock import now
from shop.wanted_documents.documents import send_document
from shop.wanted_documents.rules import NAMES, Wanted
from shop.web.kit.guards import reader_of_dossier, staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import place_url
from shop.web.kit.sent_files import takes_file, upload_of
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of, settings, written


def missing_sentence(refusal: DocumentsMissing) -> str:
    """The refusal with the names of the documents in the reader's language."""
    names = ", ".join(_(NAMES[kind]) for kind in refusal.facts["documents"])
    return written(refusal.sentence, refusal.facts | {"documents": names})


@blueprint.post("/bureau/bons-de-commande/<number>/reception")
@staff_only(SALES, SALES_ADMIN)
@key_required
@takes_file
def log(number: str) -> Any:
    """The original came: it is kept while documents are awaited, and the buyer is told which."""
    form, by, at = LogForm(prefix="log"), actor(), now()
    valid = form.validate_on_submit()
    upload, status = upload_of(form.scan)
    if not valid or upload is None or form.received_on.data is None:
        return original_page(number, other=form, status=status)
    shown = place_url(".show", number=number)
    with database(shown).transaction() as session:
        quote = get_quote(session, number, by=by)
        scan = keep_file(
            session,
            upload.data,
            kind=ORIGINAL,
            filename=upload.filename,
            media_type=upload.media_type,
            by=by,
            at=at,
            dossier_id=quote.dossier_id,
        )
        log_original(session, quote, scan, form.received_on.data, by=by, at=at)
    flash(
        _("The original is kept. The buyer is told by e-mail which documents are wanted."), "good"
    )
    return redirect(shown, 303)


@blueprint.post("/devis/<number>/documents")
@reader_of_dossier(PROCEDURE, "receive_scan")
@key_required
@takes_file
def send_wanted(number: str) -> Any:
    """The buyer sends a document that is wanted before the first order."""
    by, at, kind = actor(), now(), request.form.get("kind", "")
    get_quote(reading(), number, by=by)
    shown = after_act(number, by=by)
    try:
        upload = read_upload(request.files.get("document"), limit=settings().upload_limit)
    except UploadRefused as refusal:
        flash(sentence_of(refusal), "bad")
        return redirect(url_for("quotes.show", number=number, _anchor="wanted"), 303)
    if kind not in NAMES:
        return redirect(shown, 303)
    with database(shown).transaction() as session:
        quote = get_quote(session, number, by=by)
        file = keep_file(
            session,
            upload.data,
            kind=WANTED_DOCUMENT,
            filename=upload.filename,
            media_type=upload.media_type,
            by=by,
            at=at,
        )
        send_document(session, quote.organisation_id, Wanted(kind), file, by=by, at=at)
    flash(_("Document received: we will read it."), "good")
    return redirect(shown, 303)
