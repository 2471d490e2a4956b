"""The delivery of an order, as its page and the page of its dossier show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from checkout.deliveries.carriers import tracking_page
from checkout.deliveries.models import DeliveryNote
from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE
from checkout.web.deliveries.forms import ReceiptForm
from checkout.web.steps.sums import arrival_words
from shop.core.parties import Place, parties_from
from shop.core.text import day_full
from shop.ops.clock import today
from shop.web.kit.site import current_language


@dataclass(frozen=True, slots=True)
class Shipped:
    """One delivery note: what was shipped on a day, the carrier's page for it if it has one, and
    the day on which the recipient says that it was received. `form` records this day.
    """

    number: str
    shipped_on: date
    parcels: int
    carrier: str
    tracking: str
    page: str | None
    received_on: date | None
    form: ReceiptForm | None


@dataclass(frozen=True, slots=True)
class DeliveryShown:
    """`promised`: a sentence with the promised day, until everything is shipped; "" without one.
    `stopped`: why nothing is shipped, of an order that was cancelled or whose payment was taken
    back; "" of the others. `is_whole`: nothing is left to ship.
    """

    order: str
    promised: str
    stopped: str
    notes: list[Shipped]
    is_whole: bool
    place: Place
    is_collected: bool

    @property
    def is_to_collect(self) -> bool:
        """Whether goods are ready that nobody is known to have collected."""
        return self.is_collected and any(note.received_on is None for note in self.notes)


def delivery_shown(
    order: Order,
    notes: Sequence[DeliveryNote],
    receipts: Mapping[int, date],
) -> DeliveryShown:
    """The delivery of an order; `receipts` are the days recorded, by delivery note."""
    return DeliveryShown(
        order=order.number,
        promised=_promised(order),
        stopped=_stopped(order, is_shipped=bool(notes)),
        notes=[_shipped(note, receipts.get(note.id)) for note in notes],
        is_whole=_is_over(order),
        place=parties_from(order.parties).delivery,
        is_collected=order.is_collected,
    )


def station_words(order: Order) -> list[str]:
    """What the delivery step says before anything is shipped: the promised day, if any."""
    if why := _stopped(order, is_shipped=False):
        return [_("On hold") if order.disputed else _("Nothing to follow"), why]
    return [_("Being prepared"), *filter(None, [_promised(order)])]


def is_stopped(order: Order) -> bool:
    """Whether nothing will be shipped of an order of which nothing was."""
    return bool(_stopped(order, is_shipped=False))


def _is_over(order: Order) -> bool:
    return PROCEDURE.find("issue_delivery_note", order.stage) is None


def _stopped(order: Order, *, is_shipped: bool) -> str:
    """`is_shipped`: a part of it was."""
    if _is_over(order):
        return "" if is_shipped else _("All its goods were cancelled before they were shipped.")
    if order.disputed:
        return _("Nothing is shipped while the payment is disputed with the bank.")
    if order.is_reversed:
        return _("Nothing more is shipped: the whole payment has been refunded.")
    return ""


def _promised(order: Order) -> str:
    """The sentence of the promised day, or that it has passed; "" without one, and while the
    payment of the order is taken back.
    """
    day = order.expected_on
    if day is None or order.is_reversed:
        return ""
    if day < today():
        told = day_full(day, current_language())
        return _("The expected day, %(day)s, has passed: your order is late.", day=told)
    return arrival_words(day, order.shipping)


def _shipped(note: DeliveryNote, received_on: date | None) -> Shipped:
    return Shipped(
        number=note.number,
        shipped_on=note.shipped_on,
        parcels=note.parcels,
        carrier=note.carrier,
        tracking=note.tracking,
        page=tracking_page(note.carrier, note.tracking),
        received_on=received_on,
        form=ReceiptForm(formdata=None, prefix=note.number) if received_on is None else None,
    )
