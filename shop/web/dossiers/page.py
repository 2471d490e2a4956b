"""What the pages of a quote and of a card order share: progress and documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shop.core.text import day, size
from shop.dossiers.dossiers import files_of, papers_of
from shop.dossiers.models import Dossier, Paper, StoredFile
from shop.dossiers.papers import INTERNAL, INVOICE_FILE, ORDER_FORM, PDF, SCAN, SIGNED_INVOICE
from shop.dossiers.signatures import levels_of
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language


@dataclass(frozen=True, slots=True)
class Station:
    """A step of the progress bar: "done", "now", "next" or "over", with its text."""

    name: str
    status: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Document:
    """A line of the list of documents; `url` None for a document that is not issued yet."""

    name: str
    about: str
    url: str | None = None
    #: The address of its HTML twin, for a document of the shop.
    page: str | None = None


def document_names() -> dict[str, str]:
    """The name of each kind of document or file, in the reader's language."""
    return {
        "quote": _("Quote"),
        "order_form": _("Purchase order to complete"),
        "delivery_note": _("Delivery note"),
        "contrary_note": _("Contrary delivery note"),
        "invoice": _("Invoice"),
        "credit_note": _("Credit note"),
        "reversal": _("Internal reversal"),
        "signed_invoice": _("Signed invoice"),
        "scan": _("Copy of the purchase order"),
        "original": _("Scan of the original"),
        "signed_quote": _("Signed quote"),
        "signed_note": _("Signed delivery note"),
        "acceptance": _("Acceptance by the body"),
        "return": _("Photograph of returned goods"),
        "invoice_file": _("PDF for the paying service"),
    }


def documents_of(
    session: Session, dossier: Dossier, *, guest_key: str | None = None
) -> list[Document]:
    """The issued documents and the stored files of a dossier, oldest first."""
    found = [
        (paper.issued_at, paper_document(dossier, paper, guest_key))
        for paper in papers_of(session, dossier.id)
        if paper.kind not in INTERNAL or actor().is_staff
    ]
    files = [file for file in files_of(session, dossier.id) if file.paper_id is None]
    last = _last_copy(files)
    signed = any(file.kind == SIGNED_INVOICE for file in files)
    levels = levels_of(session, dossier.id) if signed else {}
    found += [
        (
            file.stored_at,
            _file(
                dossier,
                file,
                guest_key,
                replaced=file.kind == SCAN and file != last,
                level=levels.get(file.id, ""),
            ),
        )
        for file in files
    ]
    return [document for _at, document in sorted(found, key=lambda pair: pair[0])]


def last_copy_in(session: Session, dossier: Dossier) -> StoredFile | None:
    """The last copy of the purchase order of a dossier: the others are replaced by it."""
    return _last_copy(files_of(session, dossier.id))


def _last_copy(files: Sequence[StoredFile]) -> StoredFile | None:
    return max((file for file in files if file.kind == SCAN), key=lambda f: f.id, default=None)


def paper_document(dossier: Dossier, paper: Paper, key: str | None) -> Document:
    """An issued document in a list, as PDF and as page."""
    on = day(paper.issued_at, current_language())
    own = paper.kind != ORDER_FORM
    about = _("PDF, issued on %(day)s", day=on) if own else _("PDF, filled in on %(day)s", day=on)
    return Document(
        f"{document_names().get(paper.kind, paper.kind)} {paper.number}",
        about,
        url_for("dossiers.paper", number=dossier.number, paper_id=paper.id, key=key),
        url_for("dossiers.read", number=dossier.number, paper_id=paper.id, key=key),
    )


def _file(
    dossier: Dossier, file: StoredFile, key: str | None, *, replaced: bool, level: str
) -> Document:
    facts = {
        "kind": file.filename.rpartition(".")[2].upper(),
        "size": size(file.size, current_language()),
        "day": day(file.stored_at, current_language()),
    }
    if file.kind == INVOICE_FILE:
        about = _("%(kind)s, %(size)s, made on %(day)s", **facts)
    elif file.kind == SIGNED_INVOICE:
        about = _(
            "%(kind)s, %(size)s, signed, level %(level)s: the same invoice with an electronic "
            "signature, which shows that the file has not changed. The signature is not a "
            "qualified one: the reliable audit trail is the legal proof.",
            level=level,
            **facts,
        )
    elif replaced:
        about = _("%(kind)s, %(size)s, received on %(day)s, replaced since", **facts)
    else:
        about = _("%(kind)s, %(size)s, received on %(day)s", **facts)
    name = document_names().get(file.kind, file.kind)
    if file.kind == INVOICE_FILE and file.media_type != PDF:
        name = _("ZIP file for the paying service")
    return Document(
        f"{name}, {file.filename}",
        about,
        url_for("dossiers.file", number=dossier.number, file_id=file.id, key=key),
    )
