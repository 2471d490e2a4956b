"""What the four files of a catalogue folder must have, before anything of them is stored."""

from collections.abc import Sequence
from typing import Any

from shop.catalogue.pictures import FINISHES, drawing
from shop.catalogue.rules import Supply
from shop.core.errors import N_, DomainError


class CatalogueFilled(DomainError):
    sentence = N_("The catalogue is filled already: a folder fills an empty one.")


class FileNotAList(DomainError):
    sentence = N_("%(file)s is not a list of entries.")


class KeyMissing(DomainError):
    sentence = N_("%(file)s, entry %(entry)s: the key “%(key)s” is missing.")


class ValueUnusable(DomainError):
    sentence = N_("%(file)s, entry %(entry)s: the value of “%(key)s” cannot be used.")


class ValueTwice(DomainError):
    sentence = N_("%(file)s, entry %(entry)s: another entry has the same “%(key)s”.")


#: The keys of each file with the types of their values; a tuple lets a value be null.
KEYS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "categories": {
        "slug": str,
        "letter": (str, type(None)),
        "parent": (str, type(None)),
        "name": str,
        "name_en": str,
        "position": int,
        "intro": str,
        "intro_en": str,
    },
    "brands": {"slug": str, "name": str},
    "usages": {"slug": str, "name": str, "name_en": str},
    "products": {
        "sku": str,
        "ean": (str, type(None)),
        "slug": str,
        "name": str,
        "summary": str,
        "description": str,
        "category": str,
        "brand": str,
        "price_incl_cents": int,
        "vat_rate": int,
        "eco_fee_tenthousandths": int,
        "specifications": list,
        "usages": list,
        "picture": str,
        "finish": str,
        "weight_g": int,
        "on_hand": int,
        "supply": str,
        "lead_days": (int, type(None)),
        "restock_in_days": (int, type(None)),
        "popularity": int,
        "warranty_months": int,
    },
}
#: The values that no two entries of a file share.
UNIQUE = ("slug", "sku", "ean")


def ensure_entries(name: str, rows: Any) -> None:
    """Every key with a value of its type, and no name twice. A picture is a drawn family in one of
    its finishes, or empty.

    Raises FileNotAList, KeyMissing, ValueUnusable, ValueTwice.
    """
    file = f"{name}.json"
    if not isinstance(rows, list):
        raise FileNotAList(file=file)
    seen: dict[str, set[Any]] = {key: set() for key in UNIQUE}
    for entry, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise FileNotAList(file=file)
        for key, kind in KEYS[name].items():
            if key not in row:
                raise KeyMissing(file=file, entry=entry, key=key)
            if not isinstance(row[key], kind) or isinstance(row[key], bool):
                raise ValueUnusable(file=file, entry=entry, key=key)
        for key in UNIQUE:
            value = row.get(key)
            if value is not None and value in seen[key]:
                raise ValueTwice(file=file, entry=entry, key=key)
            seen[key].add(value)
        if name == "products":
            _ensure_product(file, entry, row)


def _ensure_product(file: str, entry: int, row: dict[str, Any]) -> None:
    wrong: Sequence[tuple[str, bool]] = (
        ("supply", row["supply"] not in set(Supply)),
        ("finish", row["finish"] not in FINISHES),
        ("picture", bool(row["picture"]) and drawing(row["picture"], row["finish"]) is None),
        ("price_incl_cents", row["price_incl_cents"] <= 0),
        ("on_hand", row["on_hand"] < 0),
    )
    for key, is_wrong in wrong:
        if is_wrong:
            raise ValueUnusable(file=file, entry=entry, key=key)
