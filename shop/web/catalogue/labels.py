"""Stock labels in the reader's language, and the cells of a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from shop.agreements.rules import Condition, agreed, tiers
from shop.catalogue.pictures import photographs_from, picture_url
from shop.catalogue.rules import Availability, Shelf
from shop.catalogue.shelf import ShownProduct, availability_of
from shop.core import text
from shop.core.money import UnitPrice
from shop.core.sales import SaleLine
from shop.web.kit.agreed import conditions_today


def stock_words(availability: Availability, language: str) -> tuple[str, str, str]:
    """Kind (good, warn, bad), words « En stock, 14 pièces », and the matching icon."""
    return _stock_words(
        availability.shelf,
        availability.available,
        availability.lead_days,
        availability.restock_on,
        language,
    )


@lru_cache(maxsize=4096)
def _stock_words(
    shelf: Shelf, units: int, lead_days: int, restock_on: date | None, language: str
) -> tuple[str, str, str]:
    if shelf is Shelf.IN_STOCK:
        words = ngettext("In stock, %(num)s unit", "In stock, %(num)s units", units)
        return "good", words, "check"
    if shelf is Shelf.LOW:
        words = ngettext("Only %(num)s unit left", "Only %(num)s units left", units)
        return "warn", words, "alert"
    if shelf is Shelf.ON_ORDER:
        words = _("On order")
        if lead_days:
            words = ngettext("On order, %(num)s day", "On order, %(num)s days", lead_days)
        return "warn", words, "clock"
    if shelf is Shelf.BACK_ON and restock_on is not None:
        return "bad", _("Sold out, back on %(day)s", day=text.day(restock_on, language)), "cross"
    return "bad", _("Sold out"), "cross"


@dataclass(frozen=True, slots=True)
class Card:
    """The text of a cell of a list."""

    sku: str
    url: str
    name: str
    line: str
    picture: str | None
    srcset: str
    stock: tuple[str, str, str]
    excl: str
    incl: str
    buyable: bool
    add_label: str
    watch_url: str
    watch_label: str
    agreed: str


def cards(rows: Iterable[Any], language: str) -> list[Card]:
    """The cells of a list, from rows of `listing.CARD`."""
    add = _("Add %(name)s to the cart", name="{}")
    watch = _("E-mail me when %(name)s is back in stock", name="{}")
    conditions = conditions_today()
    return [_card(row, language, conditions, add, watch) for row in rows]


def _card(row: Any, language: str, conditions: Sequence[Condition], add: str, watch: str) -> Card:
    availability = availability_of(row)
    excluding, including, note = _prices(row, language, conditions)
    url = f"/produit/{row.slug}"
    photograph = next(iter(photographs_from(row.photographs[:1])), None)
    return Card(
        row.sku,
        url,
        row.name,
        row.summary,
        photograph.url if photograph else picture_url(row.picture, row.finish),
        photograph.srcset if photograph else "",
        stock_words(availability, language),
        text.money(excluding, language),
        text.money(including, language),
        availability.can_be_bought,
        add.format(row.name),
        f"{url}#tell-me",
        watch.format(row.name),
        note,
    )


def _prices(row: Any, language: str, conditions: Sequence[Condition]) -> tuple[int, int, str]:
    """One unit excluding and including VAT, in cents, and the agreement that gives the price; the
    second is for information at an agreed price.
    """
    listed = UnitPrice(row.tenthousandths)
    if not conditions:
        return listed.times(1).cents, row.cents, ""
    sold = agreed(_sold_one(row, listed), (row.category_id, row.chapter_id), conditions)
    if sold.list_price is None:
        return sold.amount.cents, row.cents, ""
    note = _agreement_note(sold.agreement, sold.list_price, language)
    return sold.amount.cents, sold.unit_price.including(row.vat_rate).cents, note


def agreed_prices(shown: ShownProduct) -> tuple[SaleLine, ...]:
    """The prices of one product by the agreements of the visitor's organisation, by quantity."""
    row = shown.row
    listed = _sold_one(row, shown.unit_price)
    return tiers(listed, (row.category_id, row.chapter_id), conditions_today())


def _sold_one(row: Any, price: UnitPrice) -> SaleLine:
    """One unit of a product, at its public price excluding VAT, from a row of the catalogue."""
    return SaleLine(row.id, row.sku, row.name, 1, price, row.vat_rate, row.eco_fee)


def _agreement_note(reference: str, public: UnitPrice, language: str) -> str:
    price = text.unit_price(public.tenthousandths, language)
    return _("Agreement %(reference)s, public price %(price)s", reference=reference, price=price)
