"""Quotes: frozen offers to a verified public body, valid for some calendar months."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from quotes.procedure import QuoteStage
from shop.core.money import Money, UnitPrice
from shop.storage.columns import (
    Agreement,
    Detail,
    Discount,
    EmailAddress,
    LanguageCode,
    LineName,
    ProductKey,
    ShippingKey,
    Sku,
    Weight,
)
from shop.storage.db import Base, RowId, enumeration


class Quote(Base):
    """One quote. Everything is a copy; only `stage`, `reserved_at`, `original_id` change.

    `expected_on` is the day of arrival that step 4 promised for an order of the day of the quote.
    `draft_token` makes a double press of the button issue one quote. `line_count` is the number of
    lines at the issue: the database accepts no other. `drawn_by` is the person of the office who
    drew it for a client: `accepted_by` then names whom it is for, and nobody has accepted anything.
    """

    __tablename__ = "quotes"
    frozen_columns = frozenset(
        [
            "number",
            "dossier_id",
            "paper_id",
            "organisation_id",
            "issued_at",
            "valid_until",
            "parties",
            "shipping",
            "expected_on",
            "excluding",
            "vat_total",
            "including",
            "conditions_version",
            "accepted_by",
            "accepted_at",
            "line_count",
            "drawn_by",
        ]
    )
    __table_args__ = (
        CheckConstraint("(stage = 'ORDERED') = (original_id IS NOT NULL)", name="original"),
        Index("ix_quotes_stage", "stage", "valid_until"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), unique=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), unique=True)
    stage: Mapped[QuoteStage] = mapped_column(enumeration(QuoteStage))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    email: Mapped[EmailAddress]
    language: Mapped[LanguageCode]
    issued_at: Mapped[datetime]
    valid_until: Mapped[date]
    parties: Mapped[dict[str, Any]]
    shipping: Mapped[ShippingKey]
    expected_on: Mapped[date | None]
    excluding: Mapped[Money]
    vat_total: Mapped[Money]
    including: Mapped[Money]
    conditions_version: Mapped[str] = mapped_column(String(20))
    accepted_by: Mapped[str] = mapped_column(String(200))
    accepted_at: Mapped[datetime]
    draft_token: Mapped[str | None] = mapped_column(String(43), unique=True)
    reserved_at: Mapped[datetime | None]
    original_id: Mapped[int | None] = mapped_column(unique=True)
    renewed_from_id: Mapped[int | None] = mapped_column(ForeignKey("quotes.id"))
    line_count: Mapped[int]
    drawn_by: Mapped[str] = mapped_column(String(200), default="", server_default="")

    @property
    def holds_stock(self) -> bool:
        """Whether its goods are reserved."""
        return self.reserved_at is not None


class QuoteLine(Base):
    """A line of a quote, frozen; `product_id` None for shipping."""

    __tablename__ = "quote_lines"
    written_once = True
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[ProductKey]
    sku: Mapped[Sku]
    name: Mapped[LineName]
    detail: Mapped[Detail]
    quantity: Mapped[int]
    unit_price: Mapped[UnitPrice]
    unit_including: Mapped[Money | None]
    eco_fee: Mapped[UnitPrice]
    vat_rate: Mapped[int]
    amount: Mapped[Money]
    weight_g: Mapped[Weight]
    list_price: Mapped[UnitPrice | None]
    discount: Mapped[Discount]
    agreement: Mapped[Agreement]
