"""How long a quote is valid and a payment page is open, as the settings say."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from shop.core.text import paris_day
from shop.settings.rules import Settings
from shop.settings.settings import settings_known
from shop.settings.table_rules import VALIDITY


def quote_months_on(settings: Settings, day: date) -> int:
    """The calendar months for which a quote drawn on a day is valid."""
    return settings.on(VALIDITY, day)["months"]


def quote_months_at(session: Session, at: datetime) -> int:
    """The calendar months for which a quote drawn at a moment is valid."""
    return quote_months_on(settings_known(session), paris_day(at))


def payment_page_time_at(session: Session, at: datetime) -> timedelta:
    """How long a payment page that opens at a moment stays open."""
    return timedelta(minutes=settings_known(session).on(VALIDITY, paris_day(at))["card_minutes"])
