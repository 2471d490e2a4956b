"""An invoice or a credit note as accountants list and export it."""

from dataclasses import dataclass
from datetime import date

from checkout.invoices.corrections import parties_of, references_of_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.rules import Settled, settled
from checkout.orders.models import Order
from shop.core.money import Money
from shop.dossiers.models import Dossier


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One invoice, with its dossier; `left` is the amount still to pay, `paid` what was received,
    `credited` the sum of its credit notes. `customer`, `siret` and `postal_code` are the buyer's,
    `engagement` is the commitment number. `due_on` is None while the payment period does not run:
    the invoice is not sent yet, or the body interrupts it.

    Also a credit note: its amounts are negative, `credit_of` is the number of its invoice, and it
    has no state of payment.
    """

    number: str
    dossier: str
    title: str
    order: str
    purchase_order: str
    engagement: str
    customer: str
    siret: str
    postal_code: str
    paper_id: int
    issued_on: date
    due_on: date | None
    is_interrupted: bool
    excluding: Money
    vat_total: Money
    rounding: Money
    including: Money
    paid: Money
    left: Money
    settled: Settled | None
    credited: Money = Money()  # noqa: RUF009 - frozen: one zero serves all
    credit_of: str = ""


def ledger_line(invoice: Invoice, order: Order, dossier: Dossier, today: date) -> LedgerLine:
    """An invoice with the references of its order."""
    parties, references = parties_of(invoice, order), references_of_invoice(invoice, order)
    return LedgerLine(
        number=invoice.number,
        dossier=dossier.number,
        title=dossier.title,
        order=order.number,
        purchase_order=references["purchase_order"] or "",
        engagement=references["engagement"] or "",
        customer=parties.header.name,
        siret=parties.siret,
        postal_code=parties.header.postal_code,
        paper_id=invoice.paper_id,
        issued_on=invoice.issued_on,
        due_on=invoice.payable_by,
        is_interrupted=invoice.is_interrupted,
        excluding=invoice.excluding,
        vat_total=invoice.vat_total,
        rounding=invoice.rounding,
        including=invoice.including,
        paid=invoice.paid,
        left=invoice.due,
        settled=settled(
            invoice.including,
            invoice.paid,
            invoice.credited,
            payable_by=invoice.late_after,
            today=today,
        ),
        credited=invoice.credited,
    )
