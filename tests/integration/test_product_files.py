"""The products of the list, downloaded as files for a spreadsheet."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from shop.core.actors import LOGISTICS, SALES
from shop.storage.db import Database
from tests.people import staff
from tests.shelves import a_product, on_order, stock_shelves


@pytest.fixture
def shelves(database: Database) -> list[int]:
    """A microphone whose name would be a formula, and a cable."""
    return stock_shelves(
        database,
        [
            a_product(1, name="=Microphone Cantate", ean="2955153964670"),
            on_order(2, name="Câble XLR souple 10 m"),
        ],
    )


@pytest.mark.each_database
def test_the_file_holds_the_products_of_the_list(app, database: Database, shelves: list[int]):
    seller = staff(app, database, SALES, language="en")
    answer = seller.get("/bureau/produits.csv")
    assert answer.mimetype == "text/csv"
    assert "comptoir-produits-" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["Reference"] for row in rows] == ["SON-00002", "SON-00001"]
    cable, microphone = rows
    assert cable["Family"] == "enceintes" and cable["Brand"] == "valcorde"
    assert cable["VAT rate"] == "20" and cable["On sale"] == "yes"
    assert microphone["Name"] == "'=Microphone Cantate"
    assert microphone["EAN"] == '="2955153964670"'


def test_the_file_is_narrowed_as_the_list_is(app, database: Database, shelves: list[int]):
    seller = staff(app, database, SALES, language="en")
    page = seller.get("/bureau/produits?q=cable&state=on_sale").text
    assert "/bureau/produits.csv?state=on_sale&amp;q=cable" in page
    text = seller.get("/bureau/produits.csv?q=cable&state=on_sale").data.decode()
    assert "SON-00002" in text and "SON-00001" not in text
    text = seller.get("/bureau/produits.csv?state=withdrawn").data.decode()
    assert "SON-0000" not in text


def test_the_excel_file_keeps_names_as_text(app, database: Database, shelves: list[int]):
    answer = staff(app, database, SALES).get("/bureau/produits.xlsx")
    with ZipFile(BytesIO(answer.data)) as book:
        words = book.read("xl/worksheets/sheet1.xml").decode()
    assert "=Microphone Cantate" in words and "2955153964670" in words


def test_the_files_are_for_the_sales_staff(app, database: Database, shelves: list[int]):
    client = staff(app, database, LOGISTICS)
    assert client.get("/bureau/produits.csv").status_code == 403
    assert client.get("/bureau/produits.xlsx").status_code == 403
