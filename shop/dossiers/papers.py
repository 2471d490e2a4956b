"""Documents: frozen when they are issued, rendered once as a PDF, stored with their sha256.

`issue_paper()` writes the frozen row inside the service's transaction. The PDF is rendered after
the commit, by the worker; if it ends before, the next one renders it.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from shop.core.actors import Actor
from shop.core.alphabet import LettersNotPrinted
from shop.core.errors import N_, DomainError
from shop.dossiers.models import Paper, PdfAttempt, PdfOutcome, StoredFile
from shop.dossiers.pdf_attempts import MISSING_LETTERS, is_put_off, note_attempt
from shop.einvoicing.findings import finding_of
from shop.einvoicing.frozen import KEY, channel_in
from shop.storage.db import Database

QUOTE, DELIVERY_NOTE, INVOICE = "quote", "delivery_note", "invoice"
CREDIT_NOTE, REVERSAL = "credit_note", "reversal"
#: A purchase order filled in from a quote, for its buyer to print: no document of the shop.
ORDER_FORM = "order_form"
#: A delivery note that corrects another one.
CONTRARY_NOTE = "contrary_note"
#: Kinds that stay in the books of the shop: nobody else sees them.
INTERNAL = frozenset({REVERSAL})
SIGNED_INVOICE = "signed_invoice"
SCAN, ORIGINAL, SIGNED_QUOTE, INVOICE_FILE = "scan", "original", "signed_quote", "invoice_file"
#: A photograph or a document that a client sends with the request of a return.
RETURN = "return"
#: The scan of a delivery note that the recipient signed.
SIGNED_NOTE = "signed_note"
#: The paper or e-mail by which a buyer's body accepted a delivery (service fait).
ACCEPTANCE = "acceptance"
#: What a client signed of a price agreement.
SIGNED_AGREEMENT = "signed_agreement"
#: What a client gives before its first order.
WANTED_DOCUMENT = "wanted_document"
PDF = "application/pdf"
#: Kinds whose PDF is not archived while its validation has findings: an invoice and its credit
#: notes must stay readable for ten years (Code de commerce, L123-22), and a wrong one cannot be
#: taken back.
HELD_BY_FINDINGS = frozenset({INVOICE, CREDIT_NOTE, REVERSAL})

log = logging.getLogger("comptoir.papers")


class PdfUnavailable(DomainError):
    """The PDF could not be rendered, or must not be served as it is. The office sees why."""

    sentence = N_(
        "The PDF of %(number)s is not available yet. The shop has been notified and it will be "
        "produced again."
    )
    status = 503


def issue_paper(
    session: Session, dossier_id: int, kind: str, content: dict[str, Any], *, at: datetime
) -> Paper:
    """Issue a document. `content` is all that its PDF will ever show (see
    shop/dossiers/content).
    """
    paper = Paper(
        dossier_id=dossier_id,
        kind=kind,
        number=content["number"],
        language=content["language"],
        issued_at=at,
        content=content,
    )
    session.add(paper)
    session.flush()
    return paper


def keep_file(
    session: Session,
    data: bytes,
    *,
    kind: str,
    filename: str,
    media_type: str,
    by: Actor,
    at: datetime,
    dossier_id: int | None = None,
) -> StoredFile:
    """Store bytes that were received (a scan) or composed (a file for the paying service)."""
    stored = StoredFile(
        dossier_id=dossier_id,
        kind=kind,
        filename=filename,
        media_type=media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        stored_at=at,
        stored_by=by.name,
        data=data,
    )
    session.add(stored)
    session.flush()
    return stored


def pdf_of(database: Database, paper_id: int, *, at: datetime, again: bool = False) -> StoredFile:
    """The PDF of a document, with its bytes; rendered now (`at`) if it was not needed before.

    Rendered and validated outside any transaction. Of two processes the first to store wins, and
    both serve its file. A finding of the validation is noted for the office and blocks an invoice
    only. Raises PdfUnavailable when there is no PDF: it could not be rendered, it is an invoice
    with findings, or such an attempt failed before and the next is not due (unless asked for
    `again`).
    """
    stored = _find_pdf(database, paper_id)
    if stored is not None:
        return stored
    with database.reading_session() as session:
        paper = session.scalars(
            select(Paper).where(Paper.id == paper_id).options(undefer(Paper.content))
        ).one()
        if not again and is_put_off(session, paper_id, at=at):
            raise PdfUnavailable(number=paper.number)
    data, outcome, findings = _try_pdf(paper)
    if findings and data:
        log.warning("findings about the PDF of %s: %s", paper.number, "; ".join(findings))
    archived = bool(data) and (outcome is None or paper.kind not in HELD_BY_FINDINGS)
    try:
        with database.transaction() as session:
            if archived:
                session.execute(insert(StoredFile).values(_values(paper, data, at)))
            note_attempt(session, paper_id, outcome, findings, archived=archived, at=at)
    except IntegrityError:
        pass  # another process stored it first: its bytes count
    stored = _find_pdf(database, paper_id)
    if stored is None:
        raise PdfUnavailable(number=paper.number)
    return stored


def archived_pdf(database: Database, paper_id: int, *, at: datetime) -> StoredFile | None:
    """The PDF of a document, with its bytes, for a page: None while the worker is to make it.
    Raises PdfUnavailable where an attempt failed and the next is not due.
    """
    stored = _find_pdf(database, paper_id)
    if stored is None:
        with database.reading_session() as session:
            if is_put_off(session, paper_id, at=at):
                raise PdfUnavailable(number=session.get_one(Paper, paper_id).number)
    return stored


def is_archived(session: Session, paper_id: int) -> bool:
    """Whether the PDF of a document is made."""
    return session.scalar(select(exists().where(StoredFile.paper_id == paper_id))) or False


def read_paper(session: Session, paper: Paper) -> tuple[dict[str, Any], StoredFile | None]:
    """The content of a document and its archived PDF (without the bytes), if there is one, for its
    HTML twin. Raises PdfUnavailable where findings hold the PDF back.
    """
    content, file, outcome = session.execute(
        select(Paper.content, StoredFile, PdfAttempt.outcome)
        .outerjoin(StoredFile, StoredFile.paper_id == Paper.id)
        .outerjoin(PdfAttempt, PdfAttempt.paper_id == Paper.id)
        .where(Paper.id == paper.id)
    ).one()
    held = outcome in (PdfOutcome.NOT_CONFORMING, PdfOutcome.NOT_VALIDATED)
    if file is None and held and paper.kind in HELD_BY_FINDINGS:
        raise PdfUnavailable(number=paper.number)
    return content, file


def _try_pdf(paper: Paper) -> tuple[bytes, PdfOutcome | None, Sequence[str]]:
    """The bytes (empty when rendering failed), the outcome, the findings."""
    from shop.documents.pdf import render
    from shop.documents.schematron import validate_attached
    from shop.documents.validation import validate
    from shop.einvoicing.facturx import NotComposed

    try:
        data = render(paper.kind, paper.content, language=paper.language)
    except LettersNotPrinted as refusal:
        log.warning("the fonts lack characters of %s: %s", paper.number, refusal.facts["letters"])
        return b"", PdfOutcome.NOT_MADE, [MISSING_LETTERS + refusal.facts["letters"]]
    except NotComposed as refusal:
        log.warning("the electronic form of %s breaks rules: %s", paper.number, refusal)
        return b"", PdfOutcome.NOT_CONFORMING, [finding_of(fault) for fault in refusal.faults]
    except Exception as trouble:
        log.exception("the PDF of %s could not be made", paper.number)
        return b"", PdfOutcome.NOT_MADE, [f"{type(trouble).__name__}: {trouble}"]
    validation = validate(data)
    if validation.conforms and paper.content.get(KEY) is not None:
        validation = validate_attached(data, channel_in(paper.content))
    if not validation.checked:
        return data, PdfOutcome.NOT_VALIDATED, validation.findings
    if validation.findings:
        return data, PdfOutcome.NOT_CONFORMING, validation.findings
    return data, None, ()


def _values(paper: Paper, data: bytes, at: datetime) -> dict[str, Any]:
    return {
        "dossier_id": paper.dossier_id,
        "paper_id": paper.id,
        "kind": paper.kind,
        "filename": _filename(paper),
        "media_type": PDF,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "stored_at": at,
        "stored_by": "Comptoir",
        "data": data,
    }


def _filename(paper: Paper) -> str:
    """A purchase order to complete is named otherwise than the quote whose number it bears."""
    stem = "bon-de-commande-" if paper.kind == ORDER_FORM else ""
    return f"{stem}{paper.number}.pdf"


def _find_pdf(database: Database, paper_id: int) -> StoredFile | None:
    with database.reading_session() as session:
        return session.scalar(
            select(StoredFile)
            .where(StoredFile.paper_id == paper_id)
            .options(undefer(StoredFile.data))
        )


def get_file(session: Session, file_id: int) -> StoredFile:
    """A stored file with its bytes."""
    return session.scalars(
        select(StoredFile).where(StoredFile.id == file_id).options(undefer(StoredFile.data))
    ).one()
