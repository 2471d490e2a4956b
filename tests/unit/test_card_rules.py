"""The states of a card payment, and the lines of its page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from checkout.card import procedure, rules
from checkout.card.procedure import (
    PROCEDURE,
    Outcome,
    PaymentState,
    is_awaited,
    is_decided,
    is_given_back,
    is_over,
    is_owed_back,
    outcome_of,
    refund_transition,
)
from checkout.card.rules import closes_at, payment_lines
from shop.core.money import Money, UnitPrice
from shop.core.sales import SaleLine
from shop.core.workflow import reachable

OPEN, PAID, REFUNDING, REFUNDED, FAILED, EXPIRED = PaymentState
CABLE = SaleLine(1, "CAB-1", "Câble", 1, UnitPrice(10_000), 2000)


def test_every_state_of_a_payment_is_reached():
    assert PROCEDURE.first("start") is OPEN
    assert reachable(PROCEDURE, OPEN) == set(PaymentState)


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        (is_awaited, {OPEN}),
        (is_over, {EXPIRED}),
        (is_decided, {PAID, REFUNDING, REFUNDED, FAILED}),
        (is_owed_back, {REFUNDING}),
        (is_given_back, {REFUNDED}),
    ],
)
def test_each_question_about_a_payment_is_answered_by_its_states(question, yes):
    assert {state for state in PaymentState if question(state)} == yes


def test_queries_ask_for_the_states_of_the_table():
    assert procedure.AWAITED == (OPEN,)
    assert procedure.GIVEN_UP == (EXPIRED,)
    assert procedure.OWED_BACK == (REFUNDING,)
    assert set(procedure.FOLLOWED) == {REFUNDING, REFUNDED}
    assert procedure.OWED_BY_HAND == (FAILED,)


def test_each_state_of_a_payment_has_its_outcome():
    assert {state: outcome_of(state) for state in PaymentState} == {
        OPEN: Outcome.OPEN,
        EXPIRED: Outcome.EXPIRED,
        PAID: Outcome.PAID,
        REFUNDING: Outcome.REFUNDING,
        REFUNDED: Outcome.REFUNDED,
        FAILED: Outcome.REFUNDING,
    }
    assert {one.value for one in Outcome} == {one.name.lower() for one in Outcome}


@pytest.mark.parametrize(
    ("state", "told", "name"),
    [
        (REFUNDING, "succeeded", "refund_card"),
        (REFUNDING, "failed", "refund_failed"),
        (REFUNDING, "canceled", "refund_failed"),
        (REFUNDING, "pending", None),
        (REFUNDED, "succeeded", None),
        (REFUNDED, "failed", "refund_failed"),
        (FAILED, "failed", None),
        (FAILED, "succeeded", None),
        (PAID, "succeeded", None),
        (OPEN, "failed", None),
    ],
)
def test_the_processors_status_of_a_refund_changes_it_once(state, told: str, name: str | None):
    transition = refund_transition(state, told)
    assert (transition and transition.name) == name


def test_a_page_is_open_for_three_quarters_of_an_hour_and_shown_again_while_it_may_be_paid():
    at = datetime(2026, 11, 18, 10, 26, tzinfo=UTC)
    assert closes_at(at, timedelta(minutes=45)) == datetime(2026, 11, 18, 11, 11, tzinfo=UTC)
    assert timedelta(minutes=2) == rules.STILL_OPEN
    assert timedelta(minutes=32) == rules.LEAST_TO_OPEN
    assert rules.CURRENCY == "eur"


def test_the_reasons_of_a_refund_are_those_of_rows_and_e_mails():
    assert rules.OUT_OF_STOCK == "out_of_stock"
    assert rules.WRONG_AMOUNT == "amount"
    assert rules.PAID_TWICE == "duplicate"


def test_ninety_lines_are_shown_one_by_one_and_one_more_as_a_single_line():
    lines = [CABLE] * 90
    shown = payment_lines(lines, Money(10_800), "Votre commande")
    assert [(line.name, line.amount_cents) for line in shown] == [("Câble", 120)] * 90
    [one] = payment_lines([*lines, CABLE], Money(10_920), "Votre commande")
    assert (one.name, one.amount_cents, one.quantity) == ("Votre commande", 10_920, 1)


def test_what_costs_nothing_is_not_shown():
    free = replace(CABLE, unit_price=UnitPrice())
    less_than_a_cent = replace(CABLE, name="Vis", unit_price=UnitPrice(1))
    shown = payment_lines([CABLE, free, less_than_a_cent], Money(120), "Votre commande")
    assert [(line.name, line.amount_cents) for line in shown] == [("Câble", 120)]
