"""Rows of price agreements: their clients and their conditions."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from shop.agreements.procedure import AgreementState
from shop.agreements.rules import Condition
from shop.core.money import UnitPrice
from shop.storage.db import Base, RowId, enumeration
from shop.storage.printed import PRINTED


class PriceAgreement(Base):
    """A price agreement: `reference` is printed beside each price that it gives; the prices apply
    from `starts_on` to `ends_on`, both included, once it is signed. `signatory` signed for the
    client on `signed_on`. `ended_for` is why it was ended or given up.
    """

    __tablename__ = "price_agreements"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="period"),
        Index("ix_price_agreements_state", "state", "ends_on"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True, info=PRINTED)
    title: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[AgreementState] = mapped_column(enumeration(AgreementState))
    signed_on: Mapped[date | None]
    signatory: Mapped[str] = mapped_column(String(200), default="")
    ended_for: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))

    @hybrid_property
    def is_signed(self) -> bool:
        """Whether its prices apply between its days."""
        return self.state is AgreementState.SIGNED

    @is_signed.inplace.expression
    @classmethod
    def _is_signed(cls) -> ColumnElement[bool]:
        return cls.state == AgreementState.SIGNED

    @hybrid_property
    def is_draft(self) -> bool:
        """Whether what it says may be changed."""
        return self.state is AgreementState.DRAFT

    @is_draft.inplace.expression
    @classmethod
    def _is_draft(cls) -> ColumnElement[bool]:
        return cls.state == AgreementState.DRAFT


class AgreementClient(Base):
    """An organisation that an agreement is for: one, or several of a price list."""

    __tablename__ = "price_agreement_clients"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("price_agreements.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id"), primary_key=True, index=True
    )


class AgreementCopy(Base):
    """The file of an agreement that an organisation has signed, as it was received. An agreement of
    several organisations has a copy of each.
    """

    __tablename__ = "agreement_copies"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("price_agreements.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    attached_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))


class PriceCondition(Base):
    """A condition of an agreement: see rules.Condition. `discount` is 0 where there is a price."""

    __tablename__ = "price_conditions"
    __table_args__ = (
        CheckConstraint("(discount > 0) = (price IS NULL)", name="given"),
        CheckConstraint("category_id IS NULL OR product_id IS NULL", name="goods"),
        CheckConstraint("from_quantity BETWEEN 1 AND 9999", name="units"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("price_agreements.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    from_quantity: Mapped[int] = mapped_column(default=1)
    discount: Mapped[int] = mapped_column(default=0)
    price: Mapped[UnitPrice | None]

    def told(self, reference: str) -> Condition:
        """The condition, of the agreement with that reference."""
        return Condition(
            reference,
            self.discount,
            self.price,
            self.category_id,
            self.product_id,
            self.from_quantity,
        )
