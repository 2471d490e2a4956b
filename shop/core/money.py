"""Money: whole cents of euro, and unit prices in ten-thousandths of a euro. No float anywhere."""

from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering
from typing import ClassVar

CENTS_SCALE = 100


def round_half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number, halves away from zero, as an accountant rounds."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole cents of euro. It can be added and multiplied; shares are computed by
    rules.
    """

    cents: int = 0

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError(f"Money is whole cents, not {self.cents!r}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + other.cents)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.cents - other.cents)

    def __neg__(self) -> "Money":
        return Money(-self.cents)

    def __mul__(self, times: int) -> "Money":
        if type(times) is not int:
            raise TypeError("Money is multiplied by whole numbers only")
        return Money(self.cents * times)

    def __lt__(self, other: "Money") -> bool:
        return self.cents < other.cents

    def __bool__(self) -> bool:
        return self.cents != 0

    def __str__(self) -> str:
        return str(Decimal(self.cents) / CENTS_SCALE)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share in basis points, in a sentence: 750 is read « 7,5 % »."""

    basis_points: int


def total(amounts: "list[Money] | tuple[Money, ...]") -> Money:
    """The sum of amounts; zero for none."""
    return Money(sum(amount.cents for amount in amounts))


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """A price excluding VAT for one unit, in ten-thousandths of a euro (EN 16931 BT-146).

    Prices are in whole cents; below a euro, where a cent is too coarse, with four decimals.
    """

    #: Ten-thousandths of a euro: from this price on, prices are in whole cents.
    FINE_BELOW: ClassVar[int] = 10_000

    tenthousandths: int = 0

    def __post_init__(self) -> None:
        if type(self.tenthousandths) is not int:
            raise TypeError(f"UnitPrice is whole ten-thousandths, not {self.tenthousandths!r}")

    @classmethod
    def of(cls, amount: Money) -> "UnitPrice":
        """An amount excluding VAT as the price of one unit."""
        return cls(amount.cents * CENTS_SCALE)

    @classmethod
    def from_including(cls, including: Money, vat_rate: int) -> "UnitPrice":
        """The price excluding VAT of a price including VAT, at `vat_rate` basis points: rounded to
        the cent from one euro on, so that quantity × price is the amount of a line as printed.
        """
        cents = round_half_up(including.cents * 10_000, 10_000 + vat_rate)
        if cents >= CENTS_SCALE:
            return cls(cents * 100)
        return cls(round_half_up(including.cents * 100 * 10_000, 10_000 + vat_rate))

    def reduced(self, discount: int, kept: "UnitPrice") -> "UnitPrice":
        """The price less `discount` basis points of it, but for the part that is `kept`, in whole
        cents where a price is.
        """
        part = self.tenthousandths - kept.tenthousandths
        left = kept.tenthousandths + round_half_up(part * (10_000 - discount), 10_000)
        if left >= self.FINE_BELOW:
            return UnitPrice(round_half_up(left, 100) * 100)
        return UnitPrice(left)

    def times(self, quantity: int) -> Money:
        """The amount of a line excluding VAT, rounded half up to the cent (EN 16931 BT-131)."""
        return Money(round_half_up(self.tenthousandths * quantity, 100))

    def including(self, vat_rate: int) -> Money:
        """The price of one unit including VAT, as the catalogue shows it, in cents."""
        return Money(round_half_up(self.tenthousandths * (10_000 + vat_rate), 100 * 10_000))


def shared(amount: Money, weights: list[int]) -> list[Money]:
    """An amount shared out by weights to the cent, the sum exact (largest remainders first)."""
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("Nothing to share an amount by")
    floors = [amount.cents * weight // whole for weight in weights]
    rests = [amount.cents * weight % whole for weight in weights]
    left = amount.cents - sum(floors)
    for index in sorted(range(len(weights)), key=lambda i: (-rests[i], i))[:left]:
        floors[index] += 1
    return [Money(cents) for cents in floors]
