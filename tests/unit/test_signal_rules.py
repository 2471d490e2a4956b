"""Signs of a fraud: what is shown to the office, and what is not worth its time."""

from datetime import timedelta

import pytest

from shop.core.money import Money
from shop.verification import signal_rules
from shop.verification.signal_rules import (
    KnownDomain,
    attempt_signals,
    departement,
    domain_signals,
    far_deliveries,
    first_large,
)
from tests.factories import AT

LONG_AGO = AT - timedelta(days=90)
CHINON = KnownDomain("ville-chinon.fr", "Ville de Chinon")


@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("37500", "37"),
        ("01000", "01"),
        ("20000", "2A"),
        ("20190", "2A"),
        ("20200", "2B"),
        ("20620", "2B"),
        ("97110", "971"),
        ("97460", "974"),
        ("98800", "988"),
        ("75 008", "75"),
        ("B-1000", ""),
        ("", ""),
    ],
)
def test_the_departement_of_a_postal_code(code: str, where: str) -> None:
    assert departement(code) == where


def test_a_delivery_in_another_departement_is_shown() -> None:
    (signal,) = far_deliveries({"37"}, ["37500", "93200"])
    assert signal.sentence == signal_rules.FAR
    assert signal.facts == {"there": "93", "here": "37"}


@pytest.mark.parametrize(
    ("here", "there"),
    [({"37"}, ["37000"]), ({"2A", "2B"}, ["20600"]), (set(), ["75001"]), ({"37"}, ["?"])],
)
def test_a_delivery_at_home_or_nowhere_known_is_not(here: set[str], there: list[str]) -> None:
    assert far_deliveries(here, there) == []


def test_a_first_order_above_the_amount_is_shown_once() -> None:
    alert = Money(500_000)
    (signal,) = first_large(Money(500_001), ordered_before=False, alert=alert)
    assert signal.facts["alert"] == alert
    assert first_large(Money(500_000), ordered_before=False, alert=alert) == []
    assert first_large(Money(900_000), ordered_before=True, alert=alert) == []


def test_a_young_domain_is_shown_until_it_is_proven() -> None:
    seen = {"ville-tours.fr": AT - timedelta(days=29)}
    (signal,) = domain_signals(seen, own=[], known=[], at=AT)
    assert signal.facts == {"domain": "ville-tours.fr"}
    assert domain_signals(seen, own=["ville-tours.fr"], known=[], at=AT) == []
    assert domain_signals({"ville-tours.fr": LONG_AGO}, own=[], known=[], at=AT) == []


def test_a_domain_that_looks_like_a_proven_one_is_shown_with_it() -> None:
    seen = {"ville-chinon.com": LONG_AGO}
    (signal,) = domain_signals(seen, own=[], known=[CHINON], at=AT)
    assert signal.sentence == signal_rules.LOOK_ALIKE
    assert (signal.facts["known"], signal.facts["body"]) == ("ville-chinon.fr", "Ville de Chinon")


def test_free_mail_alone_is_said_and_is_neither_young_nor_alike() -> None:
    (signal,) = domain_signals({"orange.fr": AT, "ac-tours.fr": AT}, own=[], known=[CHINON], at=AT)
    assert signal.sentence == signal_rules.FREE_MAIL_ONLY
    mixed = {"orange.fr": AT, "ville-tours.fr": LONG_AGO}
    assert domain_signals(mixed, own=[], known=[], at=AT) == []


def test_attempts_are_shown_from_a_number_on() -> None:
    assert attempt_signals(registrations=3, sirets=2, refusals=1) == []
    told = attempt_signals(registrations=4, sirets=9, refusals=2)
    assert [signal.facts["count"] for signal in told] == [4, 9, 2]
