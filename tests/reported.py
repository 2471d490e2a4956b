"""A small world for the reports: quotes over a year, each with its own fate, made by services."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from checkout.payments.billing import bill_order
from checkout.payments.payments import record_payment
from quotes.purchase_orders.purchase_orders import (
    log_signed_quote,
    receive_scan,
    refuse_purchase_order,
)
from quotes.quotes.models import Quote
from quotes.quotes.quotes import cancel_quote, lapse_if_due, renew_quote
from shop.core.actors import Actor
from shop.core.sales import SaleLine
from shop.core.text import paris_day
from shop.dossiers.papers import PDF, SCAN, keep_file
from tests.factories import AT, BOOKS, OFFICE, make_buyer, make_product, make_shop, sale_line
from tests.orders import deliver_all, make_order_from_original, make_quote, scan

#: After the last day of a quote.
_OVER = timedelta(days=40)
#: Days after the issue of the quote: the original, the delivery, the invoice, the payment.
_LIVES = ((12, 14, 21, 50), (20, 33, 40, 70), (3, 8, 9, None))


def days(count: float) -> timedelta:
    return timedelta(days=count)


def send_copy(session: Session, quote: Quote, buyer: Actor, *, at: datetime) -> None:
    """The buyer sends a copy of the purchase order."""
    kept = keep_file(
        session,
        scan(),
        kind=SCAN,
        filename="copie.pdf",
        media_type=PDF,
        by=buyer,
        at=at,
        dossier_id=quote.dossier_id,
    )
    receive_scan(session, quote, kept, by=buyer, at=at)


def make_year(session: Session) -> int:
    """Quotes of this year and of the last one, in all states; the id of their buyer."""
    make_shop(session)
    product = make_product(session, sku="SON-0500", on_hand=60)
    make_product(session, sku="SON-0900", on_hand=4)
    lines = [sale_line(session, product, 2)]
    buyer = make_buyer(session, at=AT - days(420))
    _expired(session, buyer, lines, first=AT - days(400))
    _ordered(session, buyer, lines, first=AT - days(200))
    _expired(session, buyer, lines, first=AT - days(100))
    _open(session, buyer, lines)
    assert buyer.user_id is not None
    return buyer.user_id


def _expired(session: Session, buyer: Actor, lines: list[SaleLine], *, first: datetime) -> None:
    """Quotes that expired: of silence, with a copy, refused, after a signed quote, renewed."""
    quotes = [make_quote(session, buyer, lines, at=first + days(n)) for n in range(5)]
    _silent, copied, refused, signed, renewed = quotes
    send_copy(session, copied, buyer, at=first + days(6))
    send_copy(session, refused, buyer, at=first + days(6))
    why = "Il manque le cachet."
    refuse_purchase_order(session, refused, reason=why, by=OFFICE, at=first + days(7))
    log_signed_quote(session, signed, note="", by=OFFICE, at=first + days(8))
    for quote in (copied, refused, signed, renewed):
        lapse_if_due(session, quote, at=first + _OVER)
    again = renew_quote(session, renewed, by=buyer, at=first + _OVER)
    cancel_quote(session, again, by=buyer, at=first + _OVER + days(1))


def _ordered(session: Session, buyer: Actor, lines: list[SaleLine], *, first: datetime) -> None:
    """Quotes that became orders, delivered, invoiced, and paid but for the last."""
    for number, (original, delivered, invoiced, paid) in enumerate(_LIVES):
        issued = first + days(number * 30)
        quote = make_quote(session, buyer, lines, at=issued)
        if number:
            send_copy(session, quote, buyer, at=issued + days(number))
        reference = f"BC-{number}"
        at = issued + days(original)
        order = make_order_from_original(session, quote, reference=reference, at=at)
        deliver_all(session, order, at=issued + days(delivered))
        invoice = bill_order(session, order, by=BOOKS, at=issued + days(invoiced))
        if paid:
            record_payment(
                session,
                invoice,
                amount=invoice.including,
                received_on=paris_day(issued + days(paid)),
                reference=reference,
                by=BOOKS,
                at=issued + days(paid),
            )


def _open(session: Session, buyer: Actor, lines: list[SaleLine]) -> None:
    """Quotes that await their original, with and without a copy, of all ages."""
    for age in (35, 25, 15, 14, 8, 7, 0):
        quote = make_quote(session, buyer, lines, at=AT - days(age))
        if age % 2:
            send_copy(session, quote, buyer, at=AT - days(age) + timedelta(hours=3))
