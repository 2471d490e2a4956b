"""The doors of a real shop: closed until what is compulsory is done, opened and closed again."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from shop.core.actors import ADMIN, SALES, Actor
from shop.core.errors import NotAllowed
from shop.opening.doors import (
    ClosingReasonMissing,
    ConfirmedAlready,
    DoorsMoved,
    StillMissing,
    are_open,
    close_doors,
    confirm_step,
    note_step,
    open_doors,
)
from shop.opening.rules import BY_HAND, REQUIREMENTS, Facts, Step, missing
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.conftest import TEST_SETTINGS
from tests.counting import counted
from tests.factories import AT, make_letterhead, make_product, make_staff
from tests.people import sign_in

CHIEF = Actor("Ada Roche", frozenset({ADMIN}))
DONE = BY_HAND | {Step.MAIL, Step.CARD}
WHOLE = Facts(True, True, True, DONE)


def prepare(database: Database) -> int:
    """All that is compulsory; returns the administrator."""
    with database.transaction() as session:
        person = make_staff(session, ADMIN)
        person.totp_secret = "JBSWY3DPEHPK3PXP"
        make_letterhead(session)
        make_product(session)
        for step in sorted(BY_HAND):
            confirm_step(session, step, by=CHIEF, at=AT)
        for step in (Step.MAIL, Step.CARD):
            note_step(session, step, by=CHIEF, at=AT)
        return person.id


def production(opened, database: Database):
    return opened(database, replace(TEST_SETTINGS, mode="production"))


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (replace(WHOLE, has_secured_administrator=False), Step.ADMINISTRATOR),
        (replace(WHOLE, has_letterhead=False), Step.IDENTITY),
        (replace(WHOLE, has_product=False), Step.CATALOGUE),
        *((replace(WHOLE, confirmed=DONE - {step}), step) for step in sorted(DONE)),
    ],
)
def test_each_compulsory_step_keeps_the_doors_closed(facts: Facts, step: Step):
    assert [one.step for one in missing(facts)] == [step]


def test_every_step_has_one_line():
    assert missing(WHOLE) == []
    assert sorted(one.step for one in REQUIREMENTS) == sorted(Step)


def test_open_doors_are_asked_once_a_minute_and_closed_ones_each_time(opened, database: Database):
    prepare(database)
    client = production(opened, database).test_client()

    def asked() -> int:
        with counted(database) as statements:
            client.get("/")
        return sum("door_moves" in one for one in statements)

    assert [asked(), asked()] == [1, 1]
    with database.transaction() as session:
        open_doors(session, by=CHIEF, at=AT)
    assert [asked(), asked()] == [1, 0]


def test_the_doors_open_when_nothing_is_missing_and_close_with_a_reason(database: Database):
    with database.transaction() as session:
        with pytest.raises(StillMissing):
            open_doors(session, by=CHIEF, at=AT)
        assert not are_open(session)
    prepare(database)
    with database.transaction() as session:
        with pytest.raises(DoorsMoved):
            close_doors(session, "Inventaire", by=CHIEF, at=AT)
        open_doors(session, by=CHIEF, at=AT)
        assert are_open(session)
        with pytest.raises(DoorsMoved):
            open_doors(session, by=CHIEF, at=AT)
        with pytest.raises(ClosingReasonMissing):
            close_doors(session, " ", by=CHIEF, at=AT)
        close_doors(session, "Inventaire", by=CHIEF, at=AT)
        assert not are_open(session)
        told = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(2))
        assert [(one.act, one.facts) for one in told] == [
            ("close_doors", {"reason": "Inventaire"}),
            ("open_doors", {"reason": ""}),
        ]


def test_only_an_administrator_confirms_opens_and_closes_once(database: Database):
    seller = Actor("Léo", frozenset({SALES}))
    prepare(database)
    with database.transaction() as session:
        for act in (
            lambda: open_doors(session, by=seller, at=AT),
            lambda: close_doors(session, "Non", by=seller, at=AT),
            lambda: confirm_step(session, Step.DELIVERY, by=seller, at=AT),
            lambda: confirm_step(session, Step.CATALOGUE, by=CHIEF, at=AT),
        ):
            with pytest.raises(NotAllowed):
                act()
        with pytest.raises(ConfirmedAlready):
            confirm_step(session, Step.DELIVERY, by=CHIEF, at=AT)


def test_the_public_pages_of_a_closed_shop_answer_503(opened, database: Database):
    client = production(opened, database).test_client()
    for page in ("/", "/panier", "/recherche", "/inscription", "/commande/identification"):
        answer = client.get(page)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "86400"), page
        assert "Ouverture prochaine" in answer.text
    assert client.get("/mentions-legales").status_code == 503
    for page in ("/connexion", "/static/css/base.css", "/commandes/retrouver"):
        with client.get(page) as answer:
            assert answer.status_code == 200, page
    assert client.get("/bureau").status_code == 303
    assert client.post("/card/webhook", data=b"{}").status_code != 503


def test_an_administrator_opens_the_doors_and_closes_them(opened, database: Database):
    chief_id = prepare(database)
    app = production(opened, database)
    visitor, office = app.test_client(), sign_in(app.test_client(), chief_id)
    assert visitor.get("/mentions-legales").status_code == 200
    assert visitor.get("/").status_code == 503
    assert office.get("/").status_code == 200
    assert "Ouvrir les portes" in office.get("/bureau/ouverture").text
    assert office.get("/bureau/ouverture/portes").status_code == 200
    assert office.post("/bureau/ouverture/portes").status_code == 303
    assert visitor.get("/").status_code == 200
    assert office.post("/bureau/ouverture/fermeture", data={"reason": ""}).status_code == 422
    assert office.post("/bureau/ouverture/fermeture", data={"reason": "Panne"}).status_code == 303
    assert visitor.get("/").status_code == 503
    assert "Panne" in office.get("/bureau/ouverture").text
