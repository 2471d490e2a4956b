"""The office sends a file, reads what it changes, applies the import and undoes it."""

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from sqlalchemy import select

from shop.catalogue.models import Product
from shop.core.actors import LOGISTICS, SALES
from shop.core.money import Money
from shop.imports.working import run_imports
from shop.ops import clock
from shop.storage.db import Database
from tests.people import staff
from tests.shelves import a_product, stock_shelves

FILE = "Référence;Tarif;Stock\r\nSON-00001;12,50;3\r\nSON-00002;13;4\r\n".encode("cp1252")


@pytest.fixture
def shelves(database: Database) -> list[int]:
    return stock_shelves(database, [a_product(1), a_product(2)])


def send(client: Any, data: bytes, name: str = "tarif.csv") -> Any:
    return client.post("/bureau/imports", data={"file": (BytesIO(data), name)})


def columns(*fields: str, day: str = "2026-11-18") -> dict[str, str]:
    return {f"column_{n}": field for n, field in enumerate(fields)} | {"starts_on": day}


def seen_on(page: str) -> dict[str, str]:
    """The mark of the comparison that a page shows."""
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return {"seen": found[1]}


def prices(database: Database) -> list[Money]:
    with database.reading_session() as session:
        return list(session.scalars(select(Product.price_including).order_by(Product.id)))


def test_a_file_is_compared_applied_and_undone(app, database: Database, shelves: list[int]):
    client, before = staff(app, database, SALES, language="en"), prices(database)
    page = send(client, FILE).headers["Location"]
    assert "The stock is not imported" in client.get(page).text
    assert client.post(f"{page}/comparaison", data=columns("sku", "price", "")).status_code == 303
    assert "0 lines compared" in client.get(page).text
    run_imports(database, clock=clock.now)
    shown = client.get(page).text
    assert "2 products changed" in shown and "€12.50" in shown and "Apply the import" in shown
    text = client.get(f"{page}/differences.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text), delimiter=";"))
    assert [row["Reference"] for row in rows] == ["SON-00001", "SON-00002"]
    assert prices(database) == before
    # a colleague compares again: what the page showed is not what would be applied
    client.post(f"{page}/comparaison", data=columns("sku", "name", ""))
    run_imports(database, clock=clock.now)
    assert client.post(f"{page}/application", data=seen_on(shown)).status_code == 303
    assert "moved on" in client.get(page).text
    with clock.travelled(timedelta(minutes=5)):
        client.post(f"{page}/comparaison", data=columns("sku", "price", ""))
        run_imports(database, clock=clock.now)
    client.post(f"{page}/application", data=seen_on(client.get(page).text))
    assert "being applied" in client.get(page).text
    run_imports(database, clock=clock.now)
    assert prices(database) == [Money(1_250), Money(1_300)]
    assert "Import 1 (tarif.csv)" in client.get(f"/bureau/produits/{shelves[0]}/prix").text
    assert "earlier values again" in client.get(f"{page}/annulation").text
    client.post(f"{page}/annulation")
    run_imports(database, clock=clock.now)
    assert prices(database) == before and "undone" in client.get(page).text
    assert "tarif.csv" in client.get("/bureau/imports").text
    assert 'value="price" selected' in client.get(send(client, FILE).headers["Location"]).text


def test_faults_stand_on_the_page_and_in_a_file(app, database: Database, shelves: list[int]):
    client = staff(app, database, SALES, language="en")
    data = "Référence,Nom,Prix TTC\nSON-00001,Micro,cher\n,,\nNEW,,\n".encode()
    page = send(client, data).headers["Location"]
    client.post(f"{page}/comparaison", data=columns("sku", "name", "price"))
    run_imports(database, clock=clock.now)
    shown = client.get(page).text
    assert "cher" in shown and "An amount in euros is expected" in shown
    assert "Apply the import" not in shown
    assert client.post(f"{page}/application").status_code == 303
    assert "moved on" in client.get(page).text, "nothing is applied"
    text = client.get(f"{page}/fautes.csv").data.decode("utf-8-sig")
    assert [row["Line"] for row in csv.DictReader(StringIO(text), delimiter=";")] == ["2", *"4444"]
    assert client.post(f"{page}/abandon").status_code == 303
    assert "given up" in client.get(page).text


def test_what_cannot_be_compared_is_said_beside_its_field(
    app, database: Database, shelves: list[int]
):
    client = staff(app, database, SALES, language="en")
    assert send(client, b"", "").status_code == 422
    assert "no line" in send(client, b"\n").text
    assert "cannot be read as a table" in send(client, b"PK\x03\x04broken", "a.xlsx").text
    page = send(client, FILE).headers["Location"]
    wrong = (
        (columns("", "price", ""), "Say which column is the reference"),
        (columns("sku", "price", "price"), "Two columns are given as the same field"),
        (columns("sku", "", ""), "at least one column besides"),
        (columns("sku", "price", "", day="2020-01-01"), "from today at the earliest"),
        (columns("sku", "price", "", day="demain"), "Enter a day that exists"),
    )
    for answers, sentence in wrong:
        refused = client.post(f"{page}/comparaison", data=answers)
        assert refused.status_code == 422 and sentence in refused.text


def test_imports_are_for_the_sales_staff(app, database: Database, shelves: list[int]):
    page = send(staff(app, database, SALES), FILE).headers["Location"]
    client = staff(app, database, LOGISTICS)
    for address in ("/bureau/imports", page, f"{page}/differences.csv", f"{page}/fautes.csv"):
        assert client.get(address).status_code == 403
    assert client.post(f"{page}/application").status_code == 403
