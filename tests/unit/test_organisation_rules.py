"""Who may use the quote way, and the meaning of the states of a verification."""

import pytest

from shop.core.errors import DomainError
from shop.organisations import rules
from shop.organisations.rules import (
    DelayTooLong,
    EngagementRule,
    OrganisationNotVerified,
    QuoteWayClosed,
    Verification,
    ensure_delay,
    ensure_quote_way,
    first_state,
    is_public_body,
)
from shop.register.rules import Nature

UNVERIFIED, PENDING, VERIFIED, REFUSED, SUSPENDED = Verification
PUBLIC, REVIEW, PRIVATE = Nature


def test_the_words_of_a_state_are_those_of_the_rows():
    assert [one.value for one in Nature] == ["public", "review", "private"]
    assert [one.value for one in EngagementRule] == ["required", "optional", "unknown"]
    assert [one.value for one in Verification] == [
        "UNVERIFIED",
        "PENDING",
        "VERIFIED",
        "REFUSED",
        "SUSPENDED",
    ]


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        ("is_verified", {VERIFIED}),
        ("awaits_decision", {PENDING}),
        ("is_undecided", {UNVERIFIED, PENDING}),
        ("is_refused", {REFUSED}),
        ("is_suspended", {SUSPENDED}),
        ("is_closed", {REFUSED, SUSPENDED}),
        ("is_card_only", {UNVERIFIED}),
    ],
)
def test_each_question_about_a_verification_is_answered_by_its_states(question: str, yes):
    assert {state for state in Verification if getattr(state, question)} == yes


def test_queries_ask_for_the_same_states():
    assert rules.AWAITING_DECISION == (PENDING,)
    assert rules.VERIFIED == (VERIFIED,)


def test_a_private_organisation_has_nothing_to_verify_and_any_other_waits():
    assert [first_state(nature) for nature in Nature] == [PENDING, PENDING, UNVERIFIED]


@pytest.mark.parametrize("nature", [None, *Nature])
@pytest.mark.parametrize("verification", [None, *Verification])
def test_the_quote_way_is_open_to_verified_public_bodies_alone(nature, verification):
    public = nature in (PUBLIC, REVIEW) and verification is VERIFIED
    assert is_public_body(nature, verification) == public
    if public:
        ensure_quote_way(nature, verification)
        return
    closed = nature in (None, PRIVATE) or verification is None
    with pytest.raises(DomainError) as refused:
        ensure_quote_way(nature, verification)
    assert type(refused.value) is (QuoteWayClosed if closed else OrganisationNotVerified)
    if not closed:
        assert refused.value.facts == {"verification": verification.value}


def test_a_payment_delay_stays_within_the_law():
    ensure_delay(1, most=30)
    ensure_delay(30, most=30)
    for days in (0, 31, -1):
        with pytest.raises(DelayTooLong) as refused:
            ensure_delay(days, most=30)
        assert refused.value.facts == {"most": 30}
