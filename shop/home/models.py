"""Rows of the home page: each version is a row."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId


class HomeVersion(Base):
    """A version of what the office puts on the home page; the one with the highest number is shown.
    Of two written at once, one is refused.
    """

    __tablename__ = "home_versions"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]]
    set_at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
