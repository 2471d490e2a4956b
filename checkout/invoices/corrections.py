"""An invoice that takes the place of a wrong one: the same supply, to the parties and with the
references that should have been on it. The order keeps what was agreed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from checkout.invoices.electronic import electronic_form
from checkout.invoices.models import Invoice, InvoiceLine
from checkout.invoices.named import write_terms
from checkout.invoices.rules import due_day
from checkout.orders.models import Order
from checkout.orders.orders import sale_of_order
from checkout.orders.procedure import Origin
from checkout.orders.progress import references_of
from shop.core.actors import Actor
from shop.core.money import Money
from shop.core.parties import Parties, parties_from
from shop.core.sales import Sale, SaleLine
from shop.core.text import paris_day
from shop.dossiers.content import paper_content
from shop.dossiers.dossiers import content_of
from shop.dossiers.papers import INVOICE, issue_paper
from shop.letterheads.letterheads import current_letterhead

#: What an invoice says of the supply: taken from the one that is replaced.
_SUPPLY = (
    *("lines", "totals", "partial", "delivery", "operation", "audience", "shipped_on"),
    *("recovery", "deliveries"),
    *("delivered_on", "payment_delay_days", "paid", "paid_on", "payment_method"),
)


@dataclass(frozen=True, slots=True)
class Correction:
    """The parties of an invoice, its commitment number and its purchase order."""

    parties: Parties
    engagement: str = ""
    purchase_order: str = ""

    @property
    def references(self) -> dict[str, str]:
        """Its purchase order and its commitment number."""
        return {"purchase_order": self.purchase_order, "engagement": self.engagement}

    def to_json(self) -> dict[str, Any]:
        return {
            "parties": self.parties.to_json(),
            "engagement": self.engagement,
            "purchase_order": self.purchase_order,
        }


def correction_of(invoice: Invoice, order: Order) -> Correction:
    """What an invoice says now: its own, else what its order says."""
    told = invoice.corrected
    if told is None:
        return Correction(
            parties_from(order.parties), order.engagement or "", order.purchase_order or ""
        )
    return Correction(parties_from(told["parties"]), told["engagement"], told["purchase_order"])


def parties_of(invoice: Invoice, order: Order) -> Parties:
    """The parties of an invoice."""
    return correction_of(invoice, order).parties


def customer_of(corrected: dict[str, Any] | None, parties: dict[str, Any]) -> str:
    """The name of the customer of an invoice, for lists: from its own parties (the column
    `corrected`), else from the `parties` of its order.
    """
    own: dict[str, Any] = corrected["parties"] if corrected else parties
    return str(own["header"]["name"])


def references_of_invoice(invoice: Invoice, order: Order) -> dict[str, Any]:
    """The references printed on an invoice and its credit notes (CCP D2192-2)."""
    return references_of(order) | _references(correction_of(invoice, order))


def _references(said: Correction) -> dict[str, Any]:
    service = said.parties.paying_service
    return {
        "purchase_order": said.purchase_order or None,
        "engagement": said.engagement or None,
        "service_code": (service.service_code or None) if service else None,
    }


def sale_of_invoice(
    session: Session, invoice: Invoice, order: Order, lines: Iterable[SaleLine]
) -> Sale:
    """The sale of an invoice, with some of its lines."""
    return replace(sale_of_order(session, order, lines), parties=parties_of(invoice, order))


def write_correction(
    session: Session,
    wrong: Invoice,
    order: Order,
    number: str,
    said: Correction,
    *,
    by: Actor,
    at: datetime,
) -> Invoice:
    """An invoice in the place of a `wrong` one, under a number just taken: its document names the
    preceding one (CGI 272-1, BT-25). Nothing is counted again on the order. Raises UnsoundInvoice.
    """
    content = _content(session, wrong, order, number, said, at=at)
    paper = issue_paper(session, order.dossier_id, INVOICE, content, at=at)
    issued_on, by_card = paris_day(at), order.origin is Origin.CARD
    invoice = Invoice(
        number=number,
        order_id=order.id,
        paper_id=paper.id,
        replaces_id=wrong.id,
        corrected=said.to_json(),
        issued_at=at,
        issued_on=issued_on,
        due_on=issued_on if by_card else due_day(issued_on, order.payment_delay_days),
        payable_by=issued_on if by_card else None,
        excluding=wrong.excluding,
        vat_total=wrong.vat_total,
        rounding=wrong.rounding,
        including=wrong.including,
        paid=Money(),
        credited=Money(),
        to_service=order.origin is Origin.QUOTE,
        by_name=by.name,
    )
    session.add(invoice)
    session.flush()
    session.execute(insert(InvoiceLine), _lines(session, wrong, invoice))
    write_terms(session, invoice, said.parties, **said.references)
    return invoice


def _lines(session: Session, wrong: Invoice, invoice: Invoice) -> list[dict[str, Any]]:
    lines = session.scalars(select(InvoiceLine).where(InvoiceLine.invoice_id == wrong.id))
    return [
        {
            "invoice_id": invoice.id,
            "position": line.position,
            "quantity": line.quantity,
            "amount": line.amount,
        }
        for line in lines
    ]


def _content(
    session: Session,
    wrong: Invoice,
    order: Order,
    number: str,
    said: Correction,
    *,
    at: datetime,
) -> dict[str, Any]:
    """What the new document shows: the supply of the wrong one, the parties of the correction."""
    before = content_of(session, wrong.paper_id)
    seller = current_letterhead(session)
    by_card = order.origin is Origin.CARD
    issued_on = paris_day(at).isoformat()
    content = paper_content(
        INVOICE,
        number,
        replace(sale_of_order(session, order, ()), parties=said.parties),
        issued_on=issued_on,
        seller=seller | {"bank": None} if by_card else seller,
        references=before["references"] | _references(said),
        due_on=issued_on if by_card else None,
        origin={"number": wrong.number, "issued_on": wrong.issued_on.isoformat()},
        **{key: before[key] for key in _SUPPLY if key in before},
    )
    return content | electronic_form(session, order, said.parties, content, paid=False)
