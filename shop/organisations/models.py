"""Organisations, their establishments, addresses and contacts, and the answers of registers about
them.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column, validates

from shop.core.folding import fold_name
from shop.core.lookup_terms import (
    email_terms,
    number_terms,
    phone_terms,
    reference_terms,
    word_terms,
)
from shop.einvoicing.channel_rules import Demand
from shop.organisations.rules import EngagementRule, FileForm, Grouping, Verification
from shop.register.rules import Nature
from shop.storage.db import Base, RowId, enumeration
from shop.storage.folded import folded_column
from shop.storage.lookup import LookupEntry, LookupKind, entry
from shop.storage.printed import PRINTED


class Organisation(Base):
    """A public body, a company or an association: one legal unit, with its establishments.

    `service_code_rule`: whether it demands a service code on its invoices. `invoice_grouping`:
    whether its deliveries are invoiced by month. `register_due_at`: when
    the register is asked about it (again); None once it has answered. `agreed_until`: the last day
    of its signed price agreements; None without one.
    """

    __tablename__ = "organisations"
    __table_args__ = (Index("ix_organisations_verification", "verification", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    customer_code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200), info=PRINTED)
    name_key: Mapped[str] = folded_column(200)
    siren: Mapped[str] = mapped_column(String(9), unique=True)
    legal_category: Mapped[str] = mapped_column(String(4))
    nature: Mapped[Nature] = mapped_column(enumeration(Nature))
    verification: Mapped[Verification] = mapped_column(enumeration(Verification))
    verification_reason: Mapped[str] = mapped_column(String(500), default="")
    verified_at: Mapped[datetime | None]
    payment_delay_days: Mapped[int] = mapped_column(default=30)
    engagement_rule: Mapped[EngagementRule] = mapped_column(
        enumeration(EngagementRule), default=EngagementRule.UNKNOWN
    )
    service_code_rule: Mapped[Demand] = mapped_column(
        enumeration(Demand), default=Demand.UNKNOWN, server_default=Demand.UNKNOWN.value
    )
    invoice_grouping: Mapped[Grouping] = mapped_column(
        enumeration(Grouping), default=Grouping.DELIVERY, server_default=Grouping.DELIVERY.value
    )
    account_manager_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    register_due_at: Mapped[datetime | None] = mapped_column(index=True)
    agreed_until: Mapped[date | None]

    looked_up = ("name", "customer_code", "siren")

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        code, names = number_terms(self.customer_code), word_terms(self.name)
        return [
            _of_client(self.id, names, code, reference_terms(self.siren)),
            entry(LookupKind.NAME, self.id, names),
        ]

    @validates("name")
    def _fold_name(self, _column: str, name: str) -> str:
        self.name_key = fold_name(name)[:200]
        return name

    @hybrid_property
    def was_verified(self) -> bool:
        """Whether the office has verified it at least once."""
        return self.verified_at is not None

    @was_verified.inplace.expression
    @classmethod
    def _was_verified(cls) -> ColumnElement[bool]:
        return cls.verified_at.is_not(None)

    def look_again(self, day: datetime) -> None:
        """Let the office review it again on that day at the latest, as if it had verified it
        then.
        """
        self.verified_at = min(self.verified_at or day, day)

    @property
    def awaits_register(self) -> bool:
        """Whether the register is still to be asked about it."""
        return self.register_due_at is not None


class Establishment(Base):
    """A place where an organisation works, with a SIRET of its own: a town hall, a school.

    `header` is the letterhead address of its quotes (keys of parties.Place); `closed` what the
    register last said of it; `named_by_id` the person who named it in a request to join, until they
    are approved: it is deleted with the request.
    """

    __tablename__ = "establishments"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    siret: Mapped[str] = mapped_column(String(14), unique=True)
    name: Mapped[str] = mapped_column(String(200), info=PRINTED)
    header: Mapped[dict[str, Any]] = mapped_column(info=PRINTED)
    closed: Mapped[bool] = mapped_column(default=False)
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]

    looked_up = ("name", "siret")

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        terms = (word_terms(self.name), reference_terms(self.siret))
        return [_of_client(self.organisation_id, *terms)]


class RegisterCheck(Base):
    """A stored answer of a register on an establishment: evidence of the decision."""

    __tablename__ = "register_checks"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    siret: Mapped[str] = mapped_column(String(14))
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]]
    payload_sha256: Mapped[str] = mapped_column(String(64), default="")


class OrganisationContact(Base):
    """A contact of an organisation, by function: buyer, delivery, payer or signatory.

    `capacity` is the quality in which a signatory signs: « Maire », « Directrice des achats ».
    """

    __tablename__ = "organisation_contacts"
    __table_args__ = (
        CheckConstraint("function IN ('buyer','delivery','payer','signatory')", name="function"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    function: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120), info=PRINTED)
    capacity: Mapped[str] = mapped_column(String(120), default="", info=PRINTED)
    phone: Mapped[str] = mapped_column(String(40), default="", info=PRINTED)
    email: Mapped[str] = mapped_column(String(320), default="")

    looked_up = ("name", "phone", "email")

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        terms = (word_terms(self.name), phone_terms(self.phone), email_terms(self.email))
        return [_of_client(self.organisation_id, *terms)]


class InvoicingWish(Base):
    """How an organisation receives its invoices (rules.Invoicing), where it has said so."""

    __tablename__ = "invoicing_wishes"

    organisation_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("organisations.id"), primary_key=True, autoincrement=False
    )
    form: Mapped[FileForm] = mapped_column(enumeration(FileForm))
    announces: Mapped[bool]


class InvoiceCopy(Base):
    """An address that receives a copy of each invoice of an organisation."""

    __tablename__ = "invoice_copies"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str] = mapped_column(String(320), index=True)

    looked_up = ("email",)

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        return [_of_client(self.organisation_id, email_terms(self.email))]


class Address(Base):
    """An entry of an address book: `kind` is delivery or paying_service.

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
    content: Mapped[dict[str, Any]] = mapped_column(info=PRINTED)
    contact: Mapped[dict[str, Any]] = mapped_column(info=PRINTED)
    position: Mapped[int] = mapped_column(default=0)

    looked_up = ("content", "contact")

    def lookup_entries(self, _session: Session) -> list[LookupEntry]:
        place, contact = self.content, self.contact
        terms = (
            word_terms(place.get("name"), contact.get("name")),
            reference_terms(place.get("service_code")),
            phone_terms(contact.get("phone")),
            email_terms(place.get("email"), contact.get("own_email"), contact.get("email")),
        )
        if self.organisation_id is not None:
            return [_of_client(self.organisation_id, *terms)]
        return [entry(LookupKind.PERSON, self.user_id or 0, *terms)]


def _of_client(organisation_id: int, *terms: set[str]) -> LookupEntry:
    return entry(LookupKind.CLIENT, organisation_id, *terms)
