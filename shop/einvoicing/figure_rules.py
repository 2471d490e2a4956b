"""The figures of an electronic invoice, exactly: the schematrons of EN 16931 allow a cent of
difference, and do not multiply quantity and price.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shop.core import text
from shop.core.money import Money
from shop.einvoicing.fault_rules import (
    BasesNotAddedUp,
    BaseWrong,
    CategoryWrong,
    LineAmountWrong,
    LinesNotAddedUp,
    PayableWrong,
    PrepaidWrong,
    TaxNotAddedUp,
    TaxWrong,
    TotalWrong,
    UnsoundInvoice,
)
from shop.einvoicing.frozen import KEY, PAID, STANDARD

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class FiguredLine:
    """The figures of a line: its place, BT-129, BT-146, BT-131, BT-151 and BT-152 (per cent)."""

    name: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    category: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class FiguredTax:
    """One row of the VAT breakdown: BT-118, BT-119, BT-116, BT-117. `left` is, for a credit note,
    the base of that rate that earlier ones had left of the invoice.
    """

    category: str
    rate: Decimal
    base: Decimal
    amount: Decimal
    left: Decimal | None = None

    @property
    def due(self) -> Decimal:
        """The tax on the base, rounded once. A credit note takes the difference between the tax of
        what was left of its invoice and that of what it leaves: to a cent, base × rate, which is
        what EN 16931 allows (BR-CO-17).
        """
        if self.left is None:
            return _taxed(self.base, self.rate)
        return _taxed(self.left, self.rate) - _taxed(self.left - self.base, self.rate)


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of an invoice, in euros: BT-106, BT-109, BT-110, BT-112, BT-113, BT-114, BT-115;
    `process` is BT-23.
    """

    process: str
    lines: tuple[FiguredLine, ...]
    taxes: tuple[FiguredTax, ...]
    lines_total: Decimal
    excluding: Decimal
    vat_total: Decimal
    including: Decimal
    prepaid: Decimal
    rounding: Decimal
    payable: Decimal


def euros(cents: int) -> Decimal:
    """An amount in cents as euros with two decimals."""
    return Decimal(cents).scaleb(-2)


def figures_of(content: Mapping[str, Any]) -> Figures:
    """The figures of a frozen invoice whose prices exclude VAT."""
    totals = content["totals"]
    category_at = {line["vat_rate"]: line["vat_category"] for line in content["lines"]}
    prepaid = totals["payable"] if content.get("paid") else 0
    left = {part["rate"]: euros(part["base"]) for part in content[KEY].get("left", ())}
    return Figures(
        process=content[KEY]["process"],
        lines=tuple(map(_figured, content["lines"])),
        taxes=tuple(
            FiguredTax(
                category_at.get(part["rate"], STANDARD),
                euros(part["rate"]),
                euros(part["base"]),
                euros(part["amount"]),
                left.get(part["rate"]),
            )
            for part in totals["vat"]
        ),
        lines_total=euros(totals["goods"] + totals["shipping"]),
        excluding=euros(totals["excluding"]),
        vat_total=euros(totals["vat_total"]),
        including=euros(totals["including"]),
        prepaid=euros(prepaid),
        rounding=euros(totals["rounding"]),
        payable=euros(totals["payable"] - prepaid),
    )


def _figured(line: Mapping[str, Any]) -> FiguredLine:
    return FiguredLine(
        str(line["position"]),
        Decimal(line["quantity"]),
        Decimal(line["unit_price"]).scaleb(-4),
        euros(line["total"]),
        line["vat_category"],
        euros(line["vat_rate"]),
    )


def wrong_figures(figures: Figures) -> list[UnsoundInvoice]:
    """Every figure that does not follow from the others to the cent (BR-CO-10 to BR-CO-17)."""
    found: list[UnsoundInvoice] = []
    for line in figures.lines:
        amount = _rounded(line.quantity * line.price)
        found += _unless(LineAmountWrong, amount, line.amount, line=line.name)
        if (line.category == STANDARD) != (line.rate > 0):
            found.append(CategoryWrong(line=line.name))
    lines_total = _sum(line.amount for line in figures.lines)
    found += _unless(LinesNotAddedUp, lines_total, figures.lines_total)
    found += _wrong_taxes(figures)
    vat_total = _sum(tax.amount for tax in figures.taxes)
    found += _unless(TaxNotAddedUp, vat_total, figures.vat_total)
    found += _unless(BasesNotAddedUp, figures.lines_total, figures.excluding)
    found += _unless(TotalWrong, figures.excluding + figures.vat_total, figures.including)
    payable = figures.including - figures.prepaid + figures.rounding
    found += _unless(PayableWrong, payable, figures.payable)
    if figures.process in PAID:
        found += _unless(PrepaidWrong, figures.including, figures.prepaid)
    return found


def _wrong_taxes(figures: Figures) -> list[UnsoundInvoice]:
    """The rows of the VAT breakdown: the base of each category and rate, and the tax on it."""
    expected: dict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    bases, taxes, due = expected.copy(), expected.copy(), expected.copy()
    for line in figures.lines:
        expected[line.category, line.rate] += line.amount
    for tax in figures.taxes:
        bases[tax.category, tax.rate] += tax.base
        taxes[tax.category, tax.rate] += tax.amount
        due[tax.category, tax.rate] += tax.due
    found: list[UnsoundInvoice] = []
    for key in sorted({*expected, *bases}):
        told = text.percent(int(key[1].scaleb(2)))
        found += _unless(BaseWrong, expected[key], bases[key], rate=told)
        found += _unless(TaxWrong, due[key], taxes[key], rate=told)
    return found


def _taxed(base: Decimal, rate: Decimal) -> Decimal:
    return _rounded(base * rate / 100)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal())


def _rounded(amount: Decimal) -> Decimal:
    """To the cent, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def _unless(
    refusal: type[UnsoundInvoice], expected: Decimal, found: Decimal, **facts: str
) -> list[UnsoundInvoice]:
    """The refusal, unless both amounts are equal."""
    if expected == found:
        return []
    return [refusal(expected=_money(expected), found=_money(found), **facts)]


def _money(amount: Decimal) -> Money:
    return Money(int(amount.scaleb(2).to_integral_value(ROUND_HALF_UP)))
