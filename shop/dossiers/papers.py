"""Papers: frozen when they are issued, made into a PDF once, kept with their sha256.

`issue_paper()` writes the frozen row inside the act. The PDF is made after the commit by whoever
needs it first (worker, download, mail); if a process dies in between, the next one makes it.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from shop.core.actors import Actor
from shop.dossiers.models import Dossier, Paper, StoredFile
from shop.storage.db import Database

QUOTE, DELIVERY_NOTE, INVOICE = "quote", "delivery_note", "invoice"
SCAN, ORIGINAL, SIGNED_QUOTE, INVOICE_FILE = "scan", "original", "signed_quote", "invoice_file"
PDF = "application/pdf"


def issue_paper(
    session: Session, dossier: Dossier, kind: str, content: dict[str, Any], *, at: datetime
) -> Paper:
    """Freeze a paper. `content` is all that its PDF will ever show (see shop/dossiers/content)."""
    paper = Paper(
        dossier_id=dossier.id,
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
    """Keep bytes that came in (a scan) or were put together (a file for the paying service)."""
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


def pdf_of(database: Database, paper_id: int, *, at: datetime) -> StoredFile:
    """The one PDF of a paper, with its bytes; made now (`at`) if nobody has needed it yet.

    Rendered outside any transaction. Two renderers at once: the first to store wins, both serve it.
    """
    stored = _find_pdf(database, paper_id)
    if stored is not None:
        return stored
    from shop.documents.pdf import render

    with database.reading_session() as session:
        paper = session.scalars(
            select(Paper).where(Paper.id == paper_id).options(undefer(Paper.content))
        ).one()
    data = render(paper.kind, paper.content, language=paper.language)
    try:
        with database.transaction() as session:
            session.execute(
                insert(StoredFile).values(
                    dossier_id=paper.dossier_id,
                    paper_id=paper.id,
                    kind=paper.kind,
                    filename=f"{paper.number}.pdf",
                    media_type=PDF,
                    sha256=hashlib.sha256(data).hexdigest(),
                    size=len(data),
                    stored_at=at,
                    stored_by="Comptoir",
                    data=data,
                )
            )
    except IntegrityError:
        pass  # somebody stored it first: those bytes are the paper's
    stored = _find_pdf(database, paper_id)
    if stored is None:
        raise LookupError(f"the PDF of paper {paper_id} was not kept")
    return stored


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


def papers_without_pdf(session: Session, limit: int = 20) -> list[int]:
    """Ids of issued papers that nobody has made into a PDF yet; the worker's list."""
    return list(
        session.scalars(
            select(Paper.id)
            .outerjoin(StoredFile, StoredFile.paper_id == Paper.id)
            .where(StoredFile.id.is_(None))
            .order_by(Paper.id)
            .limit(limit)
        )
    )
