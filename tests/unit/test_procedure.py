"""The two tables of transitions: their order, and who may make them."""

import pytest

from checkout.orders.procedure import PROCEDURE as ORDER
from checkout.orders.procedure import OrderStage, Origin
from quotes.procedure import PROCEDURE, QuoteStage
from quotes.quotes.stations import CREDITED, SHOWN_STATES, shown_state
from shop.core.actors import (
    ACCOUNTANT,
    ACCOUNTING,
    ADMIN,
    BUYER,
    CLOCK,
    CUSTOMER,
    LOGISTICS,
    MEMBER_ADMIN,
    READER,
    SALES,
    SALES_ADMIN,
    Actor,
)
from shop.core.errors import IllegalTransition, NotAllowed
from shop.core.workflow import reachable
from tests.documentation import PROCEDURES

EVERYBODY = (CUSTOMER, BUYER, ACCOUNTANT, READER, MEMBER_ADMIN)
STAFF = (SALES, SALES_ADMIN, LOGISTICS, ACCOUNTING, ADMIN)


def person(role: str) -> Actor:
    return Actor("Somebody", frozenset({role}))


def test_every_state_is_reached_and_shown_on_the_dossier_page():
    assert reachable(PROCEDURE, QuoteStage.QUOTED) == set(QuoteStage)
    assert reachable(ORDER, OrderStage.ORDERED) == set(OrderStage)
    assert set(SHOWN_STATES) == {*QuoteStage, *OrderStage}


@pytest.mark.parametrize("role", [*EVERYBODY, SALES, LOGISTICS, ACCOUNTING])
def test_only_the_administration_of_sales_records_an_original(role: str):
    with pytest.raises(NotAllowed):
        PROCEDURE.ensure("record_original", QuoteStage.RESERVED, person(role))


@pytest.mark.parametrize("role", [CUSTOMER, ACCOUNTANT, READER, LOGISTICS, ACCOUNTING])
def test_a_quote_is_issued_by_a_buyer_or_by_sales(role: str):
    with pytest.raises(NotAllowed):
        PROCEDURE.ensure("issue", None, person(role))
    assert PROCEDURE.ensure("issue", None, person(BUYER)).target is QuoteStage.QUOTED


@pytest.mark.parametrize("stage", [QuoteStage.ORDERED, QuoteStage.CANCELLED, QuoteStage.EXPIRED])
def test_a_closed_quote_accepts_no_scan_and_no_original(stage: QuoteStage):
    for act in ("receive_scan", "record_original", "cancel"):
        with pytest.raises(IllegalTransition):
            PROCEDURE.ensure(act, stage, person(ADMIN))


def test_an_original_that_is_still_awaited_is_refused_or_given_up():
    """After the last day of its quote as well; giving it up is for expired quotes."""
    for act in ("refuse_purchase_order", "give_up"):
        assert PROCEDURE.ensure(act, QuoteStage.EXPIRED, person(ADMIN)).target is None
        for closed in (QuoteStage.ORDERED, QuoteStage.CANCELLED):
            with pytest.raises(IllegalTransition):
                PROCEDURE.ensure(act, closed, person(ADMIN))
    with pytest.raises(IllegalTransition):
        PROCEDURE.ensure("give_up", QuoteStage.RESERVED, person(ADMIN))


def test_the_worker_expires_open_quotes_only():
    sources = {
        s
        for transition in PROCEDURE.transitions
        if transition.name == "lapse"
        for s in transition.sources
    }
    assert sources == {QuoteStage.QUOTED, QuoteStage.RESERVED}
    with pytest.raises(NotAllowed):
        PROCEDURE.ensure("lapse", QuoteStage.QUOTED, person(ADMIN))
    assert PROCEDURE.ensure("lapse", QuoteStage.QUOTED, person(CLOCK))


@pytest.mark.parametrize("role", [*EVERYBODY, *STAFF])
def test_each_document_after_the_order_has_its_service(role: str):
    may = {transition.name for transition in ORDER.transitions if role in transition.who}
    expected = {
        LOGISTICS: {"issue_delivery_note", "deliver_again", "correct_delivery_note"},
        SALES_ADMIN: {"amend", "place_order", "cancel_units", "cancel_order", "reopen_units"}
        | {"deliver_again", "tell_references", "correct_delivery_note"},
        SALES: {"tell_references"},
        BUYER: {"tell_references"},
        ACCOUNTANT: {"tell_references"},
        MEMBER_ADMIN: {"tell_references"},
        ACCOUNTING: {
            "issue_invoice",
            "send_invoice_file",
            "prepare_invoice_file",
            "forward_invoice_file",
            "record_payment",
            "correct_payment",
            "amend",
            "tell_references",
            "cancel_units",
            "cancel_order",
            "reopen_units",
            "issue_credit_note",
        },
    }
    expected[ADMIN] = set().union(*expected.values())
    assert may == expected.get(role, set())


def test_an_open_quote_after_its_last_day_is_shown_as_expired():
    assert shown_state(QuoteStage.RESERVED, None, lapsed=True) is SHOWN_STATES[QuoteStage.EXPIRED]
    assert (
        shown_state(QuoteStage.CANCELLED, None, lapsed=True) is SHOWN_STATES[QuoteStage.CANCELLED]
    )
    assert (
        shown_state(QuoteStage.ORDERED, OrderStage.PAID, lapsed=True)
        is SHOWN_STATES[OrderStage.PAID]
    )


def test_a_settled_order_of_which_all_was_credited_is_not_shown_as_paid():
    def words(stage: OrderStage) -> str:
        return shown_state(QuoteStage.ORDERED, stage, lapsed=True, credited=True).words

    assert words(OrderStage.PAID) == CREDITED
    assert words(OrderStage.ORDERED) == SHOWN_STATES[OrderStage.ORDERED].words


@pytest.mark.parametrize(
    ("name", "buttons"),
    [
        ("card payment", {"record_refund_by_hand"}),
        (
            "order",
            {"issue_delivery_note", "issue_invoice", "send_invoice_file", "record_payment"}
            | {"prepare_invoice_file", "forward_invoice_file"}
            | {"issue_credit_note"},
        ),
        (
            "invoice",
            {"interrupt_payment", "resume_payment", "cancel_interruption", "correct_status"}
            | {"replace_invoice"},
        ),
        (
            "cancellation",
            {"take_cancellation_back", "refuse_cancellation", "accept_cancellation"}
            | {"decide_cancellation", "reopen_cancellation"},
        ),
        (
            "return",
            {"take_return_back", "refuse_return", "accept_return", "receive_return"}
            | {"settle_return", "replace_return"},
        ),
        (
            "credit refund",
            {"order_card_refund", "order_transfer", "confirm_transfer", "send_back_transfer"},
        ),
        (
            "quote",
            {"issue", "receive_scan", "record_original", "refuse_purchase_order", "renew"}
            | {"log_signed_quote", "cancel", "honour_late", "give_up"}
            | {"prepare_order_form", "share_quote", "send_copies", "log_original"},
        ),
        ("membership", set()),
        ("invitation", set()),
        ("domain", {"withdraw_domain"}),
        (
            "verification",
            {"ask", "send_letter", "verify", "refuse", "suspend", "confirm", "ask_change"}
            | {"accept_change", "decline_change", "set_terms"},
        ),
    ],
)
def test_the_transitions_that_a_page_offers_have_the_words_of_their_button(name: str, buttons):
    [procedure] = [one for one in PROCEDURES.values() if one.name == name]
    assert {one.name for one in procedure.transitions if one.label} == buttons


def test_every_state_is_kept_under_its_own_name():
    assert [one.value for one in QuoteStage] == [one.name for one in QuoteStage]
    assert [one.value for one in OrderStage] == [one.name for one in OrderStage]
    assert [one.value for one in Origin] == ["card", "quote"]
