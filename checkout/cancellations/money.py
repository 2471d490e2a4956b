"""The money of units that are cancelled: what was paid by card is credited and refunded to the
card.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.refunds import find_refund, order_card_refund
from checkout.credits.remainders import remainder_of
from checkout.credits.rules import CardGaveBack, CreditRequest, Goods
from checkout.invoices.invoices import get_invoice, invoices_of
from checkout.orders.models import Order, OrderLine
from checkout.orders.procedure import Origin
from checkout.payments.billing import tell_bill, write_bill
from shop.catalogue import stock
from shop.core.actors import Actor
from shop.core.money import Money
from shop.core.sales import line_of, wanted
from shop.letterheads.letterheads import current_letterhead
from shop.storage import numbering


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
    number = numbering.take_number(session, numbering.INVOICE, at=at)
    seller = current_letterhead(session)
    bill, payment = write_bill(session, order, lines, number, seller, at=at)
    tell_bill(session, order, bill, payment, at=at)


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
    """Credit cancelled units of an order (locked) that was paid by card, with its delivery when the
    `whole` order is cancelled, and order the refund to the card. Orders from an original are
    invoiced when they are delivered: there is nothing to give back.

    What the card cannot take back (disputed, refunded elsewhere) waits at the desk of credit notes.
    Raises NotAllowed for who may not issue credit notes.
    """
    if order.origin is not Origin.CARD:
        return _NOTHING
    invoice, _order = get_invoice(session, invoices_of(session, order.id)[-1].number, by=by)
    left = remainder_of(session, invoice)
    if left.is_empty:
        return _NOTHING
    credited = {
        line.position: min(units[line.position], line.units)
        for line in left.lines
        if line.position in units
    }
    if not whole and not any(credited.values()):
        return _NOTHING
    asked = CreditRequest(reason, whole=whole, units={} if whole else credited, goods=Goods.KEPT)
    note = issue_credit_note(session, invoice, order, asked, by=by, at=at)
    refund = find_refund(session, note)
    if refund is None:
        return GivenBack(note.number, Money())
    with suppress(CardGaveBack):
        order_card_refund(session, note.number, by=by, at=at)
    return GivenBack(note.number, refund.amount)
