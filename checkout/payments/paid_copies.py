"""The paid copy of an invoice (« facture acquittée »): the archived invoice with its payments.

It is composed outside any transaction each time it is asked for, and not kept: a payment that is
taken off the invoice, or a credit note, ends it. The same payments give the same file.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.rules import ensure_not_reversed
from checkout.payments.models import Payment
from checkout.payments.receipts import CARD, standing_payments
from checkout.payments.rules import ensure_paid_copy, has_paid_copy
from shop.core.errors import NotFound
from shop.core.money import total
from shop.documents.layout import sentences
from shop.dossiers.dossiers import content_of
from shop.dossiers.papers import archived_pdf
from shop.storage.db import Database


@dataclass(frozen=True, slots=True)
class PaidCopy:
    """The file of a paid copy."""

    filename: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Sources:
    """What a paid copy is composed from: the frozen content with the payments received."""

    content: dict[str, Any]
    language: str
    paid_on: date


def is_paid_copy_open(invoice: Invoice, order: Order) -> bool:
    """Whether there is a paid copy of an invoice."""
    paid = has_paid_copy(invoice.including, invoice.paid, is_undone=_is_undone(invoice))
    return paid and not order.is_reversed


def build_paid_copy(
    database: Database, dossier_id: int, paper_id: int, *, at: datetime
) -> PaidCopy | None:
    """The paid copy of the invoice that is that document of a dossier; None while the worker is to
    make the invoice's PDF.

    Raises NotFound, CreditedSince, PaymentReversed, NothingWasPaid, NotPaidYet, PdfUnavailable.
    """
    from shop.documents.paid import paid_copy

    with database.reading_session() as session:
        sources = _sources(session, dossier_id, paper_id)
    invoice = archived_pdf(database, paper_id, at=at)
    if invoice is None:
        return None
    number, language = sources.content["number"], sources.language
    data = paid_copy(
        invoice.data,
        sources.content,
        mark=str(sentences(language).pgettext("paper", "Paid invoice — copy")),
        on=sources.paid_on,
        language=language,
    )
    return PaidCopy(f"{number}-acquittee.pdf", data)


def _sources(session: Session, dossier_id: int, paper_id: int) -> _Sources:
    found = session.execute(
        select(Invoice, Order)
        .join(Order, Order.id == Invoice.order_id)
        .where(Invoice.paper_id == paper_id, Order.dossier_id == dossier_id)
    ).one_or_none()
    if found is None:
        raise NotFound(number=str(paper_id))
    invoice, order = found
    payments = standing_payments(session, invoice.id)
    received = total([payment.amount for payment in payments])
    ensure_not_reversed(order.number, is_reversed=order.is_reversed)
    ensure_paid_copy(invoice.number, invoice.including, received, is_undone=_is_undone(invoice))
    receipts = [_receipt(payment, order) for payment in payments]
    content = content_of(session, paper_id) | {"receipts": receipts, "received": received.cents}
    return _Sources(content, order.language, max(payment.received_on for payment in payments))


def _is_undone(invoice: Invoice) -> bool:
    return bool(invoice.credited) or invoice.is_replaced


def _receipt(payment: Payment, order: Order) -> dict[str, Any]:
    by_card = payment.method == CARD
    return {
        "day": payment.received_on.isoformat(),
        "means": payment.method,
        "reference": payment.reference,
        "digits": order.card_last4 if by_card else None,
        "amount": payment.amount.cents,
    }
