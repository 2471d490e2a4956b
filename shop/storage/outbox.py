"""The outbox: a service adds its e-mail here, in its own transaction; the worker delivers it
afterwards.

A service names a template of `templates/emails/` and the facts that it needs; the text is rendered
at delivery, in the language of the e-mail. A rolled-back transaction sends nothing; when the mail
server fails, nothing is lost.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, exists
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from shop.storage.db import Base, RowId
from shop.storage.indexes import partial_index


class Email(Base):
    """An e-mail to send: `papers` are ids of issued documents, `files` of stored files to attach.
    `refused_at`: the receiving server refuses the address for good; it is not tried again.
    `body`: the text as it left, of an e-mail of a dossier; that of another is nobody's to read
    again. `follows_id`: the e-mail that it was sent again for, which may be deleted before it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "sent_at", "next_try_at"),
        partial_index("ix_outbox_refused", "id", "refused_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    to: Mapped[str] = mapped_column(String(320))
    template: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]]
    papers: Mapped[list[Any]]
    files: Mapped[list[Any]]
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"), index=True)
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None] = mapped_column(index=True)
    last_error: Mapped[str | None] = mapped_column(String(500))
    message_id: Mapped[str | None] = mapped_column(String(200))
    subject: Mapped[str | None] = mapped_column(String(300))
    body: Mapped[str | None] = mapped_column(Text)
    follows_id: Mapped[int | None] = mapped_column(RowId, index=True)

    @hybrid_property
    def is_sent(self) -> bool:
        """Whether it was sent; otherwise it is tried again."""
        return self.sent_at is not None

    @is_sent.inplace.expression
    @classmethod
    def _is_sent(cls) -> ColumnElement[bool]:
        return cls.sent_at.is_not(None)

    @hybrid_property
    def is_refused(self) -> bool:
        """Whether its address was refused for good."""
        return self.refused_at is not None

    @is_refused.inplace.expression
    @classmethod
    def _is_refused(cls) -> ColumnElement[bool]:
        return cls.refused_at.is_not(None)


def is_followed() -> ColumnElement[bool]:
    """Whether an e-mail was sent again by another, for a statement on e-mails."""
    later = aliased(Email)
    return exists().where(later.follows_id == Email.id)


def post(
    session: Session,
    template: str,
    *,
    to: str,
    language: str,
    at: datetime,
    dossier_id: int | None = None,
    papers: tuple[int, ...] = (),
    files: tuple[int, ...] = (),
    **facts: Any,
) -> Email:
    """Add an e-mail to the outbox. Facts must be JSON: cents, ISO days, strings."""
    email = Email(
        to=to,
        template=template,
        language=language,
        facts=facts,
        papers=list(papers),
        files=list(files),
        dossier_id=dossier_id,
        created_at=at,
        next_try_at=at,
    )
    session.add(email)
    return email
