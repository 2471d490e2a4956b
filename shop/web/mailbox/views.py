"""The demonstration's mailbox: every e-mail that the shop has sent, shown without a mail server."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import abort, render_template, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from shop.core.errors import NotFound
from shop.dossiers.attachments import ENCLOSED, enclosed_page
from shop.dossiers.models import Paper, StoredFile
from shop.dossiers.papers import get_file
from shop.emails.messages import EmailText, text_of
from shop.storage.outbox import Email
from shop.storage.paging import Listing, page_of
from shop.web.dossiers.twins import twin_shown
from shop.web.dossiers.waiting import pdf_or_wait
from shop.web.kit.guards import everybody
from shop.web.kit.paging import place_asked
from shop.web.kit.site import plain_database, reading, settings
from shop.web.kit.wordings import wordings_today
from shop.web.mailbox import blueprint


@blueprint.before_request
def only_in_the_demonstration() -> None:
    """These pages do not exist anywhere else: e-mails are private."""
    if not settings().is_demonstration:
        abort(404)


@blueprint.get("/demonstration/courriels")
@everybody
def index() -> str:
    """All e-mails, the newest first, in pages."""
    newest = (Email.created_at.desc(), Email.id.desc())
    emails = page_of(reading(), Listing(select(Email), newest, Email.id), place_asked())
    shown = emails.of(lambda row: (row[0], row[0].subject or _message(row[0]).subject))
    return render_template("mailbox/index.html", mails=shown)


@blueprint.get("/demonstration/courriels/<int:mail_id>")
@everybody
def show(mail_id: int) -> str:
    """One e-mail with its attachments."""
    mail = _mail(mail_id)
    return render_template(
        "mailbox/show.html",
        mail=mail,
        message=_message(mail),
        papers=_named(Paper, mail.papers),
        files=_named(StoredFile, mail.files),
        pages=_pages(mail),
    )


@blueprint.get("/demonstration/courriels/<int:mail_id>/documents/<int:paper_id>.pdf")
@everybody
def paper(mail_id: int, paper_id: int) -> Any:
    """An issued document attached to the e-mail."""
    _attached_to(_mail(mail_id), paper_id)
    back = url_for(".show", mail_id=mail_id)
    return pdf_or_wait(reading().get_one(Paper, paper_id), _sent, back=back)


@blueprint.get("/demonstration/courriels/<int:mail_id>/documents/<int:paper_id>")
@everybody
def read(mail_id: int, paper_id: int) -> str:
    """The HTML twin of a document attached to the e-mail."""
    mail = _mail(mail_id)
    _attached_to(mail, paper_id)
    trail = [
        (_("E-mails sent"), url_for(".index")),
        (_("E-mail to %(to)s", to=mail.to), url_for(".show", mail_id=mail_id)),
    ]
    pdf = url_for(".paper", mail_id=mail_id, paper_id=paper_id)
    return twin_shown(reading().get_one(Paper, paper_id), pdf, trail=trail, others=[])


@blueprint.get("/demonstration/courriels/<int:mail_id>/fichiers/<int:file_id>")
@everybody
def file(mail_id: int, file_id: int) -> Any:
    """A stored file attached to the e-mail."""
    if file_id not in _mail(mail_id).files:
        raise NotFound(number=mail_id)
    return _sent(get_file(reading(), file_id))


@blueprint.get("/demonstration/courriels/<int:mail_id>/pages/<name>.pdf")
@everybody
def enclosed(mail_id: int, name: str) -> Any:
    """A page of the shop attached to the e-mail."""
    mail = _mail(mail_id)
    if name not in _pages(mail):
        raise NotFound(number=mail_id)
    made = enclosed_page(
        plain_database(), mail, name, public_url=settings().public_url, at=mail.created_at
    )
    return send_file(
        BytesIO(made.data),
        mimetype=made.media_type,
        as_attachment=True,
        download_name=made.filename,
    )


def _pages(mail: Email) -> dict[str, str]:
    """The file names of the pages that an e-mail encloses, by name of the page."""
    return {name: ENCLOSED[name][mail.language] for name in mail.facts.get("enclosed") or []}


def _mail(mail_id: int) -> Email:
    mail = reading().get(Email, mail_id)
    if mail is None:
        raise NotFound(number=mail_id)
    return mail


def _attached_to(mail: Email, paper_id: int) -> None:
    """Raises NotFound for a document that the e-mail does not carry."""
    if paper_id not in mail.papers:
        raise NotFound(number=mail.id)


def _message(mail: Email) -> EmailText:
    return text_of(mail, public_url=settings().public_url, wordings=wordings_today())


def _named(rows: Any, ids: Sequence[int]) -> Sequence[Any]:
    return reading().scalars(select(rows).where(rows.id.in_(ids)).order_by(rows.id)).all()


def _sent(stored: StoredFile) -> Any:
    return send_file(
        BytesIO(stored.data),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.filename,
    )
