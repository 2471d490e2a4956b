"""What the office may grant in the quotes that it draws, as the settings say."""

from datetime import datetime

from sqlalchemy.orm import Session

from quotes.client_quotes.rules import QuoteLimits
from shop.core.text import paris_day
from shop.settings.settings import settings_known
from shop.settings.table_rules import QUOTES


def limits_at(session: Session, at: datetime) -> QuoteLimits:
    """The limits of the day of a moment."""
    return QuoteLimits(**settings_known(session).on(QUOTES, paris_day(at)))
