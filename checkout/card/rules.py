"""Card payments, pure rules: the lines of the payment page, how long it is open, the refusals."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from checkout.card.gateway import PaymentLine
from shop.core.errors import N_, Changed, DomainError
from shop.core.money import Money
from shop.core.sales import SaleLine, amounts_including

#: With less time left, a new page is opened instead of showing this one again.
STILL_OPEN = timedelta(minutes=2)
#: The processor requires at least half an hour for a page that it has not opened yet.
LEAST_TO_OPEN = timedelta(minutes=32)
#: Maximum number of lines of a payment page.
MOST_LINES = 90
CURRENCY = "eur"

OUT_OF_STOCK, WRONG_AMOUNT, PAID_TWICE = "out_of_stock", "amount", "duplicate"
#: The office had revoked the link that the payment began from.
LINK_REVOKED = "link_revoked"


#: The card processor charges from 0.50 € to 999,999.99 €.
LEAST, MOST = Money(50), Money(99_999_999)


class AmountTooSmall(DomainError):
    sentence = N_(
        "A card payment starts at %(least)s, and this order comes to %(amount)s: add something to "
        "your cart."
    )
    status = 422


class AmountTooLarge(DomainError):
    sentence = N_(
        "A card payment goes up to %(most)s, and this order comes to %(amount)s: split it into "
        "several orders, or ask us for a quote."
    )
    status = 422


class CardUnavailable(DomainError):
    sentence = N_(
        "The card payment page is not available right now. Nothing was charged and your cart "
        "is kept: try again in a few minutes."
    )
    status = 503


class PaymentInProgress(DomainError):
    sentence = N_(
        "Your bank is still processing your earlier payment. Wait a minute before you pay "
        "again: you will not be charged twice."
    )


class RefundReferenceMissing(DomainError):
    sentence = N_("Enter the reference of the bank transfer that refunded the customer.")
    status = 422


class RefundNotOwed(Changed):
    sentence = N_(
        "This refund is no longer owed: a colleague has recorded it, or the card has accepted it."
    )


class OpenAgain(Changed):
    sentence = N_(
        "The processor or the bank is deciding on this again: it can be noted once decided."
    )


class NotedMeanwhile(Changed):
    sentence = N_("A colleague has already noted this.")


def ensure_chargeable(amount: Money) -> None:
    """Raises AmountTooSmall, AmountTooLarge for what the card processor does not charge."""
    if amount < LEAST:
        raise AmountTooSmall(amount=amount, least=LEAST)
    if amount > MOST:
        raise AmountTooLarge(amount=amount, most=MOST)


def payment_lines(lines: Sequence[SaleLine], including: Money, one: str) -> list[PaymentLine]:
    """The lines of the payment page, including VAT, whose sum is the sale's total to the cent.

    VAT is rounded on the total, so the total is shared out over the lines, never added up from
    them. `one` names the single line of a sale with too many.
    """
    priced = [line for line in lines if line.unit_price.tenthousandths > 0]
    if len(priced) > MOST_LINES:
        return [PaymentLine(one, including.cents)]
    amounts = amounts_including(priced, including)
    return [
        PaymentLine(_named(line), amount.cents)
        for line, amount in zip(priced, amounts, strict=True)
        if amount
    ]


def _named(line: SaleLine) -> str:
    return line.name if line.quantity == 1 else f"{line.quantity} × {line.name}"


def closes_at(opened_at: datetime, open_for: timedelta) -> datetime:
    """When a payment page closes; the processor requires that it is open more than 30 minutes."""
    return opened_at + open_for
