"""The documents of a dossier, as the bytes that were kept: for its owner and the shop only."""

from io import BytesIO
from typing import Any

from flask import Blueprint, request, send_file
from sqlalchemy import select

from shop.accounts.sessions import actor
from shop.dossiers.dossiers import get_dossier
from shop.dossiers.models import Paper, StoredFile
from shop.dossiers.papers import get_file, pdf_of
from shop.ground.errors import NotFound
from shop.ground.web import database, reading

room = Blueprint("dossier_files", __name__)


@room.get("/dossiers/<number>/papers/<int:paper_id>.pdf")
def paper(number: str, paper_id: int) -> Any:
    """The one PDF of an issued paper; made now if nobody has needed it yet."""
    dossier_id = _readable(number)
    known = reading().scalar(
        select(Paper.id).where(Paper.id == paper_id, Paper.dossier_id == dossier_id)
    )
    if known is None:
        raise NotFound(number=number)
    return _sent(pdf_of(database(), paper_id))


@room.get("/dossiers/<number>/files/<int:file_id>")
def file(number: str, file_id: int) -> Any:
    """A file that came in, or that was put together for the paying service."""
    dossier_id = _readable(number)
    known = reading().scalar(
        select(StoredFile.id).where(StoredFile.id == file_id, StoredFile.dossier_id == dossier_id)
    )
    if known is None:
        raise NotFound(number=number)
    return _sent(get_file(reading(), file_id))


def _readable(number: str) -> int:
    """The dossier's id. Raises NotFound for everybody who may not read it."""
    key = request.args.get("key")
    return get_dossier(reading(), number, by=actor(), guest_key=key).id


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
