"""The office's settings about the quotes that it draws: discounts by role, the longest validity."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from quotes.client_quotes.models import QuoteSettings
from quotes.client_quotes.rules import QuoteLimits, ensure_limits
from shop.core.actors import ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.storage.journal import record

_LATEST = select(QuoteSettings.content).order_by(QuoteSettings.id.desc()).limit(1)


def current_limits(session: Session) -> QuoteLimits:
    """The settings in force; those that the shop begins with until the administrator sets them."""
    content = session.scalar(_LATEST)
    return QuoteLimits() if content is None else QuoteLimits(**content)


def set_limits(session: Session, limits: QuoteLimits, *, by: Actor, at: datetime) -> None:
    """Put settings in force from now on, for an administrator. Raises NotAllowed, LimitsRefused."""
    if not by.has(ADMIN):
        raise NotAllowed(act="set_quote_limits")
    ensure_limits(limits)
    content: dict[str, Any] = limits.to_json()
    row = QuoteSettings(content=content, set_at=at, by_name=by.name)
    session.add(row)
    session.flush()
    subject = f"quote_settings:{row.id}"
    record(session, subject, "set_quote_limits", by=by, at=at, **content)
