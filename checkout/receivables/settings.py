"""The settings of a day about receivables: levels of reminders, rates, the hold of clients."""

from datetime import date

from sqlalchemy.orm import Session

from checkout.receivables.rules import HoldMode, Level, ReceivableRules
from shop.core.actors import ACCOUNTING, ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.core.money import Money
from shop.settings.rate_rules import rates_in
from shop.settings.receivable_rules import CENTRAL_BANK, HOLDS, LEVELS, REMINDERS
from shop.settings.rules import Settings
from shop.settings.settings import settings_known

_MODES = tuple(HoldMode)


def receivable_rules(session: Session, day: date) -> ReceivableRules:
    """What the settings of the shop say on a day."""
    return rules_on(settings_known(session), day)


def rules_on(settings: Settings, day: date) -> ReceivableRules:
    """What settings say on a day; a level without days is none."""
    days, texts = settings.on(REMINDERS, day), settings.texts_on(REMINDERS, day)
    hold = settings.on(HOLDS, day)
    levels = (
        Level(days[f"days_{place}"], texts[f"french_{place}"], texts[f"english_{place}"])
        for place in range(1, LEVELS + 1)
    )
    return ReceivableRules(
        tuple(level for level in levels if level.days),
        rates_in(settings.texts_on(CENTRAL_BANK, day)["rates"]),
        _MODES[hold["hold_mode"]],
        hold["hold_days"],
        Money(hold["hold_amount"]),
    )


def ensure_accounting(by: Actor, act: str) -> None:
    """Raises NotAllowed."""
    if not by.has(ACCOUNTING, ADMIN):
        raise NotAllowed(act=act)
