"""What changes, in words, as the tables of changes show it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A value before and after; empty for none."""

    name: str
    before: str
    after: str
