"""The money of credit notes: back to the card, once, by the worker; or by a transfer of two
persons.
"""

from dataclasses import replace

import pytest
from sqlalchemy import select

from checkout.card.gateway import CardProcessorRefused, FoundReversal
from checkout.card.models import CardPayment
from checkout.card.reversals import look_at_reversals
from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.procedure import CreditRefundState
from checkout.credits.refunds import order_card_refund, refund_credits
from checkout.credits.remainders import given_without_credit
from checkout.credits.rules import (
    AccountNotValid,
    CardDidNotTake,
    CardGaveBack,
    CardRefundOrdered,
    Goods,
    NotPaidByCard,
    RefundedBefore,
    SendingBackReasonMissing,
    TransferReferenceMissing,
)
from checkout.credits.transfers import confirm_transfer, order_transfer, send_back_transfer
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.personal_data import HOLDINGS
from checkout.withdrawals.desk import refund_withdrawal
from checkout.withdrawals.rules import Statement
from checkout.withdrawals.withdrawals import declare_withdrawal
from shop.core.actors import ACCOUNTING, Actor
from shop.core.errors import NotAllowed, NotFound
from shop.core.money import Money
from shop.duties.rules import SamePerson
from shop.privacy.holdings import Subject
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.web.kit.sessions import VISITOR
from tests.checkouts import Checkout
from tests.credited import credit, invoiced, pay
from tests.factories import AT, BOOKS, OFFICE, make_person, make_product, make_shop
from tests.fakes import FakeGateway

IBAN = "FR7630006000011234567890189"
COLLEAGUE = Actor("Ada Roy", frozenset({ACCOUNTING}))


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def paid(database: Database, gateway: FakeGateway) -> str:
    """The invoice of a card order that was paid at the processor, before anything is shipped."""
    with database.transaction() as session:
        make_shop(session)
        product = make_product(session, sku="MIC-1", price=10_000, on_hand=9)
    checkout = Checkout.of(database, gateway, product)
    session_id = checkout.press()
    gateway.pay(session_id)
    checkout.settle(session_id)
    with database.reading_session() as session:
        return session.scalars(select(Invoice.number)).one()


def work(database: Database, gateway: FakeGateway) -> int:
    return refund_credits(database, gateway, at=AT, stopping=lambda: False)


def order_card(database: Database, note: CreditNote, *, by: Actor = BOOKS) -> None:
    with database.transaction() as session:
        order_card_refund(session, note.number, by=by, at=AT)


def refund_in(database: Database) -> CreditRefund:
    with database.reading_session() as session:
        return session.scalars(select(CreditRefund).order_by(CreditRefund.id.desc())).first()


def templates(database: Database) -> list[str]:
    with database.reading_session() as session:
        return list(session.scalars(select(Email.template).order_by(Email.id)))


def intent_in(database: Database) -> str:
    with database.reading_session() as session:
        return session.scalars(select(CardPayment.payment_intent)).one()


def test_the_worker_refunds_the_card_once(database: Database, gateway: FakeGateway, paid: str):
    note = credit(database, paid, units={1: 1}, goods=Goods.UNSHIPPED)
    assert work(database, gateway) == 0, "nobody has ordered it"
    order_card(database, note)
    assert work(database, gateway) == 1
    assert work(database, gateway) == 0
    refund = refund_in(database)
    ((key, made),) = gateway.refunds.items()
    assert (key, made.amount) == (f"credit-{refund.id}", note.including.cents)
    assert (refund.state, refund.reference) == (CreditRefundState.REFUNDED, made.id)
    assert templates(database).count("credit_refunded") == 1
    with database.reading_session() as session:
        assert session.scalars(select(Order.refunded)).one() == note.including


def test_a_refund_that_the_processor_made_is_found_again(
    database: Database, gateway: FakeGateway, paid: str
):
    """The worker ended between the processor's answer and its own note of it."""
    note = credit(database, paid, units={1: 1}, goods=Goods.UNSHIPPED)
    order_card(database, note)
    refund, intent = refund_in(database), intent_in(database)
    key = f"credit-{refund.id}"
    gateway.refund(intent, amount=refund.amount.cents, reason="requested_by_customer", key=key)
    work(database, gateway)
    assert len(gateway.refunds) == 1
    assert refund_in(database).state is CreditRefundState.REFUNDED


def test_a_refund_that_fails_later_is_paid_by_transfer(
    database: Database, gateway: FakeGateway, paid: str
):
    note = credit(database, paid, units={1: 1}, goods=Goods.UNSHIPPED)
    order_card(database, note)
    work(database, gateway)
    ((key, made),) = gateway.refunds.items()
    gateway.refunds[key] = replace(made, status="failed")
    look_at_reversals(database, gateway, intent_in(database), at=AT)
    work(database, gateway)
    assert refund_in(database).state is CreditRefundState.FAILED
    with pytest.raises(CardDidNotTake):
        order_card(database, note)
    with database.transaction() as session:
        order_transfer(session, note.number, account=IBAN, by=BOOKS, at=AT)
        confirm_transfer(session, note.number, reference="VIR 7", by=COLLEAGUE, at=AT)
    work(database, gateway)
    refund = refund_in(database)
    assert (refund.state, refund.reference) == (CreditRefundState.REFUNDED, "VIR 7")


class Refusing(FakeGateway):
    """A card processor that makes no refund."""

    def refund(self, *_args, **_facts):
        raise CardProcessorRefused("the charge is too old", "charge_expired_for_refund")


def test_a_refund_that_the_processor_refuses_goes_to_the_staff(
    database: Database, gateway: FakeGateway, paid: str
):
    note = credit(database, paid, units={1: 1}, goods=Goods.UNSHIPPED)
    order_card(database, note)
    refusing = Refusing(payments=gateway.payments)
    assert work(database, refusing) == 0
    refund = refund_in(database)
    assert (refund.state, refund.reference) == (CreditRefundState.FAILED, "the charge is too old")
    assert "credit_refunded" not in templates(database)


def test_a_refund_under_way_is_not_ordered_again(
    database: Database, gateway: FakeGateway, paid: str
):
    gateway.refund_status = "pending"
    note = credit(database, paid, units={1: 1}, goods=Goods.UNSHIPPED)
    order_card(database, note)
    with pytest.raises(CardRefundOrdered):
        order_card(database, note)
    work(database, gateway)
    assert refund_in(database).state is CreditRefundState.REFUNDING
    assert work(database, gateway) == 0


def test_what_was_refunded_on_the_processors_site_is_not_refunded_again(
    database: Database, gateway: FakeGateway, paid: str
):
    intent = intent_in(database)
    with database.reading_session() as session:
        whole = session.scalars(select(Invoice.including)).one()
    gateway.made_elsewhere[intent] = [
        FoundReversal("re_site", "refund", whole.cents, "succeeded", "", AT)
    ]
    look_at_reversals(database, gateway, intent, at=AT)
    credit(database, paid)
    assert refund_in(database) is None


def test_what_was_refunded_after_the_credit_note_leaves_less_on_the_card(
    database: Database, gateway: FakeGateway, paid: str
):
    note = credit(database, paid)
    intent = intent_in(database)
    gateway.made_elsewhere[intent] = [FoundReversal("re_1", "refund", 100, "succeeded", "", AT)]
    look_at_reversals(database, gateway, intent, at=AT)
    with pytest.raises(CardGaveBack) as refusal:
        order_card(database, note)
    assert refusal.value.facts["left"] == note.including - Money(100)


def test_a_withdrawal_that_was_refunded_is_credited_without_another_refund(
    database: Database, gateway: FakeGateway, paid: str
):
    with database.transaction() as session:
        order = session.scalars(select(Order)).one()
        stated = Statement("Léa Petit", order.number, order.email, "fr")
        row, _finding = declare_withdrawal(session, stated, by=VISITOR, at=AT)
        refunded = refund_withdrawal(session, row.id, reference="VIR 3", by=BOOKS, at=AT)
    note = credit(database, paid)
    refund = refund_in(database)
    assert refunded + (refund.amount if refund else Money()) == note.including


def test_a_withdrawal_that_is_due_is_not_refunded_by_the_credit_note_too(
    database: Database, gateway: FakeGateway, paid: str
):
    with database.transaction() as session:
        order = session.scalars(select(Order)).one()
        stated = Statement("Léa Petit", order.number, order.email, "fr")
        declare_withdrawal(session, stated, by=VISITOR, at=AT)
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        assert given_without_credit(session, order) == order.including
    credit(database, paid)
    assert refund_in(database) is None
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        assert given_without_credit(session, order) == Money()


def test_a_person_can_take_a_copy_of_the_account_that_they_gave(
    database: Database, gateway: FakeGateway, paid: str
):
    note = credit(database, paid, units={1: 1}, goods=Goods.UNSHIPPED)
    with database.transaction() as session:
        order_transfer(session, note.number, account=IBAN, by=BOOKS, at=AT)
        user = make_person(session, at=AT, email="lea@home.example")
        session.scalars(select(Order)).one().user_id = user.id
        session.flush()
        holding = next(one for one in HOLDINGS if one.key == "credit_refunds")
        [shown] = holding.show(session, Subject(user.id, user.email, user.name))
    assert (shown["credit_note"], shown["account"]) == (note.number, IBAN)


def test_a_body_is_refunded_by_two_persons(database: Database):
    number = invoiced(database)
    pay(database, number)
    note = credit(database, number)
    with pytest.raises(NotPaidByCard):
        order_card(database, note)
    with pytest.raises(AccountNotValid), database.transaction() as session:
        order_transfer(session, note.number, account="FR76", by=BOOKS, at=AT)
    with database.transaction() as session:
        order_transfer(session, note.number, account=IBAN, by=BOOKS, at=AT)
    with pytest.raises(SamePerson), database.transaction() as session:
        confirm_transfer(session, note.number, reference="VIR 7", by=BOOKS, at=AT)
    with pytest.raises(TransferReferenceMissing), database.transaction() as session:
        confirm_transfer(session, note.number, reference=" ", by=COLLEAGUE, at=AT)
    with database.transaction() as session:
        confirm_transfer(session, note.number, reference="VIR 7", by=COLLEAGUE, at=AT)
    assert refund_in(database).state is CreditRefundState.REFUNDED
    assert templates(database)[-1] == "credit_refunded"
    with pytest.raises(RefundedBefore), database.transaction() as session:
        confirm_transfer(session, note.number, reference="VIR 7", by=COLLEAGUE, at=AT)


def test_a_transfer_is_sent_back_with_its_reason(database: Database):
    number = invoiced(database)
    pay(database, number)
    note = credit(database, number)
    with database.transaction() as session:
        order_transfer(session, note.number, account=IBAN, by=BOOKS, at=AT)
    with pytest.raises(SendingBackReasonMissing), database.transaction() as session:
        send_back_transfer(session, note.number, reason=" ", by=COLLEAGUE, at=AT)
    with database.transaction() as session:
        send_back_transfer(session, note.number, reason="Compte clos", by=COLLEAGUE, at=AT)
        order_transfer(session, note.number, account=IBAN, by=COLLEAGUE, at=AT)
    with database.transaction() as session:
        confirm_transfer(session, note.number, reference="VIR 8", by=BOOKS, at=AT)


def test_the_accounting_office_gives_money_back(database: Database):
    number = invoiced(database)
    unpaid = credit(database, number, units={1: 1})
    with pytest.raises(NotFound), database.transaction() as session:
        order_transfer(session, unpaid.number, account=IBAN, by=BOOKS, at=AT)
    pay(database, number)
    note = credit(database, number)
    with pytest.raises(NotAllowed), database.transaction() as session:
        order_transfer(session, note.number, account=IBAN, by=OFFICE, at=AT)
