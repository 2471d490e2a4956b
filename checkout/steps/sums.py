"""The amounts of a sale as rows of words, for the column beside each step and for the order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from shop.cart.rules import SaleLine, sale_totals
from shop.ground import text
from shop.ground.money import Money
from shop.ground.vat import Totals
from shop.ground.web import current_language


@dataclass(frozen=True, slots=True)
class SumRow:
    """A line of the column: `kind` is "rule" for a subtotal, "total" for the last."""

    label: str
    amount: Money
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """What `macros/papers.html` needs to draw amounts: rows, the small line, the goods."""

    rows: list[SumRow]
    small: str | None
    lines: tuple[SaleLine, ...]
    expected: str = ""


def sums_of(
    lines: Sequence[SaleLine],
    *,
    totals: Totals | None = None,
    expected_on: date | None = None,
    shipping: str = "",
) -> Sums:
    """The column of a sale; `expected_on` adds the day of arrival by the way named `shipping`."""
    totals = totals or sale_totals(lines)
    rows = [SumRow(_("Items excl. VAT"), totals.goods)]
    rows += [
        SumRow(_("%(name)s excl. VAT", name=line.name), line.amount)
        for line in lines
        if line.product_id is None
    ]
    rows.append(SumRow(_("Total excl. VAT"), totals.excluding, "rule"))
    rows += [
        SumRow(
            _(
                "VAT %(rate)s on %(base)s",
                rate=text.percent(part.rate, current_language()),
                base=text.money(part.base.cents, current_language()),
            ),
            part.amount,
        )
        for part in totals.vat
    ]
    rows.append(SumRow(_("Total incl. VAT"), totals.including, "total"))
    return Sums(
        rows,
        _eco(totals),
        tuple(line for line in lines if line.product_id is not None),
        _expected(expected_on, shipping, is_whole=any(line.product_id is None for line in lines)),
    )


def _eco(totals: Totals) -> str | None:
    if not totals.eco_including:
        return None
    amount = text.money(totals.eco_including.cents, current_language())
    return _("Including eco-contribution: %(amount)s incl. VAT.", amount=amount)


def _expected(day: date | None, shipping: str, *, is_whole: bool) -> str:
    if day is None:
        return "" if is_whole else _("Delivery is added at step 4.")
    told = text.day_full(day, current_language())
    if shipping == "pick_up":
        return _("Ready at the shop on %(day)s.", day=told)
    if shipping == "pallet":
        return _("Delivery expected on %(day)s, on a pallet, by appointment.", day=told)
    return _("Delivery expected on %(day)s.", day=told)
