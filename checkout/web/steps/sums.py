"""The amounts of a sale as rows of text, for the column beside each step and for the order.

A sale of prices excluding VAT shows the tax rate by rate; one of prices including VAT the amount to
pay, and the tax in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from markupsafe import Markup

from shop.core import text
from shop.core.money import Money
from shop.core.sales import PICK_UP, SaleLine, sale_totals
from shop.core.vat import PriceBasis, Totals
from shop.web.kit.site import current_language


@dataclass(frozen=True, slots=True)
class SumRow:
    """A line of the column: `kind` is "rule" for a subtotal, "total" for the last."""

    label: str
    amount: Money
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """The content of `steps/_sums.html`: goods with their amounts, rows, the small line, the day of
    arrival.
    """

    lines: list[tuple[SaleLine, Money]]
    rows: list[SumRow]
    small: str
    expected: str


def sums_of(
    lines: Sequence[SaleLine],
    *,
    expected_on: date | None = None,
    shipping: str = "",
    language: str = "",
) -> Sums:
    """The column of a sale; `expected_on` adds the day of arrival by the method named
    `shipping`. `language`: that of the names in the lines, when it may not be the reader's.
    """
    totals = sale_totals(lines)
    rows = _rows_excluding if totals.basis is PriceBasis.EXCLUDING else _rows_including
    goods = [(line, line.amount) for line in lines if not line.is_shipping]
    is_whole = len(goods) < len(lines)
    return Sums(
        goods,
        rows(_Names(lines, language), totals),
        _eco(totals),
        _expected(expected_on, shipping, is_whole=is_whole),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """The lines of a sale whose names are written in `language`."""

    lines: Sequence[SaleLine]
    language: str

    def rows(self, sentence: str) -> list[SumRow]:
        """What is no product, in a sentence with its name."""
        return [
            SumRow(Markup("{}").format(sentence) % {"name": self._spoken(line.name)}, line.amount)
            for line in self.lines
            if line.is_shipping
        ]

    def _spoken(self, name: str) -> str:
        if self.language in ("", current_language()):
            return name
        return Markup('<span lang="{}">{}</span>').format(self.language, name)


def _rows_excluding(names: _Names, totals: Totals) -> list[SumRow]:
    rows = [SumRow(_("Items excl. VAT"), totals.goods)]
    rows += names.rows(_("%(name)s excl. VAT"))
    rows.append(SumRow(_("Total excl. VAT"), totals.excluding, "rule"))
    rows += [
        SumRow(
            _("VAT %(rate)s on %(base)s", rate=_rate(part.rate), base=_euros(part.base)),
            part.amount,
        )
        for part in totals.vat
    ]
    rows.append(SumRow(_("Total incl. VAT"), totals.including, "total"))
    return rows


def _rows_including(names: _Names, totals: Totals) -> list[SumRow]:
    rows = [SumRow(_("Items incl. VAT"), totals.goods)]
    rows += names.rows(_("%(name)s incl. VAT"))
    rows.append(SumRow(_("Total incl. VAT"), totals.including, "total"))
    rows += [
        SumRow(_("Including VAT %(rate)s", rate=_rate(part.rate)), part.amount)
        for part in totals.vat
    ]
    rows.append(SumRow(_("Total excl. VAT"), totals.excluding))
    return rows


def _rate(basis_points: int) -> str:
    return text.percent(basis_points, current_language())


def _euros(amount: Money) -> str:
    return text.money(amount.cents, current_language())


def _eco(totals: Totals) -> str:
    if not totals.eco_including:
        return ""
    return _(
        "Including eco-contribution: %(amount)s incl. VAT.", amount=_euros(totals.eco_including)
    )


def _expected(day: date | None, shipping: str, *, is_whole: bool) -> str:
    if day is None:
        return "" if is_whole else _("The delivery price is added at step 4.")
    return arrival_words(day, shipping)


def arrival_words(day: date, shipping: str) -> str:
    """The sentence that promises the day of arrival by a way of delivery."""
    told = text.day_full(day, current_language())
    if shipping == PICK_UP:
        return _("Ready for collection from the shop on %(day)s.", day=told)
    if shipping == "pallet":
        return _("Delivery expected on %(day)s, on a pallet, by appointment.", day=told)
    return _("Delivery expected on %(day)s.", day=told)
