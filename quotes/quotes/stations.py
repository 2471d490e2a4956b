"""The state of a dossier for its reader: four steps, what is missing, and who must act."""

from dataclasses import dataclass, replace
from enum import StrEnum

from checkout.orders.procedure import OrderStage
from quotes.procedure import QuoteStage, stage_at
from shop.core.errors import N_

#: Over: nothing follows any more.
DONE, NOW, NEXT, OVER = "done", "now", "next", "over"


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
    QuoteStage.CANCELLED: ShownState("bad", N_("Cancelled"), (DONE, OVER, OVER, OVER), ""),
    QuoteStage.EXPIRED: ShownState("warn", N_("Expired"), (DONE, OVER, OVER, OVER), "buyer"),
    OrderStage.ORDERED: ShownState(
        "info", N_("Ordered, being prepared"), (DONE, DONE, NOW, NEXT), "shop"
    ),
    OrderStage.DELIVERED: ShownState(
        "info", N_("Shipped, invoice to follow"), (DONE, DONE, DONE, NOW), "shop"
    ),
    OrderStage.INVOICED: ShownState(
        "info", N_("Invoiced, awaiting payment"), (DONE, DONE, DONE, NOW), "payer"
    ),
    OrderStage.PAID: ShownState("good", N_("Paid"), (DONE, DONE, DONE, DONE), ""),
    OrderStage.CANCELLED: ShownState("bad", N_("Order cancelled"), (DONE, DONE, OVER, OVER), ""),
}


#: An order with an invoice that is overdue, in whatever state it is.
OVERDUE = N_("Invoice overdue")
#: A paid order whose invoices were all credited in full.
CREDITED = N_("Credited in full")
#: The words of goods that are collected at the shop, instead of those of shipped ones.
COLLECTED = {N_("Shipped, invoice to follow"): N_("Ready for collection, invoice to follow")}


def shown_state(
    quote: QuoteStage,
    order: OrderStage | None,
    *,
    lapsed: bool,
    overdue: bool = False,
    collected: bool = False,
    credited: bool = False,
) -> ShownState:
    """The order's state once there is one, or that an invoice of it is `overdue`; an open quote
    after its last day is shown as expired. Goods that are `collected` are ready, not shipped; an
    order that is settled because all was `credited` is not paid.
    """
    if order is not None and overdue:
        return replace(SHOWN_STATES[order], kind="bad", words=OVERDUE)
    if order is not None:
        shown = SHOWN_STATES[order]
        if credited and shown.kind == "good":
            return replace(shown, kind="info", words=CREDITED)
        return replace(shown, words=COLLECTED.get(shown.words, shown.words)) if collected else shown
    return SHOWN_STATES[stage_at(quote, lapsed=lapsed)]
