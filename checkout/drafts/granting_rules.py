"""What the office grants in a sale that it draws for a client: a discount on a line, with its
reason and within a limit, and a delivery price by hand. Pure rules.
"""

from dataclasses import replace

from shop.core.errors import N_, DomainError
from shop.core.money import Money, Rate, UnitPrice, round_half_up
from shop.core.sales import SaleLine


class DiscountTooHigh(DomainError):
    sentence = N_("You may grant a discount of %(most)s at most.")
    status = 422


class DiscountReasonMissing(DomainError):
    sentence = N_("Say why a discount is granted.")
    status = 422


class ShippingReasonMissing(DomainError):
    sentence = N_("Say why the delivery price is set by hand.")
    status = 422


def ensure_within(discount: int, reason: str, most: int) -> None:
    """A discount of `most` basis points at most, with its reason. Raises DiscountTooHigh,
    DiscountReasonMissing.
    """
    if not 0 <= discount <= most:
        raise DiscountTooHigh(most=Rate(most))
    if discount and not reason:
        raise DiscountReasonMissing


def less_including(line: SaleLine, discount: int) -> SaleLine:
    """A line of prices including VAT, less `discount` basis points; never less on its
    eco-contribution (Code de l'environnement, L541-10-20).
    """
    if not discount or line.unit_including is None:
        return line
    kept = (line.eco_including or Money()).cents
    part = line.unit_including.cents - kept
    after = Money(kept + round_half_up(part * (10_000 - discount), 10_000))
    return at_including(line, after)


def at_including(line: SaleLine, price: Money) -> SaleLine:
    """The line at another price of one unit including VAT."""
    return replace(
        line, unit_price=UnitPrice.from_including(price, line.vat_rate), unit_including=price
    )
