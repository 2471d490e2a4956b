"""Numbers of documents: gapless and chronological, per series and year.

The number is taken by the transaction that issues the document, as its last lock: a rollback gives
it back, a concurrent issue waits (BOI-TVA-DECLA-30-20-20-10 §90; CGI ann. II art. 242 nonies A I
7°).
"""

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.storage.db import Base


class Counter(Base):
    """The last number taken in a series and a year."""

    __tablename__ = "counters"

    series: Mapped[str] = mapped_column(String(4), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


_TAKE = text(
    "INSERT INTO counters (series, year, last) VALUES ('C', 0, 1)"
    " ON CONFLICT (series, year) DO UPDATE SET last = counters.last + 1 RETURNING last"
)


def take_customer_code(session: Session) -> str:
    """The next customer code, like C-004217; one series for all years."""
    last = session.execute(_TAKE).scalar_one()
    return f"C-{last:06d}"
