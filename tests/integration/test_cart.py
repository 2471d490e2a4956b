"""The cart: filled by a visitor, changed, kept when its owner signs in."""

import re
import threading
from hashlib import sha256

import pytest
from sqlalchemy import select

from shop.cart.carts import (
    NotForSale,
    add_to_cart,
    change_quantity,
    empty_cart,
    set_quantities,
)
from shop.cart.contents import NO_CART, cart_contents, ensure_orderable
from shop.cart.joining import adopt_cart
from shop.cart.models import KEPT_KEYS, KEY_LENGTH, CartLine
from shop.cart.rules import EmptyCart, WrongQuantity
from shop.catalogue.models import Product
from shop.catalogue.rules import OutOfStock
from shop.core.errors import NotFound
from shop.core.money import Money, UnitPrice
from shop.people.models import User
from shop.storage.db import Database
from shop.web.kit.once import FIELD
from tests.factories import AT
from tests.shelves import a_product, on_order, sold_out, stock_shelves

#: VAT at two rates, something sold out, something on order, and one last piece.
SHELF = [
    a_product(1, price=Money(54_900), on_hand=14),
    a_product(2, price=Money(3_165), vat_rate=550, eco_fee=UnitPrice(), on_hand=19),
    sold_out(3),
    on_order(4),
    a_product(5, on_hand=1),
]


@pytest.fixture
def shelves(database: Database) -> Database:
    stock_shelves(database, SHELF)
    return database


def a_user(session, email: str = "claire@ville.example") -> User:
    user = User(email=email, password_hash="-", name="Claire Marchand", created_at=AT)
    session.add(user)
    session.flush()
    return user


def put(database: Database, token: str | None, sku: str, quantity: int = 1):
    with database.transaction() as session:
        return add_to_cart(session, token, sku, quantity, at=AT)


def quantities(database: Database, token: str, user_id: int | None = None) -> dict[str, int]:
    with database.reading() as connection:
        lines = cart_contents(connection, token, user_id=user_id).lines
    return {line.sale.sku: line.sale.quantity for line in lines}


def test_a_visitor_fills_a_cart_and_adds_to_it(shelves: Database):
    first = put(shelves, None, "SON-00001", 2)
    again = put(shelves, first.token, "SON-00001", 3)
    assert (again.token, again.count, again.quantity) == (first.token, 5, 5)
    assert quantities(shelves, first.token) == {"SON-00001": 5}


def test_vat_is_counted_once_per_rate_on_the_total(shelves: Database):
    token = put(shelves, None, "SON-00001", 2).token
    put(shelves, token, "SON-00002", 1)
    with shelves.reading() as connection:
        contents = cart_contents(connection, token)
    totals = contents.totals
    assert [(part.rate, part.base.cents, part.amount.cents) for part in totals.vat] == [
        (550, 3_000, 165),
        (2000, 91_500, 18_300),
    ]
    assert totals.including == Money(112_965)
    assert contents.lines[0].including == Money(109_800)
    assert contents.weight_g == 3 * 12_900
    assert contents.can_be_ordered


def test_what_is_sold_out_cannot_be_added(shelves: Database):
    with pytest.raises(NotForSale):
        put(shelves, None, "SON-00003")
    with pytest.raises(NotFound):
        put(shelves, None, "NOTHING")


def test_a_product_on_order_can_be_added_in_any_quantity(shelves: Database):
    filled = put(shelves, None, "SON-00004", 50)
    assert not filled.is_short
    with shelves.reading() as connection:
        ensure_orderable(cart_contents(connection, filled.token))


def test_a_quantity_beyond_the_stock_is_kept_and_reported(shelves: Database):
    filled = put(shelves, None, "SON-00005", 4)
    assert filled.is_short
    with shelves.reading() as connection:
        contents = cart_contents(connection, filled.token)
    assert quantities(shelves, filled.token) == {"SON-00005": 4}
    assert not contents.can_be_ordered
    with pytest.raises(OutOfStock):
        ensure_orderable(contents)


def test_an_unknown_cart_is_empty(shelves: Database):
    with shelves.reading() as connection:
        assert cart_contents(connection, "no such token") == NO_CART
        with pytest.raises(EmptyCart):
            ensure_orderable(cart_contents(connection, None))


def test_a_quantity_stays_within_its_limits(shelves: Database):
    token = put(shelves, None, "SON-00004", 9_000).token
    assert put(shelves, token, "SON-00004", 9_000).quantity == 9_999
    for wrong in (0, -1, 10_000):
        with pytest.raises(WrongQuantity):
            put(shelves, token, "SON-00004", wrong)


def test_nobody_changes_a_cart_without_its_token(shelves: Database):
    token = put(shelves, None, "SON-00001").token
    with shelves.transaction() as session:
        assert set_quantities(session, "somebody-elses", {"SON-00001": 7}) is None
    with pytest.raises(NotFound), shelves.transaction() as session:
        change_quantity(session, "somebody-elses", "SON-00001", 7)
    assert quantities(shelves, token) == {"SON-00001": 1}


def test_signing_in_merges_the_old_cart_into_the_visitors(shelves: Database):
    old = put(shelves, None, "SON-00001", 5).token
    with shelves.transaction() as session:
        user_id = a_user(session).id
        adopt_cart(session, old, user_id)
    visiting = put(shelves, None, "SON-00001", 2).token
    put(shelves, visiting, "SON-00002", 3)
    with shelves.transaction() as session:
        kept = adopt_cart(session, visiting, user_id)
    assert kept.count == 8
    assert quantities(shelves, kept.token, user_id) == {"SON-00001": 5, "SON-00002": 3}
    assert quantities(shelves, old) == {}


def test_the_token_of_a_visitors_cart_is_invalid_after_sign_in(shelves: Database):
    before = put(shelves, None, "SON-00001", 2).token
    with shelves.transaction() as session:
        user_id, stranger = a_user(session).id, a_user(session, "hugo@ville.example").id
        after = adopt_cart(session, before, user_id).token
    assert after != before
    for token in (before, after):
        assert quantities(shelves, token) == quantities(shelves, token, stranger) == {}
        with shelves.transaction() as session:
            assert set_quantities(session, token, {"SON-00001": 7}) is None
        assert put(shelves, token, "SON-00002").count == 1
    assert quantities(shelves, after, user_id) == {"SON-00001": 2}


def test_a_cart_begun_after_signing_in_is_found_again_the_next_time(shelves: Database):
    with shelves.transaction() as session:
        user_id = a_user(session).id
        begun = add_to_cart(session, None, "SON-00001", 2, at=AT, user_id=user_id)
    with shelves.transaction() as session:
        assert adopt_cart(session, None, user_id).count == 2
        elsewhere = add_to_cart(session, None, "SON-00001", 1, at=AT, user_id=user_id)
    assert (elsewhere.token, elsewhere.count) == (begun.token, 3)


def test_two_windows_of_one_person_begin_one_cart(shelves: Database):
    with shelves.transaction() as session:
        user_id = a_user(session).id
    ready, counts = threading.Barrier(8), []

    def add() -> None:
        ready.wait()
        with shelves.transaction() as session:
            added = add_to_cart(session, None, "SON-00004", 1, at=AT, user_id=user_id)
        counts.append(added.count)

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == list(range(1, 9))


def test_signing_in_without_a_cart_finds_the_one_of_last_time(shelves: Database):
    token = put(shelves, None, "SON-00001", 2).token
    with shelves.transaction() as session:
        user_id = a_user(session).id
        kept = adopt_cart(session, token, user_id).token
    with shelves.transaction() as session:
        assert adopt_cart(session, None, user_id).token == kept
        assert adopt_cart(session, kept, user_id).count == 2


def test_the_cart_of_somebody_else_is_left_alone(shelves: Database):
    token = put(shelves, None, "SON-00001", 2).token
    with shelves.transaction() as session:
        first, second = a_user(session).id, a_user(session, "hugo@ville.example").id
        kept = adopt_cart(session, token, first).token
        assert adopt_cart(session, kept, second) is None
        assert adopt_cart(session, None, first).token == kept


def test_an_ordered_cart_is_empty(shelves: Database):
    token = put(shelves, None, "SON-00001", 2).token
    with shelves.transaction() as session:
        empty_cart(session, cart_contents(session, token).cart_id)
    assert quantities(shelves, token) == {}


def test_the_pages_fill_change_and_empty_a_cart(shelves: Database, client):
    added = client.post("/panier", data={"sku": "SON-00001", "quantity": "2"})
    assert added.status_code == 303
    page = client.get("/panier").get_data(as_text=True)
    assert "1\u202f098,00\u00a0€" in page
    assert (
        client.post("/panier/SON-00001", data={"change": "1", "quantity": "2"}).status_code == 303
    )
    assert "1\u202f647,00\u00a0€" in client.get("/panier").get_data(as_text=True)
    gone = client.post("/panier/SON-00001/retrait")
    undo = client.get(gone.headers["Location"]).get_data(as_text=True)
    assert 'name="quantity" value="3"' in undo
    client.post("/panier", data={"sku": "SON-00001", "quantity": "3", "next": "/panier"})
    assert "1\u202f647,00\u00a0€" in client.get("/panier").get_data(as_text=True)


@pytest.mark.parametrize(
    ("button", "address", "then"),
    [
        ({"order": "1"}, "/panier/quantites", "/commande/identification"),
        ({}, "/panier/quantites", "/panier"),
        ({"change": "1"}, "/panier/SON-00005", "/panier#line-SON-00005"),
        ({}, "/panier/SON-00005/retrait", "/panier?undo=SON-00005&quantity=1"),
    ],
)
def test_no_button_of_the_cart_loses_a_quantity_that_was_entered(
    shelves: Database, client, button: dict[str, str], address: str, then: str
):
    for sku in ("SON-00001", "SON-00005"):
        client.post("/panier", data={"sku": sku, "quantity": "1"})
    entered = {"quantity-SON-00001": "3", "quantity-SON-00005": "1"}
    answer = client.post(address, data={**entered, **button})
    assert answer.headers["Location"] == then
    page = client.get("/panier").get_data(as_text=True)
    assert re.search(r'name="quantity-SON-00001"\s+value="3"', page)


def test_a_wrong_quantity_loses_none_of_the_others(shelves: Database, client):
    for sku in ("SON-00001", "SON-00005"):
        client.post("/panier", data={"sku": sku, "quantity": "1"})
    entered = {"quantity-SON-00001": "3", "quantity-SON-00005": "two", "order": "1"}
    answer = client.post("/panier/quantites", data=entered)
    assert answer.status_code == 422
    for sku, typed in (("SON-00001", "3"), ("SON-00005", "two")):
        assert re.search(rf'name="quantity-{sku}"\s+value="{typed}"', answer.text)
    assert answer.text.count('class="field__error"') == 1


def test_a_wrong_quantity_is_shown_again_with_how_to_correct_it(shelves: Database, client):
    client.post("/panier", data={"sku": "SON-00001", "quantity": "2"})
    for address in ("/panier/quantites", "/panier/SON-00001", "/panier/SON-00005/retrait"):
        answer = client.post(address, data={"quantity-SON-00001": "two", "change": "1"})
        assert answer.status_code == 422
        assert 'value="two"' in answer.get_data(as_text=True)
    client.post("/panier/quantites", data={"quantity-SON-00001": "0"})
    assert 'class="empty"' in client.get("/panier").get_data(as_text=True)


def test_a_line_that_asks_for_too_many_says_so_and_the_button_says_why(shelves: Database, client):
    client.post("/panier", data={"sku": "SON-00005", "quantity": "4"})
    page = client.get("/panier").get_data(as_text=True)
    assert 'id="warning-SON-00005"' in page
    line = page.partition('id="line-SON-00005"')[2].partition("</li>")[0]
    assert "Vous en demandez 4" in line
    assert "En stock" not in line
    answer = client.post("/panier/quantites", data={"order": "1"})
    assert answer.headers["Location"] == "/panier?check=1"
    assert 'role="alert"' in client.get("/panier?check=1").get_data(as_text=True)


def test_a_withdrawn_product_stays_in_the_cart_but_cannot_be_ordered(shelves: Database, client):
    client.post("/panier", data={"sku": "SON-00001"})
    with shelves.transaction() as session:
        session.query(Product).filter_by(sku="SON-00001").update({"published": False})
    page = client.get("/panier").get_data(as_text=True)
    assert 'id="warning-SON-00001"' in page


def test_the_button_of_the_cart_names_the_next_step(shelves: Database, client):
    """Whoever draws a quote orders nothing."""
    client.post("/panier", data={"sku": "SON-00001"})
    page = client.get("/panier").text
    assert "Continuer\u00a0: identification" in page
    assert "Commander" not in page


def test_the_header_counts_without_asking_the_database(shelves: Database, client):
    client.post("/panier", data={"sku": "SON-00001", "quantity": "7"})
    assert re.search(r'<span class="tool__count">\s*7\b', client.get("/").text)


def test_adding_leads_back_to_the_product_on_its_page_and_says_it_there_once(client, shelves):
    page = "http://localhost/recherche?q=enceinte"
    sent = {"sku": "SON-00005", "quantity": "3", "place": "product"}
    answer = client.post("/panier", data=sent, headers={"Referer": page})
    assert answer.location == "/recherche?q=enceinte#product-SON-00005"
    assert "Enceinte active modèle 5" not in client.get("/panier").text.partition("<main")[0]
    shown = client.get("/recherche?q=enceinte").text
    cell = shown.partition('id="product-SON-00005"')[2].partition("</li>")[0]
    assert "3 × Enceinte active modèle 5" in cell
    assert 'href="/panier"' in cell
    assert "3 × " not in client.get("/recherche?q=enceinte").text


def test_more_than_there_are_is_said_where_it_was_added(client, shelves):
    for _time in range(2):
        answer = client.post(
            "/panier",
            data={"sku": "SON-00005", "quantity": "2", "place": "product"},
            headers={"Referer": "http://localhost/recherche?q=enceinte"},
        )
    page = client.get(answer.location).text
    assert "Votre panier en contient 4." in page
    assert "disponibles aujourd’hui" in page


@pytest.mark.parametrize(
    ("language", "full", "count"),
    [
        ("fr", "Votre panier contient 9\u202f999 × ", "19\u202f998 articles"),
        ("en", "Your cart contains 9,999 × ", "19,998 items"),
    ],
)
def test_a_full_line_says_that_it_is_full_and_not_that_units_were_added(
    client, shelves, language, full, count
):
    client.post("/langue", data={"language": language})
    for sku in ("SON-00005", "SON-00004"):
        for quantity in ("9998", "3", "3"):
            added = {"sku": sku, "quantity": quantity}
            answer = client.post("/panier", data=added)
            assert answer.status_code == 303, (sku, quantity)
            page = client.get(answer.location).text
            assert (full in page) is (quantity == "3")
            assert "3 × Enceinte" not in page
    assert count in client.get("/panier").text


def test_a_form_that_arrives_again_adds_nothing(client, shelves):
    def press(key: str) -> None:
        form = {"sku": "SON-00001", "quantity": "2", FIELD: key}
        assert client.post("/panier", data=form).status_code == 303

    client.post("/panier", data={"sku": "SON-00002"})
    for key in ("first", "first", "second", "first", "second"):
        press(key)
    with client.session_transaction() as cookie:
        token = cookie["cart"]
    assert quantities(shelves, token) == {"SON-00001": 4, "SON-00002": 1}


def test_the_form_of_another_product_or_quantity_is_another_one(client, shelves):
    for sku, units in (("SON-00001", "1"), ("SON-00001", "2"), ("SON-00002", "1")):
        client.post("/panier", data={"sku": sku, "quantity": units, FIELD: "one"})
    with client.session_transaction() as cookie:
        token = cookie["cart"]
    assert quantities(shelves, token) == {"SON-00001": 3, "SON-00002": 1}


@pytest.mark.parametrize("sku", ["SON-00001", "SON-00002"])
def test_six_presses_at_once_add_once(client, app, shelves, sku):
    """To a line that the cart has, and to a new one."""
    client.post("/panier", data={"sku": "SON-00001"})
    held = client.get_cookie("session").value
    together, answers = threading.Barrier(6), []

    def press() -> None:
        own = app.test_client()
        own.set_cookie("session", held)
        together.wait()
        answers.append(own.post("/panier", data={"sku": sku, FIELD: "one"}).status_code)

    threads = [threading.Thread(target=press) for _press in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 6
    with client.session_transaction() as cookie:
        token = cookie["cart"]
    assert quantities(shelves, token) == {"SON-00001": 1} | {sku: 1 + (sku == "SON-00001")}


def test_a_line_stores_the_last_forms_only(shelves: Database):
    token = put(shelves, None, "SON-00001").token
    keys = [sha256(bytes([n])).hexdigest()[:KEY_LENGTH] for n in range(KEPT_KEYS + 1)]
    with shelves.transaction() as session:
        for key in (*keys, keys[-1], keys[1]):
            add_to_cart(session, token, "SON-00001", 1, at=AT, form_key=key)
    assert quantities(shelves, token) == {"SON-00001": 1 + len(keys)}
    with shelves.reading_session() as session:
        stored = session.scalars(select(CartLine.form_keys)).one()
    assert stored == "".join(reversed(keys[1:]))
