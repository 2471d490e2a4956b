"""The money of units that are cancelled: what was invoiced is credited, and what was paid by card
is refunded to the card.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from checkout.credits.by_units import credit_units
from checkout.credits.credit_notes import get_credit_note, issue_credit_note
from checkout.credits.refunds import find_refund, order_card_refund
from checkout.credits.remainders import remainder_of
from checkout.credits.rules import (
    CardGaveBack,
    CreditRequest,
    Goods,
    RefundedInPartElsewhere,
)
from checkout.invoices.invoices import get_invoice, invoices_of
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of
from checkout.orders.procedure import Origin
from checkout.payments.billing import tell_bill, write_bill
from shop.catalogue import stock
from shop.core import series
from shop.core.actors import Actor
from shop.core.money import Money
from shop.core.sales import line_of, wanted
from shop.letterheads.letterheads import current_letterhead
from shop.settings import numbering


@dataclass(frozen=True, slots=True)
class GivenBack:
    """The credit note of cancelled units, and the money that it gives back."""

    number: str
    refund: Money


_NOTHING = GivenBack("", Money())


def ensure_billed(
    session: Session, order: Order, lines: Sequence[OrderLine], *, at: datetime
) -> None:
    """An order paid by card is invoiced when it is paid; one that an earlier version placed is
    invoiced now, so that it can be credited. The stock is locked before the number is taken.
    """
    if order.origin is not Origin.CARD or invoices_of(session, order.id):
        return
    stock.lock(session, wanted([line_of(line) for line in lines]))
    number = numbering.take_number(session, series.INVOICE, at=at)
    seller = current_letterhead(session)
    bill, payment = write_bill(session, order, lines, number, seller, at=at)
    tell_bill(session, order, bill, payment, at=at)


def needs_credit(order: Order, lines: Sequence[OrderLine]) -> bool:
    """Whether what is left to deliver was invoiced: an order paid by card, or units that came back
    and are delivered again.
    """
    by_card = order.origin is Origin.CARD
    return by_card or any(line.invoiced > line.delivered for line in lines)


def give_back(
    session: Session,
    order: Order,
    units: Mapping[int, int],
    *,
    whole: bool,
    reason: str,
    by: Actor,
    at: datetime,
) -> GivenBack:
    """Credit cancelled units of an order (locked) that were invoiced, with the delivery when the
    `whole` of an order paid by card is cancelled; its refund to the card is ordered.

    What the card cannot take back (disputed, refunded elsewhere) waits at the desk of credit notes,
    and so does what was paid by transfer. Raises NotAllowed for who may not issue credit notes.
    """
    by_card = order.origin is Origin.CARD
    if whole and by_card:
        numbers = _credit_all(session, order, reason=reason, by=by, at=at)
    else:
        billed = units if by_card else _billed(lines_of(session, order.id), units)
        numbers = credit_units(session, order, billed, reason=reason, by=by, at=at)
    if not numbers:
        return _NOTHING
    note, _invoice, _order = get_credit_note(session, numbers[-1])
    refund = find_refund(session, note)
    if refund is None or not by_card:
        return GivenBack(note.number, Money())
    with suppress(CardGaveBack, RefundedInPartElsewhere):
        order_card_refund(session, note.number, by=by, at=at)
    return GivenBack(note.number, refund.amount)


def _credit_all(
    session: Session, order: Order, *, reason: str, by: Actor, at: datetime
) -> list[str]:
    """Credit all that is left of the one invoice of an order paid by card."""
    invoice, _order = get_invoice(session, invoices_of(session, order.id)[-1].number, by=by)
    if remainder_of(session, invoice).is_empty:
        return []
    asked = CreditRequest(reason, whole=True, goods=Goods.KEPT)
    return [issue_credit_note(session, invoice, order, asked, by=by, at=at).number]


def _billed(lines: Sequence[OrderLine], units: Mapping[int, int]) -> dict[int, int]:
    """Of units that were just cancelled, those that were invoiced: they were delivered once."""
    over = {
        line.position: max(0, line.invoiced - (line.quantity - line.cancelled)) for line in lines
    }
    return {n: min(count, over[n]) for n, count in units.items() if over[n]}
