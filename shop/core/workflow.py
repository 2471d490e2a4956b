"""The engine of a procedure: a table of steps, and three questions that it answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shop.core.actors import Actor
from shop.core.errors import IllegalStep, NotAllowed


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table: from these stages, this act leads there, by these roles.

    `target` None leaves the stage unchanged. `label` is the button (English source sentence).
    """

    sources: tuple[StrEnum, ...]
    act: str
    target: StrEnum | None
    who: frozenset[str]
    proof: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    name: str
    steps: tuple[Step, ...]

    def find(self, act: str, stage: StrEnum | None) -> Step | None:
        for step in self.steps:
            if step.act == act and (stage in step.sources or (stage is None and not step.sources)):
                return step
        return None

    def ensure(self, act: str, stage: StrEnum | None, by: Actor) -> Step:
        """The step, or a refusal: NotAllowed for the person, IllegalStep for the moment."""
        if not any(step.act == act and by.has(*step.who) for step in self.steps):
            raise NotAllowed(act=act)
        step = self.find(act, stage)
        if step is None:
            raise IllegalStep(act=act, stage=str(stage))
        if not by.has(*step.who):
            raise NotAllowed(act=act)
        return step

    def open_acts(self, stage: StrEnum, by: Actor) -> list[Step]:
        """The steps that this person may take now: the page's buttons."""
        return [s for s in self.steps if stage in s.sources and by.has(*s.who)]


def roles(*names: str) -> frozenset[str]:
    return frozenset(names)


def reachable(procedure: Procedure, start: StrEnum) -> set[StrEnum]:
    """Every stage that the table can lead to."""
    seen: set[StrEnum] = {start}
    while True:
        more = {
            step.target
            for step in procedure.steps
            if step.target is not None and seen.intersection(step.sources)
        }
        if more <= seen:
            return seen
        seen |= more


def table_rows(procedure: Procedure) -> Iterable[tuple[str, str, str, str, str]]:
    """The table in words, for the README."""
    for step in procedure.steps:
        yield (
            ", ".join(step.sources) or "–",
            step.act,
            step.target or "unchanged",
            ", ".join(sorted(step.who)),
            step.proof,
        )
