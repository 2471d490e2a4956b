"""What is required before a quote is issued, and from an original before an order is placed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from quotes.procedure import QuoteStage, stage_at
from quotes.purchase_orders.rules import (
    FIELDS,
    REQUIREMENTS,
    CommitmentNumberMissing,
    Conformity,
    DatedTooEarly,
    NotConforming,
    ReceivedBeforeDated,
    ReceivedInFuture,
    ServiceCodeMissing,
    WrongAmount,
    ensure_no_mistake,
    mistakes_in,
)
from quotes.quotes.rules import (
    PayingServiceMissing,
    QuoteExpired,
    days_left,
    ensure_paying_service,
    ensure_valid,
    expected_when_ordered,
    promised_days,
    share_left,
)
from shop.core.errors import DomainError
from shop.core.money import Money
from shop.core.parties import PayingService
from shop.organisations.rules import EngagementRule, engagement_rule_of
from tests.factories import make_parties


@pytest.mark.parametrize("service", [None, PayingService("")])
def test_a_quote_names_the_service_that_receives_the_invoice(service: PayingService | None):
    ensure_paying_service(make_parties())
    with pytest.raises(PayingServiceMissing):
        ensure_paying_service(replace(make_parties(), paying_service=service))


def test_a_quote_after_its_last_day_is_refused_with_its_number_and_that_day():
    after = datetime(2026, 12, 18, 23, 0, tzinfo=UTC)
    with pytest.raises(QuoteExpired) as refused:
        ensure_valid("DE-1", date(2026, 12, 18), after)
    assert refused.value.facts == {"number": "DE-1", "valid_until": "18/12/2026"}
    assert days_left(date(2026, 12, 18), after) == -1
    assert days_left(date(2026, 12, 20), after) == 1


def test_an_open_quote_has_expired_after_its_last_day_even_before_the_job():
    lapsed = {stage: stage_at(stage, lapsed=True) for stage in QuoteStage}
    assert {stage for stage, found in lapsed.items() if found is QuoteStage.EXPIRED} == {
        QuoteStage.QUOTED,
        QuoteStage.RESERVED,
        QuoteStage.EXPIRED,
    }
    assert all(stage_at(stage, lapsed=False) is stage for stage in QuoteStage)
    assert lapsed[QuoteStage.ORDERED] is QuoteStage.ORDERED


MONDAY = date(2026, 11, 23)
RECORD = Conformity(
    reference="BC-26-0871",
    dated_on=date(2026, 11, 19),
    signatory_name="Paul Lenoir",
    signatory_capacity="Maire",
    amount=Money(50_000),
    received_on=date(2026, 11, 21),
    filed_at="Classeur 14",
    original_paper=True,
    letterhead=True,
    dated=True,
    signed=True,
    stamped=True,
)


def conform(
    *,
    rule: EngagementRule = EngagementRule.OPTIONAL,
    by_code: bool = False,
    quoted_on: date | None = date(2026, 11, 18),
    **change: object,
) -> None:
    ensure_no_mistake(
        mistakes_in(
            replace(RECORD, **change),  # type: ignore[arg-type]
            quoted=Money(50_000),
            engagement_rule=rule,
            pays_by_code=by_code,
            quoted_on=quoted_on,
            today=MONDAY,
        )
    )


def test_an_original_without_a_fault_conforms():
    conform()
    conform(dated_on=MONDAY, received_on=MONDAY)
    conform(dated_on=date(2026, 11, 18), received_on=date(2026, 11, 18))
    conform(rule=EngagementRule.REQUIRED, engagement="2026-4417")
    conform(by_code=True, service_code="CULT-02")
    conform(quoted_on=None, dated_on=date(2020, 1, 1))
    assert (RECORD.engagement, RECORD.service_code, RECORD.reuse_confirmed) == ("", "", False)


@pytest.mark.parametrize("missing", REQUIREMENTS)
def test_each_of_the_five_ticks_is_named_when_it_is_missing(missing: str):
    with pytest.raises(NotConforming) as refused:
        conform(**{missing: False})
    assert refused.value.facts == {"missing": missing}


def test_two_ticks_that_are_missing_are_both_named():
    assert REQUIREMENTS == ("original_paper", "letterhead", "dated", "signed", "stamped")
    with pytest.raises(NotConforming) as refused:
        conform(letterhead=False, stamped=False)
    assert refused.value.facts == {"missing": "letterhead, stamped"}


@pytest.mark.parametrize("given", [49_000, 51_000])
def test_another_amount_is_refused_with_both_figures_and_their_difference(given: int):
    with pytest.raises(WrongAmount) as refused:
        conform(amount=Money(given))
    assert refused.value.facts == {
        "given": Money(given),
        "expected": Money(50_000),
        "difference": Money(1_000),
    }


@pytest.mark.parametrize("given", [49_995, 50_005, 49_999, 50_001])
def test_some_cents_of_difference_need_no_reason(given: int):
    conform(amount=Money(given), tolerance=Money(5))
    with pytest.raises(WrongAmount):
        conform(amount=Money(given))


@pytest.mark.parametrize("given", [49_994, 50_006])
def test_a_greater_difference_needs_a_reason(given: int):
    with pytest.raises(WrongAmount):
        conform(amount=Money(given), tolerance=Money(5))
    conform(amount=Money(given), difference_reason="Remise accordée par téléphone")
    conform(amount=Money(given), tolerance=Money(6))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"rule": EngagementRule.REQUIRED}, CommitmentNumberMissing),
        ({"by_code": True}, ServiceCodeMissing),
        ({"received_on": date(2026, 11, 24)}, ReceivedInFuture),
        ({"dated_on": date(2026, 11, 24)}, ReceivedInFuture),
        ({"received_on": date(2026, 11, 18)}, ReceivedBeforeDated),
        ({"dated_on": date(2026, 11, 17)}, DatedTooEarly),
    ],
)
def test_each_mistake_of_an_original_is_reported(change: dict, refusal: type[DomainError]):
    with pytest.raises(refusal):
        conform(**change)


def test_all_mistakes_of_an_original_are_told_at_once():
    with pytest.raises(NotConforming) as refused:
        conform(
            rule=EngagementRule.REQUIRED,
            by_code=True,
            stamped=False,
            amount=Money(1),
            dated_on=date(2026, 11, 17),
            received_on=date(2026, 11, 16),
        )
    assert [type(one) for one in refused.value.also] == [
        WrongAmount,
        CommitmentNumberMissing,
        ServiceCodeMissing,
        ReceivedBeforeDated,
        DatedTooEarly,
    ]


@pytest.mark.parametrize(
    ("of_the_service", "of_the_body", "rule"),
    [
        ("required", EngagementRule.OPTIONAL, EngagementRule.REQUIRED),
        ("optional", EngagementRule.REQUIRED, EngagementRule.OPTIONAL),
        ("unknown", EngagementRule.REQUIRED, EngagementRule.REQUIRED),
        (None, EngagementRule.REQUIRED, EngagementRule.REQUIRED),
    ],
)
def test_the_paying_service_decides_whether_a_commitment_number_is_required(
    of_the_service: str | None, of_the_body: EngagementRule, rule: EngagementRule
):
    service = PayingService("Compta", engagement_rule=of_the_service) if of_the_service else None
    parties = replace(make_parties(), paying_service=service)
    assert engagement_rule_of(parties, of_the_body) is rule


def test_the_record_keeps_every_field_that_was_read():
    assert FIELDS[0] == "reference"
    assert len(FIELDS) == 16


def test_the_share_of_the_validity_that_is_left():
    issued, until = datetime(2026, 11, 18, 10, tzinfo=UTC), date(2026, 12, 18)
    shares = {30: 100, 15: 50, 1: 3, 0: 0, -4: 0, 40: 100}
    assert {left: share_left(until, issued, left) for left in shares} == shares
    assert share_left(issued.date(), issued, 1) == 100


def test_a_promise_counts_business_days_from_the_order():
    issued, promised = date(2026, 11, 18), date(2026, 11, 23)
    assert promised_days(promised, issued) == 3
    assert promised_days(None, issued) is None
    assert expected_when_ordered(promised, issued, date(2026, 12, 4)) == date(2026, 12, 9)
    assert expected_when_ordered(None, issued, date(2026, 12, 4)) is None
