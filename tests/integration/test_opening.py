"""Opening a real shop from the command line, on both databases."""

import json
import subprocess
import sys

import pytest
from sqlalchemy import select

from quotes.demonstration.letterhead import LETTERHEAD
from shop import cli
from shop.accounts.people import check_credentials, find_person
from shop.demonstration.catalogue import DATA
from shop.ground.config import ROOT
from shop.ground.db import Database
from shop.ground.journal import JournalEntry
from shop.ground.letterhead import current_letterhead
from shop.register.embedded import find_body


@pytest.fixture(autouse=True)
def environment(database: Database, monkeypatch: pytest.MonkeyPatch):
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("COMPTOIR_PASSWORD", "a long enough one")


def test_a_shop_is_opened_from_the_command_line(database: Database, tmp_path):
    letterhead = tmp_path / "letterhead.json"
    letterhead.write_text(json.dumps(LETTERHEAD), encoding="utf-8")
    assert cli.main(["letterhead", str(letterhead)]) == 0
    assert cli.main(["staff", "adv@shop.example", "sales_admin", "Hugo", "Perrin"]) == 0
    assert cli.main(["catalogue", str(DATA)]) == 0
    assert cli.main(["register"]) == 0
    with database.reading_session() as session:
        assert current_letterhead(session)["siret"] == LETTERHEAD["siret"]
        assert check_credentials(session, email="adv@shop.example", password="a long enough one")
        assert find_body(session, "216100388").postal_code == "61130"


def test_it_is_a_program_of_its_own(database: Database):
    command = [sys.executable, "-m", "shop.cli", "staff", "a@shop.example", "admin", "Ada"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_whoever_administers_the_machine_helps_who_lost_his_telephone(database: Database):
    cli.main(["staff", "adv@shop.example", "sales_admin", "Hugo", "Perrin"])
    with database.transaction() as session:
        person = find_person(session, "adv@shop.example")
        person.totp_secret = "JBSWY3DPEHPK3PXP"
    reason = ["Reconnu", "à", "son", "bureau"]
    assert cli.main(["lost-telephone", "adv@shop.example", *reason]) == 0
    assert cli.main(["close-account", "adv@shop.example", "Parti"]) == 0
    assert cli.main(["reopen-account", "adv@shop.example", "Revenu"]) == 0
    assert cli.main(["reopen-account", "adv@shop.example", "Revenu"]) == 2
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
        assert all(entry.by_name.endswith("(shop.cli)") for entry in entries[-3:])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["lost-telephone", "nobody@shop.example", "lost"],
        ["lost-telephone", "nobody@shop.example"],
        ["open"],
        ["letterhead"],
        ["letterhead", "/nowhere.json"],
        ["staff", "a@shop.example", "king"],
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert cli.main(arguments) == 2
    assert capsys.readouterr().err


def test_a_password_of_the_staff_is_not_guessed_first(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for password in ("too short", "Password2026!", "shop.example1"):
        monkeypatch.setenv("COMPTOIR_PASSWORD", password)
        assert cli.main(["staff", "ada@shop.example", "admin", "Ada"]) == 2
        assert "password" in capsys.readouterr().err


def test_a_wrong_account_number_never_reaches_an_invoice():
    wrong = {**LETTERHEAD, "bank": {**LETTERHEAD["bank"], "iban": "FR7630006000011234567890188"}}
    assert cli.letterhead_mistakes(wrong) == [
        "The IBAN FR7630006000011234567890188 fails its check."
    ]
    assert "The letterhead needs siret." in cli.letterhead_mistakes({**LETTERHEAD, "siret": ""})
