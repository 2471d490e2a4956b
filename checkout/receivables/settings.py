"""The office's settings about receivables: levels of reminders, rates, the hold of clients."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.receivables.models import ReceivableSettings
from checkout.receivables.rules import ReceivableRules, ensure_settings, rules_from
from shop.core.actors import ACCOUNTING, ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.storage.journal import record

_LATEST = select(ReceivableSettings.content).order_by(ReceivableSettings.id.desc()).limit(1)


def current_settings(session: Session) -> ReceivableRules:
    """The settings in force; those that the shop begins with until the office sets its own."""
    content = session.scalar(_LATEST)
    return ReceivableRules() if content is None else rules_from(content)


def set_settings(session: Session, rules: ReceivableRules, *, by: Actor, at: datetime) -> None:
    """Put settings in force from now on. Raises NotAllowed, SettingsRefused."""
    ensure_accounting(by, "set_receivable_settings")
    ensure_settings(rules)
    content = rules.to_json()
    row = ReceivableSettings(content=content, set_at=at, by_name=by.name)
    session.add(row)
    session.flush()
    record(
        session,
        f"receivable_settings:{row.id}",
        "set_receivable_settings",
        by=by,
        at=at,
        **content,
    )


def ensure_accounting(by: Actor, act: str) -> None:
    """Raises NotAllowed."""
    if not by.has(ACCOUNTING, ADMIN):
        raise NotAllowed(act=act)
