"""What is written to others about an invoice that leaves: a copy to the addresses that its
organisation named, a notice to its buyer.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from checkout.invoices.corrections import parties_of
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.progress import send_email
from shop.organisations.invoicing import invoicing_of


class Way(StrEnum):
    """How an invoice leaves, as the e-mails tell it."""

    EMAIL = "email"
    CHORUS = "chorus"
    FORWARDED = "forwarded"


def send_copies(
    session: Session,
    invoice: Invoice,
    order: Order,
    way: Way,
    *,
    to: str = "",
    files: tuple[int, ...] = (),
    at: datetime,
) -> None:
    """Send a copy to each address that the organisation named: the file that was sent to the
    address `to`, else the invoice itself. Each is an e-mail of its own: one that is refused holds
    up no other.
    """
    for address in invoicing_of(session, order.organisation_id).copies:
        if address.casefold() != to.casefold():
            send_email(
                session,
                order,
                "invoice_copied",
                to=address,
                at=at,
                papers=() if files else (invoice.paper_id,),
                files=files,
                way=way.value,
                service=to,
                **_facts(invoice, order),
            )


def tell_of_leaving(
    session: Session, invoice: Invoice, order: Order, way: Way, *, at: datetime
) -> None:
    """An invoice leaves by another way than an e-mail of the shop: the copies, and the notice to
    the buyer where the organisation wishes one.
    """
    send_copies(session, invoice, order, way, at=at)
    if invoicing_of(session, order.organisation_id).announces:
        send_email(
            session,
            order,
            "invoice_available",
            at=at,
            way=way.value,
            **_facts(invoice, order),
        )


def _facts(invoice: Invoice, order: Order) -> dict[str, Any]:
    return {
        "customer": parties_of(invoice, order).header.name,
        "number": invoice.number,
        "including": invoice.including.cents,
        "issued_on": invoice.issued_on.isoformat(),
    }
