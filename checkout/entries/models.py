"""Rows of the account numbers that the accounting staff set."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId


class AccountChart(Base):
    """Account numbers that are in force from the day `since` on: see `chart_rules.Chart`.
    `changes` are what was shown to whoever set them: key, before, after.
    """

    __tablename__ = "account_charts"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    since: Mapped[date] = mapped_column(index=True)
    content: Mapped[dict[str, Any]]
    changes: Mapped[list[Any]]
    set_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
