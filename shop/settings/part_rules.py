"""What a setting is: its kind, its limits, and the part that it is changed with. Pure rules.

A value is a whole number (cents, days, basis points, the ordinal of a day, two letters as a number,
the place of a choice, or 1 for yes and 0 for no) or a text. It is in force from its day of effect
on; before the first one, the default of the table is.
"""

from dataclasses import dataclass
from enum import StrEnum

#: A value of a setting.
Value = int | str


class Kind(StrEnum):
    """How a value is entered and read."""

    MONEY = "money"
    NUMBER = "number"
    #: In basis points.
    PERCENT = "percent"
    #: A day as its ordinal, 0 for none.
    DAY = "day"
    YES_NO = "yes_no"
    #: Two capital letters: 0 for AA, 675 for ZZ.
    LETTERS = "letters"
    #: The place of the chosen one among the choices of the setting.
    CHOICE = "choice"
    TEXT = "text"
    #: A rate for each half-year: a text that `rate_rules` reads.
    RATES = "rates"


#: The kinds whose values are texts.
TEXTS = frozenset({Kind.TEXT, Kind.RATES})


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
    #: What is chosen from, and the default of a text.
    choices: tuple[str, ...] = ()
    words: str = ""

    @property
    def is_text(self) -> bool:
        return self.kind in TEXTS

    @property
    def first(self) -> Value:
        """The value before the office sets one."""
        return self.words if self.is_text else self.default


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
