"""What the office accepts of an original and what is pointed out, as the settings say."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from shop.core.money import Money
from shop.core.text import paris_day
from shop.settings.settings import settings_known
from shop.settings.table_rules import PURCHASE_ORDERS


@dataclass(frozen=True, slots=True)
class OriginalLimits:
    """`tolerance` is the difference from its quote that an original may have without a reason; a
    first order above `first_order`, excluding VAT, is pointed out.
    """

    tolerance: Money
    first_order: Money


def original_limits_at(session: Session, at: datetime) -> OriginalLimits:
    """The limits of the day of a moment."""
    values = settings_known(session).on(PURCHASE_ORDERS, paris_day(at))
    return OriginalLimits(**{key: Money(cents) for key, cents in values.items()})
