"""Shelf labels in the reader's language: stock in words, cells of a list."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from shop.catalogue.pictures import picture_url
from shop.catalogue.rules import Availability, Shelf
from shop.catalogue.shelf import standing_of
from shop.ground import text
from shop.ground.money import UnitPrice


def stock_words(standing: Availability, language: str) -> tuple[str, str]:
    """Kind (good, warn, bad) and words: « En stock, 14 pièces »."""
    units = standing.available
    if standing.shelf is Shelf.IN_STOCK:
        return "good", ngettext("In stock, %(num)s unit", "In stock, %(num)s units", units)
    if standing.shelf is Shelf.LOW:
        return "warn", ngettext("Only %(num)s unit left", "Only %(num)s units left", units)
    if standing.shelf is Shelf.ON_ORDER:
        if not standing.lead_days:
            return "warn", _("On order")
        return "warn", ngettext(
            "On order, %(num)s day", "On order, %(num)s days", standing.lead_days
        )
    if standing.shelf is Shelf.BACK_ON and standing.restock_on is not None:
        return "bad", _("Sold out, back on %(day)s", day=text.day(standing.restock_on, language))
    return "bad", _("Sold out")


@dataclass(frozen=True, slots=True)
class Card:
    """A cell of a list; amounts in cents."""

    sku: str
    url: str
    name: str
    line: str
    picture: str | None
    stock: tuple[str, str]
    excl: int
    incl: int
    buyable: bool
    watch_url: str


def card(row: Any, language: str) -> Card:
    standing = standing_of(row)
    url = f"/produit/{row.slug}"
    return Card(
        row.sku,
        url,
        row.name,
        row.summary,
        picture_url(row.picture, row.finish),
        stock_words(standing, language),
        UnitPrice(row.tenthousandths).times(1).cents,
        row.cents,
        standing.can_be_bought,
        f"{url}#tell-me",
    )
