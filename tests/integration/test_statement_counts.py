"""What a page costs the database: a number of statements that no number of rows changes."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from shop.accounts.models import Membership, User
from shop.ground.db import Database
from shop.organisations.models import Organisation
from shop.organisations.rules import Nature, Verification
from tests.factories import AT
from tests.shelves import stock_shelves

FEW, MANY = 12, 240


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that a block sends; beginning and ending a transaction are not among them."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    engines = (database.read_engine, database.write_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def sign_in_a_buyer(database: Database, client) -> None:
    with database.transaction() as session:
        user = User(email="a@ville.example", password_hash="-", name="Claire", created_at=AT)
        town = Organisation(
            customer_code="C0001",
            name="Bellefontaine",
            siren="123456789",
            siret="12345678900001",
            legal_category="7210",
            nature=Nature.PUBLIC,
            verification=Verification.VERIFIED,
            header={},
            created_at=AT,
        )
        session.add_all([user, town])
        session.flush()
        session.add(
            Membership(user_id=user.id, organisation_id=town.id, role="buyer", approved_at=AT)
        )
        identity = f"{user.id}:{user.session_epoch}"
    with client.session_transaction() as cookie:
        cookie["_user_id"] = identity
        cookie["_fresh"] = True


@pytest.fixture(params=[FEW, MANY], ids=["few", "many"])
def rows(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.fixture(params=["visitor", "buyer"])
def reader(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def shop(database: Database, app, client, rows: int, reader: str):
    """Stocked shelves and a reader; the cache of departments is made, and is looked at again."""
    stock_shelves(database, rows)
    if reader == "buyer":
        sign_in_a_buyer(database, client)
    home = client.get("/").get_data(as_text=True)
    assert ("Bellefontaine" in home) == (reader == "buyer")

    def costs(method: str, url: str, **data: str) -> int:
        app.extensions["comptoir.tree"].look_again()
        with counted(database) as sent:
            answer = getattr(client, method)(url, data=data or None)
        assert answer.status_code in (200, 303), answer.status_code
        return len(sent)

    return costs


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/", 6),
        ("/rayon/sonorisation", 6),
        ("/rayon/sonorisation?sort=price&page=2", 6),
        ("/rayon/sonorisation?usage=plein-air&brand=valcorde&supply=in_stock&from=100", 6),
        ("/produit/produit-1", 5),
        ("/recherche?q=enceinte", 6),
        ("/recherche?q=SON-00003", 6),
        ("/recherche?q=encinte+activ", 6),
    ],
)
def test_a_page_costs_no_more_than_its_share(shop, url: str, most: int):
    assert shop("get", url) <= most


def test_adding_to_a_cart_and_showing_it_cost_no_more_than_their_share(shop, rows: int):
    for number in range(min(rows, 40)):
        assert shop("post", "/panier/ajouter", sku=f"SON-{number:05d}", quantity="1") <= 5
    assert shop("get", "/panier") <= 4
    assert shop("post", "/panier/SON-00001", quantity="3") <= 5
    assert shop("post", "/panier/SON-00001/retirer") <= 5


def test_a_full_list_weighs_no_more_than_its_share(database: Database, client):
    stock_shelves(database, MANY)
    for url in ("/rayon/sonorisation", "/rayon/sonorisation?sort=price&page=10"):
        page = client.get(url).data
        assert len(page) <= 40_000, len(page)
        assert len(gzip.compress(page, 6)) <= 9_000
