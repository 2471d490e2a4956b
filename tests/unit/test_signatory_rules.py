"""When a link for the person who signs opens its page."""

from datetime import UTC, date, datetime

import pytest

from quotes.signatories.procedure import PROCEDURE, LinkState, link_state
from quotes.signatories.rules import (
    MOST_OPEN,
    LinkOver,
    LinkWithdrawn,
    TooManyLinks,
    ensure_few,
    ensure_usable,
)
from shop.core.actors import ACCOUNTANT, BUYER, READER, Actor
from shop.core.errors import NotAllowed

LAST = date(2026, 12, 18)


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (datetime(2026, 12, 18, 22, 59, 59, tzinfo=UTC), LinkState.OPEN),
        (datetime(2026, 12, 18, 23, 0, tzinfo=UTC), LinkState.EXPIRED),
    ],
)
def test_a_link_is_open_to_the_end_of_its_last_day_in_paris(at: datetime, state: LinkState):
    assert link_state(revoked_at=None, last_day=LAST, at=at) is state


def test_a_withdrawn_link_stays_withdrawn():
    at = datetime(2026, 12, 1, tzinfo=UTC)
    assert link_state(revoked_at=at, last_day=LAST, at=at) is LinkState.REVOKED


def test_each_dead_link_says_why():
    ensure_usable(LinkState.OPEN, LAST)
    with pytest.raises(LinkOver) as over:
        ensure_usable(LinkState.EXPIRED, LAST)
    assert over.value.facts == {"last_day": "18/12/2026"}
    with pytest.raises(LinkWithdrawn):
        ensure_usable(LinkState.REVOKED, LAST)


def test_a_quote_has_a_limited_number_of_open_links():
    ensure_few(MOST_OPEN - 1)
    with pytest.raises(TooManyLinks):
        ensure_few(MOST_OPEN)


def test_who_buys_withdraws_a_link_and_who_reads_does_not():
    PROCEDURE.ensure("revoke_link", LinkState.EXPIRED, Actor("A", frozenset({BUYER})))
    for role in (READER, ACCOUNTANT):
        with pytest.raises(NotAllowed):
            PROCEDURE.ensure("revoke_link", LinkState.OPEN, Actor("A", frozenset({role})))
