"""The checklist of documents before the first order of a client: ticked or waived by the office."""

from datetime import datetime
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, send_file
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shop.core.actors import SALES, SALES_ADMIN, Actor
from shop.core.errors import DomainError, NotFound
from shop.documents.uploads import Upload
from shop.dossiers.models import StoredFile
from shop.dossiers.papers import WANTED_DOCUMENT, keep_file
from shop.ops.clock import now
from shop.organisations.organisations import get_organisation
from shop.wanted_documents.documents import (
    DECIDING,
    checklist_of,
    document_file,
    tick_document,
    waive_document,
)
from shop.wanted_documents.rules import NAMES, DocumentPlaceMissing, WaiverReasonMissing, Wanted
from shop.web.clients import blueprint
from shop.web.clients.document_forms import WAIVE, DocumentForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import place_url
from shop.web.kit.sent_files import takes_file, upload_if_sent
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of

_BESIDE: dict[type[DomainError], str] = {
    DocumentPlaceMissing: "filed_at",
    WaiverReasonMissing: "reason",
}


@blueprint.get("/bureau/clients/<int:organisation_id>/documents")
@staff_only(SALES, SALES_ADMIN)
def documents(organisation_id: int) -> Any:
    """What is wanted of the client, and what the shop has."""
    return _page(organisation_id, DocumentForm(formdata=None))


@blueprint.post("/bureau/clients/<int:organisation_id>/documents")
@staff_only(SALES_ADMIN)
@key_required
@takes_file
def settle_document(organisation_id: int) -> Any:
    """Tick a document, or waive it for a reason."""
    form, by, at = DocumentForm(), actor(), now()
    valid = form.validate_on_submit()
    upload, status = upload_if_sent(form.file)
    if not valid or form.file.errors:
        return _page(organisation_id, form, 422 if status == 200 else status)
    kind, then = Wanted(form.kind.data), place_url(".documents", organisation_id=organisation_id)
    try:
        with database(then).transaction() as session:
            if form.decision.data == WAIVE:
                reason = form.reason.data or ""
                waive_document(session, organisation_id, kind, reason, by=by, at=at)
            else:
                kept = _kept(session, upload, by=by, at=at) if upload else None
                place = form.filed_at.data or ""
                tick_document(session, organisation_id, kind, place, kept, by=by, at=at)
    except (DocumentPlaceMissing, WaiverReasonMissing) as refusal:
        form[_BESIDE[type(refusal)]].errors = [sentence_of(refusal)]
        return _page(organisation_id, form, 422)
    flash(_("Recorded: %(document)s.", document=_(NAMES[kind])), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/clients/<int:organisation_id>/documents/<kind>")
@staff_only(SALES, SALES_ADMIN)
def document(organisation_id: int, kind: str) -> Any:
    """The file of a document, as it was received."""
    if kind not in NAMES:
        raise NotFound
    kept = document_file(reading(), organisation_id, Wanted(kind))
    answer = send_file(
        BytesIO(kept.data),
        mimetype=kept.media_type,
        as_attachment=True,
        download_name=kept.filename,
        etag=kept.sha256,
        max_age=0,
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _kept(session: Session, upload: Upload, *, by: Actor, at: datetime) -> StoredFile:
    return keep_file(
        session,
        upload.data,
        kind=WANTED_DOCUMENT,
        filename=upload.filename,
        media_type=upload.media_type,
        by=by,
        at=at,
    )


def _page(organisation_id: int, form: DocumentForm, status: int = 200) -> Any:
    session = reading()
    html = render_template(
        "clients/documents.html",
        organisation=get_organisation(session, organisation_id),
        items=checklist_of(session, organisation_id, at=now()),
        names=NAMES,
        form=form,
        may_decide=actor().has(*DECIDING),
        here="clients.index",
    )
    return html, status
