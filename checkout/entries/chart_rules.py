"""The accounts of the entries, as settings of the office. Pure rules.

The number of an account begins as the plan comptable général has it for what it is used for (PCG,
art. 932-1). Sales and VAT are split by rate: an account of its own for a rate, else the beginning
and the rate in tenths of a percent, on three digits: 707200.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any

from shop.core.errors import N_, DomainError
from shop.core.marks import mark_of

#: The kinds that are split by rate, and the rates that may have an account of their own.
BY_RATE = ("goods", "eco", "shipping", "vat")
RATES = (2000, 1000, 550, 210)
#: The characters of a number; a beginning leaves room for its rate.
SHORTEST, LONGEST, LONGEST_BEGINNING = 3, 12, 9
_NUMBER = re.compile(r"[0-9]{3}[0-9A-Z]*")


@dataclass(frozen=True, slots=True)
class Chart:
    """The accounts of the entries. The first four are beginnings; `own` are the accounts of single
    rates, by kind and rate: "vat:2000".
    """

    goods: str = "707"
    eco: str = "7078"
    shipping: str = "7085"
    vat: str = "44571"
    clients: str = "411000"
    credits: str = "419100"
    suspense: str = "471000"
    bank: str = "512000"
    card: str = "511500"
    fees: str = "627800"
    income: str = "758000"
    expense: str = "658000"
    own: Mapping[str, str] = field(default_factory=dict)

    def number(self, kind: str, rate: int | None) -> str:
        """The number of an account, of a rate in basis points."""
        beginning: str = getattr(self, kind)
        if rate is None:
            return beginning
        return self.own.get(own_key(kind, rate)) or f"{beginning}{rate // 10:03d}"

    def numbers(self) -> dict[str, str]:
        """Every number that was chosen, by its kind or by kind and rate."""
        return {kind: str(getattr(self, kind)) for kind in KINDS} | dict(self.own)

    def to_json(self) -> dict[str, Any]:
        return self.numbers()


#: The kinds of accounts, in their order.
KINDS = tuple(one.name for one in fields(Chart) if one.name != "own")
#: How the number of each kind begins.
BEGINNINGS: dict[str, tuple[str, ...]] = {
    "goods": ("701", "707"),
    "eco": ("70",),
    "shipping": ("708",),
    "vat": ("4457",),
    "clients": ("411",),
    "credits": ("419",),
    "suspense": ("47",),
    "bank": ("512",),
    "card": ("511", "517", "467", "58"),
    "fees": ("622", "627"),
    "income": ("75", "768"),
    "expense": ("65", "668"),
}
#: The names of the accounts.
LABELS = {
    "goods": N_("Sales of goods"),
    "eco": N_("Eco-contributions invoiced"),
    "shipping": N_("Shipping invoiced"),
    "vat": N_("VAT collected"),
    "clients": N_("Trade receivables"),
    "credits": N_("Payments on account from clients"),
    "suspense": N_("Money to allot"),
    "bank": N_("Bank account"),
    "card": N_("Card payments to receive"),
    "fees": N_("Fees of the card processor"),
    "income": N_("Rounding, income"),
    "expense": N_("Rounding, expense"),
}


class AccountRefused(DomainError):
    """A number that cannot be used: `key` is its kind, or kind and rate."""

    status = 422


class NumberMalformed(AccountRefused):
    sentence = N_(
        "Enter %(least)s to %(most)s characters: three digits, then digits or capital letters."
    )


class WrongClass(AccountRefused):
    sentence = N_("The number of this account begins with %(beginnings)s.")


class NumberTwice(AccountRefused):
    sentence = N_("This number is used for another account too. Enter another one.")


class NoAccountChanges(DomainError):
    sentence = N_("These are the numbers in force on that day: nothing would change.")
    status = 422


class EntriesBooked(DomainError):
    sentence = N_(
        "There are entries since that day, and their numbers stay. Enter a day from %(first)s on."
    )
    status = 422


@dataclass(frozen=True, slots=True)
class Change:
    """One number that changes: `key` is its kind, or kind and rate; empty where the rate has no
    account of its own.
    """

    key: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def rate(self) -> int | None:
        rate = self.key.partition(":")[2]
        return int(rate) if rate else None


def own_key(kind: str, rate: int) -> str:
    """The key of the account of a rate."""
    return f"{kind}:{rate}"


def keys() -> Iterator[str]:
    """Every key of a chart."""
    yield from KINDS
    for kind in BY_RATE:
        yield from (own_key(kind, rate) for rate in RATES)


def chart_from(content: Mapping[str, str]) -> Chart:
    """The chart that was stored."""
    own = {key: number for key, number in content.items() if ":" in key}
    return Chart(**{kind: content[kind] for kind in KINDS if kind in content}, own=own)


def tidied(number: str) -> str:
    """A number as it is kept: without spaces, in capital letters."""
    return "".join(number.split()).upper()


def ensure_chart(chart: Chart) -> None:
    """Raises NumberMalformed, WrongClass, NumberTwice for the first number that cannot be used."""
    numbers = chart.numbers()
    for key, number in numbers.items():
        most = LONGEST_BEGINNING if key in BY_RATE else LONGEST
        if not _NUMBER.fullmatch(number) or len(number) > most:
            raise NumberMalformed(key=key, least=SHORTEST, most=most)
        beginnings = BEGINNINGS[key.partition(":")[0]]
        if not number.startswith(beginnings):
            raise WrongClass(key=key, beginnings=", ".join(beginnings))
    used: dict[str, str] = {}
    for key, number in _booked(chart).items():
        if number in used:
            at_fault = key if key in numbers else key.partition(":")[0]
            raise NumberTwice(key=at_fault)
        used[number] = key


def _booked(chart: Chart) -> dict[str, str]:
    """The numbers that entries bear, by kind, or by kind and rate."""
    found = {kind: chart.number(kind, None) for kind in KINDS if kind not in BY_RATE}
    for kind in BY_RATE:
        found |= {own_key(kind, rate): chart.number(kind, rate) for rate in RATES}
    return found


def changes_of(before: Chart, after: Chart) -> tuple[Change, ...]:
    """The numbers that change from one chart to the other."""
    old, new = before.numbers(), after.numbers()
    pairs = ((key, old.get(key, ""), new.get(key, "")) for key in keys())
    return tuple(Change(*one) for one in pairs if one[1] != one[2])


def fingerprint(chart: Chart, since: date) -> str:
    """What was shown to whoever puts the numbers in force, in a few characters."""
    return mark_of(since.isoformat(), chart.to_json())


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts by their day of effect, the oldest first: of two with the same day the second one
    counts. Before the first one, those that the shop begins with.
    """

    known: Sequence[tuple[date, Chart]] = ()

    def on(self, day: date) -> Chart:
        """The chart in force on a day."""
        found = [chart for since, chart in self.known if since <= day]
        return found[-1] if found else Chart()


def first_free(today: date) -> date:
    """The first day without an entry that was exported already."""
    return today + timedelta(days=1)
