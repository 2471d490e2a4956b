"""The cells of a file of products, pure: what each one says, or what was expected of it.

A figure is read as a French or an English spreadsheet writes it; what could be read in two ways,
such as « 1,234 », is refused.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shop.catalogue.price_rules import HIGHEST, WrongPrice
from shop.catalogue.sheet_rules import (
    LONGEST_BRAND,
    LONGEST_NAME,
    LONGEST_SUMMARY,
    MOST_MONTHS,
    MOST_WEIGHT,
    EanNotValid,
    SkuNotValid,
    ean_is_valid,
    sku_is_valid,
)
from shop.core.alphabet import LettersNotPrinted, missing_letters
from shop.core.errors import N_, DomainError
from shop.core.folding import fold, fold_name
from shop.core.text import one_line

_YES = frozenset({"oui", "yes", "o", "y", "1", "vrai", "true", "x"})
_NO = frozenset({"non", "no", "n", "0", "faux", "false"})
_SPACES = re.compile(r"\s+")
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?", re.ASCII)
_GROUPED = re.compile(r"(\d{1,3}(?:,\d{3})+)\.(\d{1,2})|(\d{1,3}(?:\.\d{3})+),(\d{1,2})", re.ASCII)


class CellNotValid(DomainError):
    """What was expected of a cell; the sentence of each class says it."""

    sentence = N_("This cell cannot be read.")
    status = 422


class CellMissing(CellNotValid):
    sentence = N_("A value is expected here.")


class AmountExpected(CellNotValid):
    sentence = N_("An amount in euros is expected, with at most two decimals: 1234,56 or 1234.56.")


class WholeExpected(CellNotValid):
    sentence = N_("A whole number from 0 to %(most)s is expected.")


class RateExpected(CellNotValid):
    sentence = N_("A rate of VAT in force is expected, such as 20 or 5,5.")


class YesOrNoExpected(CellNotValid):
    sentence = N_("“yes” or “no” is expected.")


class TextTooLong(CellNotValid):
    sentence = N_("At most %(most)s characters are expected.")


class FamilyUnknown(CellNotValid):
    sentence = N_("The name or the short name of a family of the catalogue is expected.")


class FamilyAmbiguous(CellNotValid):
    sentence = N_("Several families have this name: the short name of one is expected (%(slugs)s).")


@dataclass(frozen=True, slots=True)
class Shelves:
    """What cells may name: families by slug and by folded name, brands (their names) likewise, the
    rates of VAT of the day.
    """

    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    brands: Mapping[str, str] = field(default_factory=dict)
    vat_rates: tuple[int, ...] = (2000, 1000, 550, 210)


def value_of(name: str, cell: str, shelves: Shelves) -> Any:
    """What a cell says about a field, as JSON keeps it: cents, basis points, grams, months, the
    slug of a family, the name of a brand; None for no EAN.

    Raises CellNotValid, EanNotValid, WrongPrice, LettersNotPrinted.
    """
    text = one_line(cell)
    if name == "family":
        return _family(text, shelves)
    if name == "brand":
        return _brand(text, shelves)
    if name == "vat_rate":
        return _rate(text, shelves.vat_rates)
    return _READERS[name](text)


def _sku(text: str) -> str:
    """Of a product that is in the catalogue, whatever it is; `ensure_new_sku()` checks another."""
    if not text:
        raise CellMissing
    return text


def ensure_new_sku(sku: str) -> None:
    """Raises SkuNotValid."""
    if not sku_is_valid(sku):
        raise SkuNotValid


def _ean(text: str) -> str | None:
    ean = _SPACES.sub("", text)
    if not ean:
        return None
    if not ean_is_valid(ean):
        raise EanNotValid
    return ean


def _text(most: int, *, needed: bool = True) -> Callable[[str], str]:
    def read(text: str) -> str:
        if needed and not text:
            raise CellMissing
        if len(text) > most:
            raise TextTooLong(most=most)
        letters = missing_letters(text)
        if letters:
            raise LettersNotPrinted(letters=" ".join(letters))
        return text

    return read


def _price(text: str) -> int:
    if not text:
        raise CellMissing
    cents = _hundredths(_SPACES.sub("", text).replace("€", ""))
    if cents is None:
        raise AmountExpected
    if not 0 < cents <= HIGHEST.cents:
        raise WrongPrice
    return cents


def _hundredths(figure: str) -> int | None:
    """The hundredths that a figure with at most two decimals says; None when it says none."""
    plain = _DECIMAL.fullmatch(figure)
    if plain:
        return int(plain[1]) * 100 + int((plain[2] or "").ljust(2, "0"))
    grouped = _GROUPED.fullmatch(figure)
    if grouped is None:
        return None
    whole, decimals = (part for part in grouped.groups() if part)
    return int(re.sub(r"\D", "", whole)) * 100 + int(decimals.ljust(2, "0"))


def _rate(text: str, rates: tuple[int, ...]) -> int:
    rate = _hundredths(_SPACES.sub("", text).replace("%", ""))
    if rate not in rates:
        raise RateExpected
    return rate


def _whole(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        figure = _SPACES.sub("", text)
        if not figure:
            raise CellMissing
        if not _WHOLE.fullmatch(figure) or int(figure) > most:
            raise WholeExpected(most=most)
        return int(figure)

    return read


def _yes_or_no(text: str) -> bool:
    word = fold(text)
    if word not in _YES | _NO:
        raise YesOrNoExpected
    return word in _YES


def _family(text: str, shelves: Shelves) -> str:
    if not text:
        raise CellMissing
    slugs = shelves.families.get(text) or shelves.families.get(fold_name(text)) or ()
    if not slugs:
        raise FamilyUnknown
    if len(slugs) > 1:
        raise FamilyAmbiguous(slugs=", ".join(slugs))
    return slugs[0]


def _brand(text: str, shelves: Shelves) -> str:
    """The name of a brand as the catalogue writes it; a new one as it is written."""
    key = fold_name(text)
    if not key:
        raise CellMissing
    if len(text) > LONGEST_BRAND:
        raise TextTooLong(most=LONGEST_BRAND)
    known = shelves.brands.get(text) or shelves.brands.get(key)
    letters = missing_letters(text)
    if letters and not known:
        raise LettersNotPrinted(letters=" ".join(letters))
    return known or text


_READERS: dict[str, Callable[[str], Any]] = {
    "sku": _sku,
    "ean": _ean,
    "name": _text(LONGEST_NAME),
    "summary": _text(LONGEST_SUMMARY, needed=False),
    "price": _price,
    "weight_g": _whole(MOST_WEIGHT),
    "warranty_months": _whole(MOST_MONTHS),
    "published": _yes_or_no,
}
