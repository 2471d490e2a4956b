"""The demonstration's data is consistent: references, check digits, prices, pictures, spelling."""

import csv
import json
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from stdnum import ean
from stdnum.fr import siren, siret

from shop.catalogue.pictures import drawing
from shop.organisations.rules import EngagementRule, Verification

SHOP = Path(__file__).parents[2] / "shop"
REGISTER = SHOP / "register" / "data" / "public_bodies.csv"
NO_BREAK_SPACE = "\u00a0"


def data(name: str) -> list[dict[str, Any]]:
    return json.loads((SHOP / "demonstration" / "data" / f"{name}.json").read_text("utf-8"))


CATEGORIES, BRANDS, USAGES = data("categories"), data("brands"), data("usages")
PRODUCTS, ORGANISATIONS = data("products"), data("organisations")


def slugs(rows: list[dict[str, Any]]) -> set[str]:
    return {row["slug"] for row in rows}


@pytest.mark.parametrize("field", ["sku", "ean", "slug", "name", "description"])
def test_no_two_products_share(field: str):
    repeated = [v for v, n in Counter(p[field] for p in PRODUCTS).items() if n > 1]
    assert repeated == []


def test_the_catalogue_is_large_enough_to_be_tried():
    assert len(PRODUCTS) >= 120
    assert {p["vat_rate"] for p in PRODUCTS} == {550, 2000}
    assert all((p["vat_rate"] == 550) == p["sku"].startswith("LIV-") for p in PRODUCTS)


def test_every_drawing_is_used():
    assert len({p["picture"] for p in PRODUCTS}) == 40
    assert [p["sku"] for p in PRODUCTS if drawing(p["picture"], p["finish"]) is None] == []


def test_article_numbers_are_internal_ones_with_their_check_digit():
    assert all(ean.is_valid(p["ean"]) and p["ean"][0] == "2" for p in PRODUCTS)
    assert all(len(p["ean"]) == 13 for p in PRODUCTS)


def test_eight_chapters_with_their_families():
    chapters = [c for c in CATEGORIES if c["parent"] is None]
    assert [c["letter"] for c in chapters] == list("ABCDEFGH")
    for chapter in chapters:
        families = [c for c in CATEGORIES if c["parent"] == chapter["slug"]]
        assert [c["position"] for c in families] == list(range(1, len(families) + 1))
        assert len(families) >= 3
    assert len(slugs(CATEGORIES)) == len(CATEGORIES)


def test_products_name_what_exists_and_nothing_stays_empty():
    families = {c["slug"] for c in CATEGORIES if c["parent"]}
    assert {p["category"] for p in PRODUCTS} == families
    assert {p["brand"] for p in PRODUCTS} == slugs(BRANDS)
    assert {u for p in PRODUCTS for u in p["usages"]} == slugs(USAGES)
    assert all(len(set(p["usages"])) == len(p["usages"]) for p in PRODUCTS)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: p["sku"])
def test_a_price_excluding_tax_with_four_decimals_gives_the_round_price_back(product):
    rate = 1 + Decimal(product["vat_rate"]) / 10_000
    price = Decimal(product["price_incl_cents"]) / 100
    excluding = (price / rate).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert (excluding * rate).quantize(Decimal("0.01"), ROUND_HALF_UP) == price
    assert 4 <= price <= 6000
    assert 0 <= product["eco_fee_tenthousandths"] / 10_000 <= min(8, excluding)


def test_shelves_are_full_empty_and_about_to_be_filled():
    empty = [p for p in PRODUCTS if p["on_hand"] == 0]
    assert len(PRODUCTS) * 0.1 <= len(empty) <= len(PRODUCTS) * 0.25
    waiting = [p for p in PRODUCTS if p["restock_in_days"] is not None]
    assert len(waiting) >= 5
    assert all(p["on_hand"] == 0 and p["supply"] == "stocked" for p in waiting)
    assert any(p["supply"] == "stocked" and p["restock_in_days"] is None for p in empty)


def test_what_is_ordered_for_the_customer_says_its_delay():
    for product in PRODUCTS:
        if product["supply"] == "on_order":
            assert 3 <= product["lead_days"] <= 20
        else:
            assert product["supply"] == "stocked" and product["lead_days"] is None


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda p: p["sku"])
def test_a_description_reads_like_one(product):
    labels = [label for label, _ in product["specifications"]]
    assert 5 <= len(labels) <= 10
    assert len(set(labels)) == len(labels)
    assert 2 <= len(re.findall(r"[.!?](?:\s|$)", product["description"])) <= 5
    assert product["weight_g"] > 0 and product["warranty_months"] >= 0
    assert 1 <= product["popularity"] <= 1000


def test_french_typography():
    wrong = re.compile(r"'| [:;!?»%€]|« |\d (?:W|kg|mm|cm|m|pouces|lumens|lm|Hz|dB|h)\b|\.\.\.")
    texts = [json.dumps(row, ensure_ascii=False) for row in PRODUCTS + ORGANISATIONS]
    texts += [c["name"] + c["intro"] for c in CATEGORIES]
    assert [found for text in texts for found in wrong.findall(text)] == []
    assert any(NO_BREAK_SPACE in p["name"] for p in PRODUCTS)


def test_organisations_are_real_bodies_of_the_register():
    with REGISTER.open(encoding="utf-8", newline="") as lines:
        register = {row["siren"]: row for row in csv.DictReader(lines)}
    assert len(ORGANISATIONS) == 8
    for body in ORGANISATIONS:
        line = register[body["siren"]]
        assert (body["register_name"], body["legal_category"]) == (
            line["name"],
            line["legal_category"],
        )
        assert line["postal_code"] in ("", body["postal_code"])
        assert siren.is_valid(body["siren"])
        assert siret.is_valid(body["siret"]) and body["siret"].startswith(body["siren"])
    assert {b["legal_category"] for b in ORGANISATIONS} >= {"7210", "7346"}


def test_people_and_places_of_organisations():
    people = [p for body in ORGANISATIONS for p in body["people"]]
    emails = [p["email"] for p in people]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith(".example") for email in emails)
    assert {p["role"] for p in people} <= {"member_admin", "buyer", "accountant", "reader"}
    for body in ORGANISATIONS:
        assert body["engagement_rule"] in {rule.value for rule in EngagementRule}
        assert len(body["delivery_places"]) == 2
        assert all(p["contact_name"] and p["contact_phone"] for p in body["delivery_places"])


def test_the_two_sign_ins_of_organisations():
    of = {p["email"]: body for body in ORGANISATIONS for p in body["people"]}
    assert of["acheteur@ville.example"]["verification"] == Verification.VERIFIED
    assert of["nouveau@ecole.example"]["verification"] == Verification.PENDING
