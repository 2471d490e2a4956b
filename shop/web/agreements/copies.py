"""Signed copies of price agreements: attached by the office, read by the members who signed."""

from io import BytesIO
from typing import Any

from flask import flash, redirect, send_file
from flask_babel import gettext as _

from shop.agreements.copies import attach_copy, copy_file, keep_copy
from shop.agreements.procedure import PREPARING
from shop.core.errors import DomainError
from shop.core.rights import READ
from shop.dossiers.models import StoredFile
from shop.ops.clock import now
from shop.web.agreements import blueprint
from shop.web.agreements.page import copy_form, record_page, say
from shop.web.kit.guards import member_with, staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import place_url
from shop.web.kit.sent_files import takes_file, upload_of
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading


@blueprint.post("/bureau/accords/<int:agreement_id>/copies")
@staff_only(*PREPARING)
@key_required
@takes_file
def attach(agreement_id: int) -> Any:
    """Attach what an organisation has signed."""
    form, by, at = copy_form(agreement_id), actor(), now()
    valid = form.validate_on_submit()
    upload, status = upload_of(form.file)
    if not valid or upload is None:
        return record_page(agreement_id, status, signed_copy=form)
    then = place_url(".show", agreement_id=agreement_id)
    try:
        with database(then).transaction() as session:
            kept = keep_copy(session, upload.data, upload.filename, upload.media_type, by=by, at=at)
            attach_copy(session, agreement_id, form.organisation.data, kept, by=by, at=at)
    except DomainError as refusal:
        say(form, refusal)
        return record_page(agreement_id, 422, signed_copy=form)
    flash(_("The signed copy is attached: the members of the organisation can read it."), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/accords/copies/<int:copy_id>")
@staff_only(*PREPARING)
def signed_copy(copy_id: int) -> Any:
    """A signed copy as it was received, for the office."""
    return _sent(copy_file(reading(), copy_id, by=actor()))


@blueprint.get("/compte/prix/accords/<int:copy_id>")
@member_with(READ)
def own_copy(copy_id: int) -> Any:
    """A signed copy as it was received, for the members of the organisation that signed it."""
    return _sent(copy_file(reading(), copy_id, by=actor()))


def _sent(kept: StoredFile) -> Any:
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
