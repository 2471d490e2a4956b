"""Refunds made elsewhere and disputes: the sandbox processor over real HTTP, on both databases."""

import json
from datetime import datetime
from itertools import permutations
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select, update

from checkout.card import listening, stripe_gateway
from checkout.card.events import HEARD, REVERSING, SETTLING, handle_event
from checkout.card.gateway import CardProcessorRefused, CardProcessorUnavailable, Event, EventPage
from checkout.card.listening import LISTED_FOR, MARGIN
from checkout.card.models import (
    CardPayment,
    CardReversal,
    EventPosition,
    ProcessorEvent,
    PutOffLook,
)
from checkout.card.put_off import FIRST_DELAY
from checkout.card.reconciliation import reconcile
from checkout.card.reversals import (
    count_reversals_to_note,
    note_reversal,
    received,
    reversals_to_note,
)
from checkout.card.rules import (
    AmountTooLarge,
    AmountTooSmall,
    NotedMeanwhile,
    OpenAgain,
    ensure_chargeable,
)
from checkout.card.sandbox.amounts import ensure_chargeable as ensure_sandbox_chargeable
from checkout.card.sandbox.errors import Refusal
from checkout.card.sandbox.events import SUBSCRIBED
from checkout.card.sandbox.server import running
from checkout.card.stripe_gateway import StripeGateway, event_of
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.queue import count_to_prepare, to_prepare
from checkout.deliveries.rules import MoreThanRemains
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.rules import PaymentReversed
from checkout.payments.models import Payment
from checkout.web.card.processor import EXTENSION
from checkout.withdrawals.desk import order_refund, refund_due, refund_withdrawal
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.procedure import WithdrawalState
from checkout.withdrawals.refunds import refund_withdrawals
from checkout.withdrawals.rules import Finding, RefundedElsewhere, RefundOrdered, Statement
from checkout.withdrawals.withdrawals import declare_withdrawal
from shop.catalogue.models import Stock
from shop.core.actors import ACCOUNTING, LOGISTICS
from shop.core.errors import NotAllowed
from shop.core.money import Money, total
from shop.core.paths import ROOT
from shop.dossiers.models import Dossier
from shop.emails.messages import render_email
from shop.ops.clock import now, today
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from shop.storage.paging import read_number
from shop.web.kit.sessions import VISITOR
from tests.checkouts import Checkout
from tests.counting import counted
from tests.factories import BOOKS, STORES, make_product, make_staff
from tests.orders import deliver_all, locked_order
from tests.people import sign_in
from tests.sandboxed import KEY, SECRET


@pytest.fixture
def sandbox():
    with running() as processor:
        yield processor


@pytest.fixture
def gateway(sandbox):
    made = StripeGateway(KEY, SECRET, sandbox.base_url)
    yield made
    made.close()


class Shop:
    """A paid order, and what may be asked of the processor about it."""

    def __init__(self, database: Database, sandbox, gateway, card: str = "") -> None:
        self.database, self.sandbox, self.gateway = database, sandbox, gateway
        self.checkout = Checkout(database, gateway, quantity=2)
        self.session_id = self.checkout.press(now())
        url = f"{sandbox.base_url}/c/pay/{self.session_id}"
        sandbox.customer.pay(url, *([card] if card else []))

    def settle(self) -> None:
        self.checkout.settle(self.session_id, now())

    @property
    def intent(self) -> str:
        return str(self.gateway.fetch(self.session_id).payment_intent)

    def refund(self, amount: int | None = None) -> str:
        """The office refunds on the processor's site: no key of the shop."""
        sent = {"payment_intent": self.intent} | ({"amount": amount} if amount else {})
        return self.gateway.client.v1.refunds.create(sent).id

    def control(self, path: str, **given: object) -> dict[str, object]:
        asked = Request(
            f"{self.sandbox.base_url}/_test/{path}",
            json.dumps(given).encode(),
            {"Content-Type": "application/json"},
        )
        with urlopen(asked) as answer:
            found: dict[str, object] = json.load(answer)
        return found

    def dispute(self, **given: object) -> str:
        return str(self.control("disputes", payment_intent=self.intent, **given)["id"])

    def catch_up(self) -> int:
        return reconcile(self.database, self.gateway, at=now()).reversed

    def order(self) -> Order:
        with self.database.reading_session() as session:
            return session.scalars(select(Order)).one()

    def events(self) -> list[Event]:
        """Every event that the processor announced, the oldest first."""
        bodies = [*self.sandbox.state.newest("event")][::-1]
        return [event_of(body) for body in bodies if body["type"] in HEARD]

    def hear(self, event: Event) -> None:
        handle_event(self.database, self.gateway, event, at=now())

    def acts(self) -> list[str]:
        with self.database.reading_session() as session:
            return list(session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)))

    def outcome(self) -> tuple[object, ...]:
        """All that reversals change."""
        order = self.order()
        with self.database.reading_session() as session:
            rows = session.scalars(select(CardReversal).order_by(CardReversal.amount)).all()
            payment = session.scalars(select(CardPayment)).one()
            return (
                order.stage,
                order.refunded,
                order.disputed,
                order.is_reversed,
                [(row.kind, row.state, row.amount, row.status) for row in rows],
                received(session, payment),
                read_number(session, count_to_prepare()),
                read_number(session, count_reversals_to_note()),
            )


@pytest.fixture
def shop(database, sandbox, gateway) -> Shop:
    made = Shop(database, sandbox, gateway)
    made.settle()
    return made


def test_a_part_refunded_elsewhere_is_shown_and_the_order_goes_on(shop, database):
    shop.refund(1_000)
    assert shop.catch_up() == 1
    order = shop.order()
    assert order.refunded == Money(1_000) and not order.is_reversed
    assert shop.acts()[-1] == "complete_refund"
    assert shop.catch_up() == 0
    with database.reading_session() as session:
        assert [row.number for row in to_prepare(session, today())] == [order.number]
        (row,) = reversals_to_note(session)
    assert (row.amount, row.order) == (Money(1_000), order.number)


def test_a_wholly_refunded_order_is_neither_prepared_nor_delivered(shop, database):
    shop.refund(1_000)
    shop.refund()
    shop.catch_up()
    number = shop.order().number
    with database.reading_session() as session:
        assert not to_prepare(session, today()) and not read_number(session, count_to_prepare())
    with database.transaction() as session, pytest.raises(PaymentReversed):
        deliver_all(session, locked_order(session, number))


def test_noting_a_whole_refund_puts_the_goods_on_sale_again(shop, database):
    shop.refund()
    shop.catch_up()
    with database.reading_session() as session:
        (row,) = reversals_to_note(session)
        assert session.scalars(select(Stock.reserved)).one() == 2
    with database.transaction() as session, pytest.raises(NotAllowed):
        note_reversal(session, row.id, by=STORES, at=now())
    with database.transaction() as session:
        note_reversal(session, row.id, by=BOOKS, at=now())
    with database.transaction() as session, pytest.raises(NotedMeanwhile):
        note_reversal(session, row.id, by=BOOKS, at=now())
    with database.reading_session() as session:
        assert session.scalars(select(Stock.reserved)).one() == 0
        assert not reversals_to_note(session)
    assert shop.order().stage == "PAID"


def test_a_disputed_order_waits_until_the_bank_has_decided(shop, database):
    dispute = shop.dispute(reason="product_not_received")
    shop.catch_up()
    assert shop.order().disputed == shop.order().including
    with database.reading_session() as session:
        (row,) = reversals_to_note(session)
    assert (row.reason, row.may_note) == ("product_not_received", False)
    assert row.until is not None
    with database.transaction() as session, pytest.raises(OpenAgain):
        note_reversal(session, dispute, by=BOOKS, at=now())
    shop.control(f"disputes/{dispute}", status="won")
    shop.catch_up()
    order = shop.order()
    assert not order.disputed and not order.is_reversed
    with database.transaction() as session:
        deliver_all(session, locked_order(session, order.number))
    assert shop.acts()[-3:] == ["win_dispute", "issue_delivery_note", "close_order"]


@pytest.mark.parametrize("card", ["4000000000000259", "4000000000002685", "4000000000001976"])
def test_a_payment_disputed_before_it_was_settled_is_known_when_it_is(
    database, sandbox, gateway, card
):
    shop = Shop(database, sandbox, gateway, card)
    for event in shop.events():
        if event.type in REVERSING:
            shop.hear(event)  # nobody knows that payment yet
    assert shop.catch_up() == 0
    shop.settle()
    assert shop.order().disputed == shop.order().including


def test_a_refund_that_fails_after_days_gives_the_order_back(shop):
    refund = shop.refund()
    shop.catch_up()
    assert shop.order().is_reversed
    shop.control(f"refunds/{refund}", status="failed")
    assert shop.catch_up() == 1
    assert not shop.order().refunded and not shop.order().is_reversed
    assert shop.acts()[-2:] == ["complete_refund", "undo_refund"]


def _refund_and_lost_dispute(shop: Shop) -> None:
    shop.refund(1_000)
    shop.control(f"disputes/{shop.dispute(amount=2_000)}", status="lost")


def _won_dispute_then_refund(shop: Shop) -> None:
    shop.control(f"disputes/{shop.dispute()}", status="won")
    shop.refund()


def _failed_refund(shop: Shop) -> None:
    shop.control(f"refunds/{shop.refund(700)}", status="failed")


def _closed_inquiry(shop: Shop) -> None:
    shop.control(f"disputes/{shop.dispute(inquiry=True)}", status="warning_closed")


HISTORIES = [_refund_and_lost_dispute, _won_dispute_then_refund, _failed_refund, _closed_inquiry]


@pytest.mark.parametrize("history", HISTORIES)
def test_any_order_of_events_each_twice_ends_the_same(database, sandbox, gateway, history):
    """What was announced, forwards and backwards, and its end in every order."""
    shop = Shop(database, sandbox, gateway)
    history(shop)
    shop.settle()
    shop.catch_up()
    first, acts = shop.outcome(), shop.acts()
    announced = shop.events()
    assert {event.type for event in announced} & set(REVERSING)
    orders = [announced, announced[::-1], *permutations(announced[-3:])]
    for number, order in enumerate(orders):
        for event in order:
            for _twice in range(2):
                shop.hear(
                    Event(
                        f"{event.id}-{number}",
                        event.type,
                        event.session_id,
                        event.payment_intent,
                        event.reference,
                    )
                )
        assert shop.outcome() == first
    assert not shop.catch_up()
    assert (shop.outcome(), shop.acts()) == (first, acts)
    with database.reading_session() as session:
        recorded = total(session.scalars(select(Payment.amount).order_by(Payment.id)).all())
        payment = session.scalars(select(CardPayment)).one()
        charge = next(sandbox.state.newest("charge"))
        lost = sum(
            one["amount"] for one in sandbox.state.newest("dispute") if one["status"] == "lost"
        )
        assert recorded.cents == charge["amount"]
        assert received(session, payment).cents == (
            charge["amount"] - charge["amount_refunded"] - lost
        )


def test_the_webhook_and_the_worker_find_the_same(shop):
    shop.refund(500)
    shop.dispute(amount=600)
    for event in shop.events():
        shop.hear(event)
    heard = shop.outcome()
    assert shop.catch_up() == 0
    assert shop.outcome() == heard


def test_an_order_paid_by_card_is_invoiced_once_when_it_is_paid(shop, database):
    order = shop.order()
    with database.reading_session() as session:
        invoice = session.scalars(select(Invoice)).one()
    assert invoice.including == invoice.paid == order.including
    assert not invoice.rounding
    with database.transaction() as session:
        deliver_all(session, locked_order(session, order.number))
    with database.reading_session() as session:
        assert session.scalars(select(Invoice.number).order_by(Invoice.id)).all() == [
            invoice.number
        ]
    assert shop.order().stage == "PAID"


def test_the_desk_shows_refunds_made_elsewhere_and_disputes(app, client, shop, database):
    app.extensions[EXTENSION] = shop.gateway
    refund = shop.refund(1_000)
    dispute = shop.dispute(amount=2_000, reason="product_not_received")
    shop.catch_up()
    with database.transaction() as session:
        books, stores = make_staff(session, ACCOUNTING), make_staff(session, LOGISTICS)
    sign_in(client, books.id)
    desk = client.get("/bureau/paiements").text
    assert refund in desk and dispute in desk
    assert "marchandise non reçue" in desk and "10,00" in desk and "20,00" in desk
    assert "contesté" in client.get(f"/commandes/{shop.order().number}").text
    assert client.post(f"/bureau/paiements/mouvements/{refund}").status_code == 303
    assert refund not in client.get("/bureau/paiements").text
    sign_in(client, stores.id)
    assert shop.order().number not in client.get("/bureau/livraisons").text


def test_a_refund_made_elsewhere_shows_on_the_page_of_the_order_and_in_its_journal(
    client, shop, database
):
    shop.refund(1_000)
    shop.catch_up()
    order = shop.order()
    with database.reading_session() as session:
        key = session.get_one(Dossier, order.dossier_id).guest_key
    page = client.get(f"/commandes/{order.number}?key={key}", follow_redirects=True).text
    assert "10,00\u00a0€ remboursés sur la carte." in page
    assert "Remboursé sur la carte." in page


def test_every_event_that_the_shop_hears_is_in_the_manual_and_sent_by_the_sandbox():
    manual = (ROOT / "docs" / "OPERATIONS.md").read_text()
    listed = manual.partition("<!-- events -->")[2].partition("<!-- /events -->")[0]
    assert [line[3:-1] for line in listed.strip().splitlines()] == list(HEARD)
    assert set(SUBSCRIBED) == set(HEARD)
    assert not set(SETTLING) & set(REVERSING)
    assert len(REVERSING) <= 20


@pytest.fixture
def withdrawal(shop, database) -> Withdrawal:
    """A consumer withdraws from one of two units, before anything is shipped."""
    statement = Statement(
        "Léa Petit", shop.order().number, shop.order().email, "fr", False, "1 × Pied", {1: 1}
    )
    with database.transaction() as session:
        row, finding = declare_withdrawal(session, statement, by=VISITOR, at=now())
    assert finding is Finding.MATCHED
    return row


def refunded_by_the_worker(shop: Shop) -> int:
    return refund_withdrawals(shop.database, shop.gateway, at=now(), stopping=lambda: False)


def state_of(shop: Shop, row: Withdrawal) -> WithdrawalState:
    with shop.database.reading_session() as session:
        return session.get_one(Withdrawal, row.id).state


def ordered(shop: Shop, row: Withdrawal) -> Money:
    with shop.database.transaction() as session:
        return order_refund(session, row.id, by=BOOKS, at=now())


def test_withdrawn_units_that_were_not_shipped_are_on_sale_again(shop, database, withdrawal):
    with database.reading_session() as session:
        assert session.scalars(select(Stock.reserved)).one() == 1
        assert [row.remaining for row in to_prepare(session, today())] == [1]
    with database.transaction() as session, pytest.raises(MoreThanRemains):
        issue_delivery_note(
            session, locked_order(session, shop.order().number), {1: 2}, by=STORES, at=now()
        )
    with database.transaction() as session:
        note = issue_delivery_note(
            session, locked_order(session, shop.order().number), {1: 1}, by=STORES, at=now()
        )
    assert note.number and shop.order().stage == "PAID"


def test_the_worker_refunds_a_withdrawal_once(shop, database, withdrawal):
    amount = ordered(shop, withdrawal)
    with database.transaction() as session, pytest.raises(RefundOrdered):
        order_refund(session, withdrawal.id, by=BOOKS, at=now())
    assert state_of(shop, withdrawal) is WithdrawalState.REFUNDING
    assert refunded_by_the_worker(shop) == 1
    assert refunded_by_the_worker(shop) == 0
    assert state_of(shop, withdrawal) is WithdrawalState.REFUNDED
    (made,) = shop.sandbox.state.newest("refund")
    assert made["amount"] == amount.cents == shop.order().refunded.cents
    with database.reading_session() as session:
        sent = session.scalars(select(Email.template).order_by(Email.id)).all()
        assert not reversals_to_note(session)  # it is the shop's own
    assert sent.count("withdrawal_refunded") == 1


def test_a_whole_withdrawal_gives_back_all_that_was_paid(shop, database):
    order = shop.order()
    statement = Statement("Léa Petit", order.number, order.email, "fr")
    with database.transaction() as session:
        row, _finding = declare_withdrawal(session, statement, by=VISITOR, at=now())
    assert ordered(shop, row) == order.including
    refunded_by_the_worker(shop)
    with database.reading_session() as session:
        assert received(session, session.scalars(select(CardPayment)).one()) == Money()
        assert session.scalars(select(Stock.reserved)).one() == 0


def test_a_refund_that_the_bank_returns_is_made_by_transfer(
    app, client, shop, database, withdrawal
):
    ordered(shop, withdrawal)
    refunded_by_the_worker(shop)
    (made,) = shop.sandbox.state.newest("refund")
    shop.control(f"refunds/{made['id']}", status="failed")
    shop.catch_up()
    refunded_by_the_worker(shop)
    assert state_of(shop, withdrawal) is WithdrawalState.REFUND_FAILED
    with database.transaction() as session:
        books = make_staff(session, ACCOUNTING)
    sign_in(client, books.id)
    assert f"/bureau/retractations/{withdrawal.id}" in client.get("/bureau/paiements").text
    desk = f"/bureau/retractations/{withdrawal.id}"
    assert "virement" in client.get(desk).text
    by_hand = client.post(f"{desk}/remboursement/a-la-main", data={"reference": "VIR 7"})
    assert by_hand.status_code == 303
    refunded_by_the_worker(shop)
    assert state_of(shop, withdrawal) is WithdrawalState.REFUNDED
    ends = ("fail_withdrawal_refund", "refund_withdrawal")
    assert [act for act in shop.acts() if act in ends] == list(ends)


def test_a_refund_that_the_processor_refuses_goes_to_the_desk(shop, database, withdrawal):
    ordered(shop, withdrawal)
    shop.dispute()
    assert refunded_by_the_worker(shop) == 0
    assert state_of(shop, withdrawal) is WithdrawalState.REFUND_FAILED


def test_what_was_refunded_elsewhere_is_not_refunded_again(shop, withdrawal):
    shop.refund()
    shop.catch_up()
    with pytest.raises(RefundedElsewhere):
        ordered(shop, withdrawal)


@pytest.mark.parametrize(
    ("cents", "refusal"),
    [(49, AmountTooSmall), (50, None), (99_999_999, None), (100_000_000, AmountTooLarge)],
)
def test_what_the_processor_does_not_charge_is_said_before(cents, refusal):
    if refusal is None:
        ensure_chargeable(Money(cents))
        ensure_sandbox_chargeable(cents, "eur", "amount")
        return
    with pytest.raises(refusal):
        ensure_chargeable(Money(cents))
    with pytest.raises(Refusal):
        ensure_sandbox_chargeable(cents, "eur", "amount")


def test_a_total_below_the_least_opens_no_page(database, gateway):
    with database.transaction() as session:
        product_id = make_product(session, price=40, at=now())
    checkout = Checkout.of(database, gateway, product_id)
    with pytest.raises(AmountTooSmall):
        checkout.press(now())


@pytest.fixture
def asked(gateway, monkeypatch) -> list[tuple[datetime, str, EventPage]]:
    """Each request for events: since when, after which event, and the answer."""
    requests: list[tuple[datetime, str, EventPage]] = []
    real = gateway.events_since

    def note(since, types, *, after="", pages=1):
        page = real(since, types, after=after, pages=pages)
        requests.append((since, after, page))
        return page

    monkeypatch.setattr(gateway, "events_since", note)
    return requests


def heard(database: Database) -> set[str]:
    with database.reading_session() as session:
        return set(session.scalars(select(ProcessorEvent.id)))


def test_the_worker_asks_only_for_what_is_new(shop, asked):
    shop.refund(500)
    assert shop.catch_up() == 1
    assert shop.catch_up() == 0
    shop.refund(400)
    assert shop.catch_up() == 1
    (first, _, page), (second, _, _), (third, _, _) = asked
    assert now() - first >= LISTED_FOR
    newest = max(event.at for event in page.events)
    assert second == third == newest - MARGIN


def test_an_idle_turn_writes_nothing(shop, database):
    shop.refund(500)
    shop.catch_up()
    with counted(database) as sent:
        shop.catch_up()
    assert not [one for one in sent if not one.startswith("SELECT")]


def test_a_long_list_is_walked_in_turns_and_what_comes_meanwhile_is_heard(
    shop, database, asked, monkeypatch
):
    monkeypatch.setattr(stripe_gateway, "LISTED", 2)
    monkeypatch.setattr(listening, "PAGES", 2)
    for amount in (100, 200, 300):
        shop.refund(amount)
    shop.catch_up()
    assert asked[0][2].more and len(asked[0][2].events) == 4
    shop.refund(50)
    turns = 1
    while asked[-1][2].more or turns < 3:
        shop.catch_up()
        turns += 1
        assert turns < 20
    shop.catch_up()
    announced = {event.id for event in shop.events() if event.type in REVERSING}
    assert announced == heard(database)
    assert shop.order().refunded == Money(650)
    assert all(len(page.events) <= 4 for _since, _after, page in asked)


def test_a_payment_that_the_processor_refuses_is_asked_about_later_and_delays_no_other(
    shop, database, gateway, monkeypatch
):
    shop.refund(500)
    refusing = True
    real = gateway.reversals

    def reversals(payment_intent):
        if refusing:
            raise CardProcessorRefused("no such payment_intent", "resource_missing")
        return real(payment_intent)

    monkeypatch.setattr(gateway, "reversals", reversals)
    start = now()
    assert reconcile(database, gateway, at=start).reversed == 0
    with database.reading_session() as session:
        (row,) = session.scalars(select(PutOffLook))
        assert (row.attempts, row.next_try_at) == (1, start + FIRST_DELAY)
    reconcile(database, gateway, at=start + FIRST_DELAY)
    with database.reading_session() as session:
        (row,) = session.scalars(select(PutOffLook))
        assert (row.attempts, row.next_try_at) == (2, start + 3 * FIRST_DELAY)
    refusing = False
    assert reconcile(database, gateway, at=start + 2 * FIRST_DELAY).reversed == 0
    assert reconcile(database, gateway, at=start + 3 * FIRST_DELAY).reversed == 1
    assert shop.order().refunded == Money(500)
    with database.reading_session() as session:
        assert session.scalars(select(PutOffLook).order_by(PutOffLook.payment_intent)).all() == []


def test_a_walk_whose_event_is_listed_no_more_begins_again(shop, database):
    shop.refund(500)
    with database.transaction() as session:
        long_ago = now() - LISTED_FOR
        session.add(EventPosition(id=1, heard_at=long_ago, newest_at=now(), reached="evt_gone"))
    assert shop.catch_up() == 1
    assert shop.order().refunded == Money(500)


def refund_emails(database: Database) -> list[Email]:
    with database.reading_session() as session:
        told = Email.template == "card_refund_made"
        return list(session.scalars(select(Email).where(told).order_by(Email.id)))


def as_text(email: Email) -> str:
    found = render_email(
        email.template, email.facts, language=email.language, public_url="https://shop.example"
    )
    return f"{found.subject}\n{found.body}"


def test_the_buyer_is_told_once_of_each_refund_made_at_the_processor(shop, database):
    shop.refund(1_000)
    for _turn in range(2):
        shop.catch_up()
        for event in shop.events():
            shop.hear(event)
    (part,) = refund_emails(database)
    text = as_text(part)
    order = shop.order()
    assert (part.to, part.language) == (order.email, order.language)
    assert "10,00\u202f€" in text or "10,00\xa0€" in text
    assert order.number in text and f"/commandes/{order.number}?key=" in text
    assert "en totalité" not in text
    shop.refund()
    shop.catch_up()
    _part, rest = refund_emails(database)
    assert "en totalité" in as_text(rest)


def test_a_refund_that_failed_and_is_announced_again_is_told_once(shop, database):
    refund = shop.refund()
    shop.catch_up()
    for status in ("failed", "succeeded"):
        shop.control(f"refunds/{refund}", status=status)
        shop.catch_up()
    assert len(refund_emails(database)) == 1


def test_a_refund_that_the_shop_requests_is_told_by_its_own_email(shop, database, withdrawal):
    ordered(shop, withdrawal)
    refunded_by_the_worker(shop)
    shop.catch_up()
    assert refund_emails(database) == []


def test_a_refund_of_an_english_order_is_told_in_english(database, sandbox, gateway):
    shop = Shop(database, sandbox, gateway)
    with database.transaction() as session:
        session.execute(update(CardPayment).values(language="en"))
    shop.settle()
    shop.refund(500)
    shop.catch_up()
    (email,) = refund_emails(database)
    assert as_text(email).startswith("Refund of ")


def test_a_withdrawal_refunded_at_the_processor_reads_as_one_refund(shop, database, withdrawal):
    with database.reading_session() as session:
        due = refund_due(session, session.get_one(Withdrawal, withdrawal.id), shop.order())
    shop.refund(due.cents)
    shop.catch_up()
    with database.transaction() as session:
        refund_withdrawal(session, withdrawal.id, reference="re_1", by=BOOKS, at=now())
    assert len(refund_emails(database)) == 1
    with database.reading_session() as session:
        template = Email.template == "withdrawal_refunded"
        (confirmed,) = session.scalars(select(Email).where(template))
    assert "une seule fois" in as_text(confirmed)


def test_a_withdrawal_refunded_by_the_shop_announces_nothing_earlier(shop, database, withdrawal):
    ordered(shop, withdrawal)
    refunded_by_the_worker(shop)
    with database.reading_session() as session:
        template = Email.template == "withdrawal_refunded"
        (confirmed,) = session.scalars(select(Email).where(template))
    assert "une seule fois" not in as_text(confirmed)


def test_a_dispute_that_could_not_be_read_at_the_settlement_is_read_later(
    database, sandbox, gateway, monkeypatch
):
    shop = Shop(database, sandbox, gateway, "4000000000000259")
    start, real = now(), gateway.reversals

    def unreachable(payment_intent):
        raise CardProcessorUnavailable("nobody answers")

    monkeypatch.setattr(gateway, "reversals", unreachable)
    shop.settle()
    assert not shop.order().disputed
    with database.transaction() as session:
        later = start + LISTED_FOR
        session.add(EventPosition(id=1, heard_at=later, newest_at=None, reached=""))
    monkeypatch.setattr(gateway, "reversals", real)
    assert reconcile(database, gateway, at=start + 2 * FIRST_DELAY).reversed == 1
    assert shop.order().disputed == shop.order().including
