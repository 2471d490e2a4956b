"""Numbers of documents: gapless and chronological, per series and year.

The number is taken by the transaction that issues the document, as its last lock: a rollback gives
it back, a concurrent issue waits (BOI-TVA-DECLA-30-20-20-10 §90; CGI ann. II art. 242 nonies A I
7°).
"""

from datetime import datetime

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from shop.core.text import paris_day
from shop.storage.db import Base

QUOTE, ORDER, DELIVERY_NOTE, INVOICE, CREDIT_NOTE = "DE", "CO", "BL", "FA", "AV"
RETURN = "RT"


class Counter(Base):
    """The last number taken in a series and a year."""

    __tablename__ = "counters"

    series: Mapped[str] = mapped_column(String(4), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


_TAKE = text(
    "INSERT INTO counters (series, year, last) VALUES (:series, :year, 1)"
    " ON CONFLICT (series, year) DO UPDATE SET last = counters.last + 1 RETURNING last"
)


_TAKE_BOTH = text(
    f"INSERT INTO counters (series, year, last)"  # noqa: S608 - names of series
    f" VALUES ('{ORDER}', :year, 1), ('{INVOICE}', :year, 1)"
    " ON CONFLICT (series, year) DO UPDATE SET last = counters.last + 1 RETURNING series, last"
)


def take_number(session: Session, series: str, *, at: datetime) -> str:
    """The next number of a series, like FA-2026-000123 (14 characters, Chorus Pro allows 20)."""
    year = paris_day(at).year
    last = session.execute(_TAKE, {"series": series, "year": year}).scalar_one()
    return f"{series}-{year}-{last:06d}"


def take_order_and_invoice(session: Session, *, at: datetime) -> tuple[str, str]:
    """The next numbers of an order and of its invoice, for a sale that makes both at once."""
    year = paris_day(at).year
    rows = session.execute(_TAKE_BOTH, {"year": year})
    last: dict[str, int] = {row.series: row.last for row in rows}
    return f"{ORDER}-{year}-{last[ORDER]:06d}", f"{INVOICE}-{year}-{last[INVOICE]:06d}"


def take_customer_code(session: Session) -> str:
    """The next customer code, like C-004217; one series for all years."""
    last = session.execute(_TAKE, {"series": "C", "year": 0}).scalar_one()
    return f"C-{last:06d}"
