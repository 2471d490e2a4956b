"""What a buyer reads of a price: cents, on every page from the product to the file."""

import re

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import escape

from checkout.web.steps.sums import sums_of
from shop.core.money import Money, UnitPrice
from shop.core.sales import SaleLine
from shop.core.vat import PriceBasis
from tests.factories import AT, make_checkout, make_product, make_town, sale_line
from tests.orders import make_quote
from tests.people import sign_in

#: An amount with more than two decimals.
LONG = re.compile(r"\d,\d{3,}\s*€|€\d[\d,]*\.\d{3,}")


def test_a_buyer_reads_prices_in_cents_from_the_product_to_the_file(client, database):
    """149 € including VAT are 124.1667 € excluding it, of which 0.4167 € of eco-contribution."""
    with database.transaction() as session:
        town = make_town(session, at=AT)
        facts = {"price": 14_900, "eco_fee": UnitPrice(4_167), "on_hand": 9}
        product = make_product(session, sku="PIE-0001", at=AT, **facts)
        _cart, token = make_checkout(session, product, 3, at=AT, by=town.buyer)
        number = make_quote(session, town.buyer, [sale_line(session, product, 3)]).number
    sign_in(client, town.buyer.user_id)
    with client.session_transaction() as cookie:
        cookie["cart"] = token
    for path in ("/produit/pie-0001", "/panier", "/commande/paiement", f"/devis/{number}"):
        page = client.get(path).text
        assert "124,17\u00a0€" in page or "372,51\u00a0€" in page, path
        assert not LONG.search(page), path


@pytest.mark.parametrize("basis", PriceBasis)
def test_the_name_of_a_delivery_bears_the_language_of_its_sale(app: Flask, basis: PriceBasis):
    unit = Money(1490) if basis is PriceBasis.INCLUDING else None
    price = UnitPrice.from_including(Money(1490), 2000)
    line = SaleLine(None, "", "Livraison <A>", 1, price, 2000, unit_including=unit)
    with app.test_request_context(), force_locale("en"):
        read, own = (sums_of([line], language=one).rows[1].label for one in ("fr", "en"))
    part = {PriceBasis.INCLUDING: "incl. VAT", PriceBasis.EXCLUDING: "excl. VAT"}[basis]
    assert read == f'<span lang="fr">Livraison &lt;A&gt;</span> {part}'
    assert own == f"Livraison &lt;A&gt; {part}"
    assert escape(read) == read
