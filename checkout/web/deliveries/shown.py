"""The delivery of an order, as its page and the page of its dossier show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from checkout.deliveries.carriers import tracking_page
from checkout.deliveries.contrary import contrary_notes_of
from checkout.deliveries.deliveries import acceptances_of, acknowledgements_of, signed_of
from checkout.deliveries.models import (
    ContraryNote,
    DeliveryAcceptance,
    DeliveryNote,
    SignedDeliveryNote,
)
from checkout.deliveries.packages import packages_of, serials_of
from checkout.deliveries.rules import Package
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.orders.procedure import PROCEDURE
from checkout.web.deliveries.forms import KINDS, ReceiptForm
from checkout.web.deliveries.shipping import PACKAGE_KINDS
from checkout.web.steps.sums import arrival_words
from shop.core.parties import Place, parties_from
from shop.core.text import day_full, kilograms
from shop.ops.clock import today
from shop.web.kit.site import current_language


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a recipient acknowledged: `reservations` are the goods, and what is wrong with them."""

    name: str
    capacity: str
    at: datetime
    reservations: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PackageShown:
    """A parcel or a pallet: the word of its kind, its weight, "" when it was not weighed."""

    kind: str
    weight: str
    carrier: str
    tracking: str

    def of(self, carrier: str) -> "PackageShown":
        """The package with its carrier: its own, or that of the shipment."""
        return replace(self, carrier=self.carrier or carrier)

    @property
    def page(self) -> str | None:
        """The carrier's page for it."""
        return tracking_page(self.carrier, self.tracking)


@dataclass(frozen=True, slots=True)
class Shipped:
    """One delivery note: what was shipped on a day, the carrier's page for it if it has one, and
    the day on which the recipient says that it was received. `form` records this day.
    `acknowledged`: by whom, if it was.
    """

    number: str
    shipped_on: date
    parcels: int
    carrier: str
    tracking: str
    page: str | None
    received_on: date | None
    form: ReceiptForm | None
    acknowledged: Acknowledged | None
    packages: list[PackageShown]
    serials: list[tuple[str, list[str]]]
    signed: SignedDeliveryNote | None
    accepted: DeliveryAcceptance | None
    contrary: Sequence[ContraryNote] = ()

    @property
    def is_void(self) -> bool:
        """Whether contrary notes left nothing of it."""
        return any(one.is_whole for one in self.contrary)


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the deliveries of an order, by delivery note."""

    acknowledged: dict[int, Acknowledged]
    packages: dict[int, list[PackageShown]]
    serials: dict[int, list[tuple[str, list[str]]]]
    signed: dict[int, SignedDeliveryNote]
    accepted: dict[int, DeliveryAcceptance]
    contrary: dict[int, list[ContraryNote]]

    def standing(self, notes: Sequence[DeliveryNote]) -> list[DeliveryNote]:
        """Those delivery notes of which contrary notes left something: the others are shown, and
        stand for nothing.
        """
        return [note for note in notes if not self.is_void(note)]

    def is_void(self, note: DeliveryNote) -> bool:
        """Whether contrary notes left nothing of a delivery note."""
        return any(one.is_whole for one in self.contrary.get(note.id, ()))


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
        return self.is_collected and any(
            note.received_on is None and not note.is_void for note in self.notes
        )

    @property
    def has_goods(self) -> bool:
        """Whether goods were delivered, of which a return may be asked or has been."""
        return any(not note.is_void for note in self.notes)


def delivery_shown(
    order: Order,
    notes: Sequence[DeliveryNote],
    receipts: Mapping[int, date],
    told: Told,
) -> DeliveryShown:
    """The delivery of an order; `receipts` are the days recorded, by delivery note, and `told` is
    what else is known of its deliveries.
    """
    return DeliveryShown(
        order=order.number,
        promised=_promised(order),
        stopped=_stopped(order, is_shipped=bool(told.standing(notes))),
        notes=[_shipped(note, receipts.get(note.id), told) for note in notes],
        is_whole=_is_over(order),
        place=parties_from(order.parties).delivery,
        is_collected=order.is_collected,
    )


def told_of(session: Session, order_id: int) -> Told:
    """What is known of the deliveries of an order."""
    return Told(
        acknowledged=_acknowledged_of(session, order_id),
        packages={
            note_id: [_package(one) for one in packages]
            for note_id, packages in packages_of(session, order_id).items()
        },
        serials=serials_of(session, order_id),
        signed=signed_of(session, order_id),
        accepted=acceptances_of(session, order_id),
        contrary=contrary_notes_of(session, order_id),
    )


def _package(one: Package) -> PackageShown:
    return PackageShown(
        kind=str(PACKAGE_KINDS[one.kind]),
        weight=kilograms(one.weight_g, current_language()) if one.weight_g else "",
        carrier=one.carrier,
        tracking=one.tracking,
    )


def _acknowledged_of(session: Session, order_id: int) -> dict[int, Acknowledged]:
    known = acknowledgements_of(session, order_id)
    if not known:
        return {}
    names = {str(line.position): line.name for line in lines_of(session, order_id)}
    return {
        note_id: Acknowledged(
            row.name,
            row.capacity,
            row.acknowledged_at,
            [
                (names[position], f"{KINDS[told['kind']]}. {told['words']}")
                for position, told in row.reservations.items()
            ],
        )
        for note_id, row in known.items()
    }


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


def _shipped(note: DeliveryNote, received_on: date | None, told: Told) -> Shipped:
    awaited = received_on is None and not told.is_void(note)
    return Shipped(
        number=note.number,
        shipped_on=note.shipped_on,
        parcels=note.parcels,
        carrier=note.carrier,
        tracking=note.tracking,
        page=tracking_page(note.carrier, note.tracking),
        received_on=received_on,
        form=ReceiptForm(formdata=None, prefix=note.number) if awaited else None,
        acknowledged=told.acknowledged.get(note.id),
        packages=[one.of(note.carrier) for one in told.packages.get(note.id, ())],
        serials=told.serials.get(note.id, []),
        signed=told.signed.get(note.id),
        accepted=told.accepted.get(note.id),
        contrary=told.contrary.get(note.id, []),
    )
