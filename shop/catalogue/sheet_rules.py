"""The sheet of a product, pure: what the office edits of it, why it is refused, what changed, and
two people who edit it at the same time.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from shop.catalogue.rules import Supply
from shop.core.errors import N_, DomainError
from shop.core.folding import fold_name, fold_reference, words_of
from shop.core.money import UnitPrice

#: As long as the columns.
LONGEST_SKU, LONGEST_NAME, LONGEST_SUMMARY, LONGEST_BRAND = 40, 200, 300, 80
#: As long as a page of a product can show with profit.
LONGEST_DESCRIPTION, LONGEST_LABEL, LONGEST_VALUE, MOST_SPECIFICATIONS = 5000, 80, 300, 60
#: Grams, days, months.
MOST_WEIGHT, MOST_DAYS, MOST_MONTHS = 2_000_000, 365, 240
LONGEST_SLUG = 140
_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]*")
_EAN_LENGTHS = (8, 12, 13)
#: What the search reads, and what the stored counts count.
SEARCHED = frozenset(
    ["sku", "name", "summary", "description", "family", "brand", "specifications", "usages"],
)
COUNTED = frozenset({"family", "brand", "supply", "usages"})


class SkuNotValid(DomainError):
    sentence = N_(
        "A reference has letters, digits, hyphens, full stops and spaces, and begins with a letter "
        "or a digit."
    )
    status = 422


class SkuTaken(DomainError):
    sentence = N_("Another product has this reference: %(name)s.")
    status = 422


class EanNotValid(DomainError):
    sentence = N_("This is not an EAN: it has 8, 12 or 13 digits, and the last one checks it.")
    status = 422


class EanTaken(DomainError):
    sentence = N_("Another product has this EAN: %(name)s.")
    status = 422


class BrandMissing(DomainError):
    sentence = N_("Enter the brand.")
    status = 422


class SupplyPromised(DomainError):
    sentence = N_(
        "%(units)s units are promised beyond the stock: receive them first, or leave the product "
        "on order."
    )
    status = 422


class SheetChanged(DomainError):
    """`conflicts`: the answers that both changed, each with what is recorded and what was typed;
    `merged`: the sheet with what nobody disputes.
    """

    sentence = N_("Somebody else has changed this product since you opened it: choose below.")
    status = 422


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the office edits of a product. `family` and `usages` are slugs, `brand` is a name;
    `eco_fee` is in ten-thousandths excluding VAT, `vat_rate` in basis points.
    """

    sku: str
    name: str
    family: str
    brand: str
    ean: str | None = None
    summary: str = ""
    description: str = ""
    vat_rate: int = 2000
    eco_fee: int = 0
    supply: Supply = Supply.STOCKED
    lead_days: int = 0
    restock_on: str | None = None
    weight_g: int = 0
    bulky: bool = False
    warranty_months: int = 24
    specifications: tuple[tuple[str, str], ...] = ()
    usages: tuple[str, ...] = ()
    picture: str = ""
    finish: str = "anthracite"

    def values(self) -> dict[str, Any]:
        """The answers as JSON keeps them."""
        written = asdict(self)
        written["supply"] = self.supply.value
        written["specifications"] = [list(pair) for pair in self.specifications]
        written["usages"] = sorted(self.usages)
        return written

    @property
    def day(self) -> date | None:
        """The day when the product is available again."""
        return date.fromisoformat(self.restock_on) if self.restock_on else None

    @property
    def eco_contribution(self) -> UnitPrice:
        return UnitPrice(self.eco_fee)


#: The answers of a sheet, in their order.
FIELDS = tuple(field.name for field in fields(Sheet))


def ean_is_valid(ean: str) -> bool:
    """Whether the last digit of an EAN-8, a UPC-A or an EAN-13 checks the others (GS1 General
    Specifications, 7.9).
    """
    if len(ean) not in _EAN_LENGTHS or not (ean.isascii() and ean.isdecimal()):
        return False
    weighted = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(ean[-2::-1]))
    return (weighted + int(ean[-1])) % 10 == 0


def sku_is_valid(sku: str) -> bool:
    """Whether a reference has the signs and the length of one."""
    return _SKU.fullmatch(sku) is not None and len(sku) <= LONGEST_SKU


def ensure_sheet(sheet: Sheet) -> None:
    """Raises SkuNotValid, EanNotValid, BrandMissing."""
    if not sku_is_valid(sheet.sku):
        raise SkuNotValid
    if sheet.ean is not None and not ean_is_valid(sheet.ean):
        raise EanNotValid
    if not fold_name(sheet.brand):
        raise BrandMissing


def slugs_for(name: str, sku: str) -> list[str]:
    """The addresses that a product of that name may have, the best first."""
    words = "-".join(words_of(name))[:LONGEST_SLUG].strip("-") or "produit"
    reference = fold_reference(sku)
    return [words, f"{words}-{reference}"[:160], *(f"{words}-{n}" for n in range(2, 20))]


def changes_between(before: Sheet, after: Sheet) -> dict[str, list[Any]]:
    """The answers that differ, each before and after, as the journal keeps them."""
    old, new = before.values(), after.values()
    return {name: [old[name], new[name]] for name in FIELDS if old[name] != new[name]}


def merged(
    opened: Mapping[str, Any], stored: Sheet, typed: Sheet, chosen: Mapping[str, str]
) -> Sheet:
    """The sheet to store: what was typed, without the answers that only somebody else has changed
    since the form was `opened` (the answers that it showed). Of an answer that both changed, the
    one that was `chosen`: "mine" or "theirs".

    Raises SheetChanged.
    """
    theirs, mine = stored.values(), typed.values()
    kept: dict[str, Any] = {}
    conflicts: dict[str, tuple[Any, Any]] = {}
    for name in FIELDS:
        if theirs[name] == mine[name] or opened.get(name) == theirs[name]:
            continue
        if (name in opened and opened[name] == mine[name]) or chosen.get(name) == "theirs":
            kept[name] = getattr(stored, name)
        elif chosen.get(name) != "mine":
            conflicts[name] = (theirs[name], mine[name])
    result = replace(typed, **kept)
    if conflicts:
        raise SheetChanged(conflicts=conflicts, merged=result)
    return result
