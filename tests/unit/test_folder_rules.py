"""A catalogue folder is refused before anything of it is stored, with its entry and its key."""

import json
from copy import deepcopy
from typing import Any

import pytest

from shop.catalogue.folder_rules import (
    KEYS,
    FileNotAList,
    KeyMissing,
    ValueTwice,
    ValueUnusable,
    ensure_entries,
)
from shop.core.paths import ROOT

DATA = ROOT / "shop" / "demonstration" / "data"


def entries(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return deepcopy(found[:3])


@pytest.mark.parametrize("name", KEYS)
def test_the_folder_of_the_demonstration_is_accepted(name: str):
    rows = entries(name)
    assert rows
    ensure_entries(name, rows)


@pytest.mark.parametrize(("name", "key"), [(name, key) for name in KEYS for key in KEYS[name]])
def test_every_key_is_there_with_a_value_of_its_type(name: str, key: str):
    rows = entries(name)
    rows[1][key] = object()
    with pytest.raises(ValueUnusable) as unusable:
        ensure_entries(name, rows)
    assert unusable.value.facts == {"file": f"{name}.json", "entry": 2, "key": key}
    rows[1][key] = True
    with pytest.raises(ValueUnusable):
        ensure_entries(name, rows)
    del rows[1][key]
    with pytest.raises(KeyMissing) as missing:
        ensure_entries(name, rows)
    assert missing.value.facts == {"file": f"{name}.json", "entry": 2, "key": key}


def test_a_file_is_a_list_of_entries():
    for wrong in ({}, [[]], ["slug"]):
        with pytest.raises(FileNotAList) as found:
            ensure_entries("brands", wrong)
        assert found.value.facts == {"file": "brands.json"}


@pytest.mark.parametrize("key", ["slug", "sku", "ean"])
def test_no_two_products_share_a_name_of_theirs(key: str):
    rows = entries("products")
    rows[0]["ean"], rows[1]["ean"], rows[2]["ean"] = "4006381333931", None, None
    ensure_entries("products", rows)
    rows[2][key] = rows[0][key]
    with pytest.raises(ValueTwice) as twice:
        ensure_entries("products", rows)
    assert twice.value.facts == {"file": "products.json", "entry": 3, "key": key}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("supply", "tomorrow"),
        ("finish", "gold"),
        ("picture", "no-such-family"),
        ("price_incl_cents", 0),
        ("on_hand", -1),
    ],
)
def test_a_product_has_values_that_the_shop_can_use(key: str, value: Any):
    rows = entries("products")
    rows[0][key] = value
    with pytest.raises(ValueUnusable) as unusable:
        ensure_entries("products", rows)
    assert unusable.value.facts["key"] == key


def test_a_product_may_have_no_picture_and_no_stock():
    rows = entries("products")
    rows[0] |= {"picture": "", "on_hand": 0, "price_incl_cents": 1}
    ensure_entries("products", rows)
