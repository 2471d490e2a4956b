"""Rows of the documents that organisations gave before their first order."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, enumeration
from shop.wanted_documents.rules import Wanted


class WantedDocument(Base):
    """A document of an organisation: sent by it (`file_id`) and not read yet while `settled_at` is
    empty; ticked by the office, with its file or where it is filed; or waived for a reason.
    """

    __tablename__ = "wanted_documents"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    kind: Mapped[Wanted] = mapped_column(enumeration(Wanted), primary_key=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    filed_at: Mapped[str] = mapped_column(String(200), default="")
    waived_for: Mapped[str] = mapped_column(String(500), default="")
    settled_at: Mapped[datetime | None]
    by_name: Mapped[str] = mapped_column(String(200))

    @property
    def is_settled(self) -> bool:
        """Whether nothing is wanted any more."""
        return self.settled_at is not None
