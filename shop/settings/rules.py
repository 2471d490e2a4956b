"""The values of settings on a day, what a change changes, and the refusals. Pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shop.core.errors import N_, Changed, DomainError
from shop.core.marks import mark_of
from shop.settings.part_rules import Kind, Part, Setting, Value
from shop.settings.rate_rules import wrong_line
from shop.settings.receivable_rules import LEVELS, REMINDERS
from shop.settings.table_rules import CLOSINGS, LONGEST_CLOSING, NUMBERING, PERIODS
from shop.settings.vat_rules import CLASSES, VAT


class SettingRefused(DomainError):
    """A value outside its limits: `key` is that of the setting."""

    sentence = N_("Enter a value from %(least)s to %(most)s.")
    status = 422


class ClosingTurned(SettingRefused):
    """A closing period that lacks a day, ends before it begins, or is too long."""

    sentence = N_("Enter both days of the period, the first one first, with %(most)s days at most.")


class PrefixTaken(SettingRefused):
    """The letters of a series that another one has, or once had."""

    sentence = N_("Another kind of document has these letters, or once had them. Choose others.")


class SettingTooLong(SettingRefused):
    sentence = N_("Enter %(most)s characters at most.")


class RateRefused(SettingRefused):
    """A line that is no half-year with its rate."""

    sentence = N_("Correct this line: %(line)s.")


class LevelsTurned(SettingRefused):
    """A reminder that does not come after the one before it."""

    sentence = N_("Enter more days than for the reminder before it, or 0 for no reminder.")


class RateTaken(SettingRefused):
    """The rate of a class that another one has, or once had: products would be of both."""

    sentence = N_("Another class has this rate, or once had it. Enter another one.")


class RateTooFine(SettingRefused):
    sentence = N_("Enter one decimal at most.")


class DayPassed(DomainError):
    sentence = N_("A day that has passed keeps its settings. Enter today or a later day.")
    status = 422


class NoSettingChanges(DomainError):
    sentence = N_("These are the settings in force on that day: nothing would change.")
    status = 422


class SettingsChanged(Changed):
    sentence = N_(
        "Another person has changed these settings meanwhile. Compare what they set with what you "
        "typed, then show the changes again."
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One value that changes."""

    key: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Step:
    """Values of a part from a day on, as they were set."""

    id: int
    part: str
    since: date
    content: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Settings:
    """Every change, by day of effect and then in the order in which they were set: of two with the
    same day the second one counts.
    """

    known: Sequence[Step] = ()

    def on(self, part: Part, day: date) -> dict[str, int]:
        """The numbers in force on a day."""
        values = self.values_on(part, day)
        return {one.key: int(values[one.key]) for one in part.settings if not one.is_text}

    def texts_on(self, part: Part, day: date) -> dict[str, str]:
        """The texts in force on a day."""
        values = self.values_on(part, day)
        return {one.key: str(values[one.key]) for one in part.settings if one.is_text}

    def values_on(self, part: Part, day: date) -> dict[str, Value]:
        """Every value in force on a day."""
        values = {one.key: one.first for one in part.settings}
        for step in self.known:
            if step.part == part.key and step.since <= day:
                values |= {key: step.content[key] for key in values if key in step.content}
        return values

    def days_after(self, part: Part, day: date) -> tuple[date, ...]:
        """The days of the changes that are to come, the earliest first."""
        days = {step.since for step in self.known if step.part == part.key and step.since > day}
        return tuple(sorted(days))

    def ever(self, part: Part, key: str) -> set[Value]:
        """Every value that a setting had or is to have, its default included."""
        steps = (step.content for step in self.known if step.part == part.key)
        return {part.setting(key).first} | {content[key] for content in steps if key in content}

    def latest(self, part: Part) -> int:
        """The id of the change of a part that was made last, 0 for none."""
        return max((step.id for step in self.known if step.part == part.key), default=0)

    def made_after(self, part: Part, seen: int) -> tuple[Step, ...]:
        """The changes that somebody who read `seen` does not know."""
        return tuple(step for step in self.known if step.part == part.key and step.id > seen)


#: No change was made.
NOTHING_SET = Settings()


def changes_of(
    part: Part, before: Mapping[str, Value], after: Mapping[str, Value]
) -> tuple[Change, ...]:
    """The values that differ, in the order of the table."""
    pairs = ((one.key, before[one.key], after[one.key]) for one in part.settings)
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])


def refusals(
    part: Part, values: Mapping[str, Value], known: Settings = NOTHING_SET
) -> Iterable[SettingRefused]:
    """One for each value outside its limits; `known` are the changes that were made."""
    for one in part.settings:
        yield from _value_refused(one, values[one.key])
    numbers = {one.key: int(values[one.key]) for one in part.settings if not one.is_text}
    if part is CLOSINGS:
        yield from _periods_refused(numbers)
    if part is NUMBERING:
        yield from _prefixes_refused(numbers, known)
    if part is REMINDERS:
        yield from _levels_refused(numbers)
    if part is VAT:
        yield from _rates_refused(numbers, known)


def _value_refused(one: Setting, value: Value) -> Iterable[SettingRefused]:
    if isinstance(value, int):
        if not one.least <= value <= one.most:
            yield SettingRefused(key=one.key, least=one.least, most=one.most)
    elif len(value) > one.most:
        yield SettingTooLong(key=one.key, most=one.most)
    elif one.kind is Kind.RATES and (line := wrong_line(value)):
        yield RateRefused(key=one.key, line=line)


def _levels_refused(values: Mapping[str, int]) -> Iterable[LevelsTurned]:
    before = 0
    for place in range(1, LEVELS + 1):
        days = values[f"days_{place}"]
        if days and days <= before:
            yield LevelsTurned(key=f"days_{place}")
        before = max(before, days)


def _rates_refused(values: Mapping[str, int], known: Settings) -> Iterable[SettingRefused]:
    for key in CLASSES:
        others = [one for one in CLASSES if one != key]
        if values[key] % 10:
            yield RateTooFine(key=key)
        if any(values[key] == values[one] or values[key] in known.ever(VAT, one) for one in others):
            yield RateTaken(key=key)


def _periods_refused(values: Mapping[str, int]) -> Iterable[ClosingTurned]:
    for place in range(1, PERIODS + 1):
        first, last = values[f"first_{place}"], values[f"last_{place}"]
        days = last - first + 1
        if (first or last) and not (first and last and 1 <= days <= LONGEST_CLOSING):
            yield ClosingTurned(key=f"last_{place}", most=LONGEST_CLOSING)


def _prefixes_refused(values: Mapping[str, int], known: Settings) -> Iterable[PrefixTaken]:
    """A number names one document for ever: letters never pass from one series to another."""
    for key, value in values.items():
        others = [one.key for one in NUMBERING.settings if one.key != key]
        if any(value == values[one] or value in known.ever(NUMBERING, one) for one in others):
            yield PrefixTaken(key=key)


def fingerprint(part: Part, values: Mapping[str, Value], since: date, seen: int) -> str:
    """What was shown to whoever puts the values in force, in a few characters."""
    return mark_of(part.key, since.isoformat(), seen, dict(values))
