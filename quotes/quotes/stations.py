"""The state of a dossier for its reader: four steps, what is missing, and who must act."""

from dataclasses import dataclass
from enum import StrEnum

from checkout.orders.procedure import OrderStage
from quotes.procedure import QuoteStage, stage_at
from shop.core.errors import N_

DONE, NOW, NEXT = "done", "now", "next"


@dataclass(frozen=True, slots=True)
class ShownState:
    """The presentation of a state: its kind and words, the four steps, who must act.

    `turn` is "buyer", "shop", "payer" or "" when nobody has to.
    """

    kind: str
    words: str
    stations: tuple[str, str, str, str]
    turn: str


SHOWN_STATES: dict[StrEnum, ShownState] = {
    QuoteStage.QUOTED: ShownState(
        "you", N_("Quote issued, awaiting the purchase order"), (DONE, NOW, NEXT, NEXT), "buyer"
    ),
    QuoteStage.RESERVED: ShownState(
        "you", N_("Pre-order, awaiting the original"), (DONE, NOW, NEXT, NEXT), "buyer"
    ),
    QuoteStage.CANCELLED: ShownState("bad", N_("Cancelled"), (DONE, NEXT, NEXT, NEXT), ""),
    QuoteStage.EXPIRED: ShownState("warn", N_("Expired"), (DONE, NEXT, NEXT, NEXT), "buyer"),
    OrderStage.ORDERED: ShownState(
        "info", N_("Ordered, being prepared"), (DONE, DONE, NOW, NEXT), "shop"
    ),
    OrderStage.DELIVERED: ShownState(
        "info", N_("Delivered, invoice to follow"), (DONE, DONE, DONE, NOW), "shop"
    ),
    OrderStage.INVOICED: ShownState(
        "info", N_("Invoiced, awaiting payment"), (DONE, DONE, DONE, NOW), "payer"
    ),
    OrderStage.PAID: ShownState("good", N_("Paid"), (DONE, DONE, DONE, DONE), ""),
}


def shown_state(quote: QuoteStage, order: OrderStage | None, *, lapsed: bool) -> ShownState:
    """The order's state once there is one; an open quote after its last day is shown as expired."""
    if order is not None:
        return SHOWN_STATES[order]
    return SHOWN_STATES[stage_at(quote, lapsed=lapsed)]
