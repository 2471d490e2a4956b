"""The office's decisions on an organisation, and their evidence."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from shop.core.media import PAGED
from shop.organisations.rules import Verification
from shop.storage.db import Base, RowId


class ChangeRequest(Base):
    """A request to change an organisation's name or an establishment's SIRET; the office decides.

    `wanted` has the keys name and siret, of what changes. It re-opens the verification: `before` is
    the previous state, which returns when the office declines.
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

    @property
    def was_verified(self) -> bool:
        """Whether the organisation was verified when it asked."""
        return Verification(self.before).is_verified

    @hybrid_property
    def is_decided(self) -> bool:
        """Whether the office has accepted or declined it."""
        return self.decided_at is not None

    @is_decided.inplace.expression
    @classmethod
    def _is_decided(cls) -> ColumnElement[bool]:
        return cls.decided_at.is_not(None)


class EvidenceFile(Base):
    """A letter as evidence that a person buys for a body, with the bytes received.

    `user_id` is the person whom it is about, `by_id` the person who uploaded it: the same one, or
    the office that received it by post or by e-mail.
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

    @property
    def has_pages(self) -> bool:
        """Whether it is shown page by page, and not as one picture."""
        return self.media_type in PAGED


class VerificationDecision(Base):
    """A decision of the office on an organisation: who, when, on what evidence.

    `act` is the transition; `about_id` the person whom the evidence is about, `about_name` their
    name at that time: they may have left since.
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
    about_name: Mapped[str] = mapped_column(String(120), default="")
    verification: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500), default="")
    evidence: Mapped[dict[str, Any]]
