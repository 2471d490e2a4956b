"""Rounds: all cases alternated, the order turned round each time, ratios taken within a round."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.bench.load import Sample

#: A round counts when the reference stayed within this share of its median.
STEADY = 0.25
#: Rounds that may be run again because the machine was busy.
MOST_REPEATED = 3

Measure = Callable[[], Sample]


@dataclass(slots=True)
class Case:
    """One page on one database: the shop beside the reference, and the share it should reach."""

    name: str
    database: str
    shop: Measure
    reference: Measure
    goal: float | None = None
    rounds: list[tuple[Sample, Sample]] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        return [mine.rate / theirs.rate for mine, theirs in self.rounds if theirs.rate]

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def shop_rate(self) -> float:
        return median(mine.rate for mine, _ in self.rounds)

    @property
    def reference_rate(self) -> float:
        return median(theirs.rate for _, theirs in self.rounds)

    @property
    def errors(self) -> int:
        return sum(mine.errors + theirs.errors for mine, theirs in self.rounds)

    @property
    def reaches(self) -> bool | None:
        return None if self.goal is None else self.ratio >= self.goal

    def unsteady(self) -> list[int]:
        """Rounds in which the reference moved by more than a quarter."""
        usual = self.reference_rate
        return [
            number
            for number, (_, theirs) in enumerate(self.rounds)
            if abs(theirs.rate - usual) > STEADY * usual
        ]


def run(cases: Sequence[Case], rounds: int, *, in_time: Callable[[], bool]) -> None:
    """Measure all cases; at least one round, then as many as asked for while there is time."""
    for number in range(rounds):
        if number and not in_time():
            break
        for case in _order(cases, number):
            case.rounds.append(_pair(case, number))
    repeated = 0
    for case in cases:
        for number in case.unsteady():
            if repeated == MOST_REPEATED or not in_time():
                return
            case.rounds[number] = _pair(case, number)
            repeated += 1


def _order(cases: Sequence[Case], number: int) -> Iterator[Case]:
    return iter(cases) if number % 2 == 0 else reversed(cases)


def _pair(case: Case, number: int) -> tuple[Sample, Sample]:
    if number % 2 == 0:
        mine = case.shop()
        return mine, case.reference()
    theirs = case.reference()
    return case.shop(), theirs
