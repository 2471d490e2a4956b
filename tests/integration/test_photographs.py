"""Photographs of products: sent, resized by the worker, ordered, shown, removed."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from shop.catalogue.models import Product
from shop.core.actors import LOGISTICS, SALES
from shop.documents.photographs import BROKEN, LARGE, SMALL, resized
from shop.jobs import make_photographs
from shop.photographs.models import Photograph, PhotographFile
from shop.photographs.rules import (
    MOST,
    NoPhotograph,
    NotAPhotograph,
    SentPhotograph,
    TooManyPictures,
    ensure_photographs,
    ordered,
)
from shop.storage.db import Database
from tests.people import staff
from tests.shelves import a_product, stock_shelves

_ORIENTATION, _MAKER = 0x0112, 0x010F


def picture(width: int, height: int, kind: str = "JPEG", *, turned: bool = False) -> bytes:
    """A photograph of that size; `turned`: held upright, as its EXIF says."""
    exif = Image.Exif()
    exif[_MAKER] = "Secret"
    if turned:
        exif[_ORIENTATION] = 6
    kept = BytesIO()
    Image.new("RGB", (width, height), "#334455").save(kept, kind, exif=exif)
    return kept.getvalue()


def bomb() -> bytes:
    """A few kilobytes that unfold to 50 million pixels."""
    kept = BytesIO()
    Image.new("1", (10_000, 5_000)).save(kept, "PNG")
    return kept.getvalue()


@pytest.fixture
def product(database: Database) -> int:
    return stock_shelves(database, [a_product(2)])[0]


def send(client: Any, product_id: int, *files: bytes) -> Any:
    sent = [(BytesIO(data), f"photo {place}.jpg") for place, data in enumerate(files, 1)]
    return client.post(f"/bureau/produits/{product_id}/photographies", data={"photographs": sent})


def test_a_photograph_is_reduced_turned_and_loses_its_exif():
    made = resized(picture(1000, 700, turned=True))
    assert (made.width, made.height) == (700, 1000)
    assert [(one.width, one.kind) for one in made.files] == [
        (400, "webp"),
        (400, "jpeg"),
        (700, "webp"),
        (700, "jpeg"),
    ]
    for one in made.files:
        with Image.open(BytesIO(one.data)) as shown:
            assert shown.format == one.kind.upper() and shown.width == one.width
            assert not shown.getexif() and b"Secret" not in one.data


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (bomb(), LARGE),
        (picture(299, 900), SMALL),
        (picture(400, 400)[:500], BROKEN),
        (b"\xff\xd8\xff nothing", BROKEN),
    ],
)
def test_a_picture_that_cannot_be_shown_is_told(data: bytes, wrong: str):
    assert resized(data).wrong == wrong


def test_files_are_accepted_by_their_first_bytes():
    photograph = SentPhotograph("a.jpg", picture(400, 400))
    ensure_photographs([photograph], there=MOST - 1)
    for sent, there, refusal in (
        ([], 0, NoPhotograph),
        ([photograph], MOST, TooManyPictures),
        ([SentPhotograph("a.jpg", b"<svg>")], 0, NotAPhotograph),
    ):
        with pytest.raises(refusal):
            ensure_photographs(sent, there=there)


@pytest.mark.parametrize(
    ("positions", "order"),
    [
        ([1, 2, 3], [0, 1, 2]),
        ([1, 2, 1], [2, 0, 1]),
        ([3, 2, 3], [1, 2, 0]),
        ([2, 1, 3], [1, 0, 2]),
        ([9, 2, 3], [1, 2, 0]),
    ],
)
def test_a_photograph_takes_the_place_that_is_typed_for_it(positions, order):
    assert ordered(positions) == order


def test_photographs_are_prepared_ordered_shown_and_removed(app, database: Database, product: int):
    client = staff(app, database, SALES, language="en")
    url = f"/bureau/produits/{product}/photographies"
    assert "No photograph yet" in client.get(url).text
    assert send(client, product).status_code == 422
    assert send(client, product, b"%PDF-1.7").status_code == 422
    assert send(client, product, picture(500, 400), picture(400, 300), bomb()).status_code == 303
    assert "being prepared" in client.get(url).text
    make_photographs(database)
    page = client.get(url).text
    assert "being prepared" not in page and "more than 40 million pixels" in page
    words = {"position_2": "1", "alt_2": "De face", "alt_en_2": "Front"}
    assert client.post(f"{url}/ordre", data=words).status_code == 303
    with database.reading_session() as session:
        shown = session.get_one(Product, product).photographs
        assert [one["width"] for one in shown] == [400, 500]
        assert (
            session.scalars(select(Photograph.original).order_by(Photograph.id)).all() == [None] * 3
        )
    visitor = app.test_client()
    page = visitor.get("/produit/produit-2").text
    assert 'alt="De face"' in page and f"{shown[0]['name']}-400.webp 400w" in page
    assert f"{shown[0]['name']}-400.jpeg" in visitor.get("/rayon/enceintes").text
    file = visitor.get(f"/photographies/{shown[0]['name']}-400.webp")
    assert file.mimetype == "image/webp" and "immutable" in file.headers["Cache-Control"]
    assert visitor.get("/photographies/1-0-400.webp").status_code == 404
    for number in (1, 2, 3):
        assert client.get(f"{url}/{number}/suppression").status_code == 200
        assert client.post(f"{url}/{number}/suppression").status_code == 303
    assert "/images/loudspeaker-active" in visitor.get("/produit/produit-2").text
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).select_from(PhotographFile)) == 0
    assert staff(app, database, LOGISTICS).get(url).status_code == 403
