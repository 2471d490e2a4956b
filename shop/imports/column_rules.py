"""The columns of a file of products, pure: which field each one is, by its title."""

from collections.abc import Mapping, Sequence

from shop.core.errors import N_, DomainError
from shop.core.folding import fold_name

#: The fields that an import writes, in the order of the export, each with the titles that name it.
#: The first two are those that the export writes, in English and in French.
TITLES: dict[str, tuple[str, ...]] = {
    "sku": ("Reference", "Référence", "SKU", "Réf", "Product code", "Code article"),
    "ean": ("EAN", "EAN13", "GTIN", "Barcode", "Code-barres", "Code barre"),
    "name": ("Name", "Nom", "Title", "Désignation", "Libellé"),
    "brand": ("Brand", "Marque", "Manufacturer", "Fabricant"),
    "family": ("Family", "Famille", "Category", "Catégorie", "Rayon"),
    "summary": ("Short description", "Description courte", "Summary", "Résumé"),
    "price": ("Price including VAT", "Prix TTC", "Price incl. VAT", "Prix public TTC"),
    "vat_rate": ("VAT rate", "Taux de TVA", "VAT", "TVA"),
    "weight_g": ("Weight in grams", "Poids en grammes", "Weight (g)", "Poids (g)"),
    "warranty_months": ("Warranty in months", "Garantie en mois", "Warranty", "Garantie"),
    "published": ("On sale", "En vente", "Published", "Publié"),
}
FIELDS = tuple(TITLES)
KEY = "sku"
#: What a product that is not in the catalogue yet needs.
NEEDED = ("name", "brand", "family", "price")
#: Titles of the stock: it is changed by receipts and corrections, each with its reason.
_STOCK = ("Stock", "Quantity", "Quantité", "On hand", "En stock", "Available", "Disponible")
_KNOWN = {fold_name(title): field for field, titles in TITLES.items() for title in titles}
_STOCK_KEYS = frozenset(fold_name(title) for title in _STOCK)
LONGEST_TITLE = 80


class ReferenceNotMapped(DomainError):
    sentence = N_("Say which column is the reference: it tells which product a line is about.")
    status = 422


class FieldTwice(DomainError):
    sentence = N_("Two columns are given as the same field: keep one of them.")
    status = 422


class NothingMapped(DomainError):
    sentence = N_("Give at least one column besides the reference.")
    status = 422


def proposed(titles: Sequence[str], remembered: Mapping[str, str]) -> list[str]:
    """The field of each column, "" for none: as earlier imports had it (`remembered`, by folded
    titles), else by its title. A field is proposed once.
    """
    found: list[str] = []
    for title in titles:
        key = fold_name(title)
        field = remembered.get(key, _KNOWN.get(key, ""))
        found.append(field if field in FIELDS and field not in found else "")
    return found


def remembered_from(pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> dict[str, str]:
    """The field of each folded title, from the titles and fields of earlier imports, the latest
    first.
    """
    known: dict[str, str] = {}
    for titles, fields in pairs:
        for title, field in zip(titles, fields, strict=False):
            known.setdefault(fold_name(title), field)
    return known


def ensure_mapping(mapping: Sequence[str]) -> None:
    """Raises ReferenceNotMapped, FieldTwice, NothingMapped."""
    chosen = [field for field in mapping if field]
    if KEY not in chosen:
        raise ReferenceNotMapped
    if len(set(chosen)) < len(chosen):
        raise FieldTwice
    if len(chosen) < 2:
        raise NothingMapped


def is_stock(title: str) -> bool:
    """Whether a column holds the stock, which an import leaves as it is."""
    return fold_name(title) in _STOCK_KEYS
