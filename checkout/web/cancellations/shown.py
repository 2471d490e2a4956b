"""What the pages of cancellations share: the words of their states, and an order by its number."""

from sqlalchemy import select

from checkout.cancellations.procedure import CancellationState
from checkout.orders.models import Order
from shop.core.errors import N_, NotFound
from shop.dossiers.dossiers import may_read
from shop.dossiers.models import Dossier
from shop.web.kit.sessions import actor
from shop.web.kit.site import reading

#: The kind and the words of each state.
STATES: dict[CancellationState, tuple[str, str]] = {
    CancellationState.ASKED: ("you", N_("requested, to decide")),
    CancellationState.TAKEN_BACK: ("plain", N_("taken back by the buyer")),
    CancellationState.REFUSED: ("warn", N_("refused")),
    CancellationState.DONE: ("info", N_("cancelled")),
    CancellationState.REOPENED: ("plain", N_("to be delivered after all")),
}


def read_own_order(number: str) -> tuple[Order, Dossier]:
    """An order with its dossier. Raises NotFound for a stranger, who does not learn that it
    exists.
    """
    statement = (
        select(Order, Dossier)
        .join(Dossier, Dossier.id == Order.dossier_id)
        .where(Order.number == number)
    )
    found = reading().execute(statement).first()
    if found is None or not may_read(found[1], actor()):
        raise NotFound(number=number)
    return found[0], found[1]
