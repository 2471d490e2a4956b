"""Signed invoices of organisations: signing the archived PDF is the last thing the worker does.

The invoice is issued and its PDF served whether or not it can be signed. A failed attempt is
retried with growing waits, and the office's first page shows it.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, undefer

from shop.core.actors import THE_CLOCK
from shop.core.retries import retry_after
from shop.documents.signature_rules import Signed, TimeService
from shop.dossiers.models import Dossier, Paper, PaperSignature, StoredFile
from shop.dossiers.papers import INVOICE, PDF, SIGNED_INVOICE, keep_file
from shop.storage.db import Database, locking

#: Length of the reason that is stored of a failed attempt.
LONGEST_TROUBLE = 300

log = logging.getLogger("comptoir.papers")


@dataclass(frozen=True, slots=True)
class SigningState:
    """What the office must know: invoices that could not be signed, why the last one could not,
    and the day on which the certificate ends, once it must be renewed.
    """

    failed: int = 0
    trouble: str = ""
    ends_on: date | None = None
    ended: bool = False
    unusable: bool = False

    @property
    def is_told(self) -> bool:
        return bool(self.failed or self.ends_on or self.unusable)


def invoices_to_sign(session: Session, *, at: datetime, limit: int = 20) -> list[int]:
    """Ids of invoices of organisations whose PDF is archived and is to be signed now: new ones
    first, then failed ones that are due.
    """
    tries = func.coalesce(PaperSignature.attempts, 0)
    return list(
        session.scalars(
            select(Paper.id)
            .join(StoredFile, StoredFile.paper_id == Paper.id)
            .join(Dossier, Dossier.id == Paper.dossier_id)
            .outerjoin(PaperSignature, PaperSignature.paper_id == Paper.id)
            .where(
                Paper.kind == INVOICE,
                Dossier.organisation_id.is_not(None),
                or_(PaperSignature.paper_id.is_(None), PaperSignature.next_try_at <= at),
            )
            .order_by(tries, Paper.id)
            .limit(limit)
        )
    )


def sign_invoice(
    database: Database,
    paper_id: int,
    certificate_path: str,
    passphrase_path: str | None,
    service: TimeService | None = None,
    *,
    at: datetime,
) -> bool:
    """Sign the archived PDF of an invoice, outside any transaction, then keep the signed file; with
    the time stamps of a `service`, where there is one. Whether it could be signed.

    Of two workers the first to store counts. A failure is stored with the time of the next attempt:
    a service that does not answer is one, and no signature of a lower level takes its place.
    """
    from shop.documents.signature import certificate_of, findings_of, sign_with

    with database.reading_session() as session:
        body = session.scalars(
            select(StoredFile)
            .where(StoredFile.paper_id == paper_id)
            .options(undefer(StoredFile.data))
        ).one()
    signed, trouble = None, ""
    try:
        certificate = certificate_of(certificate_path, passphrase_path)
        signed = sign_with(body.data, certificate, service, at=at)
        findings = findings_of(signed)
        if findings:
            signed, trouble = None, "; ".join(findings)
    except Exception as reason:
        log.warning("%s could not be signed", body.filename, exc_info=True)
        trouble = str(reason) or type(reason).__name__
    with database.transaction() as session:
        _note(session, body, signed, trouble, at=at)
    return signed is not None


def _note(
    session: Session, body: StoredFile, signed: Signed | None, trouble: str, *, at: datetime
) -> None:
    assert body.paper_id is not None, "the PDF of a document"
    session.execute(locking(session, select(Paper.id).where(Paper.id == body.paper_id)))
    row = session.get(PaperSignature, body.paper_id)
    if row is not None and row.is_signed:
        return  # another worker was first: its file counts
    file_id = _keep(session, body, signed.data, at=at) if signed else None
    if row is None:
        row = PaperSignature(paper_id=body.paper_id, body_sha256=body.sha256, attempts=0)
    row.attempts += 1
    row.trouble = trouble[:LONGEST_TROUBLE]
    row.file_id, row.level = file_id, signed.level.value if signed else ""
    row.next_try_at = None if signed else at + retry_after(row.attempts)
    session.add(row)


def _keep(session: Session, body: StoredFile, signed: bytes, *, at: datetime) -> int:
    """Keep the signed file beside the archived one; its id."""
    return keep_file(
        session,
        signed,
        kind=SIGNED_INVOICE,
        filename=body.filename.removesuffix(".pdf") + "-signee.pdf",
        media_type=PDF,
        by=THE_CLOCK,
        at=at,
        dossier_id=body.dossier_id,
    ).id


def levels_of(session: Session, dossier_id: int) -> dict[int, str]:
    """The level of the signature of each signed file of a dossier, by the id of the file."""
    rows = session.execute(
        select(PaperSignature.file_id, PaperSignature.level)
        .join(StoredFile, StoredFile.id == PaperSignature.file_id)
        .where(StoredFile.dossier_id == dossier_id)
    )
    return {row.file_id: row.level for row in rows}


def signing_state(
    session: Session, certificate_path: str | None, passphrase_path: str | None, *, at: datetime
) -> SigningState:
    """What the office's first page says about signatures; nothing where none are configured."""
    from shop.documents.signature import CertificateUnusable, certificate_of

    if certificate_path is None:
        return SigningState()
    failed = ~PaperSignature.is_signed
    count = session.scalar(select(func.count()).select_from(PaperSignature).where(failed)) or 0
    trouble = session.scalar(
        select(PaperSignature.trouble)
        .where(failed)
        .order_by(PaperSignature.next_try_at.desc(), PaperSignature.paper_id.desc())
        .limit(1)
    )
    try:
        certificate = certificate_of(certificate_path, passphrase_path)
    except CertificateUnusable as reason:
        return SigningState(count, str(reason), unusable=True)
    return SigningState(
        count,
        trouble or "",
        certificate.until.date() if certificate.ends_soon(at) else None,
        ended=not certificate.is_valid(at),
    )
