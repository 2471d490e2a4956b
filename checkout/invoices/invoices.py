"""Invoices: issued once, in a gapless series; of what is delivered, or of a whole order that was
paid by card (CGI 269-2 a: VAT is due when the payment is received).

The VAT of an invoice is its own, rounded once per rate on its own base (EN 16931 BR-CO-17). What
this leaves between the invoices of an order and the order is the rounding amount (BT-114) of the
invoice that closes it: the invoices add up to the order, and never exceed it.

The file for the paying service (invoice, purchase order, delivery notes) is in invoice_files.py;
payments.billing.bill_order() adds what was paid by card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import notes_of, receipts_of
from checkout.deliveries.models import DeliveryNote
from checkout.invoices.models import Invoice, InvoiceLine
from checkout.invoices.rules import (
    PUBLIC,
    audience,
    due_day,
    ensure_billable,
    is_billed,
    most_to_invoice,
    rounding,
)
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import get_order, lines_of, progress_of, sale_of_order
from checkout.orders.procedure import PROCEDURE, Origin
from checkout.orders.progress import references_of, send_email, subject_of
from checkout.orders.rules import ensure_not_reversed
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.money import Money, total
from shop.core.parties import parties_from
from shop.core.sales import SaleLine, line_of, sale_totals
from shop.core.text import paris_day
from shop.core.vat import Totals
from shop.dossiers.content import paper_content
from shop.dossiers.models import Paper
from shop.dossiers.papers import INVOICE, issue_paper
from shop.letterheads.letterheads import current_letterhead
from shop.organisations.models import Organisation
from shop.storage import numbering
from shop.storage.db import locking
from shop.storage.transitions import advance


def issue_invoice(
    session: Session, order: Order, *, whole: bool = False, by: Actor, at: datetime
) -> Invoice:
    """Invoice what is delivered and not invoiced yet, or the `whole` order that was paid; VAT once
    per rate on this invoice's lines.

    The state changes when everything is delivered and invoiced. Raises NotAllowed,
    IllegalTransition, NothingToInvoice, PaymentReversed.
    """
    transition = PROCEDURE.ensure("issue_invoice", order.stage, by)
    ensure_not_reversed(order.number, is_reversed=order.is_reversed)
    lines = lines_of(session, order.id)
    billable = ensure_billable(progress_of(lines), whole=whole)
    sold = [
        line_of(line, quantity=billable[line.position])
        for line in lines
        if line.position in billable
    ]
    earlier = invoices_of(session, order.id)
    most = most_to_invoice(order.including, order.purchase_order_amount)
    totals = _totals(sold, earlier, most, closes=_closes(lines, billable))
    notes = _notes_to_invoice(session, order)
    number = numbering.take_number(session, numbering.INVOICE, at=at)
    content = _content(session, order, number, sold, notes, at=at)
    content |= {"totals": totals.to_json(), "partial": _partial(earlier, most, totals.payable)}
    paper = issue_paper(session, order.dossier_id, INVOICE, content, at=at)
    invoice = _write(session, order, paper, totals, by=by, at=at)
    _count(session, invoice, lines, billable)
    facts = {name: content[name] for name in ("due_on", "audience", "paid")}
    including, papers = invoice.including.cents, (paper.id,)
    facts |= {"number": number, "including": including, "service": _service_name(order)}
    send_email(session, order, "invoice_issued", at=at, papers=papers, **facts)
    complete = is_billed(progress_of(lines))
    subject, done = subject_of(order), {"number": number, "amount": including}
    advance(session, subject, transition, complete=complete, by=by, at=at, **done)
    return invoice


def get_invoice(session: Session, number: str, *, by: Actor) -> tuple[Invoice, Order]:
    """The invoice of that number with its order, both locked (the order first), for staff.

    Raises NotFound for everybody else.
    """
    order_number = session.scalar(
        select(Order.number)
        .join(Invoice, Invoice.order_id == Order.id)
        .where(Invoice.number == number)
    )
    if order_number is None:
        raise NotFound(number=number)
    order = get_order(session, order_number, by=by)
    invoice = session.scalars(
        locking(session, select(Invoice).where(Invoice.number == number))
    ).one()
    return invoice, order


def invoice_with_order(session: Session, number: str) -> tuple[Invoice, Order]:
    """The invoice of that number with its order, to be read. Raises NotFound."""
    found = session.execute(
        select(Invoice, Order)
        .join(Order, Order.id == Invoice.order_id)
        .where(Invoice.number == number)
    ).first()
    if found is None:
        raise NotFound(number=number)
    return found[0], found[1]


def invoices_of(session: Session, order_id: int) -> Sequence[Invoice]:
    """The invoices of an order, oldest first."""
    return session.scalars(
        select(Invoice).where(Invoice.order_id == order_id).order_by(Invoice.id)
    ).all()


def _content(
    session: Session,
    order: Order,
    number: str,
    sold: Sequence[SaleLine],
    notes: Sequence[DeliveryNote],
    *,
    at: datetime,
) -> dict[str, Any]:
    """The content of the invoice (CGI ann. II art. 242 nonies A; C. com. L441-9)."""
    by_card = order.origin is Origin.CARD
    seller = current_letterhead(session)
    issued_on = paris_day(at)
    due_on = issued_on if by_card else due_day(issued_on, order.payment_delay_days)
    return paper_content(
        INVOICE,
        number,
        sale_of_order(session, order, sold),
        issued_on=issued_on.isoformat(),
        seller=seller | {"bank": None} if by_card else seller,
        references=references_of(order) | {"delivery_notes": [note.number for note in notes]},
        operation="goods",
        audience=_audience(session, order),
        **_days_of(session, order, notes),
        due_on=due_on.isoformat(),
        payment_delay_days=None if by_card else order.payment_delay_days,
        paid=by_card,
        paid_on=paris_day(order.ordered_at).isoformat() if by_card else None,
        payment_method="card" if by_card else None,
    )


def _days_of(
    session: Session, order: Order, notes: Sequence[DeliveryNote]
) -> dict[str, str | None]:
    """The day of the last delivery: the recipient's where they recorded each one, else the day of
    shipping.
    """
    receipts = receipts_of(session, order.id)
    shipped = max((note.shipped_on for note in notes), default=None)
    received = [receipts[note.id] for note in notes if note.id in receipts]
    delivered = max(received) if notes and len(received) == len(notes) else None
    return {
        "shipped_on": shipped.isoformat() if shipped else None,
        "delivered_on": delivered.isoformat() if delivered else None,
    }


def _closes(lines: Sequence[OrderLine], billable: Mapping[int, int]) -> bool:
    """Whether nothing is left to invoice after these units."""
    return all(line.invoiced + billable.get(line.position, 0) == line.quantity for line in lines)


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
    session: Session, order: Order, paper: Paper, totals: Totals, *, by: Actor, at: datetime
) -> Invoice:
    due_on = date.fromisoformat(paper.content["due_on"])
    invoice = Invoice(
        number=paper.number,
        order_id=order.id,
        paper_id=paper.id,
        issued_at=at,
        issued_on=paris_day(at),
        due_on=due_on,
        payable_by=due_on if order.origin is Origin.CARD else None,
        excluding=totals.excluding,
        vat_total=totals.vat_total,
        rounding=totals.rounding,
        including=totals.payable,
        paid=Money(),
        by_name=by.name,
    )
    session.add(invoice)
    session.flush()
    return invoice


def _audience(session: Session, order: Order) -> str:
    if order.origin is Origin.QUOTE:
        return PUBLIC
    if order.organisation_id is None:
        return audience(None, None)
    organisation = session.get_one(Organisation, order.organisation_id)
    return audience(organisation.nature, organisation.verification)


def _notes_to_invoice(session: Session, order: Order) -> list[DeliveryNote]:
    """The delivery notes that no earlier invoice of the order refers to."""
    earlier = session.scalars(
        select(Paper.content)
        .join(Invoice, Invoice.paper_id == Paper.id)
        .where(Invoice.order_id == order.id)
    )
    named = {name for content in earlier for name in content["references"]["delivery_notes"]}
    return [note for note in notes_of(session, order.id) if note.number not in named]


def _count(
    session: Session, invoice: Invoice, lines: Sequence[OrderLine], billable: Mapping[int, int]
) -> None:
    rows = []
    for line in lines:
        quantity = billable.get(line.position, 0)
        if quantity:
            line.invoiced += quantity
            rows.append(
                {
                    "invoice_id": invoice.id,
                    "position": line.position,
                    "quantity": quantity,
                    "amount": line_of(line, quantity=quantity).amount,
                }
            )
    session.execute(insert(InvoiceLine), rows)


def _service_name(order: Order) -> str | None:
    service = parties_from(order.parties).paying_service
    return service.name if service else None
