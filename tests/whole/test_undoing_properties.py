"""Orders played forwards and backwards, at random: after each act the goods, the numbers, the money
and the journal still add up.

A few short plays in `make test`, on SQLite; many on both databases by `make properties`.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
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
from checkout.corrections.contrary_notes import correct_delivery_note, note_lines
from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.refunds import order_card_refund, refund_credits
from checkout.credits.remainders import credited_units, given_back, overpaid
from checkout.credits.rules import CreditRequest, Goods
from checkout.credits.settling import settle_orders
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.models import ContraryLine, ContraryNote, DeliveryLine, DeliveryNote
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
from shop.catalogue.models import Product, Stock, StockCorrection, StockMovement
from shop.catalogue.receipts import Received, receive_goods
from shop.core import series
from shop.core.errors import DomainError
from shop.core.money import Money, total
from shop.core.text import paris_day
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

SKUS = ("SON-0412", "PUP-0007")
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

    def attempt(
        self, name: str, kind: Any, pick: int, do: Callable[[Session, Any], object]
    ) -> None:
        """Do that with one of the last rows of a table, the first one that the shop does not refuse
        it for; what is refused changes nothing.
        """
        with self.database.reading_session() as session:
            ids = session.scalars(select(kind.id).order_by(kind.id.desc()).limit(8)).all()
        for place in range(min(4, len(ids))):
            with suppress(DomainError):
                with self.database.transaction() as session:
                    do(session, session.get_one(kind, ids[(pick + place) % len(ids)]))
                self.here[name] += 1
                self.done[name] += 1
                return

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
        def do(session: Session, product: Product) -> None:
            received = Received(units, f"BL-{self.done.total()}", confirmed=True)
            receive_goods(session, product.sku, received, by=STORES, at=AT)

        self.attempt("receive_goods", Product, pick, do)

    @rule(pick=MANY, reason=st.sampled_from(Reason), units=st.integers(0, 6), sure=st.booleans())
    def correct_stock(self, pick: int, reason: Reason, units: int, sure: bool) -> None:
        def do(session: Session, product: Product) -> None:
            asked = Correction(reason, units, "compté", confirmed=sure)
            correct_stock(session, product.sku, asked, by=STORES, at=AT)

        self.attempt("correct_stock", Product, pick, do)

    @rule(pick=MANY)
    def undo_correction(self, pick: int) -> None:
        def do(session: Session, row: StockCorrection) -> None:
            undo_correction(session, row.id, confirmed=True, by=STORES, at=AT)

        self.attempt("undo_correction", StockCorrection, pick, do)

    @rule(first=st.integers(1, 3), second=UNITS)
    def order_by_original(self, first: int, second: int) -> None:
        with suppress(DomainError):
            with self.database.transaction() as session:
                pairs = zip(SKUS, (first, second), strict=True)
                lines = [sale_line(session, id_of(session, sku), n) for sku, n in pairs if n]
                quote = make_quote(session, self.town, [*lines, *self.shipping])
                make_order_from_original(session, quote, reference=f"BC {quote.number}")
            self.done["order_by_original"] += 1

    @rule(units=st.integers(1, 3))
    def order_by_card(self, units: int) -> None:
        with suppress(DomainError):
            with self.database.transaction() as session:
                product = id_of(session, SKUS[0])
                cart = make_checkout(session, product, units, at=AT)
            checkout = Checkout.of(self.database, self.gateway, product, cart)
            page = checkout.press()
            self.gateway.pay(page)
            checkout.settle(page)
            self.done["order_by_card"] += 1

    # forwards

    @rule(pick=MANY, part=UNITS)
    def deliver(self, pick: int, part: int) -> None:
        def do(session: Session, order: Order) -> None:
            left = {line.position: line.remaining for line in goods(session, order)}
            units = {n: min(one, part) if part else one for n, one in left.items() if one}
            issue_delivery_note(session, locked(session, order), units, by=STORES, at=AT)

        self.attempt("deliver", Order, pick, do)

    @rule(pick=MANY, part=UNITS)
    def correct_delivery_note(self, pick: int, part: int) -> None:
        def do(session: Session, note: DeliveryNote) -> None:
            order = locked(session, session.get_one(Order, note.order_id))
            known = note_lines(session, order, note)
            units = {one.position: min(one.most, part) if part else one.most for one in known}
            correct_delivery_note(session, order, note, units, reason="Tri", by=STORES, at=AT)

        self.attempt("correct_delivery_note", DeliveryNote, pick, do)

    @rule(pick=MANY)
    def invoice(self, pick: int) -> None:
        def do(session: Session, order: Order) -> None:
            bill_order(session, locked(session, order), by=BOOKS, at=AT)

        self.attempt("invoice", Order, pick, do)

    @rule(pick=MANY, part=st.booleans())
    def record_payment(self, pick: int, part: bool) -> None:
        def do(session: Session, row: Invoice) -> None:
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

        self.attempt("record_payment", Invoice, pick, do)

    @rule()
    def settle_orders(self) -> None:
        settle_orders(self.database, at=AT, stopping=lambda: False)

    # backwards

    @rule(pick=MANY, part=UNITS)
    def decide_cancellation(self, pick: int, part: int) -> None:
        def do(session: Session, order: Order) -> None:
            left = {line.position: line.remaining for line in goods(session, order)}
            units = {n: min(one, part) for n, one in left.items()} if part else None
            held = locked(session, order)
            decide_cancellation(session, held, units, reason="Rupture", by=BOOKS, at=AT)

        self.attempt("decide_cancellation", Order, pick, do)

    @rule(pick=MANY)
    def reopen_cancellation(self, pick: int) -> None:
        def do(session: Session, row: Cancellation) -> None:
            order = locked(session, session.get_one(Order, row.order_id))
            reopen_cancellation(session, row.id, order, reason="Arrivage", by=OFFICE, at=AT)

        self.attempt("reopen_cancellation", Cancellation, pick, do)

    @rule(pick=MANY, part=UNITS)
    def ask_return(self, pick: int, part: int) -> None:
        def do(session: Session, order: Order) -> None:
            left = returnable(session, locked(session, order))
            units = {line.position: min(line.units, max(1, part)) for line in left}
            asked = Asked(ReturnReason.DEFECT, "Rayée", units)
            ask_return(session, order, asked, by=STORES, at=MUCH_LATER)

        self.attempt("ask_return", Order, pick, do)

    @rule(pick=MANY, kind=st.integers(0, 3))
    def receive_return(self, pick: int, kind: int) -> None:
        def do(session: Session, row: Return) -> None:
            order = locked(session, session.get_one(Order, row.order_id))
            accept_return(session, row, order, instructions="", by=OFFICE, at=AT)
            lines = session.scalars(
                select(ReturnLine)
                .where(ReturnLine.return_id == row.id)
                .order_by(ReturnLine.position)
            ).all()
            counts = {
                line.position: Counted(*(line.quantity if kind == n else 0 for n in range(3)))
                if kind < 3
                else Counted(restocked=1)
                for line in lines
            }
            receive_return(session, row, order, counts, by=STORES, at=AT)

        self.attempt("receive_return", Return, pick, do)

    @rule(pick=MANY)
    def settle_return(self, pick: int) -> None:
        def do(session: Session, row: Return) -> None:
            order = locked(session, session.get_one(Order, row.order_id))
            settle_return(session, row, order, by=BOOKS, at=AT)

        self.attempt("settle_return", Return, pick, do)

    @rule(pick=MANY)
    def replace_return(self, pick: int) -> None:
        def do(session: Session, row: Return) -> None:
            order = locked(session, session.get_one(Order, row.order_id))
            replace_return(session, row, order, by=STORES, at=AT)

        self.attempt("replace_return", Return, pick, do)

    @rule(pick=MANY, part=UNITS, kind=st.integers(0, 3), again=st.booleans())
    def come_back(self, pick: int, part: int, kind: int, again: bool) -> None:
        """A return from its request to its end: what leads there at random is rare."""
        self.deliver(pick, 0)
        self.ask_return(pick, part)
        self.receive_return(0, kind)
        (self.replace_return if again else self.settle_return)(0)

    @rule(pick=MANY, part=UNITS)
    def change_of_mind(self, pick: int, part: int) -> None:
        """Units that are closed short, and delivered after all."""
        self.decide_cancellation(pick, max(1, part))
        self.reopen_cancellation(0)

    @rule(pick=MANY, part=UNITS, place=st.sampled_from(Goods))
    def credit(self, pick: int, part: int, place: Goods) -> None:
        def do(session: Session, row: Invoice) -> None:
            found, order = get_invoice(session, row.number, by=BOOKS)
            units = {1: part} if part else {}
            asked = CreditRequest("Geste", whole=not part, units=units, goods=place)
            issue_credit_note(session, found, order, asked, by=BOOKS, at=AT)

        self.attempt("credit", Invoice, pick, do)

    @rule(pick=MANY)
    def refund(self, pick: int) -> None:
        def do(session: Session, row: CreditRefund) -> None:
            note = session.get_one(CreditNote, row.credit_note_id)
            order_card_refund(session, note.number, by=BOOKS, at=AT)

        self.attempt("order_card_refund", CreditRefund, pick, do)
        refund_credits(self.database, self.gateway, at=AT, stopping=lambda: False)

    @rule(pick=MANY)
    def withdraw(self, pick: int) -> None:
        def state(session: Session, order: Order) -> None:
            stated = Statement("Léa Petit", order.number, order.email, "fr")
            declare_withdrawal(session, stated, by=VISITOR, at=AT)

        def refund(session: Session, row: Withdrawal) -> None:
            order_refund(session, row.id, by=BOOKS, at=AT)

        self.attempt("declare_withdrawal", Order, pick, state)
        self.attempt("order_withdrawal_refund", Withdrawal, pick, refund)
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
            kept = select(func.sum(StockMovement.quantity)).where(StockMovement.kind == "unshipped")
            assert (shipped or 0) == (noted or 0)
            back = session.scalar(select(func.sum(ContraryLine.quantity)))
            assert (session.scalar(kept) or 0) == (back or 0)

    @invariant()
    def each_unit_is_counted_once(self) -> None:
        with self.database.reading_session() as session:
            again = select(Return.order_id).where(Return.state == "REPLACED")
            redelivered = set(session.scalars(again))
            for order in session.scalars(select(Order)):
                credited = credited_units(session, order)
                for line in lines_of(session, order.id):
                    left = line.quantity - line.delivered - line.cancelled
                    assert left >= 0 and 0 <= line.returned <= line.delivered
                    if order.origin is Origin.QUOTE:
                        billed = line.invoiced - credited.get(line.position, 0)
                        assert billed <= line.quantity - line.cancelled
                        assert line.invoiced <= line.delivered or order.id in redelivered

    @invariant()
    def the_money_adds_up(self) -> None:
        with self.database.reading_session() as session:
            for invoice in session.scalars(select(Invoice)):
                received = session.scalars(
                    select(Payment.amount)
                    .where(Payment.invoice_id == invoice.id)
                    .order_by(Payment.id)
                ).all()
                notes = session.scalars(
                    select(CreditNote.including)
                    .where(CreditNote.invoice_id == invoice.id)
                    .order_by(CreditNote.id)
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
                    select(CardReversal.amount)
                    .where(CardReversal.payment_id == payment.id)
                    .order_by(CardReversal.id)
                ).all()
                assert total(taken) <= payment.amount, "never more goes back than was paid"

    @invariant()
    def the_numbers_have_no_gap(self) -> None:
        columns = {
            series.ORDER: Order.number,
            series.DELIVERY_NOTE: DeliveryNote.number,
            series.INVOICE: Invoice.number,
            series.CREDIT_NOTE: CreditNote.number,
        }
        with self.database.reading_session() as session:
            for name, column in columns.items():
                found = [int(one[-6:]) for one in session.scalars(select(column))]
                if name == series.DELIVERY_NOTE:
                    contrary = session.scalars(select(ContraryNote.number))
                    found += [int(one[-6:]) for one in contrary]
                assert sorted(found) == list(range(1, len(found) + 1)), name

    @invariant()
    def every_act_is_in_the_journal(self) -> None:
        with self.database.reading_session() as session:
            written = journalled(session)
        for act, times in self.here.items():
            entry = ENTRY.get(act, act)
            assert written[entry] - self.before[entry] >= times, act


def journalled(session: Session) -> Counter[str]:
    rows = session.execute(
        select(JournalEntry.act, func.count().label("times")).group_by(JournalEntry.act)
    )
    return Counter({row.act: row.times for row in rows})


def id_of(session: Session, sku: str) -> int:
    return get_product(session, sku)[0].id


def goods(session: Session, order: Order) -> list[Any]:
    lines = [line for line in lines_of(session, order.id) if line.product_id is not None]
    return progress_of(lines)


def locked(session: Session, order: Order) -> Order:
    return locked_order(session, order.number)


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
            examples=60 if full else 6,
            steps=50 if full else 25,
        )
        assert {"order_by_original", "order_by_card", "deliver", "invoice"} <= set(done), done
        if full:
            acts = {
                *("invoice", "record_payment", "decide_cancellation", "reopen_cancellation"),
                *("ask_return", "receive_return", "settle_return", "replace_return", "credit"),
                *("order_card_refund", "declare_withdrawal", "undo_correction", "order_by_card"),
            }
            assert acts <= set(done), done
