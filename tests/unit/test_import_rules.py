"""What a line of a file changes, and which cells are refused, without a database."""

import pytest

from shop.catalogue.price_rules import WrongPrice
from shop.catalogue.product_files import COLUMNS
from shop.catalogue.sheet_rules import EanNotValid, SkuNotValid
from shop.core.alphabet import LettersNotPrinted
from shop.imports.cell_rules import (
    AmountExpected,
    CellMissing,
    FamilyAmbiguous,
    FamilyUnknown,
    RateExpected,
    Shelves,
    TextTooLong,
    WholeExpected,
    YesOrNoExpected,
    value_of,
)
from shop.imports.column_rules import (
    FIELDS,
    TITLES,
    FieldTwice,
    NothingMapped,
    ReferenceNotMapped,
    ensure_mapping,
    is_stock,
    proposed,
    remembered_from,
)
from shop.imports.difference_rules import NewProductIncomplete, compared, stamp, written

SHELVES = Shelves(
    {"enceintes": ("enceintes",), "cables": ("cables-son", "cables-image")},
    {"arpege": "Arpège"},
)
STORED = {
    "sku": "SON-1",
    "ean": None,
    "name": "Enceinte  active ",
    "brand": "Arpège",
    "family": "enceintes",
    "summary": "",
    "price": 54_900,
    "vat_rate": 2000,
    "weight_g": 9_500,
    "warranty_months": 24,
    "published": True,
}
NEW = {"sku": "NEW-1", "name": "Pied", "brand": "Arpège", "family": "Enceintes", "price": "10"}


def test_the_titles_of_the_export_are_known_in_both_languages():
    assert [TITLES[name][0] for name in FIELDS] == list(COLUMNS)
    french = ["Référence", "Stock", "PRIX TTC", "prix ttc", "Poids (g)"]
    assert proposed(french, {}) == ["sku", "", "price", "", "weight_g"]
    assert is_stock("Quantité") and not is_stock("Nom")


def test_what_earlier_imports_said_of_a_title_is_remembered():
    known = remembered_from([(["Tarif", "Nom"], ["price", ""]), (["Tarif"], ["weight_g"])])
    assert proposed(["TARIF", "Nom", "Marque"], known) == ["price", "", "brand"]


@pytest.mark.parametrize(
    ("mapping", "refusal"),
    [
        (["name", "price"], ReferenceNotMapped),
        (["sku", "price", "price"], FieldTwice),
        (["sku", ""], NothingMapped),
    ],
)
def test_a_mapping_names_the_reference_and_each_field_once(mapping, refusal):
    with pytest.raises(refusal):
        ensure_mapping(mapping)


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("price", "1 234,5 €", 123_450),
        ("price", "1.234,56", 123_456),
        ("price", "1,234.56", 123_456),
        ("price", "12", 1_200),
        ("vat_rate", "5,5 %", 550),
        ("vat_rate", "20.00", 2000),
        ("weight_g", "9 500", 9_500),
        ("ean", " 2955153964670", "2955153964670"),
        ("ean", "", None),
        ("published", "OUI", True),
        ("published", "no", False),
        ("family", "Enceintes", "enceintes"),
        ("brand", "ARPEGE", "Arpège"),
        ("brand", "Nouvelle marque", "Nouvelle marque"),
        ("name", " Câble \t10 m ", "Câble 10 m"),
    ],
)
def test_a_cell_is_read_as_people_write_it(name: str, cell: str, value: object):
    assert value_of(name, cell, SHELVES) == value


@pytest.mark.parametrize(
    ("name", "cell", "refusal"),
    [
        ("price", "1,234", AmountExpected),
        ("price", "1.234.567", AmountExpected),
        ("price", "douze", AmountExpected),
        ("price", "-3", AmountExpected),
        ("price", "0", WrongPrice),
        ("price", "", CellMissing),
        ("price", "١٢", AmountExpected),
        ("vat_rate", "19,6", RateExpected),
        ("weight_g", "1,5", WholeExpected),
        ("weight_g", "2000001", WholeExpected),
        ("ean", "2,95515E+12", EanNotValid),
        ("published", "peut-être", YesOrNoExpected),
        ("family", "inconnue", FamilyUnknown),
        ("family", "Câbles", FamilyAmbiguous),
        ("name", "x" * 201, TextTooLong),
        ("name", "名", LettersNotPrinted),
        ("brand", " ", CellMissing),
        ("brand", "品牌", LettersNotPrinted),
    ],
)
def test_a_cell_that_cannot_be_used_says_what_was_expected(name: str, cell: str, refusal):
    with pytest.raises(refusal):
        value_of(name, cell, SHELVES)


def test_what_the_export_writes_changes_nothing():
    cells = {name: written(name, value) for name, value in STORED.items()} | {"published": "oui"}
    found = compared(cells, STORED, SHELVES)
    assert not found.changes and not found.faults
    odd = STORED | {"ean": "123", "vat_rate": 0, "name": "名"}
    cells |= {name: written(name, odd[name]) for name in ("ean", "vat_rate", "name")}
    found = compared(cells, odd, SHELVES)
    assert not found.changes and not found.faults, "what is stored is no fault of the file"


def test_what_was_edited_is_changed_and_nothing_else():
    cells = {"sku": "SON-1", "price": "499", "name": "Enceinte active", "ean": ""}
    found = compared(cells, STORED, SHELVES)
    assert found.changes == {"price": [54_900, 49_900]}
    emptied = compared({"sku": "SON-1", "ean": ""}, STORED | {"ean": "2955153964670"}, SHELVES)
    assert emptied.changes == {"ean": ["2955153964670", None]}


def test_every_fault_of_a_line_is_found_at_once():
    found = compared({"sku": "SON-1", "price": "x", "weight_g": "y"}, STORED, SHELVES)
    assert [one.field for one in found.faults] == ["price", "weight_g"]
    assert [one.value for one in found.faults] == ["x", "y"]


def test_a_new_product_needs_a_name_a_brand_a_family_and_a_price():
    found = compared(NEW | {"vat_rate": ""}, None, SHELVES)
    assert not found.faults
    assert found.changes["family"] == [None, "enceintes"]
    assert found.changes["vat_rate"] == [None, 2000]
    assert found.changes["published"] == [None, False]
    lacking = compared({"sku": "?", "name": ""}, None, SHELVES)
    kinds = {(one.field, type(one.refusal)) for one in lacking.faults}
    assert kinds == {
        ("sku", SkuNotValid),
        ("name", CellMissing),
        ("brand", NewProductIncomplete),
        ("family", NewProductIncomplete),
        ("price", NewProductIncomplete),
    }


def test_the_stamp_of_a_product_does_not_depend_on_its_price():
    assert stamp(STORED) == stamp(STORED | {"price": 1})
    assert stamp(STORED) != stamp(STORED | {"published": False})
