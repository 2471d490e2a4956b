"""An administrator enters what papers and pages say of the seller."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from quotes.demonstration.letterhead import LETTERHEAD
from shop.core.actors import ACCOUNTING, ADMIN
from shop.letterheads.letterheads import current_letterhead, find_letterhead, set_letterhead
from shop.letterheads.rules import changed_keys
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT
from tests.people import staff

PLACE = "/bureau/identite"
BANK = LETTERHEAD["bank"]


def typed(**changed: str) -> dict[str, str]:
    """The answers of the form that say the letterhead of the demonstration."""
    said: dict[str, Any] = {**LETTERHEAD, "capital": "50 000,00", "shown": ""}
    said |= {key: "\n".join(said[key]) for key in ("address", "epr")}
    del said["bank"], said["siren"]
    return {**said, **changed}


@pytest.fixture
def desk(app: Flask, database: Database):
    return staff(app, database, ADMIN, language="en")


def test_the_first_identity_is_entered_with_the_account(desk, database: Database):
    first = typed(holder=BANK["holder"], iban=BANK["iban"], bic=BANK["bic"], bank=BANK["name"])
    asked = desk.post(PLACE, data=first)
    assert asked.status_code == 200
    assert "RCS Lyon 732 829 320" in asked.text
    with database.reading_session() as session:
        assert find_letterhead(session) is None, "what changes is shown first"
    assert desk.post(PLACE, data={**first, "shown": "1", "seen": "0"}).status_code == 303
    with database.reading_session() as session:
        content = current_letterhead(session)
        assert changed_keys(LETTERHEAD, content) == []
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "change_identity")
        ).one()
        assert entry.facts["changed"]["rcs"] == [None, "RCS Lyon 732 829 320"]
        assert "bank" not in entry.facts["changed"]


@pytest.fixture
def entered(database: Database) -> int:
    with database.transaction() as session:
        row = set_letterhead(session, LETTERHEAD, at=AT)
        session.flush()
        return row.id


def test_an_answer_that_is_still_to_come_is_refused_beside_its_field(desk, entered: int):
    page = desk.post(PLACE, data=typed(seen=str(entered), mediator="Médiateur : à compléter"))
    assert page.status_code == 422
    assert "This answer is not the real one yet." in page.text.partition('id="mediator-error"')[2]
    assert "Médiateur : à compléter" in page.text


def test_each_mistake_stands_beside_its_field_and_what_was_typed_stays(desk, entered: int):
    wrong = typed(seen=str(entered), vat_number="FR00000000000", rcs="", host="", promise="Vite")
    page = desk.post(PLACE, data=wrong)
    assert page.status_code == 422
    assert "Enter the name, address and telephone of the host." in page.text
    wrong["host"] = LETTERHEAD["host"]
    page = desk.post(PLACE, data=wrong)
    assert page.status_code == 422
    assert "The VAT number FR00000000000 fails its check." in page.text
    assert "A company of this legal form states it on its papers." in page.text
    assert 'value="Vite"' in page.text


def test_the_form_shows_what_is_in_force_and_nothing_changes_without_a_difference(
    desk, entered: int
):
    page = desk.get(PLACE).text
    assert 'value="50\u202f000,00"' in page
    assert f'name="seen" type="hidden" value="{entered}"' in page
    assert "iban" not in page
    same = desk.post(PLACE, data=typed(seen=str(entered)))
    assert (same.status_code, "Nothing differs" in same.text) == (422, True)


def test_the_second_of_two_sees_what_the_first_put_in_force(desk, database: Database, entered: int):
    later = typed(seen=str(entered), shown="1", hours="24 h sur 24")
    assert desk.post(PLACE, data=later).status_code == 303
    mine = typed(seen=str(entered), shown="1", hours="De 9 h à 12 h", director="Ada Forges")
    answer = desk.post(PLACE, data=mine)
    assert answer.status_code == 409
    assert "24 h sur 24" in answer.text
    assert 'value="De 9 h à 12 h"' in answer.text
    seen = re.search(r'name="seen" type="hidden" value="(\d+)"', answer.text)
    assert seen is not None
    assert desk.post(PLACE, data=mine | {"seen": seen[1]}).status_code == 303
    with database.reading_session() as session:
        content = current_letterhead(session)
    assert (content["hours"], content["director"]) == ("De 9 h à 12 h", "Ada Forges")
    history = desk.get(PLACE).text
    assert history.index("De 9 h à 12 h") < history.rindex("24 h sur 24")


def test_going_back_from_what_changes_keeps_the_answers(desk, entered: int):
    answers = typed(seen=str(entered), shown="1", back="1", hours="24 h sur 24")
    page = desk.post(PLACE, data=answers)
    assert (page.status_code, 'value="24 h sur 24"' in page.text) == (200, True)
    assert f'name="seen" type="hidden" value="{entered}"' in page.text


def test_nobody_but_an_administrator_changes_it(app: Flask, database: Database, entered: int):
    other = staff(app, database, ACCOUNTING)
    assert other.post(PLACE, data=typed(seen=str(entered), shown="1")).status_code == 403
