"""Where a person is signed in: listed, closed one by one or all at once, seen again, deleted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shop.jobs import tidy_people
from shop.ops.clock import now, travelled
from shop.signin.attempts import LIMITS, SECOND_FACTOR, Attempt, note
from shop.signin.models import PastAttempt, UserSession
from shop.signin.sessions import KEPT_AFTERWARDS, OF_CUSTOMERS, open_user_session
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.factories import AT, make_person
from tests.people import sign_in

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1"


@pytest.fixture
def claire(database: Database) -> int:
    with database.transaction() as session:
        return make_person(session, at=AT).id


def open_elsewhere(database: Database, user_id: int, browser: str, origin: str) -> int:
    with database.transaction() as session:
        open_user_session(session, user_id, staff=False, browser=browser, origin=origin, at=now())
        newest = select(UserSession.id).order_by(UserSession.id.desc())
        return session.scalars(newest).first() or 0


def closed(database: Database) -> dict[int, bool]:
    with database.reading_session() as session:
        rows = session.scalars(select(UserSession).order_by(UserSession.id)).all()
    return {row.id: row.closed_at is not None for row in rows}


def test_the_page_says_where_one_is_signed_in(client, database, claire):
    open_elsewhere(database, claire, FIREFOX, "192.0.2.7")
    open_elsewhere(database, claire, "something/1.0", "")
    page = sign_in(client, claire).get("/compte/securite").text
    assert "Firefox, Windows" in page
    assert "192.0.2.7" in page
    assert "Navigateur inconnu" in page
    assert page.count("Ce navigateur") == 1


def test_one_browser_is_signed_out_and_the_others_stay(app, client, database, claire):
    lost = open_elsewhere(database, claire, PHONE, "192.0.2.7")
    other = sign_in(app.test_client(), claire)
    sign_in(client, claire).post(f"/compte/securite/sessions/{lost}/fermeture")
    assert closed(database)[lost]
    assert other.get("/compte").status_code == 200
    assert client.get("/compte").status_code == 200
    assert "Safari, iPhone" not in client.get("/compte/securite").text


def test_only_its_owner_closes_a_session(client, database, claire):
    theirs = open_elsewhere(database, claire, FIREFOX, "192.0.2.7")
    with database.transaction() as session:
        thief = make_person(session, at=AT, email="autre@chinon.example").id
    sign_in(client, thief)
    assert client.post(f"/compte/securite/sessions/{theirs}/fermeture").status_code == 404
    assert client.post("/compte/securite/sessions/fermeture").status_code == 303
    assert not closed(database)[theirs]


def test_all_other_browsers_are_signed_out_at_once(app, client, database, claire):
    others = [sign_in(app.test_client(), claire) for _ in range(3)]
    sign_in(client, claire).post("/compte/securite/sessions/fermeture")
    assert all(other.get("/compte").location for other in others)
    assert client.get("/compte").status_code == 200
    with database.reading_session() as session:
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
    assert acts.count("close_other_sessions") == 1


def test_the_use_of_a_browser_is_noted_once_a_day(client, database, claire):
    def seen():
        with database.reading_session() as session:
            return session.scalars(select(UserSession.seen_at)).one()

    first = now()
    sign_in(client, claire)
    client.get("/compte")
    opened = seen()
    assert abs(opened - first) < timedelta(minutes=1)
    with travelled(timedelta(days=1)):
        client.get("/compte")
        again = seen()
        assert again - opened >= timedelta(hours=23)
        client.get("/compte")
        assert seen() == again, "a page of the same day writes nothing"


def test_the_worker_deletes_sessions_that_ended_a_month_ago(client, database, claire):
    gone = open_elsewhere(database, claire, FIREFOX, "192.0.2.7")
    stays = open_elsewhere(database, claire, PHONE, "192.0.2.8")
    with database.transaction() as session:
        session.get_one(UserSession, gone).closed_at = now()
        note(session, Attempt.on("x@x.example", origin="o", kind=SECOND_FACTOR), at=now())
    with travelled(KEPT_AFTERWARDS - timedelta(hours=1)):
        tidy_people(database)
        assert set(closed(database)) == {gone, stays}
    with travelled(KEPT_AFTERWARDS + timedelta(hours=1)):
        tidy_people(database)
        tidy_people(database)
        assert set(closed(database)) == {stays}
    with travelled(OF_CUSTOMERS + KEPT_AFTERWARDS + timedelta(hours=1)):
        tidy_people(database)
    assert closed(database) == {}
    assert LIMITS[SECOND_FACTOR].kept < KEPT_AFTERWARDS
    with database.reading_session() as session:
        assert session.scalars(select(PastAttempt).order_by(PastAttempt.id)).all() == []
