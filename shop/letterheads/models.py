"""The letterheads of the shop: a new one is a new row."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from shop.storage.db import Base, RowId
from shop.storage.printed import PRINTED


class Letterhead(Base):
    """`content` has the keys of a document's seller: name, legal form, address, SIRET, bank…"""

    __tablename__ = "letterheads"
    written_once = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(info=PRINTED)
