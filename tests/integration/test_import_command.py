"""Products are imported from the shell, twice without harm; faults are listed by line."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from shop.catalogue.models import Product
from shop.core.money import Money
from shop.storage.db import Database
from tests.shelves import a_product, stock_shelves


@pytest.fixture
def shelves(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Two products, in the database of the command."""
    stock_shelves(database, [a_product(1), a_product(2)])
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    return database


def run(app: Flask, file: Path, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=("catalogue", "import", str(file), *options))


def prices(database: Database) -> list[Money]:
    with database.reading_session() as session:
        return list(session.scalars(select(Product.price_including).order_by(Product.id)))


def test_a_second_run_changes_nothing(app: Flask, shelves: Database, tmp_path: Path):
    file = tmp_path / "tarif.csv"
    file.write_text("Référence;Prix TTC;Stock\nSON-00001;12,50;7\n", encoding="cp1252")
    before = prices(shelves)
    result = run(app, file, "--dry-run")
    assert result.exit_code == 0 and "Products changed: 1, new: 0." in result.output
    assert "“Stock” is not imported: receipts and corrections" in result.output
    assert prices(shelves) == before
    assert "is applied" in run(app, file).output
    assert prices(shelves) == [Money(1_250), before[1]]
    again = run(app, file)
    assert again.exit_code == 0 and "Lines read: 1. There is nothing to change." in again.output


def test_faults_are_listed_and_nothing_is_written(app: Flask, shelves: Database, tmp_path: Path):
    file = tmp_path / "tarif.csv"
    file.write_text("Reference,Price including VAT\nSON-00001,12\nSON-00002,dear\n")
    before = prices(shelves)
    result = run(app, file)
    assert result.exit_code == 1
    assert "line 3, Price including VAT, “dear”: An amount in euros" in result.output
    assert prices(shelves) == before
    file.write_text("Référence;Nom\nSON-9;Enceinte\n")
    assert "line 2, Brand, “”: A new product needs it" in run(app, file).output
    file.write_text("")
    assert run(app, file).exit_code == 2
    file.write_text("Nom;Prix TTC\na;1\n")
    assert "Say which column is the reference" in run(app, file).output
