"""What the office grants in a quote that it prepares: discounts, free lines, a delivery price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from checkout.drafts.granting_rules import ShippingReasonMissing
from quotes.client_quotes.models import ClientQuote, ClientQuoteLine
from quotes.client_quotes.rules import (
    FREE_LINE,
    QuoteLimits,
    ensure_discount,
    ensure_free_line,
)
from shop.catalogue.models import Product
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.money import Money, UnitPrice
from shop.core.sales import SaleLine, discounted
from shop.settings.settings import settings_known
from shop.settings.vat import vat_rates_ever


@dataclass(frozen=True, slots=True)
class Granted:
    """A discount in basis points, and why."""

    discount: int
    reason: str


@dataclass(frozen=True, slots=True)
class Adjustments:
    """`discounts` by product; `free` lines in their order; `shipping` excluding VAT, None for the
    computed price.
    """

    discounts: Mapping[int, Granted]
    free: Sequence[ClientQuoteLine] = ()
    shipping: Money | None = None
    shipping_reason: str = ""

    def applied(self, lines: Sequence[SaleLine]) -> tuple[SaleLine, ...]:
        """The lines of the cart with what is granted: goods, free lines, shipping."""
        goods = [_less(line, self.discounts) for line in lines if line.product_id is not None]
        shipping = [self._shipped(line) for line in lines if line.product_id is None]
        return (*goods, *map(_sold, self.free), *shipping)

    def to_json(self) -> dict[str, Any]:
        """For the journal."""
        told: dict[str, Any] = {
            "discounts": {
                str(key): [one.discount, one.reason] for key, one in self.discounts.items()
            },
        }
        if self.shipping is not None:
            told["shipping"] = [self.shipping.cents, self.shipping_reason]
        return told

    def _shipped(self, line: SaleLine) -> SaleLine:
        if self.shipping is None:
            return line
        return replace(line, unit_price=UnitPrice.of(self.shipping))


def adjustments_of(session: Session, row: ClientQuote) -> Adjustments:
    """What was granted in a quote in preparation."""
    lines = session.scalars(
        select(ClientQuoteLine)
        .where(ClientQuoteLine.client_quote_id == row.id)
        .order_by(ClientQuoteLine.id)
    ).all()
    discounts = {
        line.product_id: Granted(line.discount, line.reason)
        for line in lines
        if line.product_id is not None
    }
    free = [line for line in lines if line.product_id is None]
    return Adjustments(discounts, free, row.shipping_price, row.shipping_reason)


def set_discounts(
    session: Session,
    row: ClientQuote,
    granted: Mapping[str, Granted],
    limits: QuoteLimits,
    *,
    by: Actor,
) -> None:
    """The discounts of lines by their references; 0 takes one off. Raises DiscountTooHigh,
    DiscountReasonMissing.
    """
    for one in granted.values():
        ensure_discount(one.discount, one.reason, limits, by)
    asked = select(Product.sku, Product.id).where(Product.sku.in_(granted))
    ids = dict(session.execute(asked).all())
    session.execute(
        delete(ClientQuoteLine).where(
            ClientQuoteLine.client_quote_id == row.id,
            ClientQuoteLine.product_id.in_(ids.values()),
        )
    )
    session.add_all(
        ClientQuoteLine(
            client_quote_id=row.id,
            product_id=ids[sku],
            discount=one.discount,
            reason=one.reason,
        )
        for sku, one in granted.items()
        if sku in ids and one.discount
    )
    session.flush()


def add_free_line(
    session: Session, row: ClientQuote, name: str, unit_price: Money, vat_rate: int, quantity: int
) -> None:
    """Add a line that is no product, with its price excluding VAT. Raises UnknownVatRate,
    WrongQuantity.
    """
    ensure_free_line(vat_rate, quantity, vat_rates_ever(settings_known(session)))
    price = UnitPrice.of(unit_price)
    line = ClientQuoteLine(name=name, unit_price=price, vat_rate=vat_rate, quantity=quantity)
    line.client_quote_id = row.id
    session.add(line)
    session.flush()


def remove_free_line(session: Session, row: ClientQuote, line_id: int) -> None:
    """Take a free line out. Raises NotFound."""
    line = session.get(ClientQuoteLine, line_id)
    if line is None or line.client_quote_id != row.id or line.product_id is not None:
        raise NotFound
    session.delete(line)
    session.flush()


def set_shipping_price(row: ClientQuote, price: Money | None, reason: str) -> None:
    """The delivery price by hand, excluding VAT; None for the computed one. Raises
    ShippingReasonMissing.
    """
    if price is not None and not reason:
        raise ShippingReasonMissing
    row.shipping_price = price
    row.shipping_reason = reason if price is not None else ""


def ensure_granted(adjustments: Adjustments, limits: QuoteLimits, *, by: Actor) -> None:
    """Whoever issues a quote may grant its discounts. Raises DiscountTooHigh."""
    for one in adjustments.discounts.values():
        ensure_discount(one.discount, one.reason, limits, by)


def _less(line: SaleLine, discounts: Mapping[int, Granted]) -> SaleLine:
    """The discount is one of the public price: an agreement that gives a lower one stays."""
    granted = discounts.get(line.product_id or 0)
    less = discounted(line, granted.discount) if granted else line
    return less if less.unit_price.tenthousandths < line.unit_price.tenthousandths else line


def _sold(line: ClientQuoteLine) -> SaleLine:
    return SaleLine(
        product_id=None,
        sku=FREE_LINE,
        name=line.name,
        quantity=line.quantity,
        unit_price=line.unit_price or UnitPrice(),
        vat_rate=line.vat_rate,
    )
