"""What a buyer reads of a price: cents, on every page from the product to the file."""

import re

from shop.core.money import UnitPrice
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
