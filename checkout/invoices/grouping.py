"""The deliveries of an order that its next invoice is for, and the day on which it is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.contrary import left_on_note
from checkout.deliveries.models import DeliveryLine, DeliveryNote
from checkout.invoices.grouping_rules import Delivered, next_units, waits_until
from checkout.orders.models import Order
from shop.organisations.models import Organisation
from shop.organisations.rules import Grouping


@dataclass(frozen=True, slots=True)
class Group:
    """What one invoice is for: units by position, delivery notes, the last day of their month."""

    units: dict[int, int]
    notes: list[DeliveryNote]
    month_end: date | None

    def waits_until(self, session: Session, order: Order, today: date) -> date | None:
        """The later day on which this invoice of an order is due, as its client wishes."""
        return waits_until(grouping_of(session, order), self.month_end, today)


def group_of(session: Session, notes: Sequence[DeliveryNote], billable: Mapping[int, int]) -> Group:
    """The next invoice, of `notes` that no invoice names and of units that are billable."""
    units, month_end = next_units(_delivered(session, notes), billable)
    named = [note for note in notes if month_end is None or note.shipped_on <= month_end]
    return Group(units, named, month_end)


def grouping_of(session: Session, order: Order) -> Grouping:
    """Whether the deliveries of an order are invoiced by month."""
    if order.organisation_id is None:
        return Grouping.DELIVERY
    return session.get_one(Organisation, order.organisation_id).invoice_grouping


def _delivered(session: Session, notes: Sequence[DeliveryNote]) -> list[Delivered]:
    units: dict[int, dict[int, int]] = {note.id: {} for note in notes}
    if len(notes) > 1:  # one note is of one month, whatever its units
        for note_id, position, left in session.execute(
            select(DeliveryLine.delivery_note_id, DeliveryLine.position, left_on_note()).where(
                DeliveryLine.delivery_note_id.in_(units)
            )
        ):
            units[note_id][position] = left
    return [Delivered(note.number, note.shipped_on, units[note.id]) for note in notes]
