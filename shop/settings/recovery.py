"""What late payment of an invoice costs, as the settings of its day say."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from shop.core.text import paris_day
from shop.einvoicing.terms import Recovery
from shop.settings.rules import Settings
from shop.settings.settings import settings_known
from shop.settings.table_rules import RECOVERY

_POINTS = {"public": "public_points", "business": "business_points"}


def recovery_on(settings: Settings, audience: str, day: date) -> Recovery | None:
    """What an invoice issued on a day freezes; None for a consumer."""
    if audience not in _POINTS:
        return None
    values = settings.on(RECOVERY, day)
    return Recovery(values[_POINTS[audience]], values["indemnity"])


def recovery_at(session: Session, audience: str, at: datetime) -> Recovery | None:
    """What an invoice issued at a moment freezes; that of a consumer reads no settings."""
    if audience not in _POINTS:
        return None
    return recovery_on(settings_known(session), audience, paris_day(at))
