"""The interest that the law adds to a late invoice, on what was left of it each day."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.payments.models import Payment
from checkout.receivables.rules import LateInterest, ReceivableRules, late_interest
from checkout.receivables.settings import receivable_rules
from shop.core.money import Money, total
from shop.dossiers.dossiers import contents_of


def interest_of(
    session: Session, invoice: Invoice, rules: ReceivableRules, *, today: date
) -> LateInterest:
    """What the law adds to an invoice up to that day, or up to the day on which it was paid;
    nothing while it is refused, contested or suspended.
    """
    return interests_of(session, [invoice], rules, today=today)[invoice.id]


def interests_of(
    session: Session, invoices: Sequence[Invoice], rules: ReceivableRules, *, today: date
) -> dict[int, LateInterest]:
    """The same of several invoices, by their id."""
    if not invoices:
        return {}
    contents = contents_of(session, [one.paper_id for one in invoices])
    received: dict[int, list[tuple[date, Money]]] = {}
    for row in session.execute(
        select(Payment.invoice_id, Payment.received_on, Payment.amount).where(
            Payment.invoice_id.in_([one.id for one in invoices])
        )
    ):
        received.setdefault(row.invoice_id, []).append((row.received_on, row.amount))
    return {
        one.id: _interest(
            one,
            contents[one.paper_id],
            received.get(one.id, []),
            rules,
            today,
        )
        for one in invoices
    }


def late_interests(
    session: Session, numbers: Collection[str], *, today: date
) -> dict[str, LateInterest]:
    """What the law adds today to invoices, by their number, by the settings in force: the amounts
    that a reminder of today says.
    """
    if not numbers:
        return {}
    invoices = session.scalars(select(Invoice).where(Invoice.number.in_(numbers))).all()
    found = interests_of(session, invoices, receivable_rules(session, today), today=today)
    return {one.number: found[one.id] for one in invoices}


def _interest(
    invoice: Invoice,
    content: Mapping[str, Any],
    received: Sequence[tuple[date, Money]],
    rules: ReceivableRules,
    today: date,
) -> LateInterest:
    last = max((day for day, _amount in received), default=today)
    until = today if invoice.is_due else min(last, today)

    def left(day: date) -> Money:
        paid = total([amount for on, amount in received if on < day])
        return max(invoice.net - paid, Money())

    return late_interest(content, invoice.late_after, left, rules.rates, until=until)
