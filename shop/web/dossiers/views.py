"""The documents of a dossier, as they were stored: for its owner and the shop only."""

from io import BytesIO
from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from sqlalchemy import select

from shop.core.errors import NotFound
from shop.core.lookup_terms import LEAST_PART
from shop.documents.scans import page_picture
from shop.dossiers.dossiers import get_dossier
from shop.dossiers.models import Dossier, Paper, StoredFile
from shop.dossiers.papers import INTERNAL, get_file
from shop.web.dossiers import blueprint
from shop.web.dossiers.twins import twin_page
from shop.web.dossiers.waiting import pdf_or_wait
from shop.web.kit.found import found_by_buyer
from shop.web.kit.guards import reader_of_dossier, signed_in, staff_only
from shop.web.kit.sessions import actor
from shop.web.kit.site import reading


@blueprint.get("/dossiers/recherche")
@signed_in
def lookup() -> Any:
    """One's own papers by number, reference, name or amount; what a number names is shown at
    once.
    """
    found = found_by_buyer()
    if found.at_once:
        return redirect(found.at_once.url(), 303)
    return render_template("dossiers/lookup.html", found=found, least_part=LEAST_PART)


@blueprint.get("/dossiers/<number>/documents/<int:paper_id>.pdf")
@reader_of_dossier(guests=True)
def paper(number: str, paper_id: int) -> Any:
    """The PDF of an issued document, or the page that waits for it."""
    _dossier, found = _paper(number, paper_id)
    back = url_for(".read", number=number, paper_id=paper_id, key=request.args.get("key"))
    return pdf_or_wait(found, _sent, back=back)


@blueprint.get("/dossiers/<number>/documents/<int:paper_id>")
@reader_of_dossier(guests=True)
def read(number: str, paper_id: int) -> str:
    """The HTML twin of an issued document, from its frozen content."""
    dossier, found = _paper(number, paper_id)
    return twin_page(dossier, found, guest_key=request.args.get("key"))


@blueprint.get("/dossiers/<number>/fichiers/<int:file_id>")
@reader_of_dossier(guests=True)
def file(number: str, file_id: int) -> Any:
    """A file that was received, or composed for the paying service."""
    return _sent(_file(number, file_id))


def _file(number: str, file_id: int) -> StoredFile:
    """The stored file, if it belongs to that dossier and the reader may read it. Raises
    NotFound.
    """
    dossier_id = _readable(number).id
    known = reading().scalar(
        select(StoredFile.id).where(StoredFile.id == file_id, StoredFile.dossier_id == dossier_id)
    )
    if known is None:
        raise NotFound(number=number)
    return get_file(reading(), file_id)


@blueprint.get("/dossiers/<number>/fichiers/<int:file_id>/pages/<int:page>.png")
@staff_only()
def page(number: str, file_id: int, page: int) -> Any:
    """One page of a scan as a picture, for the staff's viewer. Raises NotFound after the last
    page.
    """
    stored = _file(number, file_id)
    picture = page_picture(stored.data, page) if stored.has_pages else None
    if picture is None:
        raise NotFound(number=number)
    answer = send_file(
        BytesIO(picture), mimetype="image/png", etag=f"{stored.sha256}-{page}", max_age=86_400
    )
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


def _paper(number: str, paper_id: int) -> tuple[Dossier, Paper]:
    """The document, if it belongs to that dossier and the reader may read it, as PDF or as page.
    Raises NotFound.
    """
    dossier = _readable(number)
    found = reading().scalar(
        select(Paper).where(Paper.id == paper_id, Paper.dossier_id == dossier.id)
    )
    if found is None or (found.kind in INTERNAL and not actor().is_staff):
        raise NotFound(number=number)
    return dossier, found


def _readable(number: str) -> Dossier:
    """Raises NotFound for everybody who may not read it."""
    return get_dossier(reading(), number, by=actor(), guest_key=request.args.get("key"))


def _sent(stored: StoredFile) -> Any:
    """As a download; `?inline=1` shows it in the staff's viewer."""
    inline = "inline" in request.args and actor().is_staff
    answer = send_file(
        BytesIO(stored.data),
        mimetype=stored.media_type,
        as_attachment=not inline,
        download_name=stored.filename,
        etag=stored.sha256,
        last_modified=stored.stored_at,
        max_age=0,
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
