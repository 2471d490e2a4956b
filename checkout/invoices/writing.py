"""The rows of an invoice, composed from what is known of its order; no e-mail and no journal.

The VAT of an invoice is its own, rounded once per rate on its own base (EN 16931 BR-CO-17). What
this leaves between the invoices of an order and the order is the rounding amount (BT-114) of the
invoice that closes it: the invoices add up to the order, and never exceed it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from checkout.deliveries.models import DeliveryNote
from checkout.invoices.electronic import electronic_form
from checkout.invoices.models import Invoice, InvoiceLine
from checkout.invoices.named import write_terms
from checkout.invoices.rules import PUBLIC, audience, due_day, most_to_invoice, rounding
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import sale_of_order
from checkout.orders.procedure import Origin
from checkout.orders.progress import references_of
from shop.core.actors import Actor
from shop.core.money import Money, total
from shop.core.parties import parties_from
from shop.core.sales import SaleLine, line_of, sale_totals
from shop.core.text import paris_day
from shop.core.vat import Totals
from shop.dossiers.content import paper_content
from shop.dossiers.models import Paper
from shop.dossiers.papers import INVOICE, issue_paper
from shop.organisations.models import Organisation
from shop.settings.recovery import recovery_at


@dataclass(frozen=True, slots=True)
class Ground:
    """What an invoice is composed from: the lines of its order, the units to invoice by position,
    the seller's letterhead, the earlier invoices, the delivery notes that none of these names, and
    the days on which recipients received them.
    """

    lines: Sequence[OrderLine]
    billable: Mapping[int, int]
    seller: dict[str, Any]
    earlier: Sequence[Invoice] = ()
    notes: Sequence[DeliveryNote] = ()
    receipts: Mapping[int, date] = field(default_factory=dict)


def write_invoice(
    session: Session,
    order: Order,
    number: str,
    ground: Ground,
    *,
    paid: bool = False,
    by: Actor,
    at: datetime,
) -> tuple[Invoice, dict[str, Any]]:
    """The invoice under a number just taken, with its document, lines and units invoiced; and the
    facts of its e-mail. `paid`: it is issued as paid in full. Raises UnsoundInvoice.
    """
    with session.no_autoflush:  # lines that are new are written once, with the units invoiced
        buyer = buyer_of(session, order)  # kept, so that the electronic form reads it no more
        content, totals = compose_invoice(session, order, number, ground, buyer=buyer, at=at)
    counted = _count(ground.lines, ground.billable)
    parties = parties_from(order.parties)
    content |= electronic_form(session, order, parties, content, paid=paid)
    paper = issue_paper(session, order.dossier_id, INVOICE, content, at=at)
    invoice = _write(session, order, paper, totals, paid=paid, by=by, at=at)
    session.execute(insert(InvoiceLine), [{"invoice_id": invoice.id} | row for row in counted])
    references = {"purchase_order": order.purchase_order, "engagement": order.engagement}
    write_terms(session, invoice, parties, **references)
    told = ("due_on", "audience", "paid", "payment_delay_days")
    facts = {name: content[name] for name in told}
    including, service = invoice.including.cents, _service_name(order)
    return invoice, facts | {"number": number, "including": including, "service": service}


def compose_invoice(
    session: Session,
    order: Order,
    number: str,
    ground: Ground,
    *,
    buyer: Organisation | None,
    at: datetime,
) -> tuple[dict[str, Any], Totals]:
    """The content of an invoice under a number, without its electronic form, and its totals; writes
    nothing. Raises AbovePurchaseOrder.
    """
    sold = [
        line_of(line, quantity=ground.billable[line.position])
        for line in ground.lines
        if line.position in ground.billable
    ]
    most = _most(order, ground.lines)
    totals = _totals(sold, ground.earlier, most, closes=_closes(ground.lines, ground.billable))
    content = _content(session, order, number, sold, ground, at=at)
    audience_of = _audience(order, buyer)
    recovery = recovery_at(session, audience_of, at)
    content |= {
        "audience": audience_of,
        "recovery": recovery.to_json() if recovery else None,
        "totals": totals.to_json(),
        "partial": _partial(ground.earlier, most, totals.payable),
    }
    return content, totals


def _content(
    session: Session,
    order: Order,
    number: str,
    sold: Sequence[SaleLine],
    ground: Ground,
    *,
    at: datetime,
) -> dict[str, Any]:
    """The content of the invoice (CGI ann. II art. 242 nonies A; C. com. L441-9)."""
    by_card = order.origin is Origin.CARD
    seller = ground.seller
    issued_on = paris_day(at)
    return paper_content(
        INVOICE,
        number,
        sale_of_order(session, order, sold),
        issued_on=issued_on.isoformat(),
        seller=seller | {"bank": None} if by_card else seller,
        references=references_of(order) | {"delivery_notes": [one.number for one in ground.notes]},
        operation="goods",
        **_days_of(ground.notes, ground.receipts),
        deliveries=_deliveries(ground.notes),
        # the last day of a period that starts with the receipt is not known yet (CCP R2192-12)
        due_on=issued_on.isoformat() if by_card else None,
        payment_delay_days=None if by_card else order.payment_delay_days,
        paid=by_card,
        paid_on=paris_day(order.ordered_at).isoformat() if by_card else None,
        payment_method="card" if by_card else None,
    )


def _days_of(notes: Sequence[DeliveryNote], receipts: Mapping[int, date]) -> dict[str, str | None]:
    """The day of the last delivery: the recipient's where they recorded each one, else the day of
    shipping.
    """
    shipped = max((note.shipped_on for note in notes), default=None)
    received = [receipts[note.id] for note in notes if note.id in receipts]
    delivered = max(received) if notes and len(received) == len(notes) else None
    return {
        "shipped_on": shipped.isoformat() if shipped else None,
        "delivered_on": delivered.isoformat() if delivered else None,
    }


def _deliveries(notes: Sequence[DeliveryNote]) -> list[dict[str, str]]:
    """The deliveries of an invoice for several, which names each with its day (CGI 289, I, 3)."""
    if len(notes) < 2:
        return []
    return [{"number": note.number, "day": note.shipped_on.isoformat()} for note in notes]


def _closes(lines: Sequence[OrderLine], billable: Mapping[int, int]) -> bool:
    """Whether nothing is left to invoice after these units; what is not delivered any more is not
    invoiced.
    """
    return all(
        line.invoiced + billable.get(line.position, 0) >= line.quantity - line.cancelled
        for line in lines
    )


def _most(order: Order, lines: Sequence[OrderLine]) -> Money:
    """What the invoices of an order come to: of one that was shortened, the total of the rest.
    Raises AbovePurchaseOrder.
    """
    most = most_to_invoice(order.including, order.purchase_order_amount)
    if not any(line.cancelled for line in lines) or order.origin is Origin.CARD:
        return most
    kept = [
        line_of(line, quantity=line.quantity - line.cancelled)
        for line in lines
        if line.quantity > line.cancelled
    ]
    return min(most, sale_totals(kept).including)


def _totals(
    sold: Sequence[SaleLine], earlier: Sequence[Invoice], most: Money, *, closes: bool
) -> Totals:
    """The totals of an invoice, with the rounding that makes the order's invoices add up."""
    totals = sale_totals(sold)
    left = most - total([invoice.including for invoice in earlier])
    return replace(totals, rounding=rounding(totals.including, left=left, closes=closes))


def _partial(earlier: Sequence[Invoice], most: Money, payable: Money) -> dict[str, Any] | None:
    """What an invoice says of the others of its order, in cents including VAT; None if it is the
    only one.
    """
    left = most - total([invoice.including for invoice in earlier]) - payable
    if not earlier and not left:
        return None
    before = [
        {
            "number": invoice.number,
            "issued_on": invoice.issued_on.isoformat(),
            "amount": invoice.including.cents,
        }
        for invoice in earlier
    ]
    return {"ordered": most.cents, "earlier": before, "remaining": left.cents}


def _write(
    session: Session,
    order: Order,
    paper: Paper,
    totals: Totals,
    *,
    paid: bool,
    by: Actor,
    at: datetime,
) -> Invoice:
    issued_on, by_card = paris_day(at), order.origin is Origin.CARD
    invoice = Invoice(
        number=paper.number,
        order_id=order.id,
        paper_id=paper.id,
        issued_at=at,
        issued_on=issued_on,
        due_on=issued_on if by_card else due_day(issued_on, order.payment_delay_days),
        payable_by=issued_on if by_card else None,
        excluding=totals.excluding,
        vat_total=totals.vat_total,
        rounding=totals.rounding,
        including=totals.payable,
        paid=totals.payable if paid else Money(),
        credited=Money(),
        to_service=order.origin is Origin.QUOTE,
        by_name=by.name,
    )
    session.add(invoice)
    session.flush()
    return invoice


def buyer_of(session: Session, order: Order) -> Organisation | None:
    """The organisation that ordered; None for a private customer."""
    if order.organisation_id is None:
        return None
    return session.get_one(Organisation, order.organisation_id)


def _audience(order: Order, buyer: Organisation | None) -> str:
    if order.origin is Origin.QUOTE:
        return PUBLIC
    return audience(buyer.nature, buyer.verification) if buyer else audience(None, None)


def _count(lines: Sequence[OrderLine], billable: Mapping[int, int]) -> list[dict[str, Any]]:
    """Count the units on the lines of the order; the lines of the invoice."""
    rows = []
    for line in lines:
        quantity = billable.get(line.position, 0)
        if quantity:
            line.invoiced += quantity
            amount = line_of(line, quantity=quantity).amount
            rows.append({"position": line.position, "quantity": quantity, "amount": amount})
    return rows


def _service_name(order: Order) -> str | None:
    service = parties_from(order.parties).paying_service
    return service.name if service else None
