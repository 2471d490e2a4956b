"""Rows of dossiers: the documents of one sale, the files received, and who may read them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.core.lookup_terms import (
    amount_terms,
    email_terms,
    number_terms,
    reference_terms,
    word_terms,
)
from shop.core.media import PAGED
from shop.storage.db import Base, RowId, enumeration
from shop.storage.folded import folded_column
from shop.storage.lookup import LookupEntry, LookupKind, entry
from shop.storage.printed import PRINTED


class Dossier(Base):
    """One quote, or one card order, with everything that follows.

    `number` is the quote's (DE-…) or the card order's (CO-…). A guest reads it with `guest_key`.
    `parties_key` holds the names of its first document and its title, folded.
    """

    __tablename__ = "dossiers"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(200), default="", info=PRINTED)
    parties_key: Mapped[str] = folded_column(400)
    opened_at: Mapped[datetime]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    establishment_id: Mapped[int | None] = mapped_column(
        ForeignKey("establishments.id"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2))
    guest_key: Mapped[str | None] = mapped_column(String(64))

    looked_up = ("number", "parties_key", "email")

    @property
    def is_of_quote(self) -> bool:
        """Whether a quote opened it: a card order gives its guest a key, a quote none."""
        return self.guest_key is None

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        """By the buyer as they were; the names that they have now are added. That of a card order
        has no number of its own.
        """
        number = number_terms(self.number) if self.is_of_quote else set[str]()
        terms = (number, word_terms(self.parties_key), email_terms(self.email))
        return [entry(LookupKind.DOSSIER, self.id, *terms, dossier_id=self.id)]


class Paper(Base):
    """An issued document, frozen: all that its PDF shows is in `content`. Never updated or
    deleted.
    """

    __tablename__ = "papers"
    written_once = True
    __table_args__ = (UniqueConstraint("kind", "number"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    issued_at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)

    looked_up = ("number", "content")

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        """A quote is found as its dossier."""
        kind = _LOOKED_UP.get(self.kind)
        if kind is None:
            return []
        terms = (number_terms(self.number), *_terms_of(kind, self.content))
        is_internal = self.kind == "reversal"
        return [entry(kind, self.id, *terms, dossier_id=self.dossier_id, internal=is_internal)]


_LOOKED_UP = {
    "delivery_note": LookupKind.DELIVERY,
    "contrary_note": LookupKind.DELIVERY,
    "invoice": LookupKind.INVOICE,
    "credit_note": LookupKind.INVOICE,
    "reversal": LookupKind.INVOICE,
}


def _terms_of(kind: LookupKind, content: dict[str, Any]) -> list[set[str]]:
    """What else a document is found by: a delivery note by its parcels and serial numbers, an
    invoice by its amounts and the references that it bears.
    """
    if kind is LookupKind.DELIVERY:
        shipment = content.get("shipment") or {}
        parcels = [shipment, *shipment.get("packages", ())]
        serials = [one for line in content["lines"] for one in line.get("serials", ())]
        tracking = [parcel.get("tracking", "") for parcel in parcels]
        return [reference_terms(*tracking, *serials)]
    totals, told = content["totals"], content["references"]
    return [
        amount_terms(totals["including"], totals.get("payable")),
        reference_terms(told.get("purchase_order"), told.get("engagement")),
    ]


class PdfOutcome(StrEnum):
    """The result of an attempt to render a PDF that was not made without a finding."""

    #: A worker renders it now, or ended while it did.
    BEGUN = "begun"
    NOT_MADE = "not_made"
    #: The validator is missing or failed.
    NOT_VALIDATED = "not_validated"
    NOT_CONFORMING = "not_conforming"


class PdfAttempt(Base):
    """The problems with the PDF of a document: failed attempts, findings of its validation.

    `findings` are sentences of the validator or of the error; `next_try_at` is None when the PDF is
    archived in spite of them.
    """

    __tablename__ = "pdf_attempts"

    paper_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("papers.id"), primary_key=True, autoincrement=False
    )
    outcome: Mapped[PdfOutcome] = mapped_column(enumeration(PdfOutcome))
    findings: Mapped[list[Any]]
    attempts: Mapped[int]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)

    @hybrid_property
    def is_served(self) -> bool:
        """Whether the PDF is archived in spite of the findings: it is not tried again."""
        return self.next_try_at is None

    @is_served.inplace.expression
    @classmethod
    def _is_served(cls) -> ColumnElement[bool]:
        return cls.next_try_at.is_(None)

    def is_due(self, at: datetime) -> bool:
        """Whether it is to be tried again now."""
        return self.next_try_at is not None and self.next_try_at <= at

    def is_later(self, at: datetime) -> bool:
        """Whether it is to be tried again, but not yet."""
        return self.next_try_at is not None and self.next_try_at > at


class PdfToMake(Base):
    """A document whose PDF is not archived yet. Triggers keep the table: a document that is issued
    enters it and leaves it with its file, whoever stores that.
    """

    __tablename__ = "pdfs_to_make"

    paper_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("papers.id"), primary_key=True, autoincrement=False
    )


class PaperSignature(Base):
    """The signature of an invoice: its signed file, or the failed attempts to sign it.

    `body_sha256` is that of the archived PDF, which the signed file begins with; the signed file
    has its own. `level` is that of the signature (shop/documents/signature_rules.py), empty before
    it is made. `trouble` says why the last attempt failed.
    """

    __tablename__ = "paper_signatures"
    __table_args__ = (
        CheckConstraint("(file_id IS NULL) = (next_try_at IS NOT NULL)", name="signed_or_due"),
    )

    paper_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("papers.id"), primary_key=True, autoincrement=False
    )
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"), unique=True)
    body_sha256: Mapped[str] = mapped_column(String(64))
    level: Mapped[str] = mapped_column(String(10), default="")
    attempts: Mapped[int]
    trouble: Mapped[str] = mapped_column(String(300))
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)

    @hybrid_property
    def is_signed(self) -> bool:
        """Whether there is a signed file."""
        return self.file_id is not None

    @is_signed.inplace.expression
    @classmethod
    def _is_signed(cls) -> ColumnElement[bool]:
        return cls.file_id.is_not(None)


class StoredFile(Base):
    """Bytes stored permanently, with their sha256: the PDF of a document, or a scan that was
    received.
    """

    __tablename__ = "files"
    written_once = True
    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        Index("uq_files_paper_id", "paper_id", unique=True),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"), index=True)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"))
    kind: Mapped[str] = mapped_column(String(20))
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    stored_at: Mapped[datetime]
    stored_by: Mapped[str] = mapped_column(String(200))
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    @property
    def has_pages(self) -> bool:
        """Whether it is shown page by page, and not as one picture."""
        return self.media_type in PAGED
