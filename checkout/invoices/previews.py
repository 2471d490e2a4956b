"""An invoice as it would be issued now: composed and checked, with no number taken and nothing
written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.electronic import checked_form
from checkout.invoices.invoices import ground_of, wait_of
from checkout.invoices.writing import buyer_of, compose_invoice
from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.parties import parties_from
from shop.core.vat import Totals
from shop.documents.layout import sentences
from shop.einvoicing.facturx import NotComposed, compose
from shop.einvoicing.fault_rules import UnsoundInvoice
from shop.einvoicing.frozen import KEY

#: In the place of the number: the platforms accept it as one, no series has it.
DRAFT = "PROJET"


@dataclass(frozen=True, slots=True)
class Preview:
    """The `content` that the invoice of an order would have now, its totals, whether it would have
    an electronic form, the rules that this form would break, and the later day on which it is due,
    where the client's deliveries are invoiced by month.
    """

    order: Order
    content: dict[str, Any]
    totals: Totals
    is_electronic: bool
    faults: Sequence[UnsoundInvoice]
    waits_until: date | None


def preview_invoice(session: Session, number: str, *, by: Actor, at: datetime) -> Preview:
    """The next invoice of the order of that number, to be read before it is issued. The rules of
    ours and the schema are checked; the schematrons check the file once it is made.

    Raises NotFound, NotAllowed, IllegalTransition, NothingToInvoice, PaymentReversed.
    """
    order = session.scalar(select(Order).where(Order.number == number))
    if order is None or not by.is_staff:
        raise NotFound(number=number)
    PROCEDURE.ensure("issue_invoice", order.stage, by)
    ground, buyer = ground_of(session, order), buyer_of(session, order)
    content, totals = compose_invoice(session, order, DRAFT, ground, buyer=buyer, at=at)
    parts, faults = checked_form(session, order, parties_from(order.parties), content)
    content |= parts
    return Preview(
        order,
        content,
        totals,
        content.get(KEY) is not None,
        faults or _unsound_form(content),
        wait_of(session, order, at=at),
    )


def _unsound_form(content: dict[str, Any]) -> Sequence[UnsoundInvoice]:
    """What the schema finds in an invoice that keeps our rules."""
    try:
        compose(content, sentences(content["language"]))
    except NotComposed as refusal:
        return refusal.faults
    return ()
