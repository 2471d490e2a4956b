"""What is sold, as one value: lines with their prices, and what they come to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shop.core.money import Money, UnitPrice, shared
from shop.core.parties import Parties, parties_from
from shop.core.vat import PricedLine, Totals, part_of, totals_of


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line as it is sold. `unit_price` excludes VAT and includes `eco_fee`, both for one unit.

    Shipping is a line without a product and without a SKU. `before` are the units of the same line
    on earlier invoices: the amounts of its parts add up to the amount of the whole.
    """

    product_id: int | None
    sku: str
    name: str
    quantity: int
    unit_price: UnitPrice
    vat_rate: int
    eco_fee: UnitPrice = UnitPrice()  # noqa: RUF009 - frozen: one zero serves all
    detail: str = ""
    weight_g: int = 0
    before: int = 0

    @property
    def priced(self) -> PricedLine:
        return PricedLine(
            self.quantity,
            self.unit_price,
            self.vat_rate,
            self.eco_fee,
            self.product_id is None,
            self.before,
        )

    @property
    def amount(self) -> Money:
        """The line's amount excluding VAT."""
        return part_of(self.unit_price, self.before, self.quantity)

    def columns(self, position: int) -> dict[str, Any]:
        """The line as a row of a quote or of an order."""
        return {
            "position": position,
            "product_id": self.product_id,
            "sku": self.sku,
            "name": self.name,
            "detail": self.detail,
            "quantity": self.quantity,
            "unit_price": self.unit_price,
            "eco_fee": self.eco_fee,
            "vat_rate": self.vat_rate,
            "amount": self.amount,
            "weight_g": self.weight_g,
        }

    def to_json(self) -> dict[str, Any]:
        return {
            "product_id": self.product_id,
            "sku": self.sku,
            "name": self.name,
            "quantity": self.quantity,
            "unit_price": self.unit_price.tenthousandths,
            "vat_rate": self.vat_rate,
            "eco_fee": self.eco_fee.tenthousandths,
            "detail": self.detail,
            "weight_g": self.weight_g,
        }


def line_from(data: dict[str, Any]) -> SaleLine:
    """A line as `to_json()` left it."""
    return SaleLine(
        **{
            **data,
            "unit_price": UnitPrice(data["unit_price"]),
            "eco_fee": UnitPrice(data["eco_fee"]),
        }
    )


class FrozenLine(Protocol):
    """A row that keeps a line as it was sold: of a quote, of an order."""

    product_id: Any
    sku: Any
    name: Any
    detail: Any
    quantity: Any
    unit_price: Any
    vat_rate: Any
    eco_fee: Any
    weight_g: Any


def line_of(row: FrozenLine, quantity: int | None = None, *, before: int = 0) -> SaleLine:
    """A line as it was sold; for part of it, `quantity` units after those billed `before`."""
    return SaleLine(
        product_id=row.product_id,
        sku=row.sku,
        name=row.name,
        quantity=row.quantity if quantity is None else quantity,
        unit_price=row.unit_price,
        vat_rate=row.vat_rate,
        eco_fee=row.eco_fee,
        detail=row.detail,
        weight_g=row.weight_g,
        before=before,
    )


def sale_totals(lines: Iterable[SaleLine]) -> Totals:
    """The totals of lines: VAT once per rate."""
    return totals_of(line.priced for line in lines)


def wanted(lines: Sequence[SaleLine]) -> dict[int, int]:
    """Units by product id: what a sale takes from the stock."""
    units: dict[int, int] = {}
    for line in lines:
        if line.product_id is not None:
            units[line.product_id] = units.get(line.product_id, 0) + line.quantity
    return units


def weight_of(lines: Iterable[SaleLine]) -> int:
    """The parcel's weight in grams."""
    return sum(line.weight_g * line.quantity for line in lines)


def amounts_including(lines: Sequence[SaleLine], including: Money) -> list[Money]:
    """What each line comes to including VAT, so that all sum to the sale's total to the cent.

    VAT is rounded on the total (EN 16931 BR-CO-17): the total is shared out, never added up.
    """
    weights = [
        line.unit_price.tenthousandths * line.quantity * (10_000 + line.vat_rate) for line in lines
    ]
    return shared(including, weights) if any(weights) else [Money() for _line in lines]


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: a person, for themselves or for an organisation, and how they are written to."""

    email: str
    language: str
    user_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold, to whom, and how it travels: shared by draft, card payment, quote and order.

    `shipping` is the key of the way of delivery; `title` the subject that the buyer gave.
    """

    lines: tuple[SaleLine, ...]
    parties: Parties
    shipping: str
    buyer: Buyer
    title: str = ""

    @property
    def totals(self) -> Totals:
        return sale_totals(self.lines)

    def columns(self) -> dict[str, Any]:
        """The sale as the columns that quotes and orders have in common."""
        totals = self.totals
        return {
            "organisation_id": self.buyer.organisation_id,
            "user_id": self.buyer.user_id,
            "email": self.buyer.email,
            "language": self.buyer.language,
            "parties": self.parties.to_json(),
            "shipping": self.shipping,
            "excluding": totals.excluding,
            "vat_total": totals.vat_total,
            "including": totals.including,
            "line_count": len(self.lines),
        }

    def line_columns(self, **owner: int) -> list[dict[str, Any]]:
        """The lines as rows; `owner` names the quote or the order that they belong to."""
        return [owner | line.columns(n) for n, line in enumerate(self.lines, start=1)]


class FrozenSale(Protocol):
    """A row that keeps a sale: a quote, an order, a card payment."""

    parties: Any
    shipping: Any
    email: Any
    language: Any
    user_id: Any
    organisation_id: Any


def sale_of(row: FrozenSale, lines: Iterable[SaleLine], *, title: str = "") -> Sale:
    """The sale that a row keeps, with the lines that were read for it."""
    buyer = Buyer(row.email, row.language, row.user_id, row.organisation_id)
    return Sale(tuple(lines), parties_from(row.parties), row.shipping, buyer, title)
