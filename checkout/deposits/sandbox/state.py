"""What this portal has: flows and their invoices, kept in a file between two starts."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path

from checkout.deposits.sandbox.checks import Directory

#: What becomes of an invoice by itself, one status each time that it is asked for.
USUAL = ("DEPOSEE", "MISE_A_DISPOSITION")


@dataclass
class Invoice:
    """An invoice on the portal, with the statuses that are still to come."""

    id: int
    number: str
    flow: str
    status: str = USUAL[0]
    comment: str = ""
    coming: list[str] = field(default_factory=lambda: list(USUAL[1:]))


@dataclass
class Deposited:
    """A flow: its number, the errors that it is rejected for, how often it was asked about."""

    flow: str
    name: str
    number: str
    errors: list[str]
    asked: int = 0


@dataclass
class Faults:
    """Faults of the network, for so many deposits: `lose_after` the flow is taken, `lose_before` it
    is not; `busy` answers 503.
    """

    lose_after: int = 0
    lose_before: int = 0
    busy: int = 0

    def take(self, name: str) -> bool:
        """Whether the fault happens now: it is used up by one."""
        left = getattr(self, name)
        setattr(self, name, max(left - 1, 0))
        return bool(left)


class State:
    """`waits`: how often a flow is still being processed when it is asked about."""

    def __init__(self, path: Path | None = None, *, waits: int = 1) -> None:
        self.path, self.waits = path, waits
        self.directory, self.faults = Directory(), Faults()
        self.flows: dict[str, Deposited] = {}
        self.invoices: dict[int, Invoice] = {}
        self.tokens: set[str] = set()
        self.lock = threading.RLock()
        self.calls: list[str] = []
        if path is not None and path.exists():
            told = json.loads(path.read_text("utf-8"))
            self.flows = {one["flow"]: Deposited(**one) for one in told["flows"]}
            self.invoices = {one["id"]: Invoice(**one) for one in told["invoices"]}

    def save(self) -> None:
        if self.path is None:
            return
        told = {
            "flows": [asdict(one) for one in self.flows.values()],
            "invoices": [asdict(one) for one in self.invoices.values()],
        }
        self.path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")

    def add(self, name: str, number: str, errors: list[str]) -> Deposited:
        """Take a flow; its invoice is known once it is integrated."""
        flow = Deposited(f"CPP{len(self.flows) + 1:019d}", name, number, errors)
        self.flows[flow.flow] = flow
        self.save()
        return flow

    def integrate(self, flow: Deposited) -> None:
        if not any(one.flow == flow.flow for one in self.invoices.values()):
            known = len(self.invoices) + 1
            self.invoices[8_000_000 + known] = Invoice(8_000_000 + known, flow.number, flow.flow)
        self.save()

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers of invoices that it has or is taking in."""
        taken = {one.number for one in self.flows.values() if not one.errors}
        return frozenset(taken | {one.number for one in self.invoices.values()})

    def find(self, number: str) -> Invoice | None:
        return next((one for one in self.invoices.values() if one.number == number), None)
