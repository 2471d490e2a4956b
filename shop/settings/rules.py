"""The settings that the office may change, in one table. Pure rules.

Every value is a whole number: cents, days, basis points, the ordinal of a day, or 1 for yes and 0
for no. A value is in force from its day of effect on; before the first one, the default of the
table is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.errors import N_, Changed, DomainError
from shop.core.marks import mark_of


class Kind(StrEnum):
    """How a value is entered and read."""

    MONEY = "money"
    NUMBER = "number"
    #: In basis points.
    PERCENT = "percent"
    #: A day as its ordinal, 0 for none.
    DAY = "day"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value: its limits, and the rule of law or of the carrier that they come from."""

    key: str
    kind: Kind
    label: str
    default: int
    least: int = 0
    most: int = 1
    hint: str = ""
    source: str = ""
    #: Said in the label of one of several alike.
    number: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Settings that are changed together, and who may; `effect` says what follows a change."""

    key: str
    label: str
    about: str
    effect: str
    roles: frozenset[str]
    settings: tuple[Setting, ...]

    def setting(self, key: str) -> Setting:
        return next(one for one in self.settings if one.key == key)


DELIVERY = Part(
    "livraison",
    N_("Delivery prices and places"),
    N_("what carts and new quotes charge, and where the shop delivers"),
    N_(
        "Carts and new quotes charge these prices from that day on. Quotes, orders and invoices "
        "that were issued keep theirs."
    ),
    frozenset({ACCOUNTING, ADMIN}),
    (
        Setting("parcel_5", Kind.MONEY, N_("Parcel up to 5 kg, incl. VAT"), 990, 0, 100_000),
        Setting("parcel_30", Kind.MONEY, N_("Parcel up to 30 kg, incl. VAT"), 1_490, 0, 100_000),
        Setting("pallet", Kind.MONEY, N_("Pallet, incl. VAT"), 3_480, 0, 1_000_000),
        Setting("corsica", Kind.YES_NO, N_("Deliver to Corsica"), 1),
        Setting(
            "corsica_extra", Kind.MONEY, N_("Supplement for Corsica, incl. VAT"), 0, 0, 100_000
        ),
        Setting(
            "corsica_days",
            Kind.NUMBER,
            N_("Days more for Corsica"),
            2,
            0,
            30,
            hint=N_("In business days, added to the delivery time of the mainland."),
        ),
        Setting("monaco", Kind.YES_NO, N_("Deliver to Monaco"), 1),
        Setting(
            "armed_forces", Kind.YES_NO, N_("Deliver to the postal sectors of the armed forces"), 1
        ),
    ),
)

QUOTES = Part(
    "devis",
    N_("Quotes drawn up by the office"),
    N_("the largest discounts and the longest validity"),
    N_(
        "Quotes that the office draws up from that day on stay within these limits. Quotes that "
        "were issued keep what they promised."
    ),
    frozenset({ADMIN}),
    (
        Setting(
            "discount",
            Kind.PERCENT,
            N_("Largest discount of the sales staff, in per cent"),
            1_000,
            0,
            9_000,
        ),
        Setting(
            "administrators",
            Kind.PERCENT,
            N_("Largest discount of an administrator, in per cent"),
            3_000,
            0,
            9_000,
        ),
        Setting("months", Kind.NUMBER, N_("Longest validity, in months"), 3, 1, 12),
    ),
)

PURCHASE_ORDERS = Part(
    "bons-de-commande",
    N_("Original purchase orders"),
    N_("the difference from a quote that is accepted, and what is pointed out"),
    N_(
        "Originals that are recorded from that day on follow these values. Those that were "
        "recorded before stay as they were accepted."
    ),
    frozenset({ADMIN}),
    (
        Setting(
            "tolerance",
            Kind.MONEY,
            N_("Difference from the quote accepted without a reason"),
            5,
            0,
            100,
            hint=N_("Above or below, incl. VAT. Invoices never exceed the purchase order."),
        ),
        Setting(
            "first_order",
            Kind.MONEY,
            N_("A first order above this amount is pointed out"),
            500_000,
            0,
            100_000_000,
            hint=N_("Excl. VAT, when the original of an organisation without orders is recorded."),
        ),
    ),
)

#: Closing periods that the settings hold at a time, and the most days of one.
PERIODS, LONGEST_CLOSING = 4, 60
_LAST_ORDINAL = date(2100, 12, 31).toordinal()


def _period(place: int) -> tuple[Setting, Setting]:
    first, last = N_("Closed from, period %(number)s"), N_("Closed to, period %(number)s")
    return (
        Setting(f"first_{place}", Kind.DAY, first, 0, 0, _LAST_ORDINAL, number=place),
        Setting(f"last_{place}", Kind.DAY, last, 0, 0, _LAST_ORDINAL, number=place),
    )


CLOSINGS = Part(
    "fermetures",
    N_("Closing days of the shop"),
    N_("days on which nothing is shipped or collected, besides the public holidays"),
    N_(
        "Dates of delivery and of collection that are told from that day on leave these days out. "
        "What was promised before stays, and so do the periods of the law. Both days are closed; "
        "leave both empty for no period."
    ),
    frozenset({ACCOUNTING, ADMIN}),
    tuple(one for place in range(1, PERIODS + 1) for one in _period(place)),
)

SEPARATION = Part(
    "separation",
    N_("Separation of duties"),
    N_("whether one person may do acts that two persons do"),
    N_(
        "A shop of one person lifts the rule. What one person then does alone is marked in the "
        "journal, and on credit notes. Acts of earlier days stay as they are."
    ),
    frozenset({ADMIN}),
    (Setting("one_person", Kind.YES_NO, N_("One person may do both acts"), 0),),
)

PARTS: dict[str, Part] = {
    part.key: part for part in (DELIVERY, QUOTES, PURCHASE_ORDERS, CLOSINGS, SEPARATION)
}


class SettingRefused(DomainError):
    """A value outside its limits: `key` is that of the setting."""

    sentence = N_("Enter a value from %(least)s to %(most)s.")
    status = 422


class ClosingTurned(SettingRefused):
    """A closing period that lacks a day, ends before it begins, or is too long."""

    sentence = N_("Enter both days of the period, the first one first, with %(most)s days at most.")


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

    def latest(self, part: Part) -> int:
        """The id of the change of a part that was made last, 0 for none."""
        return max((step.id for step in self.known if step.part == part.key), default=0)

    def made_after(self, part: Part, seen: int) -> tuple[Step, ...]:
        """The changes that somebody who read `seen` does not know."""
        return tuple(step for step in self.known if step.part == part.key and step.id > seen)


def changes_of(
    part: Part, before: Mapping[str, int], after: Mapping[str, int]
) -> tuple[Change, ...]:
    """The values that differ, in the order of the table."""
    pairs = ((one.key, before[one.key], after[one.key]) for one in part.settings)
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])


def refusals(part: Part, values: Mapping[str, int]) -> Iterable[SettingRefused]:
    """One for each value outside its limits."""
    for one in part.settings:
        if not one.least <= values[one.key] <= one.most:
            yield SettingRefused(key=one.key, least=one.least, most=one.most)
    if part is CLOSINGS:
        yield from _periods_refused(values)


def _periods_refused(values: Mapping[str, int]) -> Iterable[ClosingTurned]:
    for place in range(1, PERIODS + 1):
        first, last = values[f"first_{place}"], values[f"last_{place}"]
        days = last - first + 1
        if (first or last) and not (first and last and 1 <= days <= LONGEST_CLOSING):
            yield ClosingTurned(key=f"last_{place}", most=LONGEST_CLOSING)


def fingerprint(part: Part, values: Mapping[str, int], since: date, seen: int) -> str:
    """What was shown to whoever puts the values in force, in a few characters."""
    return mark_of(part.key, since.isoformat(), seen, dict(values))
