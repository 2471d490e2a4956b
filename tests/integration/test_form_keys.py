"""Forms that were sent: a key is claimed once, waited for, freed by a rollback, and tidied."""

import pytest
from sqlalchemy import func, select

from shop.catalogue.rules import OutOfStock
from shop.jobs import tidy_forms
from shop.ops import clock
from shop.storage.db import Database
from shop.storage.form_keys import (
    KEPT,
    FormKey,
    claim_form_key,
    find_form_key,
    set_form_location,
)
from tests.factories import AT
from tests.writers import Writer

pytestmark = pytest.mark.each_database

KEY = "a" * 64


def claim(session) -> bool:
    return claim_form_key(session, KEY, endpoint="deliveries.issue", at=AT)


def test_a_form_sent_again_finds_its_key_claimed_and_where_the_answer_led(database: Database):
    with database.transaction() as session:
        assert claim(session)
        set_form_location(session, KEY, "/bureau/livraisons/CO-2026-000001")
    with database.transaction() as session:
        assert not claim(session)
        found = find_form_key(session, KEY)
        assert found is not None
        assert found.location == "/bureau/livraisons/CO-2026-000001"


def test_a_form_sent_twice_at_once_waits_for_the_first_one(database: Database):
    claimed: list[bool] = []
    with database.transaction() as session:
        assert claim(session)
        second = Writer(database, lambda other: claimed.append(claim(other)))
        second.start_behind(session)
    second.finish()
    assert claimed == [False]


def test_a_form_that_was_refused_may_be_sent_again(database: Database):
    with pytest.raises(OutOfStock), database.transaction() as session:
        assert claim(session)
        raise OutOfStock
    with database.transaction() as session:
        assert claim(session)


def test_keys_of_last_week_are_deleted(database: Database):
    with database.transaction() as session:
        claim_form_key(session, "old", endpoint="cart.add", at=clock.now() - KEPT)
        claim_form_key(session, "new", endpoint="cart.add", at=clock.now())
    tidy_forms(database)
    tidy_forms(database)
    with database.reading_session() as session:
        assert session.scalars(select(FormKey.key).order_by(FormKey.key)).all() == ["new"]


def test_an_address_that_is_too_long_is_not_kept(database: Database):
    with database.transaction() as session:
        claim(session)
        set_form_location(session, KEY, "/" + "a" * 3000)
        assert session.scalar(select(func.count()).where(FormKey.location.is_not(None))) == 0
