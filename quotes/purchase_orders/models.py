"""Rows of purchase orders: scans that were received, and the conformity record of the original."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column, validates

from quotes.quotes.models import Quote
from shop.core.folding import fold_reference
from shop.core.lookup_terms import reference_terms
from shop.core.money import Money
from shop.storage.db import Base, RowId
from shop.storage.folded import folded_column
from shop.storage.lookup import LookupEntry, LookupKind, entry
from shop.storage.printed import PRINTED


class PurchaseOrderScan(Base):
    """A copy received by upload or by e-mail: it reserves goods and is no order. `reference`,
    `dated_on`, `engagement`, `service_code` and the signatory are what its sender says of it.
    """

    __tablename__ = "purchase_order_scans"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    reference: Mapped[str] = mapped_column(String(60), default="", info=PRINTED)
    reference_key: Mapped[str] = folded_column(60)
    dated_on: Mapped[date | None]
    engagement: Mapped[str] = mapped_column(String(50), default="", info=PRINTED)
    service_code: Mapped[str] = mapped_column(String(100), default="", info=PRINTED)
    signatory_name: Mapped[str] = mapped_column(String(120), default="")
    signatory_capacity: Mapped[str] = mapped_column(String(120), default="")
    received_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))

    looked_up = ("reference", "engagement")

    def lookup_entries(self, session: Session) -> list[LookupEntry]:
        return [_of_dossier(session, self.quote_id, self.reference, self.engagement)]

    @validates("reference")
    def _fold_reference(self, _column: str, reference: str) -> str:
        self.reference_key = fold_reference(reference)[:60]
        return reference


class LoggedOriginal(Base):
    """An original that came and is kept, while documents are awaited before it is recorded."""

    __tablename__ = "logged_originals"

    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    received_on: Mapped[date]
    logged_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class PurchaseOrder(Base):
    """The conformity record of an original: five ticks, all required, and the amount compared.

    `difference_reason` says why another amount than the quote's was accepted.
    """

    __tablename__ = "purchase_orders"
    written_once = True
    __table_args__ = (
        CheckConstraint(
            "original_paper AND letterhead AND dated AND signed AND stamped", name="conforming"
        ),
        Index("ix_purchase_orders_reference_key", "reference_key", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    reference: Mapped[str] = mapped_column(String(60), info=PRINTED)
    reference_key: Mapped[str] = folded_column(60)
    dated_on: Mapped[date]
    signatory_name: Mapped[str] = mapped_column(String(120))
    signatory_capacity: Mapped[str] = mapped_column(String(120))
    engagement: Mapped[str] = mapped_column(String(50), default="", info=PRINTED)
    service_code: Mapped[str] = mapped_column(String(100), default="", info=PRINTED)
    amount: Mapped[Money]
    original_paper: Mapped[bool]
    letterhead: Mapped[bool]
    dated: Mapped[bool]
    signed: Mapped[bool]
    stamped: Mapped[bool]
    received_on: Mapped[date]
    filed_at: Mapped[str] = mapped_column(String(120))
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    reuse_confirmed: Mapped[bool] = mapped_column(default=False)
    difference_reason: Mapped[str] = mapped_column(String(300), default="")
    late_reason: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))

    @validates("reference")
    def _fold_reference(self, _column: str, reference: str) -> str:
        self.reference_key = fold_reference(reference)[:60]
        return reference

    looked_up = ("reference", "engagement")

    def lookup_entries(self, session: Session) -> list[LookupEntry]:
        return [_of_dossier(session, self.quote_id, self.reference, self.engagement)]


def _of_dossier(session: Session, quote_id: int, *references: str) -> LookupEntry:
    dossier_id = session.get_one(Quote, quote_id).dossier_id
    terms = reference_terms(*references)
    return entry(LookupKind.DOSSIER, dossier_id, terms, dossier_id=dossier_id)
