"""The engine of a procedure: a table of transitions, and the questions that it answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from shop.core.actors import Actor
from shop.core.errors import IllegalTransition, NotAllowed

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the table: the states it starts from, the state it leads to, the roles that may
    make it.

    `target` None leaves the state unchanged. `label` is the button (English source sentence).
    """

    sources: tuple[StrEnum, ...]
    name: str
    target: StrEnum | None
    who: frozenset[str]
    evidence: str
    label: str = ""

    def onto(self, state: S) -> S:
        """The state that follows `state`: the target, or the same state where there is none."""
        return state if self.target is None else type(state)(self.target)


@dataclass(frozen=True, slots=True)
class Procedure:
    name: str
    transitions: tuple[Transition, ...]

    def find(self, name: str, stage: StrEnum | None) -> Transition | None:
        for transition in self.transitions:
            if transition.name == name and (
                stage in transition.sources or (stage is None and not transition.sources)
            ):
                return transition
        return None

    def ensure(self, name: str, stage: StrEnum | None, by: Actor) -> Transition:
        """The transition. Raises NotAllowed for the person, IllegalTransition for the state."""
        if not any(
            transition.name == name and by.has(*transition.who) for transition in self.transitions
        ):
            raise NotAllowed(act=name)
        transition = self.find(name, stage)
        if transition is None:
            raise IllegalTransition(act=name, stage=str(stage))
        if not by.has(*transition.who):
            raise NotAllowed(act=name)
        return transition

    def first(self, name: str) -> StrEnum:
        """The initial state, into which a transition from nothing leads."""
        transition = self.find(name, None)
        assert transition is not None and transition.target is not None, name
        return transition.target

    def sources_of(self, name: str) -> tuple[StrEnum, ...]:
        """The states from which a transition may be made."""
        return tuple(state for one in self.transitions if one.name == name for state in one.sources)

    def targets_of(self, name: str) -> tuple[StrEnum, ...]:
        """The states to which a transition leads."""
        targets = (one.target for one in self.transitions if one.name == name)
        return tuple(target for target in targets if target is not None)

    def open_transitions(self, stage: StrEnum, by: Actor) -> list[Transition]:
        """The transitions that this person may make now: the buttons of the page."""
        return [one for one in self.transitions if stage in one.sources and by.has(*one.who)]


def roles(*names: str) -> frozenset[str]:
    return frozenset(names)


def reachable(procedure: Procedure, start: StrEnum) -> set[StrEnum]:
    """Every state that the table can lead to."""
    seen: set[StrEnum] = {start}
    while True:
        more = {
            transition.target
            for transition in procedure.transitions
            if transition.target is not None and seen.intersection(transition.sources)
        }
        if more <= seen:
            return seen
        seen |= more


def table_rows(procedure: Procedure) -> Iterable[tuple[str, str, str, str, str]]:
    """The rows of the table as text, for docs/PROCEDURES.md."""
    for transition in procedure.transitions:
        yield (
            ", ".join(transition.sources) or "–",
            transition.name,
            transition.target or "unchanged",
            ", ".join(sorted(transition.who)),
            transition.evidence,
        )
