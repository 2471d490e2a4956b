"""Signals of fraud: what is shown to the office, and what is not."""

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
def test_a_delivery_in_the_same_or_an_unknown_departement_is_not_shown(
    here: set[str], there: list[str]
) -> None:
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


def test_free_addresses_only_are_shown_and_are_neither_young_nor_similar() -> None:
    (signal,) = domain_signals({"orange.fr": AT, "ac-tours.fr": AT}, own=[], known=[CHINON], at=AT)
    assert signal.sentence == signal_rules.FREE_MAIL_ONLY
    mixed = {"orange.fr": AT, "ville-tours.fr": LONG_AGO}
    assert domain_signals(mixed, own=[], known=[], at=AT) == []


def test_attempts_are_shown_from_a_number_on() -> None:
    assert attempt_signals(registrations=3, sirets=2, refusals=1) == []
    told = attempt_signals(registrations=4, sirets=9, refusals=2)
    assert [signal.facts["count"] for signal in told] == [4, 9, 2]


def test_several_departements_are_listed_in_order() -> None:
    (signal,) = far_deliveries({"37", "41"}, ["93200", "75001", "37000", "93100"])
    assert signal.facts == {"there": "75, 93", "here": "37, 41"}
    assert far_deliveries({"37", ""}, ["", "37000"]) == []
    assert far_deliveries({""}, ["75001"]) == []


@pytest.mark.parametrize("code", ["3750", "375000", "٣٧٥٠٠", "3750a"])
def test_an_invalid_postal_code_has_no_departement(code: str) -> None:
    assert departement(code) == ""


def test_a_large_first_order_is_shown_with_both_amounts() -> None:
    (signal,) = first_large(Money(500_001), ordered_before=False, alert=Money(500_000))
    assert signal.sentence == signal_rules.FIRST_LARGE
    assert signal.facts == {"amount": Money(500_001), "alert": Money(500_000)}


def test_a_domain_is_young_for_thirty_days() -> None:
    seen = {"ville-tours.fr": AT - timedelta(days=30)}
    assert domain_signals(seen, own=[], known=[], at=AT) == []
    almost = {"ville-tours.fr": AT - timedelta(days=30, microseconds=-1)}
    (signal,) = domain_signals(almost, own=[], known=[], at=AT)
    assert signal.sentence == signal_rules.YOUNG_DOMAIN


def test_the_first_similar_domain_is_shown_for_each_domain() -> None:
    known = [
        KnownDomain("ville-chinon.gouv.fr", "B"),
        KnownDomain("ville-chinon.fr", "Z"),
        KnownDomain("ville-chinon.fr", "A"),
        KnownDomain("amboise.fr", "Amboise"),
    ]
    seen = {"ville-chinon.com": LONG_AGO, "amboise.com": LONG_AGO}
    told = domain_signals(seen, own=[], known=known, at=AT)
    assert [(one.facts["domain"], one.facts["known"], one.facts["body"]) for one in told] == [
        ("amboise.com", "amboise.fr", "Amboise"),
        ("ville-chinon.com", "ville-chinon.fr", "A"),
    ]
    assert told[0].facts["how"]


def test_free_addresses_are_not_shown_beside_a_proven_domain_nor_without_members() -> None:
    seen = {"orange.fr": LONG_AGO, "ville-chinon.fr": LONG_AGO}
    assert domain_signals(seen, own=["ville-chinon.fr"], known=[], at=AT) == []
    (signal,) = domain_signals({"orange.fr": AT}, own=["ville-chinon.fr"], known=[], at=AT)
    assert (signal.sentence, signal.facts) == (signal_rules.FREE_MAIL_ONLY, {})
    assert domain_signals({}, own=[], known=[], at=AT) == []


def test_each_kind_of_attempt_has_its_own_sentence() -> None:
    told = attempt_signals(registrations=4, sirets=3, refusals=2)
    assert [signal.sentence for signal in told] == [
        signal_rules.REGISTERED_TOGETHER,
        signal_rules.SIRETS_TRIED,
        signal_rules.REFUSED_BEFORE,
    ]
