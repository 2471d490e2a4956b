"""The pages of absences: entered on a colleague's page, told where they matter, ended early."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from shop.core.actors import ACCOUNTING, ADMIN, LOGISTICS
from shop.ops import clock
from shop.people.models import User
from shop.staff.models import StaffLeave
from shop.storage.db import Database
from tests.factories import AT, make_staff
from tests.people import sign_in, staff

TEAM = "/bureau/equipe"
TODAY = clock.paris_day(AT)
LAST = TODAY + timedelta(days=4)


def colleagues(database: Database) -> tuple[int, int]:
    """Who goes away, and their substitute."""
    with database.transaction() as session:
        absent, sam = make_staff(session, ACCOUNTING), make_staff(session, LOGISTICS)
        absent.name, sam.name = "Rose Martin", "Sam Dubois"
        return absent.id, sam.id


def answers(substitute: int, *roles: str) -> dict[str, Any]:
    days = {"starts_on": TODAY.isoformat(), "ends_on": LAST.isoformat()}
    return days | {"substitute": str(substitute), "roles": list(roles)}


def test_an_absence_is_entered_told_and_ended(app: Flask, database: Database):
    office, (rose, sam) = staff(app, database, ADMIN), colleagues(database)
    browser = sign_in(app.test_client(), sam)
    assert browser.get("/bureau/journal").status_code == 403
    page = f"{TEAM}/{rose}/absence"
    assert office.post(page, data=answers(sam, ACCOUNTING)).status_code == 303
    told = "Absent du 18 novembre 2026 au 22 novembre 2026, remplacé par Sam Dubois"
    for url in (TEAM, f"{TEAM}/{rose}"):
        assert told in " ".join(office.get(url).text.replace("\xa0", " ").split()), url
    home = browser.get("/bureau").text.replace("\xa0", " ")
    assert "Vous remplacez Rose Martin jusqu’au 22 novembre 2026" in home
    assert browser.get("/bureau/journal").status_code == 200
    with database.reading_session() as session:
        leave = session.scalars(select(StaffLeave)).one()
    end = f"{TEAM}/{rose}/absences/{leave.id}/fin"
    assert "Sam Dubois" in office.get(end).text
    assert office.post(end).status_code == 303
    assert "Vous remplacez" not in browser.get("/bureau").text
    assert browser.get("/bureau/journal").status_code == 403
    assert office.get(end).status_code == 409


@pytest.mark.parametrize(
    ("field", "changed", "sentence"),
    [
        ("starts_on", {"starts_on": ""}, "Indiquez le premier jour"),
        ("ends_on", {"ends_on": "2026-11-17"}, "Le dernier jour précède le premier"),
        ("substitute", {"substitute": "self"}, "Nul ne se remplace"),
        ("substitute", {"substitute": "x"}, "Choisissez l’une des réponses"),
        ("roles", {"roles": []}, "Cochez au moins un rôle"),
        ("roles", {"roles": [ADMIN]}, "n’a plus l’un de ces rôles"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_nothing_is_lost(
    app: Flask, database: Database, field: str, changed: dict[str, Any], sentence: str
):
    office, (rose, sam) = staff(app, database, ADMIN), colleagues(database)
    typed = answers(sam, ACCOUNTING) | changed
    if typed["substitute"] == "self":
        typed["substitute"] = str(rose)
    answer = office.post(f"{TEAM}/{rose}/absence", data=typed)
    assert answer.status_code == 422
    beside = answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert sentence in beside
    assert f'value="{typed["starts_on"]}"' in answer.text
    with database.reading_session() as session:
        assert session.scalars(select(StaffLeave.id).order_by(StaffLeave.id)).all() == []


def test_only_an_administrator_enters_an_absence(app: Flask, database: Database):
    rose, sam = colleagues(database)
    browser = sign_in(app.test_client(), sam)
    assert browser.post(f"{TEAM}/{rose}/absence", data=answers(sam, ACCOUNTING)).status_code == 403


def test_nobody_can_be_replaced_while_their_account_is_suspended(app: Flask, database: Database):
    office, (rose, sam) = staff(app, database, ADMIN), colleagues(database)
    with database.transaction() as session:
        session.get_one(User, rose).active = False
    assert "Saisir une absence" not in office.get(f"{TEAM}/{rose}").text
    page = f"{TEAM}/{rose}/absence"
    answer = office.post(page, data=answers(sam, ACCOUNTING), follow_redirects=True)
    assert "Ce compte est suspendu" in answer.text
