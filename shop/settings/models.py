"""Rows of the settings: what was changed, from which day on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId


class SettingChange(Base):
    """Values of a part that are in force from the day `since` on; `content` has only those that
    were changed. `changes` are what was shown to whoever set them: key, before, after. `after` is
    the change of the part that they read, 0 for none: of two made at once, one is refused.
    """

    __tablename__ = "setting_changes"
    __table_args__ = (UniqueConstraint("part", "after"),)
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    part: Mapped[str] = mapped_column(String(40))
    after: Mapped[int]
    since: Mapped[date]
    content: Mapped[dict[str, Any]]
    changes: Mapped[list[Any]]
    set_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
