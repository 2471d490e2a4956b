"""The last day of a quote that is drawn or renewed, as the settings say."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from quotes.quotes.rules import last_day
from shop.settings.validity import quote_months_at


def last_day_at(session: Session, at: datetime) -> date:
    """The last day of a quote that is issued at a moment."""
    return last_day(at, quote_months_at(session, at))
