"""Rows of questions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from shop.core.folding import fold_name
from shop.questions.procedure import QuestionState, is_answered, is_waiting
from shop.storage.columns import EmailAddress, LanguageCode
from shop.storage.db import Base, RowId, enumeration
from shop.storage.folded import folded_column


class Question(Base):
    """A question to the shop, with its answer.

    `number` as it was typed; `dossier_id` the dossier that it names. `reads_dossier`: the person
    who asked may read that dossier, whose page shows the question to its readers; otherwise the
    staff alone see it there. `user_id` is the account of the person who asked, if they were signed
    in. `ended_at` and `ended_by` (a name of the staff): answered, or closed.
    """

    __tablename__ = "questions"
    __table_args__ = (Index("ix_questions_state", "state", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    state: Mapped[QuestionState] = mapped_column(enumeration(QuestionState))
    asked_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = folded_column(120)
    email: Mapped[EmailAddress] = mapped_column(index=True)
    language: Mapped[LanguageCode]
    subject: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"), index=True)
    reads_dossier: Mapped[bool]
    answer: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(120), default="")

    @validates("name")
    def _fold_name(self, _column: str, name: str) -> str:
        self.name_key = fold_name(name)[:120]
        return name

    @property
    def waits(self) -> bool:
        return is_waiting(self.state)

    @property
    def is_answered(self) -> bool:
        return is_answered(self.state)
