"""Orders played forwards and backwards, at random: after each act the goods, the numbers, the money
and the journal still add up.

A few short plays in `make test`, on SQLite; many on both databases by `make properties`.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkout.cancellations.cancellations import decide_cancellation, reopen_cancellation
from checkout.cancellations.models import Cancellation
from checkout.card.models import CardPayment, CardReversal
from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.refunds import order_card_refund, refund_credits
from checkout.credits.remainders import given_back, overpaid
from checkout.credits.rules import CreditRequest, Goods
from checkout.credits.settling import settle_orders
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.models import DeliveryLine, DeliveryNote
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of, progress_of
from checkout.orders.procedure import Origin
from checkout.payments.billing import bill_order
from checkout.payments.models import Payment
from checkout.payments.payments import record_payment
from checkout.returns.models import Return, ReturnLine
from checkout.returns.returns import accept_return, ask_return, receive_return, returnable
from checkout.returns.rules import Asked, Counted
from checkout.returns.rules import Reason as ReturnReason
from checkout.returns.settlements import replace_return, settle_return
from checkout.withdrawals.desk import order_refund
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.refunds import refund_withdrawals
from checkout.withdrawals.rules import Statement
from checkout.withdrawals.withdrawals import declare_withdrawal
from shop.catalogue.correction_rules import Correction, Reason
from shop.catalogue.corrections import (
    correct_stock,
    get_product,
    on_hand_of_movements,
    undo_correction,
)
from shop.catalogue.models import Stock, StockCorrection, StockMovement
from shop.catalogue.receipts import Received, receive_goods
from shop.core.errors import DomainError
from shop.core.money import Money, total
from shop.core.text import paris_day
from shop.storage import numbering
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.web.kit.sessions import VISITOR
from tests.checkouts import Checkout
from tests.conftest import new_database
from tests.factories import (
    AT,
    BOOKS,
    OFFICE,
    STORES,
    make_buyer,
    make_checkout,
    make_shop,
    sale_line,
)
from tests.fakes import FakeGateway
from tests.orders import locked_order, make_order_from_original, make_quote

SKUS = ("SON-0412", "PUP-0007", "LIV-0031")
MANY = st.integers(0, 7)
UNITS = st.integers(0, 3)
#: After the period of withdrawal of what was delivered.
MUCH_LATER = AT + timedelta(days=500)
#: Which entry of the journal each act leaves, where it is not named after it.
ENTRY = {
    "credit": "issue_credit_note",
    "invoice": "issue_invoice",
    "deliver": "issue_delivery_note",
}


class Plays(RuleBasedStateMachine):
    """Orders of a town and of consumers, what is done with them, what is undone."""

    opened: Callable[[], Database]
    done: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.gateway = FakeGateway()
        self.database = type(self).opened()
        with self.database.transaction() as session:
            self.shipping = make_shop(session)[3:]
            self.town = make_buyer(session)
        with self.database.reading_session() as session:
            self.before = journalled(session)
        self.here: Counter[str] = Counter()

    def teardown(self) -> None:
        self.database.dispose()

    @contextmanager
    def act(self, name: str) -> Iterator[Session]:
        """A transaction of that act; one that the shop refuses changes nothing."""
        try:
            with self.database.transaction() as session:
                yield session
        except DomainError:
            return
        except IndexError:  # there is nothing to do it with
            return
        self.here[name] += 1
        self.done[name] += 1

    @initialize(delivered=st.booleans(), invoiced=st.booleans())
    def begin(self, delivered: bool, invoiced: bool) -> None:
        """Two orders to play with, one of each kind."""
        self.order_by_original(3, 2)
        self.order_by_card(3)
        for pick in (0, 1):
            if delivered:
                self.deliver(pick, 2)
            if invoiced:
                self.invoice(pick)

    # what is sold

    @rule(pick=MANY, units=st.integers(1, 9))
    def receive_goods(self, pick: int, units: int) -> None:
        with self.act("receive_goods") as session:
            received = Received(units, f"BL-{self.done.total()}", confirmed=True)
            receive_goods(session, SKUS[pick % 3], received, by=STORES, at=AT)

    @rule(pick=MANY, reason=st.sampled_from(Reason), units=st.integers(0, 6), sure=st.booleans())
    def correct_stock(self, pick: int, reason: Reason, units: int, sure: bool) -> None:
        with self.act("correct_stock") as session:
            asked = Correction(reason, units, "compté", confirmed=sure)
            correct_stock(session, SKUS[pick % 3], asked, by=STORES, at=AT)

    @rule(pick=MANY)
    def undo_correction(self, pick: int) -> None:
        with self.act("undo_correction") as session:
            found = one_of(session, StockCorrection, pick)
            undo_correction(session, found.id, confirmed=True, by=STORES, at=AT)

    @rule(first=st.integers(1, 3), second=UNITS)
    def order_by_original(self, first: int, second: int) -> None:
        with self.act("order_by_original") as session:
            pairs = zip(SKUS[:2], (first, second), strict=True)
            lines = [sale_line(session, id_of(session, sku), n) for sku, n in pairs if n]
            quote = make_quote(session, self.town, [*lines, *self.shipping])
            make_order_from_original(session, quote, reference=f"BC {quote.number}")

    @rule(units=st.integers(1, 3))
    def order_by_card(self, units: int) -> None:
        try:
            with self.database.transaction() as session:
                product = id_of(session, SKUS[0])
                cart = make_checkout(session, product, units, at=AT)
            checkout = Checkout.of(self.database, self.gateway, product, cart)
            page = checkout.press()
        except DomainError:
            return
        self.gateway.pay(page)
        checkout.settle(page)
        self.done["order_by_card"] += 1

    # forwards

    @rule(pick=MANY, part=UNITS)
    def deliver(self, pick: int, part: int) -> None:
        with self.act("deliver") as session:
            order = one_of(session, Order, pick)
            left = {line.position: line.remaining for line in goods(session, order)}
            units = {n: min(one, part) if part else one for n, one in left.items() if one}
            issue_delivery_note(session, locked(session, order), units, by=STORES, at=AT)

    @rule(pick=MANY)
    def invoice(self, pick: int) -> None:
        with self.act("invoice") as session:
            bill_order(session, locked(session, one_of(session, Order, pick)), by=BOOKS, at=AT)

    @rule(pick=MANY, part=st.booleans())
    def record_payment(self, pick: int, part: bool) -> None:
        with self.act("record_payment") as session:
            row = one_of(session, Invoice, pick)
            found, _order = get_invoice(session, row.number, by=BOOKS)
            record_payment(
                session,
                found,
                amount=Money(max(1, found.due.cents // 2)) if part else found.due,
                received_on=paris_day(AT),
                reference=f"VIR {self.done.total()}",
                by=BOOKS,
                at=AT,
            )

    @rule()
    def settle_orders(self) -> None:
        settle_orders(self.database, at=AT, stopping=lambda: False)

    # backwards

    @rule(pick=MANY, part=UNITS)
    def decide_cancellation(self, pick: int, part: int) -> None:
        with self.act("decide_cancellation") as session:
            order = one_of(session, Order, pick)
            left = {line.position: line.remaining for line in goods(session, order)}
            units = {n: min(one, part) for n, one in left.items()} if part else None
            locked_one = locked(session, order)
            decide_cancellation(session, locked_one, units, reason="Rupture", by=BOOKS, at=AT)

    @rule(pick=MANY)
    def reopen_cancellation(self, pick: int) -> None:
        with self.act("reopen_cancellation") as session:
            row = one_of(session, Cancellation, pick)
            order = locked(session, session.get_one(Order, row.order_id))
            reopen_cancellation(session, row.id, order, reason="Arrivage", by=OFFICE, at=AT)

    @rule(pick=MANY, part=UNITS)
    def ask_return(self, pick: int, part: int) -> None:
        with self.act("ask_return") as session:
            order = locked(session, one_of(session, Order, pick))
            left = returnable(session, order)
            units = {line.position: min(line.units, max(1, part)) for line in left}
            asked = Asked(ReturnReason.DEFECT, "Rayée", units)
            ask_return(session, order, asked, by=STORES, at=MUCH_LATER)

    @rule(pick=MANY, kind=st.integers(0, 3))
    def receive_return(self, pick: int, kind: int) -> None:
        with self.act("receive_return") as session:
            row, order = locked_return(session, pick)
            accept_return(session, row, order, instructions="", by=OFFICE, at=AT)
            lines = session.scalars(select(ReturnLine).where(ReturnLine.return_id == row.id)).all()
            counts = {
                line.position: Counted(*(line.quantity if kind == n else 0 for n in range(3)))
                if kind < 3
                else Counted(restocked=1)
                for line in lines
            }
            receive_return(session, row, order, counts, by=STORES, at=AT)

    @rule(pick=MANY)
    def settle_return(self, pick: int) -> None:
        with self.act("settle_return") as session:
            row, order = locked_return(session, pick)
            settle_return(session, row, order, by=BOOKS, at=AT)

    @rule(pick=MANY)
    def replace_return(self, pick: int) -> None:
        with self.act("replace_return") as session:
            row, order = locked_return(session, pick)
            replace_return(session, row, order, by=STORES, at=AT)

    @rule(pick=MANY, part=UNITS, place=st.sampled_from(Goods))
    def credit(self, pick: int, part: int, place: Goods) -> None:
        with self.act("credit") as session:
            row = one_of(session, Invoice, pick)
            found, order = get_invoice(session, row.number, by=BOOKS)
            units = {1: part} if part else {}
            asked = CreditRequest("Geste", whole=not part, units=units, goods=place)
            issue_credit_note(session, found, order, asked, by=BOOKS, at=AT)

    @rule(pick=MANY)
    def refund(self, pick: int) -> None:
        with self.act("order_card_refund") as session:
            row = one_of(session, CreditRefund, pick)
            note = session.get_one(CreditNote, row.credit_note_id)
            order_card_refund(session, note.number, by=BOOKS, at=AT)
        refund_credits(self.database, self.gateway, at=AT, stopping=lambda: False)

    @rule(pick=MANY)
    def withdraw(self, pick: int) -> None:
        with self.act("declare_withdrawal") as session:
            order = one_of(session, Order, pick)
            stated = Statement("Léa Petit", order.number, order.email, "fr")
            declare_withdrawal(session, stated, by=VISITOR, at=AT)
        with self.act("order_withdrawal_refund") as session:
            row = one_of(session, Withdrawal, pick)
            order_refund(session, row.id, by=BOOKS, at=AT)
        refund_withdrawals(self.database, self.gateway, at=AT, stopping=lambda: False)

    # what always holds

    @invariant()
    def the_stock_is_the_sum_of_its_movements(self) -> None:
        with self.database.reading_session() as session:
            for shelf in session.scalars(select(Stock)):
                assert shelf.on_hand == on_hand_of_movements(session, shelf.product_id)
                assert shelf.on_hand >= 0 and 0 <= shelf.reserved <= shelf.on_hand + shelf.missing
                promised = (
                    line.remaining
                    for order in session.scalars(select(Order))
                    for line in progress_of(
                        [
                            one
                            for one in lines_of(session, order.id)
                            if one.product_id == shelf.product_id
                        ]
                    )
                )
                assert shelf.reserved == sum(promised), "what is promised is what is left to ship"
            shipped = session.scalar(
                select(func.sum(StockMovement.quantity)).where(StockMovement.kind == "shipped")
            )
            noted = session.scalar(
                select(func.sum(DeliveryLine.quantity))
                .join(DeliveryNote, DeliveryNote.id == DeliveryLine.delivery_note_id)
                .join(
                    OrderLine,
                    (OrderLine.order_id == DeliveryNote.order_id)
                    & (OrderLine.position == DeliveryLine.position),
                )
                .where(OrderLine.product_id.is_not(None))
            )
            assert (shipped or 0) == (noted or 0)

    @invariant()
    def each_unit_is_counted_once(self) -> None:
        with self.database.reading_session() as session:
            again = select(Return.order_id).where(Return.state == "REPLACED")
            redelivered = set(session.scalars(again))
            for order in session.scalars(select(Order)):
                for line in lines_of(session, order.id):
                    left = line.quantity - line.delivered - line.cancelled
                    assert left >= 0 and 0 <= line.returned <= line.delivered
                    if order.origin is Origin.QUOTE:
                        assert line.invoiced <= line.quantity - line.cancelled
                        assert line.invoiced <= line.delivered or order.id in redelivered

    @invariant()
    def the_money_adds_up(self) -> None:
        with self.database.reading_session() as session:
            for invoice in session.scalars(select(Invoice)):
                received = session.scalars(
                    select(Payment.amount).where(Payment.invoice_id == invoice.id)
                ).all()
                notes = session.scalars(
                    select(CreditNote.including).where(CreditNote.invoice_id == invoice.id)
                ).all()
                assert invoice.paid == total(received) <= invoice.including
                assert invoice.credited == total(notes) <= invoice.including
                assert invoice.due == max(
                    Money(), invoice.including - invoice.paid - invoice.credited
                )
            withdrawn = set(session.scalars(select(Withdrawal.order_id)))
            for order in session.scalars(select(Order)):
                if order.id in withdrawn:
                    assert overpaid(session, order) <= given_back(session, order)
                else:
                    assert overpaid(session, order) == given_back(session, order)
            for payment in session.scalars(select(CardPayment)):
                taken = session.scalars(
                    select(CardReversal.amount).where(CardReversal.payment_id == payment.id)
                ).all()
                assert total(taken) <= payment.amount, "never more goes back than was paid"

    @invariant()
    def the_numbers_have_no_gap(self) -> None:
        series = {
            numbering.ORDER: Order.number,
            numbering.DELIVERY_NOTE: DeliveryNote.number,
            numbering.INVOICE: Invoice.number,
            numbering.CREDIT_NOTE: CreditNote.number,
        }
        with self.database.reading_session() as session:
            for name, column in series.items():
                found = [int(one[-6:]) for one in session.scalars(select(column))]
                assert sorted(found) == list(range(1, len(found) + 1)), name

    @invariant()
    def every_act_is_in_the_journal(self) -> None:
        with self.database.reading_session() as session:
            written = journalled(session)
        for act, times in self.here.items():
            entry = ENTRY.get(act, act)
            if act.startswith("order_by"):
                continue
            assert written[entry] - self.before[entry] >= times, act


def journalled(session: Session) -> Counter[str]:
    rows = session.execute(
        select(JournalEntry.act, func.count().label("times")).group_by(JournalEntry.act)
    )
    return Counter({row.act: row.times for row in rows})


def one_of(session: Session, kind: Any, pick: int) -> Any:
    """One of the last eight rows of a table. Raises IndexError when there is none."""
    rows = session.scalars(select(kind).order_by(kind.id.desc()).limit(8)).all()
    return rows[pick % len(rows)] if rows else rows[0]


def id_of(session: Session, sku: str) -> int:
    return get_product(session, sku)[0].id


def goods(session: Session, order: Order) -> list[Any]:
    lines = [line for line in lines_of(session, order.id) if line.product_id is not None]
    return progress_of(lines)


def locked(session: Session, order: Order) -> Order:
    return locked_order(session, order.number)


def locked_return(session: Session, pick: int) -> tuple[Return, Order]:
    row = one_of(session, Return, pick)
    return row, locked(session, session.get_one(Order, row.order_id))


def play(opened: Callable[[], Database], *, examples: int, steps: int) -> Counter[str]:
    """Play so many times, each time on an empty database; how often each act was done."""
    done: Counter[str] = Counter()
    machine: Any = type("Play", (Plays,), {"opened": staticmethod(opened), "done": done})
    run_state_machine_as_test(
        machine,
        settings=hypothesis.settings(
            max_examples=examples,
            stateful_step_count=steps,
            phases=(hypothesis.Phase.generate,),
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )
    return done


def test_orders_played_forwards_and_backwards_add_up(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
):
    full = request.config.getoption("full_size")
    for kind in ("sqlite", "postgresql") if full else ("sqlite",):
        folder = tmp_path_factory.mktemp("plays")
        done = play(
            partial(new_database, request, kind, folder),
            examples=100 if full else 6,
            steps=50 if full else 30,
        )
        assert {"order_by_original", "order_by_card", "deliver", "invoice"} <= set(done), done
        if full:
            acts = {
                *("invoice", "record_payment", "decide_cancellation", "reopen_cancellation"),
                *("ask_return", "receive_return", "settle_return", "replace_return", "credit"),
                *("order_card_refund", "declare_withdrawal", "undo_correction", "order_by_card"),
            }
            assert acts <= set(done), done
