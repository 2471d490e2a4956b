"""Organisations, their addresses, the decisions on them, and the embedded register."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground.actors import ACCOUNTANT, BUYER, MEMBER_ADMIN, member_roles
from shop.ground.db import Base, RowId, enumeration
from shop.organisations.rules import EngagementRule, Nature, Verification


class Organisation(Base):
    """A public body, a company or an association: one legal unit, with its establishments.

    `register_due_at`: when the register is asked about it (again); None once it has answered.
    """

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    customer_code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
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
    account_manager_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    register_due_at: Mapped[datetime | None] = mapped_column(index=True)


class Establishment(Base):
    """A place where an organisation works, with a SIRET of its own: a town hall, a school.

    `header` is the letterhead address of its quotes (keys of parties.Place); `closed` what the
    register last said of it.
    """

    __tablename__ = "establishments"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    siret: Mapped[str] = mapped_column(String(14), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    header: Mapped[dict[str, Any]]
    closed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Invitation(Base):
    """A letter by which an organisation's administrator asks a colleague in; good for seven days.

    `issue` grows each time it is sent again: only the link of the last letter opens. The roles are
    those that the colleague will have.
    """

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    email: Mapped[str] = mapped_column(String(320), index=True)
    administers: Mapped[bool] = mapped_column(default=False)
    buys: Mapped[bool] = mapped_column(default=False)
    accounts: Mapped[bool] = mapped_column(default=False)
    everywhere: Mapped[bool] = mapped_column(default=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    issue: Mapped[int] = mapped_column(default=1)
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]

    @property
    def roles(self) -> frozenset[str]:
        """The roles that the colleague will have, actors.MEMBER_ROLES."""
        return member_roles(self.administers, self.buys, self.accounts)

    def grant(self, roles: Iterable[str]) -> None:
        """Offer exactly these roles."""
        given = frozenset(roles)
        self.administers, self.buys = MEMBER_ADMIN in given, BUYER in given
        self.accounts = ACCOUNTANT in given


class ProvenDomain(Base):
    """An e-mail domain that the shop has seen to be this body's: `source` says where."""

    __tablename__ = "proven_domains"
    __table_args__ = (UniqueConstraint("organisation_id", "domain"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    domain: Mapped[str] = mapped_column(String(253), index=True)
    proven_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(300), default="")


class ChangeRequest(Base):
    """An organisation asks to change its name or an establishment's SIRET; the office decides.

    `wanted` has the keys name and siret, of what changes. It re-opens the verification: `before` is
    the state in which it was asked, and to which it comes back when the office declines.
    """

    __tablename__ = "change_requests"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    wanted: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(500), default="")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    before: Mapped[str] = mapped_column(String(20))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    accepted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(500), default="")


class RegisterCheck(Base):
    """What a register answered on an establishment, kept: the decision stood on it."""

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


class EvidenceFile(Base):
    """A letter that shows that somebody buys for a body, as the bytes that came in.

    `user_id` is the person of whom it speaks, `by_id` who brought it: himself, or the office that
    received it by post or by e-mail.
    """

    __tablename__ = "evidence_files"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    stored_at: Mapped[datetime]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class OrganisationContact(Base):
    """Whom to call at an organisation, by function: buyer, delivery, payer or signatory.

    `capacity` is in what quality a signatory signs: « Maire », « Directrice des achats ».
    """

    __tablename__ = "organisation_contacts"
    __table_args__ = (
        CheckConstraint("function IN ('buyer','delivery','payer','signatory')", name="function"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    function: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    capacity: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(320), default="")


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
    """One decision of the office on an organisation, kept: who, when, on what evidence.

    `act` is the step of the procedure; `about_id` the person whom the evidence speaks of.
    """

    __tablename__ = "verification_decisions"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    act: Mapped[str] = mapped_column(String(40), default="")
    about_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
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


class PublicBodyWord(Base):
    """A word under which a body of the embedded register is found; `place` 1 is the largest body.

    Compared byte by byte, so that the words that begin alike lie together in the index.
    """

    __tablename__ = "public_body_words"
    __table_args__ = {"sqlite_with_rowid": False}

    word: Mapped[str] = mapped_column(
        String(24).with_variant(String(24, collation="C"), "postgresql"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    siren: Mapped[str] = mapped_column(String(9))
