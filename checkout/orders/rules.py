"""Orders: the progress of a line, and what an amendment may change before the first invoice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypedDict

from checkout.orders.procedure import Origin
from shop.core.errors import N_, DomainError, NotFound
from shop.core.money import CENTS_SCALE, UnitPrice
from shop.core.parties import Parties


class AmendmentReasonMissing(DomainError):
    sentence = N_("Give the reason for the amendment: it is recorded with it.")
    status = 422


class NothingAmended(DomainError):
    sentence = N_("Nothing has been changed. Correct at least one value.")
    status = 422


class OrderInvoiced(DomainError):
    sentence = N_(
        "An invoice has been issued for this order: what is invoiced can no longer be amended."
    )


class PriceRaised(DomainError):
    sentence = N_("An amendment can lower a price but not raise it: check line %(position)s.")
    status = 422


class PriceBelowEcoFee(DomainError):
    sentence = N_(
        "The price of line %(position)s is lower than the eco-contribution it includes. Enter a "
        "higher price."
    )
    status = 422


class PriceNotInCents(DomainError):
    sentence = N_("From one euro on, a price is in whole cents: check line %(position)s.")
    status = 422


class CardAmountFixed(DomainError):
    sentence = N_("This order was paid by card: its prices can no longer be changed.")
    status = 422


class PurchaseOrderNeeded(DomainError):
    sentence = N_("The number and date of the purchase order can be corrected but not removed.")
    status = 422


class CommitmentNumberNeeded(DomainError):
    sentence = N_("The commitment number of an order can be corrected but not removed.")
    status = 422


class PaymentReversed(DomainError):
    sentence = N_(
        "The card payment of order %(number)s was refunded or is disputed: nothing is delivered or "
        "invoiced."
    )


class DeliveredInPart(DomainError):
    sentence = N_("A part of this order has been delivered: only what is left can be cancelled.")


@dataclass(frozen=True, slots=True)
class LineProgress:
    """The progress of one line of an order, in units; `cancelled` ones are not delivered."""

    position: int
    name: str
    quantity: int
    delivered: int
    invoiced: int
    cancelled: int = 0

    @property
    def remaining(self) -> int:
        """Units that are still to deliver."""
        return self.quantity - self.delivered - self.cancelled

    @property
    def billable(self) -> int:
        """Units that are delivered and not invoiced."""
        return self.delivered - self.invoiced

    @property
    def is_billed(self) -> bool:
        """Whether every unit that is not cancelled is invoiced."""
        return self.invoiced >= self.quantity - self.cancelled


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that future documents are composed from. `purchase_order_date` is an ISO day,
    `payment_delay_days` counts from the invoice; unit prices and eco-contributions, by position.
    """

    parties: Parties
    shipping: str
    purchase_order: str | None
    purchase_order_date: str | None
    engagement: str | None
    payment_delay_days: int
    unit_prices: Mapping[int, UnitPrice]
    eco_fees: Mapping[int, UnitPrice]

    def to_json(self) -> dict[str, Any]:
        """The terms by field, as an amendment stores them."""
        return {
            "parties": self.parties.to_json(),
            "shipping": self.shipping,
            "purchase_order": self.purchase_order,
            "purchase_order_date": self.purchase_order_date,
            "engagement": self.engagement,
            "payment_delay_days": self.payment_delay_days,
            "unit_prices": {str(n): one.tenthousandths for n, one in self.unit_prices.items()},
        }


class Changes(TypedDict, total=False):
    """The fields of `Terms` that an amendment replaces; of `unit_prices`, the lines named."""

    parties: Parties
    shipping: str
    purchase_order: str
    purchase_order_date: str
    engagement: str
    payment_delay_days: int
    unit_prices: Mapping[int, UnitPrice]


def ensure_reason(reason: str) -> str:
    """The reason, on one line. Raises AmendmentReasonMissing."""
    told = " ".join(reason.split())
    if not told:
        raise AmendmentReasonMissing
    return told


def ensure_undelivered(delivered: int) -> None:
    """`delivered` units of the order's lines were delivered. Raises DeliveredInPart."""
    if delivered:
        raise DeliveredInPart


def ensure_not_reversed(number: str, *, is_reversed: bool) -> None:
    """Raises PaymentReversed for an order whose card payment was taken back."""
    if is_reversed:
        raise PaymentReversed(number=number)


def ensure_not_invoiced(invoiced: int) -> None:
    """`invoiced` units of the order's lines are on an invoice. Raises OrderInvoiced."""
    if invoiced:
        raise OrderInvoiced


def amended(terms: Terms, changes: Changes, *, origin: Origin) -> Terms:
    """The terms after an amendment. Raises the refusals above."""
    prices = changes.get("unit_prices", {})
    if prices and origin is Origin.CARD:
        raise CardAmountFixed
    for position, price in prices.items():
        _ensure_price(terms, position, price)
    fields: dict[str, Any] = {**changes, "unit_prices": {**terms.unit_prices, **prices}}
    after = replace(terms, **fields)
    if terms.purchase_order and not (after.purchase_order and after.purchase_order_date):
        raise PurchaseOrderNeeded
    if terms.engagement and not after.engagement:
        raise CommitmentNumberNeeded
    if after == terms:
        raise NothingAmended
    return after


def _ensure_price(terms: Terms, position: int, price: UnitPrice) -> None:
    if position not in terms.unit_prices:
        raise NotFound(position=position)
    if price.tenthousandths > terms.unit_prices[position].tenthousandths:
        raise PriceRaised(position=position)
    if price.tenthousandths >= UnitPrice.FINE_BELOW and price.tenthousandths % CENTS_SCALE:
        raise PriceNotInCents(position=position)
    if price.tenthousandths < terms.eco_fees[position].tenthousandths:
        raise PriceBelowEcoFee(position=position)


def differences(before: Terms, after: Terms) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that an amendment changed, with their values before and after."""
    old, new = before.to_json(), after.to_json()
    changed = [field for field in old if old[field] != new[field]]
    return {field: old[field] for field in changed}, {field: new[field] for field in changed}
