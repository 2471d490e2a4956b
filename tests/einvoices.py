"""Electronic invoices for tests: random ones, and their figures read from the XML alone."""

import random
from decimal import Decimal
from typing import Any

from lxml import etree

from shop.core.money import Money, UnitPrice
from shop.core.parties import Place
from shop.core.sales import SaleLine, contents_of, sale_totals
from shop.documents import samples
from shop.einvoicing.figure_rules import FiguredLine, FiguredTax, Figures
from shop.einvoicing.frozen import Treatment, electronic_parts, place_parts
from shop.places.rules import OVERSEAS_VAT
from tests.papers import RATES, words

SPACES = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
OVERSEAS = Treatment(OVERSEAS_VAT.category, OVERSEAS_VAT.mention)
_SETTLEMENT = "//ram:ApplicableHeaderTradeSettlement"
_SUMS = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"


def figures_in(xml: bytes) -> Figures:
    """The figures of an electronic invoice."""
    root = etree.fromstring(xml)
    return Figures(
        process=told(root, "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"),
        lines=tuple(map(_line, found(root, "//ram:IncludedSupplyChainTradeLineItem"))),
        taxes=tuple(map(_tax, found(root, f"{_SETTLEMENT}/ram:ApplicableTradeTax"))),
        lines_total=_amount(root, f"{_SUMS}/ram:LineTotalAmount"),
        excluding=_amount(root, f"{_SUMS}/ram:TaxBasisTotalAmount"),
        vat_total=_amount(root, f"{_SUMS}/ram:TaxTotalAmount"),
        including=_amount(root, f"{_SUMS}/ram:GrandTotalAmount"),
        prepaid=_amount(root, f"{_SUMS}/ram:TotalPrepaidAmount"),
        rounding=_amount(root, f"{_SUMS}/ram:RoundingAmount"),
        payable=_amount(root, f"{_SUMS}/ram:DuePayableAmount"),
    )


def found(root: Any, path: str) -> list[Any]:
    """The elements at a path."""
    return list(root.xpath(path, namespaces=SPACES))


def told(root: Any, path: str) -> str:
    """The text of the only element at a path; empty for none."""
    elements = found(root, path)
    assert len(elements) <= 1, path
    return elements[0].text if elements else ""


def _amount(root: Any, path: str) -> Decimal:
    return Decimal(told(root, path) or "0")


def _line(line: Any) -> FiguredLine:
    return FiguredLine(
        told(line, ".//ram:LineID"),
        _amount(line, ".//ram:BilledQuantity"),
        _amount(line, ".//ram:NetPriceProductTradePrice/ram:ChargeAmount"),
        _amount(line, ".//ram:LineTotalAmount"),
        told(line, ".//ram:ApplicableTradeTax/ram:CategoryCode"),
        _amount(line, ".//ram:ApplicableTradeTax/ram:RateApplicablePercent"),
    )


def _tax(tax: Any) -> FiguredTax:
    return FiguredTax(
        told(tax, "ram:CategoryCode"),
        _amount(tax, "ram:RateApplicablePercent"),
        _amount(tax, "ram:BasisAmount"),
        _amount(tax, "ram:CalculatedAmount"),
    )


def random_invoice(drawn: random.Random) -> dict[str, Any]:
    """An invoice to an organisation, within the law: any rates, four-decimal prices, delivery,
    eco-contribution, part of an order, rounding, paid by card, exempt goods.
    """
    audience = drawn.choice(("public", "business"))
    paid = audience == "business" and drawn.random() < 0.7
    language, exempt = drawn.choice(("fr", "en")), drawn.random() < 0.1
    content = samples.invoice(1, audience=audience, paid=paid, language=language)
    lines = [_sold(drawn, n, exempt) for n in range(drawn.choice((1, 2, 3, 8, 25)))]
    if drawn.random() < 0.7:
        lines.append(_sold(drawn, None, exempt))
    totals = sale_totals(lines).to_json()
    if not paid and drawn.random() < 0.3:
        totals["rounding"] = drawn.randint(-3, 3)
        totals["payable"] += totals["rounding"]
    content |= {"lines": contents_of(lines), "totals": totals}
    content["references"] = _references(drawn)
    if not paid and drawn.random() < 0.3:
        earlier = {"number": "FA-2026-000017", "issued_on": "2026-11-02", "amount": 12_00}
        content["partial"] = {"ordered": 10**9, "earlier": [earlier], "remaining": 0}
    if drawn.random() < 0.3:
        content |= {"delivered_on": "2026-12-02", "due_on": "2027-01-03"}
    content["customer"] = content["customer"] | {"name": "M" + words(drawn, 90)}
    return content | electronic_parts(
        content, _parts(drawn), _parts(drawn), OVERSEAS if exempt else Treatment()
    )


def _sold(drawn: random.Random, position: int | None, exempt: bool) -> SaleLine:
    """A line; the delivery for no position. A price below a euro has four decimals."""
    price = drawn.choice((drawn.randint(1, 9_999), drawn.randint(100, 900_000) * 100))
    return SaleLine(
        product_id=position,
        sku=f"REF-{position}" if position is not None else "",
        name="N" + words(drawn, 200),
        quantity=drawn.randint(1, 9_999) if position is not None else 1,
        unit_price=UnitPrice(price),
        vat_rate=0 if exempt else drawn.choice(RATES),
        eco_fee=UnitPrice(drawn.choice((0, price // 40))),
        detail=words(drawn, 200),
    )


def _references(drawn: random.Random) -> dict[str, Any]:
    known = samples.invoice(1)["references"]
    notes = [f"BL-2026-{n:06d}" for n in range(1, drawn.randint(1, 4))]
    optional = ("purchase_order", "engagement", "service_code", "quote")
    return (
        known
        | {"delivery_notes": notes}
        | {name: drawn.choice((None, known[name])) for name in optional}
    )


def _parts(drawn: random.Random) -> dict[str, Any]:
    return place_parts(
        Place(
            name="",
            unit=words(drawn, 60),
            line1=words(drawn, 60),
            line2=words(drawn, 60),
            postal_code=f"{drawn.randint(1000, 95999):05d}",
            city="V" + words(drawn, 40),
        )
    )


def payable(content: dict[str, Any]) -> Money:
    """What the paper says is to be paid."""
    return Money(0 if content["paid"] else content["totals"]["payable"])
