"""The history of a product in words: what was done, and what each answer was before and after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.catalogue.rules import Supply
from shop.core import text
from shop.storage.journal import JournalEntry
from shop.web.kit.site import current_language
from shop.web.products.drawings import DRAWINGS

#: What each entry of the journal is called, with its facts as %(fact)s.
TITLES: dict[str, Any] = {
    "receive_goods": _l("Goods received: %(units)s under %(reference)s"),
    "correct_stock": _l("Stock corrected by %(change)s: %(on_hand)s units"),
    "undo_correction": _l("Correction of the stock undone: %(on_hand)s units"),
    "place_goods": _l("Shelf place: %(shelf_place)s"),
    "expect_goods": _l("Expected day of return changed"),
    "create_product": _l("Product added"),
    "edit_product": _l("Product sheet changed"),
    "publish_product": _l("Put on sale"),
    "plan_price": _l("Price planned: %(price)s from %(starts_on)s. Reason: %(reason)s"),
    "cancel_price": _l("Planned price cancelled: %(price)s from %(starts_on)s"),
    "apply_price": _l("Price changed"),
    "add_photographs": _l("Photographs added: %(count)s"),
    "arrange_photographs": _l("Order or words of the photographs changed"),
    "remove_photograph": _l("Photograph removed: %(filename)s"),
    "withdraw_product": _l("Taken off sale. Reason: %(reason)s"),
}
#: What each answer of a product sheet is called.
FIELDS: dict[str, Any] = {
    "sku": _l("Reference"),
    "ean": _l("EAN"),
    "name": _l("Name"),
    "summary": _l("Short description"),
    "description": _l("Full description"),
    "family": _l("Family"),
    "brand": _l("Brand"),
    "vat_rate": _l("VAT rate"),
    "eco_fee": _l("Eco-contribution, excluding VAT"),
    "supply": _l("Supply"),
    "lead_days": _l("Days of delay"),
    "restock_on": _l("Back in stock on"),
    "weight_g": _l("Weight"),
    "bulky": _l("Bulky"),
    "warranty_months": _l("Warranty"),
    "specifications": _l("Specifications"),
    "usages": _l("Uses"),
    "picture": _l("Drawing"),
    "finish": _l("Finish of the drawing"),
    "price": _l("Price including VAT"),
}
SUPPLIES: dict[Supply, Any] = {
    Supply.STOCKED: _l("From the stock only"),
    Supply.ON_ORDER: _l("On order, beyond the stock"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that changed, in words."""

    label: str
    before: str
    after: str


def told(entry: JournalEntry) -> str:
    """What an entry says was done."""
    title = TITLES.get(entry.act)
    facts = _Facts(entry.facts)
    if "price" in facts:
        facts["price"] = text.money(facts["price"], current_language())
    if "starts_on" in facts:
        facts["starts_on"] = text.day(facts["starts_on"], current_language())
    return entry.act if title is None else str(title) % facts


class _Facts(dict[str, Any]):
    """Facts that an older entry does not have are empty."""

    def __missing__(self, _key: str) -> str:
        return ""


def changes_of(entry: JournalEntry) -> list[Change]:
    """The answers that an entry changed, before and after."""
    changed = entry.facts.get("changes", {})
    return [
        Change(str(label), value_words(name, changed[name][0]), value_words(name, changed[name][1]))
        for name, label in FIELDS.items()
        if name in changed
    ]


def value_words(name: str, value: Any) -> str:
    """An answer of a product sheet as its reader sees it; a dash when there is none."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return "–"
    written = _WRITTEN.get(name)
    return written(value) if written else str(value)


def _lines(value: list[list[str]]) -> str:
    return "\n".join(f"{label} : {words}" for label, words in value)


def _eco_fee(value: int) -> str:
    whole, rest = divmod(value, 10_000)
    return f"{whole},{rest:04d} €"


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "vat_rate": lambda value: text.percent(value, current_language()),
    "eco_fee": _eco_fee,
    "price": lambda value: text.money(value, current_language()),
    "supply": lambda value: str(SUPPLIES[Supply(value)]),
    "restock_on": lambda value: text.day(date.fromisoformat(value), current_language()),
    "weight_g": lambda value: f"{text.number(value, current_language())} g",
    "specifications": _lines,
    "usages": ", ".join,
    "picture": lambda value: str(DRAWINGS.get(value, value)),
}
