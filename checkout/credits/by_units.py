"""Credit notes of units of an order, on whichever of its invoices have them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.remainders import remainder_of
from checkout.credits.rules import CreditRequest, Goods
from checkout.invoices.invoices import get_invoice, invoices_of
from checkout.orders.models import Order
from shop.core.actors import Actor


def credit_units(
    session: Session,
    order: Order,
    units: Mapping[int, int],
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> list[str]:
    """Credit units by position of an order (locked): a credit note of each invoice that has some,
    the newest first, as far as they are not credited yet. The stock has moved already. The numbers.

    Raises NotAllowed and what `issue_credit_note()` raises.
    """
    left, numbers = dict(units), []
    for invoice in reversed(invoices_of(session, order.id)):
        locked, _order = get_invoice(session, invoice.number, by=by)
        taken = {
            line.position: min(left[line.position], line.units)
            for line in remainder_of(session, locked).lines
            if left.get(line.position, 0) and line.units
        }
        if not taken:
            continue
        asked = CreditRequest(reason[:500], units=taken, goods=Goods.KEPT)
        numbers.append(issue_credit_note(session, locked, order, asked, by=by, at=at).number)
        for position, count in taken.items():
            left[position] -= count
    return numbers
