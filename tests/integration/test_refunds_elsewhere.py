"""Money given back outside the shop: on the processor's site, by a dispute, twice for one unit."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkout.card.gateway import FoundReversal
from checkout.card.models import CardPayment, CardReversal
from checkout.card.reversals import count_reversals_to_note, look_at_reversals
from checkout.credits.lists import count_refunds_to_make
from checkout.credits.models import CreditRefund
from checkout.credits.procedure import CreditRefundState
from checkout.credits.refunds import follow_credit_refunds, order_card_refund, refund_credits
from checkout.credits.rules import Goods, RefundedInPartElsewhere
from checkout.credits.uncredited import count_uncredited, uncredited
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.withdrawals.desk import order_refund, refund_due
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.rules import Finding, Statement
from checkout.withdrawals.withdrawals import declare_withdrawal, lines_left
from shop.core.actors import ACCOUNTING
from shop.core.money import Money
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from shop.storage.paging import read_number
from shop.web.kit.sessions import VISITOR
from tests.checkouts import Checkout
from tests.credited import credit
from tests.factories import AT, BOOKS, make_checkout, make_product, make_shop
from tests.fakes import FakeGateway
from tests.people import staff


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def paid(database: Database, gateway: FakeGateway) -> str:
    """The invoice of a consumer's order of two microphones, paid by card."""
    with database.transaction() as session:
        make_shop(session)
        product = make_product(session, sku="MIC-1", price=10_000, on_hand=9)
        cart = make_checkout(session, product, 2, at=AT)
    checkout = Checkout.of(database, gateway, product, cart)
    session_id = checkout.press()
    gateway.pay(session_id)
    checkout.settle(session_id)
    with database.reading_session() as session:
        return session.scalars(select(Invoice.number)).one()


def elsewhere(
    database: Database, gateway: FakeGateway, *found: tuple[str, int, str], kind: str = "refund"
) -> None:
    """What is found at the processor (id, cents, status), and what the worker makes of it."""
    with database.reading_session() as session:
        intent = session.scalars(select(CardPayment.payment_intent)).one()
    made = [
        FoundReversal(one, kind, cents, status, "", AT + timedelta(hours=1))
        for one, cents, status in found
    ]
    gateway.made_elsewhere[intent] = made
    look_at_reversals(database, gateway, intent, at=AT)
    follow_credit_refunds(database, at=AT)


def refund_in(database: Database) -> CreditRefund:
    with database.reading_session() as session:
        return session.scalars(select(CreditRefund)).one()


def emails(database: Database) -> Sequence[str]:
    with database.reading_session() as session:
        return session.scalars(select(Email.template).order_by(Email.id)).all()


def order_in(database: Database) -> Order:
    with database.reading_session() as session:
        return session.scalars(select(Order)).one()


def test_a_refund_on_the_processors_site_closes_the_one_that_waits(
    database: Database, gateway: FakeGateway, paid: str
):
    note = credit(database, paid, units={1: 1}, goods=Goods.UNSHIPPED)
    assert count_at_desk(database) == 1
    elsewhere(database, gateway, ("re_site", note.including.cents, "succeeded"))
    refund = refund_in(database)
    assert (refund.state, refund.reference) == (CreditRefundState.REFUNDED, "re_site")
    assert count_at_desk(database) == 0
    with database.reading_session() as session:
        assert read_number(session, count_reversals_to_note()) == 0, "the credit note explains it"
        assert read_number(session, count_uncredited()) == 0
        act = session.scalars(
            select(JournalEntry.act)
            .where(JournalEntry.subject == f"credit_refund:{refund.id}")
            .order_by(JournalEntry.id)
        ).all()
    assert act == ["open_credit_refund", "note_refund_elsewhere"]
    assert emails(database)[-1] == "credit_refunded"
    sent = len(emails(database))
    follow_credit_refunds(database, at=AT)
    assert refund_credits(database, gateway, at=AT, stopping=lambda: False) == 0
    assert len(emails(database)) == sent and not gateway.refunds


def count_at_desk(database: Database) -> int:
    with database.reading_session() as session:
        return read_number(session, count_refunds_to_make())


def test_one_in_parts_closes_it_once_they_add_up_and_is_not_paid_twice_meanwhile(
    database: Database, gateway: FakeGateway, paid: str
):
    note = credit(database, paid, units={1: 1}, goods=Goods.UNSHIPPED)
    part = ("re_1", 1_000, "succeeded")
    elsewhere(database, gateway, part)
    assert refund_in(database).state is CreditRefundState.DUE
    with database.transaction() as session, pytest.raises(RefundedInPartElsewhere) as refusal:
        order_card_refund(session, note.number, by=BOOKS, at=AT)
    assert refusal.value.facts["amount"] == Money(1_000)
    rest = ("re_2", note.including.cents - 1_000, "succeeded")
    elsewhere(database, gateway, part, rest)
    assert refund_in(database).state is CreditRefundState.REFUNDED


def test_one_that_fails_later_is_to_be_made_again(
    database: Database, gateway: FakeGateway, paid: str
):
    note = credit(database, paid, units={1: 1}, goods=Goods.UNSHIPPED)
    elsewhere(database, gateway, ("re_site", note.including.cents, "succeeded"))
    elsewhere(database, gateway, ("re_site", note.including.cents, "failed"))
    refund = refund_in(database)
    assert (refund.state, refund.reference) == (CreditRefundState.FAILED, "")
    assert count_at_desk(database) == 1


@pytest.mark.parametrize("kind", ["refund", "dispute"])
def test_what_was_taken_without_a_credit_note_waits_at_the_desk_until_it_is_credited(
    app, database: Database, gateway: FakeGateway, paid: str, kind: str
):
    status = "succeeded" if kind == "refund" else "lost"
    elsewhere(database, gateway, ("re_site", 1_200, status), kind=kind)
    with database.reading_session() as session:
        [row] = uncredited(session)
        assert (row.invoice, row.amount) == (paid, Money(1_200))
        assert read_number(session, count_reversals_to_note()) == 1
    books = staff(app, database, ACCOUNTING, language="en")
    page = books.get("/bureau/avoirs").text
    assert "1 order to credit" in page and f"/bureau/avoirs/factures/{paid}" in page
    credit(database, paid, amounts={1: Money(1_200)})
    with database.reading_session() as session:
        assert read_number(session, count_uncredited()) == 0
        assert not session.scalars(select(CreditRefund).order_by(CreditRefund.id)).all(), (
            "it was given back before"
        )


@pytest.mark.parametrize(("kind", "status"), [("refund", "failed"), ("dispute", "won")])
def test_what_came_back_to_the_shop_needs_no_credit_note(
    database: Database, gateway: FakeGateway, paid: str, kind: str, status: str
):
    elsewhere(database, gateway, ("re_site", 1_200, status), kind=kind)
    with database.reading_session() as session:
        assert read_number(session, count_uncredited()) == 0
        assert session.scalars(select(CardReversal)).one().is_noted is False


def stated(database: Database, **more) -> Finding:
    order = order_in(database)
    with database.transaction() as session:
        statement = Statement("Léa Petit", order.number, order.email, "fr", **more)
        return declare_withdrawal(session, statement, by=VISITOR, at=AT)[1]


def test_units_that_were_credited_cannot_be_withdrawn_too(
    database: Database, gateway: FakeGateway, paid: str
):
    note = credit(database, paid, units={1: 1}, goods=Goods.UNSHIPPED)
    assert stated(database) is Finding.MATCHED
    order = order_in(database)
    with database.reading_session() as session:
        row = session.scalars(select(Withdrawal)).one()
        assert row.units == {"1": 1}
        due = refund_due(session, row, order)
    assert due is not None and due + note.including == order.including
    with database.transaction() as session:
        order_refund(session, row.id, by=BOOKS, at=AT)


def test_an_order_that_was_credited_whole_is_withdrawn_no_more(
    database: Database, gateway: FakeGateway, paid: str
):
    credit(database, paid, goods=Goods.UNSHIPPED)
    assert stated(database) is Finding.WITHDRAWN


def test_a_credit_note_of_withdrawn_units_takes_nothing_from_the_others(
    database: Database, gateway: FakeGateway, paid: str
):
    stated(database, whole=False, items="1 micro", units={1: 1})
    credit(database, paid, units={1: 1})
    order = order_in(database)
    with database.reading_session() as session:
        assert [line.credited for line in lines_of(session, order.id)] == [0, 0]
        assert [line.left for line in lines_left(session, order)] == [1]
        assert not session.scalars(select(CreditRefund).order_by(CreditRefund.id)).all(), (
            "the withdrawal gives it back"
        )
    credit(database, paid, units={1: 1})
    with database.reading_session() as session:
        assert [line.left for line in lines_left(session, order)] == [0]
