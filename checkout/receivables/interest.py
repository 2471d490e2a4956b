"""The interest that the law adds to a late invoice, on what was left of it each day."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.invoices.rules import PUBLIC
from checkout.payments.models import Payment
from checkout.receivables.rules import LateInterest, ReceivableRules, late_interest
from shop.core.money import Money, total
from shop.dossiers.dossiers import content_of


def interest_of(
    session: Session, invoice: Invoice, rules: ReceivableRules, *, today: date
) -> LateInterest:
    """What the law adds to an invoice up to that day, or up to the day on which it was paid."""
    audience = content_of(session, invoice.paper_id).get("audience", PUBLIC)
    received = [
        (row.received_on, row.amount)
        for row in session.execute(
            select(Payment.received_on, Payment.amount).where(Payment.invoice_id == invoice.id)
        )
    ]
    last = max((day for day, _amount in received), default=today)
    until = today if invoice.is_due else min(last, today)

    def left(day: date) -> Money:
        paid = total([amount for on, amount in received if on < day])
        return max(invoice.net - paid, Money())

    return late_interest(audience, invoice.payable_by, left, rules.rates, until=until)
