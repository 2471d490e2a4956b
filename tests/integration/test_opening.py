"""Setting up a real shop from the command line, on both databases."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from quotes.demonstration.letterhead import LETTERHEAD
from shop.catalogue.models import Category, Product
from shop.demonstration.catalogue import DATA
from shop.letterheads.letterheads import current_letterhead, set_letterhead
from shop.letterheads.rules import NEEDED, LetterheadRefused, letterhead_mistakes
from shop.opening.first_administrator import GOOD_FOR, write_link
from shop.people.people import find_person
from shop.register.embedded import find_body
from shop.signin.signing import check_credentials
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.conftest import TEST_SETTINGS
from tests.factories import AT


@pytest.fixture(autouse=True)
def environment(database: Database, monkeypatch: pytest.MonkeyPatch):
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("COMPTOIR_PASSWORD", "a long enough one")


@pytest.fixture
def command(app: Flask):
    """Runs a command line; returns the exit status, stores what was written to stderr."""

    def run(*arguments: str) -> int:
        result = app.test_cli_runner().invoke(args=arguments)
        run.stderr = result.stderr
        return result.exit_code

    return run


def test_a_shop_is_set_up_from_the_command_line(database: Database, command, tmp_path):
    letterhead = tmp_path / "letterhead.json"
    letterhead.write_text(json.dumps(LETTERHEAD), encoding="utf-8")
    assert command("shop", "letterhead", str(letterhead)) == 0
    staff = ("sales_admin", "Hugo", "Perrin")
    assert command("people", "add-staff", "adv@shop.example", *staff) == 0
    assert command("shop", "catalogue", str(DATA)) == 0
    assert command("shop", "register") == 0
    with database.reading_session() as session:
        assert current_letterhead(session)["siret"] == LETTERHEAD["siret"]
        assert check_credentials(session, email="adv@shop.example", password="a long enough one")
        assert find_body(session, "216100388").postal_code == "61130"


def test_the_command_of_a_catalogue_names_each_product_and_its_characters(
    database: Database, tmp_path, command
):
    for name in ("categories", "brands", "usages", "products"):
        rows = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
        if name == "products":
            rows[0]["name"] += " 株"
            rows[2]["summary"] = "Théâtre 🎭, 北京"
            first, third = rows[0]["sku"], rows[2]["sku"]
        (tmp_path / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")
    assert command("shop", "catalogue", str(tmp_path)) == 2
    said = " ".join(command.stderr.split())
    assert f"1 ({first}), name: 株; 3 ({third}), summary: 🎭 北 京." in said
    with database.reading_session() as session:
        assert session.scalars(select(Product).order_by(Product.id)).all() == []


def test_the_administrator_of_the_machine_helps_a_person_without_telephone(
    database: Database, command
):
    command("people", "add-staff", "adv@shop.example", "sales_admin", "Hugo", "Perrin")
    with database.transaction() as session:
        person = find_person(session, "adv@shop.example")
        person.totp_secret = "JBSWY3DPEHPK3PXP"
    reason = ["Reconnu", "à", "son", "bureau"]
    assert command("people", "remove-second-factor", "adv@shop.example", *reason) == 0
    assert command("people", "close", "adv@shop.example", "Parti") == 0
    assert command("people", "reopen", "adv@shop.example", "Revenu") == 0
    assert command("people", "reopen", "adv@shop.example", "Revenu") == 2
    with database.reading_session() as session:
        person = find_person(session, "adv@shop.example")
        assert (person.totp_secret, person.active) == (None, True)
        entries = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
        told = [(entry.act, entry.facts.get("reason")) for entry in entries[-3:]]
        assert told == [
            ("remove_second_factor", "Reconnu à son bureau"),
            ("deactivate", "Parti"),
            ("reopen", "Revenu"),
        ]
        assert all(entry.by_name.endswith("(command line)") for entry in entries[-3:])


@pytest.mark.parametrize(
    "arguments",
    [
        ["people", "no-such-command"],
        ["people", "remove-second-factor", "nobody@shop.example", "lost"],
        ["people", "remove-second-factor", "nobody@shop.example"],
        ["open", "now"],
        ["shop", "letterhead"],
        ["shop", "letterhead", "/nowhere.json"],
        ["people", "add-staff", "a@shop.example", "king"],
    ],
)
def test_a_command_that_cannot_run_says_why(arguments: list[str], command):
    assert command(*arguments) == 2
    assert command.stderr


def test_a_password_of_the_staff_must_not_be_easily_guessed(
    database: Database, command, monkeypatch: pytest.MonkeyPatch
):
    for password in ("too short", "Password2026!", "shop.example1"):
        monkeypatch.setenv("COMPTOIR_PASSWORD", password)
        assert command("people", "add-staff", "ada@shop.example", "admin", "Ada") == 2
        assert "password" in command.stderr


def test_a_wrong_account_number_never_reaches_an_invoice():
    wrong = {**LETTERHEAD, "bank": {**LETTERHEAD["bank"], "iban": "FR7630006000011234567890188"}}
    assert letterhead_mistakes(wrong) == ["The IBAN FR7630006000011234567890188 fails its check."]
    way = letterhead_mistakes(LETTERHEAD | {"public_invoices": "pigeon"})
    assert way == ["The key public_invoices is reform or chorus."]


@pytest.mark.parametrize("key", NEEDED)
def test_a_letterhead_has_what_the_law_wants_on_papers_and_pages(database: Database, key: str):
    lacking = {name: value for name, value in LETTERHEAD.items() if name != key}
    assert f"The letterhead needs {key}." in letterhead_mistakes(lacking)
    with pytest.raises(LetterheadRefused, match=key), database.transaction() as session:
        set_letterhead(session, lacking, at=AT)


@pytest.mark.parametrize(
    ("form", "needed"),
    [
        ("SAS", ["rcs", "capital"]),
        ("S.A.R.L.", ["rcs", "capital"]),
        ("société anonyme", ["rcs", "capital"]),
        ("SNC", ["rcs"]),
        ("Association", []),
        ("Entrepreneur individuel", []),
    ],
)
def test_a_letterhead_has_what_its_legal_form_wants(form: str, needed: list[str]):
    bare = {**LETTERHEAD, "legal_form": form, "rcs": "", "capital": 0}
    assert letterhead_mistakes(bare) == [f"The letterhead needs {key}." for key in needed]


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("siren", "732829321", "The SIREN 732829321 fails its check."),
        ("siret", "73282932000075", "The SIRET 73282932000075 fails its check."),
        ("siret", "21370072700018", "The SIRET 21370072700018 is not of the company 732829320."),
        ("vat_number", "FR45732829320", "The VAT number FR45732829320 fails its check."),
        ("vat_number", "FR83404833048", "The VAT number FR83404833048 is not of the company"),
        ("capital", "50 000 €", "The capital is a whole number of cents."),
        ("address", ["Quai des Forges"], "The last line of the address is the postal code and the"),
    ],
)
def test_a_letterhead_bears_the_numbers_of_one_company(key: str, value: str, told: str):
    found = letterhead_mistakes({**LETTERHEAD, key: value})
    assert [one for one in found if one.startswith(told)]


def catalogue(folder: Path, **changed: Any) -> Path:
    """A copy of the demonstration's catalogue; `changed` replaces values of its first product, and
    ... takes a key away.
    """
    for file in DATA.glob("*.json"):
        shutil.copy(file, folder)
    rows = json.loads((folder / "products.json").read_text(encoding="utf-8"))[:3]
    rows[0] = {key: value for key, value in (rows[0] | changed).items() if value is not ...}
    (folder / "products.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"brand": ...}, "products.json, entry 1: the key “brand” is missing."),
        ({"vat_rate": "20"}, "products.json, entry 1: the value of “vat_rate” cannot be used."),
        ({"picture": "ma-photo.jpg"}, "entry 1: the value of “picture” cannot be used."),
        ({"finish": "rose"}, "entry 1: the value of “finish” cannot be used."),
        ({"supply": "soon"}, "entry 1: the value of “supply” cannot be used."),
        ({"price_incl_cents": 0}, "entry 1: the value of “price_incl_cents” cannot be used."),
        ({"category": "nowhere"}, "category “nowhere” does not exist in this catalogue."),
    ],
)
def test_a_catalogue_with_a_mistake_is_refused_whole(
    database: Database, command, tmp_path, changed: dict[str, Any], told: str
):
    assert command("shop", "catalogue", str(catalogue(tmp_path, **changed))) == 2
    assert told in " ".join(command.stderr.split())
    with database.reading_session() as session:
        assert session.scalars(select(Category.id).order_by(Category.id)).all() == []


def test_a_reference_stands_once_in_a_catalogue(command, tmp_path):
    folder = catalogue(tmp_path)
    rows = json.loads((folder / "products.json").read_text(encoding="utf-8"))
    (folder / "products.json").write_text(json.dumps([*rows, rows[0]]), encoding="utf-8")
    assert command("shop", "catalogue", str(folder)) == 2
    assert "products.json, entry 4: another entry has the same “slug”." in command.stderr


def test_a_catalogue_is_filled_once(database: Database, command, tmp_path):
    folder = str(catalogue(tmp_path, picture=""))
    assert command("shop", "catalogue", folder) == 0
    assert command("shop", "catalogue", folder) == 2
    assert "The catalogue is filled already" in command.stderr
    with database.reading_session() as session:
        assert len(session.scalars(select(Product.id)).all()) == 3


def test_the_first_administrator_opens_their_account_by_a_link_once(opened, database: Database):
    app = opened(database, replace(TEST_SETTINGS, mode="production"))
    printed = app.test_cli_runner().invoke(args=["open"])
    page = urlsplit(printed.stdout.strip()).path
    client = app.test_client()
    assert client.get(page).status_code == 200
    typed = {"name": "Ada Roche", "email": "ada@shop.example", "password": "Ada Roche 2026"}
    assert client.post(page, data=typed).status_code == 422
    typed["password"] = "four quiet lamps burn"
    answer = client.post(page, data=typed)
    assert (answer.status_code, answer.location) == (303, "/bureau/ouverture")
    assert client.get("/bureau/ouverture").location == "/compte/securite/codes"
    assert app.test_client().get(page).status_code == 410
    other = typed | {"email": "bob@shop.example"}
    assert app.test_client().post(page, data=other).status_code in (303, 410)
    with database.reading_session() as session:
        assert find_person(session, "bob@shop.example") is None
        assert find_person(session, "ada@shop.example").staff_roles == {"admin"}
    again = app.test_cli_runner().invoke(args=["open"])
    assert again.exit_code == 2 and "administrator already" in again.stderr


def test_the_link_of_the_opening_ends_after_a_day_and_is_not_made_elsewhere(opened, database):
    client = opened(database, TEST_SETTINGS).test_client()
    late = write_link(TEST_SETTINGS.secret_key, at=AT - GOOD_FOR)
    foreign = write_link("x" * 40, at=AT)
    assert {client.get(f"/ouverture/{token}").status_code for token in (late, foreign)} == {404}
