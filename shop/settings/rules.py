"""The values of settings on a day, what a change changes, and the refusals. Pure rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shop.core.errors import N_, Changed, DomainError
from shop.core.marks import mark_of
from shop.settings.part_rules import Part
from shop.settings.table_rules import CLOSINGS, LONGEST_CLOSING, NUMBERING, PERIODS


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
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Step:
    """Values of a part from a day on, as they were set."""

    id: int
    part: str
    since: date
    content: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Settings:
    """Every change, by day of effect and then in the order in which they were set: of two with the
    same day the second one counts.
    """

    known: Sequence[Step] = ()

    def on(self, part: Part, day: date) -> dict[str, int]:
        """The values in force on a day."""
        values = {one.key: one.default for one in part.settings}
        for step in self.known:
            if step.part == part.key and step.since <= day:
                values |= {key: step.content[key] for key in values if key in step.content}
        return values

    def ever(self, part: Part, key: str) -> set[int]:
        """Every value that a setting had or is to have, its default included."""
        steps = (step.content for step in self.known if step.part == part.key)
        return {part.setting(key).default} | {content[key] for content in steps if key in content}

    def latest(self, part: Part) -> int:
        """The id of the change of a part that was made last, 0 for none."""
        return max((step.id for step in self.known if step.part == part.key), default=0)

    def made_after(self, part: Part, seen: int) -> tuple[Step, ...]:
        """The changes that somebody who read `seen` does not know."""
        return tuple(step for step in self.known if step.part == part.key and step.id > seen)


#: No change was made.
NOTHING_SET = Settings()


def changes_of(
    part: Part, before: Mapping[str, int], after: Mapping[str, int]
) -> tuple[Change, ...]:
    """The values that differ, in the order of the table."""
    pairs = ((one.key, before[one.key], after[one.key]) for one in part.settings)
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])


def refusals(
    part: Part, values: Mapping[str, int], known: Settings = NOTHING_SET
) -> Iterable[SettingRefused]:
    """One for each value outside its limits; `known` are the changes that were made."""
    for one in part.settings:
        if not one.least <= values[one.key] <= one.most:
            yield SettingRefused(key=one.key, least=one.least, most=one.most)
    if part is CLOSINGS:
        yield from _periods_refused(values)
    if part is NUMBERING:
        yield from _prefixes_refused(values, known)


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


def fingerprint(part: Part, values: Mapping[str, int], since: date, seen: int) -> str:
    """What was shown to whoever puts the values in force, in a few characters."""
    return mark_of(part.key, since.isoformat(), seen, dict(values))
