"""The rates of VAT of a day, as the settings say."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from shop.core.text import paris_day
from shop.settings.rules import Settings
from shop.settings.settings import settings_known
from shop.settings.vat_rules import CLASSES, EXCLUDING, VAT, moves_between


@dataclass(frozen=True, slots=True)
class RateChange:
    """A rate that another one replaces from a day on, in basis points."""

    since: date
    before: int
    after: int

    def to_json(self) -> dict[str, str | int]:
        """As a document keeps it."""
        return {"since": self.since.isoformat(), "before": self.before, "after": self.after}


def vat_rates_on(settings: Settings, day: date) -> tuple[int, ...]:
    """The rates of a day in basis points: that of the standard class first."""
    values = settings.on(VAT, day)
    return tuple(values[key] for key in CLASSES)


def vat_rates_at(session: Session, at: datetime) -> tuple[int, ...]:
    """The rates at a moment."""
    return vat_rates_on(settings_known(session), paris_day(at))


def vat_rates_ever(settings: Settings) -> frozenset[int]:
    """Every rate that a class had, has, or is to have."""
    return frozenset(rate for rates in _ever(settings).values() for rate in rates)


def vat_moves_on(settings: Settings, day: date) -> dict[int, int]:
    """The rate of a day for each other one that its class ever had."""
    return moves_between(_ever(settings), settings.on(VAT, day))


def keeps_excluding_on(settings: Settings, day: date) -> bool:
    """Whether a change of rate on a day keeps the prices excluding VAT."""
    return settings.on(VAT, day)["kept"] == EXCLUDING


def changes_after(settings: Settings, day: date) -> tuple[RateChange, ...]:
    """The changes of rates that are known on a day for a later one, the earliest first."""
    before, found = settings.on(VAT, day), []
    for since in sorted({one.since for one in settings.known if one.part == VAT.key}):
        if since <= day:
            continue
        after = settings.on(VAT, since)
        found += [
            RateChange(since, before[key], after[key])
            for key in CLASSES
            if before[key] != after[key]
        ]
        before = after
    return tuple(found)


def _ever(settings: Settings) -> dict[str, set[int]]:
    return {key: {int(rate) for rate in settings.ever(VAT, key)} for key in CLASSES}
