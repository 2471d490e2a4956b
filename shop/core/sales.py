"""What is sold, as one value: lines with their prices, and their totals."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any, Protocol

from shop.core.actors import Actor
from shop.core.money import Money, UnitPrice, shared, total
from shop.core.parties import Parties, parties_from
from shop.core.vat import PriceBasis, Totals, breakdown


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line of a sale. `unit_price` excludes VAT and includes `eco_fee`, both for one unit.

    `unit_including` is the price of one unit including VAT where the sale adds up prices including
    VAT, else None: all lines of a sale have it or none has. Shipping is a line without a product
    and without a SKU. `list_price` is the price before a `discount` in basis points, which
    `unit_price` is less; None without one. No discount is given on an eco-contribution (Code de
    l'environnement, L541-10-20). `agreement`: the reference of the price agreement that gives it.
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
    unit_including: Money | None = None
    list_price: UnitPrice | None = None
    discount: int = 0
    agreement: str = ""

    @property
    def is_shipping(self) -> bool:
        """Whether it is the delivery; work sold beside goods has a SKU."""
        return self.product_id is None and not self.sku

    @property
    def basis(self) -> PriceBasis:
        """Whether the line is one of prices including or excluding VAT."""
        return PriceBasis.EXCLUDING if self.unit_including is None else PriceBasis.INCLUDING

    @property
    def amount(self) -> Money:
        """The amount of the line in its price basis: quantity × unit price (EN 16931 BT-131)."""
        if self.unit_including is not None:
            return self.unit_including * self.quantity
        return self.unit_price.times(self.quantity)

    @property
    def eco_including(self) -> Money | None:
        """The eco-contribution of one unit including VAT, in a sale of prices including VAT."""
        return None if self.unit_including is None else self.eco_fee.including(self.vat_rate)

    @property
    def eco_excluding(self) -> UnitPrice:
        """The eco-contribution of one unit excluding VAT, as it is shown: in cents where the price
        is (see `UnitPrice.from_including`).
        """
        if self.unit_price.tenthousandths < UnitPrice.FINE_BELOW:
            return self.eco_fee
        return UnitPrice.of(self.eco_fee.times(1))

    def columns(self, position: int) -> dict[str, Any]:
        """The line as a row of a quote or of an order: see `LINE_COLUMNS`."""
        kept = {name: getattr(self, name) for name in _KEPT}
        return {"position": position, "amount": self.amount, **kept}

    def to_json(self) -> dict[str, Any]:
        """The line as JSON; prices in ten-thousandths of a euro; a discount where there is one."""
        told = {name: getattr(self, name) for name in _KEPT} | {
            "unit_price": self.unit_price.tenthousandths,
            "eco_fee": self.eco_fee.tenthousandths,
        }
        if self.unit_including is None:
            del told["unit_including"]
        else:
            told["unit_including"] = self.unit_including.cents
        if self.list_price is None:
            del told["list_price"], told["discount"], told["agreement"]
        else:
            told["list_price"] = self.list_price.tenthousandths
        return told

    def content(self, position: int) -> dict[str, Any]:
        """The line as a document shows it, with its amount in cents."""
        told = self.to_json()
        shown = {name: told[name] for name in told if name not in ("product_id", "weight_g")}
        shown["eco_fee"] = self.eco_excluding.tenthousandths
        if self.eco_including is not None:
            shown["eco_including"] = self.eco_including.cents
        return {"position": position, "total": self.amount.cents, **shown}


#: The fields that a quote, an order and a card payment store of a line.
_KEPT = tuple(field.name for field in fields(SaleLine))
#: The columns that all tables of lines share.
LINE_COLUMNS = frozenset({*_KEPT, "amount"})


def line_from(data: dict[str, Any]) -> SaleLine:
    """A line from the JSON of `to_json()`."""
    prices: dict[str, Any] = {name: UnitPrice(data[name]) for name in ("unit_price", "eco_fee")}
    if "unit_including" in data:
        prices["unit_including"] = Money(data["unit_including"])
    if "list_price" in data:
        prices["list_price"] = UnitPrice(data["list_price"])
    return SaleLine(**{**data, **prices})


#: The line of a product of the catalogue.
AT_LIST_PRICE: dict[str, Any] = {"list_price": None, "discount": 0, "agreement": ""}


def line_of(row: Any, **known: Any) -> SaleLine:
    """A line from a row with its columns; `known` are the fields that the row does not have, or
    the `quantity` for part of an order's line.
    """
    return SaleLine(**{name: getattr(row, name) for name in _KEPT if name not in known}, **known)


def discounted(line: SaleLine, discount: int) -> SaleLine:
    """A line of prices excluding VAT, less `discount` basis points; 0 takes a discount off."""
    before = line.list_price or line.unit_price
    at_list = replace(line, unit_price=before, **AT_LIST_PRICE)
    if not discount:
        return at_list
    after = before.reduced(discount, line.eco_fee)
    return replace(at_list, unit_price=after, list_price=before, discount=discount)


def contents_of(lines: Iterable[SaleLine]) -> list[dict[str, Any]]:
    """The lines of a document, numbered from 1."""
    return [line.content(position) for position, line in enumerate(lines, start=1)]


def sale_totals(lines: Iterable[SaleLine]) -> Totals:
    """The totals of lines: VAT once per rate."""
    lines = list(lines)
    basis = basis_of(lines)
    vat = breakdown(((line.vat_rate, line.amount) for line in lines), basis)
    excluding = total([part.base for part in vat])
    vat_total = total([part.amount for part in vat])
    eco = breakdown(((line.vat_rate, _eco_amount(line)) for line in lines), basis)
    return Totals(
        basis=basis,
        goods=total([line.amount for line in lines if not line.is_shipping]),
        shipping=total([line.amount for line in lines if line.is_shipping]),
        excluding=excluding,
        vat=vat,
        vat_total=vat_total,
        including=excluding + vat_total,
        eco_including=total([part.base + part.amount for part in eco]),
    )


def price_basis(by: Actor) -> PriceBasis:
    """The prices of an organisation exclude VAT, everybody else's include it."""
    return PriceBasis.INCLUDING if by.organisation_id is None else PriceBasis.EXCLUDING


def basis_of(lines: Iterable[SaleLine]) -> PriceBasis:
    """The price basis that all lines share. Raises ValueError for lines of both."""
    found = {line.basis for line in lines} or {PriceBasis.EXCLUDING}
    if len(found) > 1:
        raise ValueError("Lines of prices including and excluding VAT are not added up")
    return found.pop()


def _eco_amount(line: SaleLine) -> Money:
    eco = line.eco_including
    return line.eco_excluding.times(line.quantity) if eco is None else eco * line.quantity


def wanted(lines: Sequence[SaleLine]) -> dict[int, int]:
    """Units by product id: what a sale reserves in the stock."""
    units: dict[int, int] = {}
    for line in lines:
        if line.product_id is not None:
            units[line.product_id] = units.get(line.product_id, 0) + line.quantity
    return units


def weight_of(lines: Iterable[SaleLine]) -> int:
    """In grams, of the parcel."""
    return sum(line.weight_g * line.quantity for line in lines)


def amounts_including(lines: Sequence[SaleLine], including: Money) -> list[Money]:
    """The amount of each line including VAT, so that all add up to the sale's total to the cent.

    In a sale of prices excluding VAT, VAT is rounded on the total (EN 16931 BR-CO-17): the total is
    shared out between the lines.
    """
    if basis_of(lines) is PriceBasis.INCLUDING:
        return [line.amount for line in lines]
    weights = [
        line.unit_price.tenthousandths * line.quantity * (10_000 + line.vat_rate) for line in lines
    ]
    return shared(including, weights) if any(weights) else [Money() for _line in lines]


#: The key of the way of delivery of a sale that is collected at the shop.
PICK_UP = "pick_up"


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: a person, for themselves or for an organisation, and the address and language of
    their e-mails.
    """

    email: str
    language: str
    user_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold, to whom, and how it is shipped: shared by draft, card payment, quote and order.

    `shipping` is the key of the way of delivery; `title` the subject that the buyer gave;
    `expected_on` the day of arrival that step 4 promised, None where nothing was.
    """

    lines: tuple[SaleLine, ...]
    parties: Parties
    shipping: str
    buyer: Buyer
    title: str = ""
    expected_on: date | None = None

    @property
    def totals(self) -> Totals:
        return sale_totals(self.lines)

    @property
    def is_collected(self) -> bool:
        """Whether the goods are collected at the shop."""
        return self.shipping == PICK_UP

    def to_json(self) -> dict[str, Any]:
        """The sale as JSON, without the promised day, and as the columns of a card payment."""
        return {
            **asdict(self.buyer),
            "parties": self.parties.to_json(),
            "shipping": self.shipping,
            "title": self.title,
            "lines": [line.to_json() for line in self.lines],
        }

    def columns(self) -> dict[str, Any]:
        """The sale as the columns that quotes and orders have in common."""
        totals = self.totals
        return {
            **asdict(self.buyer),
            "parties": self.parties.to_json(),
            "shipping": self.shipping,
            "expected_on": self.expected_on,
            "excluding": totals.excluding,
            "vat_total": totals.vat_total,
            "including": totals.including,
            "line_count": len(self.lines),
        }

    def line_columns(self, **owner: int) -> list[dict[str, Any]]:
        """The lines as rows; `owner` is the foreign key of the quote or the order."""
        return [owner | line.columns(n) for n, line in enumerate(self.lines, start=1)]


class FrozenSale(Protocol):
    """A row that stores a sale: a quote, an order, a card payment."""

    parties: Any
    shipping: Any
    expected_on: Any
    email: Any
    language: Any
    user_id: Any
    organisation_id: Any


def sale_of(row: FrozenSale, lines: Iterable[SaleLine], *, title: str = "") -> Sale:
    """The sale that a row stores, with the lines that were read for it."""
    buyer = Buyer(row.email, row.language, row.user_id, row.organisation_id)
    return Sale(
        tuple(lines),
        parties_from(row.parties),
        row.shipping,
        buyer,
        title=title,
        expected_on=row.expected_on,
    )
