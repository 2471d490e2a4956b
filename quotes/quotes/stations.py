"""The state of a dossier for its reader: four steps, what is missing, and who must act."""

from dataclasses import dataclass
from enum import StrEnum

from checkout.orders.procedure import OrderStage
from quotes.procedure import QuoteStage, stage_at
from shop.core.errors import N_

DONE, NOW, NEXT = "done", "now", "next"


@dataclass(frozen=True, slots=True)
class Standing:
    """The presentation of a state: its kind and words, the four steps, who must act.

    `turn` is "buyer", "shop", "payer" or "" when nobody has to.
    """

    kind: str
    words: str
    stations: tuple[str, str, str, str]
    turn: str


STANDINGS: dict[StrEnum, Standing] = {
    QuoteStage.QUOTED: Standing(
        "you", N_("Quote issued, awaiting the purchase order"), (DONE, NOW, NEXT, NEXT), "buyer"
    ),
    QuoteStage.RESERVED: Standing(
        "you", N_("Pre-order, awaiting the original"), (DONE, NOW, NEXT, NEXT), "buyer"
    ),
    QuoteStage.CANCELLED: Standing("bad", N_("Cancelled"), (DONE, NEXT, NEXT, NEXT), ""),
    QuoteStage.EXPIRED: Standing("warn", N_("Expired"), (DONE, NEXT, NEXT, NEXT), "buyer"),
    OrderStage.ORDERED: Standing(
        "info", N_("Ordered, being prepared"), (DONE, DONE, NOW, NEXT), "shop"
    ),
    OrderStage.DELIVERED: Standing(
        "info", N_("Delivered, invoice to follow"), (DONE, DONE, DONE, NOW), "shop"
    ),
    OrderStage.INVOICED: Standing(
        "info", N_("Invoiced, awaiting payment"), (DONE, DONE, DONE, NOW), "payer"
    ),
    OrderStage.PAID: Standing("good", N_("Paid"), (DONE, DONE, DONE, DONE), ""),
}


def standing(quote: QuoteStage, order: OrderStage | None, *, lapsed: bool) -> Standing:
    """The order's state once there is one; an open quote after its last day is shown as expired."""
    if order is not None:
        return STANDINGS[order]
    return STANDINGS[stage_at(quote, lapsed=lapsed)]
