"""Organisations, their addresses, the decisions on them, and the embedded register."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground.db import Base, RowId, enumeration
from shop.organisations.rules import EngagementRule, Nature, Verification


class Organisation(Base):
    """A public body, a company or an association. `header` is the letterhead address (Place)."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    customer_code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    siren: Mapped[str] = mapped_column(String(9), index=True)
    siret: Mapped[str] = mapped_column(String(14), unique=True)
    legal_category: Mapped[str] = mapped_column(String(4))
    nature: Mapped[Nature] = mapped_column(enumeration(Nature))
    verification: Mapped[Verification] = mapped_column(enumeration(Verification))
    verification_reason: Mapped[str] = mapped_column(String(500), default="")
    verified_at: Mapped[datetime | None]
    payment_delay_days: Mapped[int] = mapped_column(default=30)
    engagement_rule: Mapped[EngagementRule] = mapped_column(
        enumeration(EngagementRule), default=EngagementRule.UNKNOWN
    )
    header: Mapped[dict[str, Any]]
    account_manager_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class Address(Base):
    """A place kept in an address book: `kind` is delivery or paying_service, content its fields.

    `content` has the keys of parties.Place, or of parties.PayingService; `contact` of Contact.
    Belongs to an organisation or to a person, never both.
    """

    __tablename__ = "addresses"
    __table_args__ = (
        CheckConstraint("(organisation_id IS NULL) <> (user_id IS NULL)", name="one_owner"),
        CheckConstraint("kind IN ('header','delivery','paying_service')", name="kind"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[dict[str, Any]]
    contact: Mapped[dict[str, Any]]
    position: Mapped[int] = mapped_column(default=0)


class VerificationDecision(Base):
    """One decision on an organisation, kept: who, when, on what evidence."""

    __tablename__ = "verification_decisions"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verification: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500), default="")
    evidence: Mapped[dict[str, Any]]


class PublicBody(Base):
    """A line of the embedded register (open data of Etalab). `folded` is for searching."""

    __tablename__ = "public_bodies"
    __table_args__ = (
        Index("ix_public_bodies_folded", "folded"),
        Index("ix_public_bodies_postal_code", "postal_code"),
    )

    siren: Mapped[str] = mapped_column(String(9), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    legal_category: Mapped[str] = mapped_column(String(4))
    departement: Mapped[str] = mapped_column(String(3))
    postal_code: Mapped[str] = mapped_column(String(5))
    population: Mapped[int | None]
