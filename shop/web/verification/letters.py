"""Letters as evidence that a person buys for a body: uploaded on the account page, or received by
the office; readable by the office, and by the person who uploaded them.
"""

from io import BytesIO
from typing import Any

from flask import flash, redirect, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from shop.core.actors import SALES_ADMIN
from shop.core.errors import NotFound
from shop.documents.scans import page_picture
from shop.documents.uploads import UploadRefused, read_upload
from shop.members.models import Membership
from shop.ops.clock import now
from shop.organisations.organisations import get_organisation
from shop.verification import evidence_letters as proofs
from shop.verification.models import EvidenceFile
from shop.web.kit.guards import signed_in, staff_only
from shop.web.kit.paging import place_url
from shop.web.kit.sent_files import takes_file
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import database, reading, sentence_of, settings
from shop.web.people.views import account_page
from shop.web.verification import blueprint
from shop.web.verification.case import case_page
from shop.web.verification.forms import LetterForm


@blueprint.post("/compte/organisation/justificatifs")
@signed_in
@takes_file
def send_letter() -> Any:
    """A member, or a person who asks to join, uploads the letter about them."""
    by, person, form = actor(), viewer(), LetterForm()
    if person is None:
        raise NotFound
    then = url_for("people.overview")
    try:
        upload = read_upload(form.file.data, limit=settings().upload_limit)
        with database(then).transaction() as session:
            organisation_id = session.scalar(
                select(Membership.organisation_id).where(Membership.user_id == by.user_id)
            )
            organisation = get_organisation(session, organisation_id or 0, lock=True)
            proofs.send_letter(
                session,
                organisation,
                upload.data,
                filename=upload.filename,
                media_type=upload.media_type,
                by=by,
                at=now(),
            )
    except (UploadRefused, proofs.TooManyLetters) as refusal:
        return account_page(person, letter_fault=sentence_of(refusal)), refusal.status
    flash(_("We have received your letter: we will examine it and write to you."), "good")
    return redirect(then, 303)


@blueprint.get("/compte/organisation/justificatifs/<int:letter_id>")
@signed_in
def letter(letter_id: int) -> Any:
    """The letter as it was received, for the person who uploaded it and for the office."""
    kept = proofs.get_letter(reading(), letter_id, by=actor())
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


@blueprint.post("/bureau/verifications/<int:organisation_id>/justificatifs")
@staff_only(SALES_ADMIN)
@takes_file
def attach_letter(organisation_id: int) -> Any:
    """A letter that came by post or by e-mail."""
    form = LetterForm()
    then = place_url("verification.decide", organisation_id=organisation_id)
    try:
        upload = read_upload(form.file.data, limit=settings().upload_limit)
        with database(then).transaction() as session:
            proofs.send_letter(
                session,
                get_organisation(session, organisation_id, lock=True),
                upload.data,
                filename=upload.filename,
                media_type=upload.media_type,
                about_id=form.about_id or 0,
                by=actor(),
                at=now(),
            )
    except UploadRefused as refusal:
        form.file.errors = [sentence_of(refusal)]
        return case_page(get_organisation(reading(), organisation_id), letter=form), refusal.status
    flash(_("The letter has been attached to the verification."), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/verifications/justificatifs/<int:letter_id>/pages/<int:page>.png")
@staff_only(SALES_ADMIN)
def letter_page(letter_id: int, page: int) -> Any:
    """One page of a letter as a picture. Raises NotFound after the last page."""
    kept = proofs.get_letter(reading(), letter_id, by=actor())
    return _picture(kept, page_picture(kept.data, page) if kept.has_pages else None, page)


@blueprint.get("/bureau/verifications/justificatifs/<int:letter_id>/image")
@staff_only(SALES_ADMIN)
def letter_picture(letter_id: int) -> Any:
    """A letter that is itself a picture."""
    kept = proofs.get_letter(reading(), letter_id, by=actor())
    return _picture(kept, None if kept.has_pages else kept.data, 1)


def _picture(kept: EvidenceFile, data: bytes | None, page: int) -> Any:
    if data is None:
        raise NotFound
    media_type = "image/png" if kept.has_pages else kept.media_type
    answer = send_file(
        BytesIO(data), mimetype=media_type, etag=f"{kept.sha256}-{page}", max_age=86_400
    )
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer
