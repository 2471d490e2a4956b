"""What the pages of returns share: the words of their states, and what a page shows of each."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.returns.models import Return, ReturnFile
from checkout.returns.procedure import ReturnState, has_slip, may_be_taken_back
from checkout.returns.returns import announced_of, returns_of
from checkout.returns.rules import Announced
from shop.core.errors import N_
from shop.dossiers.models import StoredFile

#: The kind and the words of each state.
STATES: dict[ReturnState, tuple[str, str]] = {
    ReturnState.ASKED: ("you", N_("return requested")),
    ReturnState.TAKEN_BACK: ("plain", N_("request taken back")),
    ReturnState.REFUSED: ("warn", N_("return refused")),
    ReturnState.ACCEPTED: ("info", N_("return accepted, goods awaited")),
    ReturnState.RECEIVED: ("you", N_("goods received, credit note to follow")),
    ReturnState.SETTLED: ("good", N_("return settled")),
    ReturnState.REPLACED: ("good", N_("to be delivered again")),
}


@dataclass(frozen=True, slots=True)
class ShownReturn:
    """A return with its lines and photographs. `slip`: the return slip is to be enclosed."""

    row: Return
    lines: list[Announced]
    files: list[StoredFile]
    slip: bool
    may_be_taken_back: bool

    @property
    def state(self) -> tuple[str, str]:
        return STATES[self.row.state]


def shown_returns(session: Session, order: Order) -> list[ShownReturn]:
    """The returns of an order, the newest first."""
    return [show_return(session, row, order) for row in reversed(returns_of(session, order.id))]


def show_return(session: Session, row: Return, order: Order) -> ShownReturn:
    files = session.scalars(
        select(StoredFile)
        .join(ReturnFile, ReturnFile.file_id == StoredFile.id)
        .where(ReturnFile.return_id == row.id)
        .order_by(StoredFile.id)
    ).all()
    lines = announced_of(session, row, lines_of(session, order.id))
    return ShownReturn(row, lines, list(files), has_slip(row.state), may_be_taken_back(row.state))
