"""The match of a buyer's accounting software: quote, purchase order, deliveries, invoices.

It stands alone: it knows nothing of the shop and reads the files as their recipient does, the text
of the papers by pdftotext, the figures of an invoice from the XML inside its PDF. Nothing is
tolerated: a cent or a unit off is a difference.

    python -m tests.three_way FOLDER

reads `quote.pdf`, `purchase-order.json` (`number`, `commitment`), `delivery-note-*.pdf` and
`invoice-*.pdf` of the folder, in French, prints the differences and fails when there is one.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from pypdf import PdfReader

_SPACE = r"[\u00a0\u202f ]"
_NUMBER = rf"\d{{1,3}}(?:{_SPACE}?\d{{3}})*"
_AMOUNT = rf"({_NUMBER}(?:,\d+)?){_SPACE}€"
_PRICED = re.compile(
    rf"^\s*(\S+)?\s{{2,}}(\S.*?)\s{{2,}}({_NUMBER})\s+{_AMOUNT}\s+([\d,]+){_SPACE}%\s+{_AMOUNT}$"
)
_DELIVERED = re.compile(
    rf"^\s*(\S+)\s{{2,}}(\S.*?)\s{{2,}}({_NUMBER})((?:\s{{2,}}{_NUMBER}){{2,4}})$"
)
_HEAD = re.compile(r"^\s*Référence\s+Désignation\s+(\S.*)$")
_NUMBERED = re.compile(r"N°\s(\S+)$", re.MULTILINE)
_SPACES = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
}
_AGREED = ".//ram:ApplicableHeaderTradeAgreement"
_SETTLED = ".//ram:ApplicableHeaderTradeSettlement"


@dataclass(frozen=True)
class Line:
    """A line with a price; `key` is the reference of goods, the words of a service."""

    key: str
    goods: bool
    quantity: int
    price: Decimal
    rate: Decimal
    total: Decimal


@dataclass(frozen=True)
class Bill:
    """An invoice as its XML says it, and the lines that its page shows."""

    number: str
    ordered: str
    lines: tuple[Line, ...]
    printed: tuple[Line, ...]
    taxes: dict[Decimal, tuple[Decimal, Decimal]]
    excluding: Decimal
    vat: Decimal
    including: Decimal


def text_of(pdf: bytes) -> str:
    """The text of a paper, laid out as on its pages."""
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def _decimal(written: str) -> Decimal:
    return Decimal(re.sub(_SPACE, "", written).replace(",", "."))


def priced_lines(text: str) -> Iterator[Line]:
    """The lines of a quote or of an invoice."""
    for row in text.splitlines():
        if found := _PRICED.match(row.rstrip()):
            key, words, quantity, price, rate, total = found.groups()
            yield Line(
                key or words,
                bool(key),
                int(_decimal(quantity)),
                _decimal(price),
                _decimal(rate),
                _decimal(total),
            )


def delivered_units(text: str) -> Iterator[tuple[str, int, int]]:
    """Reference, units ordered and delivered of each line of a delivery note."""
    columns: list[str] = []
    for row in map(str.rstrip, text.splitlines()):
        if head := _HEAD.match(row):
            columns = re.split(r"\s{2,}", head[1])
        elif columns and (found := _DELIVERED.match(row)):
            figures = [found[3], *re.split(r"\s{2,}", found[4].strip())]
            units = dict(zip(columns, map(_decimal, figures), strict=True))
            leaving = units.get("Livré ce jour", units.get("Livré"))
            yield found[1], int(units["Commandé"]), int(leaving or 0)


def bill_of(pdf: bytes) -> Bill:
    """An invoice, read from its file."""
    [xml] = PdfReader(BytesIO(pdf)).attachments["factur-x.xml"]
    root = ElementTree.fromstring(xml)

    def told(path: str, within: ElementTree.Element = root) -> str:
        found = within.find(path, _SPACES)
        return "" if found is None else found.text or ""

    def line(row: ElementTree.Element) -> Line:
        sku = told(".//ram:SellerAssignedID", row)
        return Line(
            sku or told(".//ram:SpecifiedTradeProduct/ram:Name", row),
            bool(sku),
            int(Decimal(told(".//ram:BilledQuantity", row))),
            Decimal(told(".//ram:NetPriceProductTradePrice/ram:ChargeAmount", row)),
            Decimal(told(".//ram:RateApplicablePercent", row)),
            Decimal(told(".//ram:LineTotalAmount", row)),
        )

    rows = root.findall(".//ram:IncludedSupplyChainTradeLineItem", _SPACES)
    taxes = root.findall(f"{_SETTLED}/ram:ApplicableTradeTax", _SPACES)
    sums = f"{_SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
    text = text_of(pdf)
    return Bill(
        number=_NUMBERED.findall(text)[0],
        ordered=told(f"{_AGREED}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        lines=tuple(map(line, rows)),
        printed=tuple(priced_lines(text)),
        taxes={
            Decimal(told("ram:RateApplicablePercent", tax)): (
                Decimal(told("ram:BasisAmount", tax)),
                Decimal(told("ram:CalculatedAmount", tax)),
            )
            for tax in taxes
        },
        excluding=Decimal(told(f"{sums}/ram:TaxBasisTotalAmount")),
        vat=Decimal(told(f"{sums}/ram:TaxTotalAmount")),
        including=Decimal(told(f"{sums}/ram:GrandTotalAmount")),
    )


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _faults_of(bill: Bill) -> Iterator[str]:
    """What an invoice says that its own figures, or its page, do not."""
    if sorted(bill.lines, key=repr) != sorted(bill.printed, key=repr):
        yield f"{bill.number}: the page shows {bill.printed}, the XML {bill.lines}"
    bases: Counter[Decimal] = Counter()
    for line in bill.lines:
        if _cents(line.price * line.quantity) != line.total:
            yield f"{bill.number}: {line.key}: {line.quantity} × {line.price} is not {line.total}"
        bases[line.rate] += line.total  # type: ignore[assignment]
    for rate, base in bases.items():
        if bill.taxes.get(rate) != (base, _cents(base * rate / 100)):
            yield f"{bill.number}: VAT at {rate} %: {bill.taxes.get(rate)} for a base of {base}"
    if bill.taxes.keys() != bases.keys():
        yield f"{bill.number}: VAT at {bill.taxes.keys()} for lines at {bases.keys()}"
    figures = (sum(bases.values()), sum(vat for _base, vat in bill.taxes.values()))
    if (bill.excluding, bill.vat, bill.including) != (*figures, sum(figures)):
        yield f"{bill.number}: totals {bill.excluding}, {bill.vat}, {bill.including}"


def differences(
    quote: bytes, purchase_order: dict[str, str], notes: list[bytes], invoices: list[bytes]
) -> Iterator[str]:
    """What does not match between the papers of one order that is delivered and invoiced whole."""
    offered = {line.key: line for line in priced_lines(text_of(quote))}
    if not offered:
        yield "the quote has no line"
    delivered: Counter[str] = Counter()
    for number, note in enumerate(notes, start=1):
        for key, ordered, units in delivered_units(text_of(note)):
            delivered[key] += units
            if key not in offered or ordered != offered[key].quantity:
                yield f"delivery note {number}: {key}: {ordered} ordered, not as quoted"
    invoiced: Counter[str] = Counter()
    named = {purchase_order.get("commitment") or purchase_order["number"]}
    for bill in map(bill_of, invoices):
        yield from _faults_of(bill)
        if bill.ordered not in named:
            yield f"{bill.number}: names the order {bill.ordered!r}, not {named}"
        for line in bill.lines:
            invoiced[line.key] += line.quantity
            quoted = offered.get(line.key)
            if quoted is None or (quoted.price, quoted.rate) != (line.price, line.rate):
                yield f"{bill.number}: {line.key}: {line.price} at {line.rate} %, quoted {quoted}"
    for key, line in offered.items():
        goods = delivered[key] if line.goods else line.quantity
        if not line.quantity == goods == invoiced[key]:
            yield f"{key}: {line.quantity} ordered, {goods} delivered, {invoiced[key]} invoiced"
    for key in invoiced.keys() - offered.keys():
        yield f"{key}: invoiced, never quoted"


def main(folder: Path) -> int:
    """The differences between the papers of a folder; the exit status."""
    found = list(
        differences(
            (folder / "quote.pdf").read_bytes(),
            json.loads((folder / "purchase-order.json").read_text(encoding="utf-8")),
            [path.read_bytes() for path in sorted(folder.glob("delivery-note-*.pdf"))],
            [path.read_bytes() for path in sorted(folder.glob("invoice-*.pdf"))],
        )
    )
    sys.stdout.write("".join(f"{line}\n" for line in found) or "Everything matches.\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
