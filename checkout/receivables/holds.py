"""The hold of a client who owes too much for too long: a warning or a bar, which the office may
lift.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.invoices.overdue import is_overdue
from checkout.orders.models import Order
from checkout.receivables.models import HoldLift
from checkout.receivables.rules import ClientOnHold, HoldMode, ReminderReasonMissing
from checkout.receivables.settings import ensure_accounting, receivable_rules
from shop.core.actors import Actor
from shop.core.money import Money, total
from shop.core.text import one_line, paris_day
from shop.organisations.models import Organisation
from shop.storage.journal import record

#: How long a lifted hold stays lifted.
LIFTED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a client is on hold: what is overdue for more than so many days. `blocks`: nothing is
    ordered or delivered before it is lifted; else it is a warning. `lift` is the one in force.
    """

    client: str
    amount: Money
    days: int
    blocks: bool
    lift: HoldLift | None = None

    @property
    def is_lifted(self) -> bool:
        """Whether the office lifted it."""
        return self.lift is not None


def hold_of(session: Session, organisation_id: int | None, *, today: date) -> Hold | None:
    """The hold of a client, lifted or not; None for one who owes nothing for too long."""
    if organisation_id is None:
        return None
    rules = receivable_rules(session, today)
    if rules.hold_mode is HoldMode.OFF:
        return None
    late = session.scalars(
        select(Invoice)
        .join(Order, Order.id == Invoice.order_id)
        .where(
            Order.organisation_id == organisation_id,
            is_overdue(today - timedelta(days=rules.hold_days)),
        )
    )
    amount = total([one.due for one in late])
    if amount <= rules.hold_amount:
        return None
    lift = session.scalar(
        select(HoldLift)
        .where(HoldLift.organisation_id == organisation_id, HoldLift.until >= today)
        .order_by(HoldLift.id.desc())
        .limit(1)
    )
    name = session.scalar(select(Organisation.name).where(Organisation.id == organisation_id))
    blocks = rules.hold_mode is HoldMode.BLOCK
    return Hold(name or "", amount, rules.hold_days, blocks, lift)


def ensure_not_on_hold(session: Session, organisation_id: int | None, *, at: datetime) -> None:
    """Raises ClientOnHold where the hold blocks and is not lifted."""
    hold = hold_of(session, organisation_id, today=paris_day(at))
    if hold is not None and hold.blocks and not hold.is_lifted:
        raise ClientOnHold(client=hold.client, amount=hold.amount, days=hold.days)


def lift_hold(
    session: Session, organisation_id: int, reason: str, *, by: Actor, at: datetime
) -> HoldLift:
    """Lift the hold of a client for thirty days. Raises NotAllowed, ReminderReasonMissing."""
    ensure_accounting(by, "lift_hold")
    told = one_line(reason)
    if not told:
        raise ReminderReasonMissing
    lift = HoldLift(
        organisation_id=organisation_id,
        until=paris_day(at) + LIFTED_FOR,
        reason=told,
        lifted_at=at,
        by_name=by.name,
    )
    session.add(lift)
    subject = f"organisation:{organisation_id}"
    until = lift.until.isoformat()
    record(session, subject, "lift_hold", by=by, at=at, reason=told, until=until)
    return lift
