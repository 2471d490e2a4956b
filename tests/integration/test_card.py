"""Paying by card: one order each time, whatever comes first, on both databases."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from checkout.card.models import CardPayment
from checkout.card.payments import open_page
from checkout.card.procedure import Outcome, PaymentState
from checkout.card.reconciliation import reconcile
from checkout.card.refunds import failed_refunds, look_again, record_refund_by_hand
from checkout.card.rules import CardUnavailable, RefundNotOwed, RefundReferenceMissing
from checkout.drafts.drafts import ready_draft
from checkout.drafts.models import Draft
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.web.card.processor import EXTENSION
from checkout.web.steps.visit import shipping_names
from shop.cart.carts import add_to_cart
from shop.cart.contents import cart_contents
from shop.catalogue.models import Stock, StockMovement
from shop.catalogue.rules import OutOfStock
from shop.core.actors import ACCOUNTING
from shop.core.errors import NotAllowed
from shop.dossiers.dossiers import content_of
from shop.dossiers.models import Dossier
from shop.emails.messages import render_email
from shop.people.people import actor_of
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from shop.web.kit.sessions import VISITOR
from tests.checkouts import BACK, LATER, Checkout, owed
from tests.counting import counted
from tests.factories import (
    AT,
    BOOKS,
    STORES,
    make_buyer,
    make_checkout,
    make_person,
    make_product,
    make_staff,
)
from tests.fakes import FakeGateway
from tests.people import sign_in


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def checkout(database, gateway) -> Checkout:
    return Checkout(database, gateway)


def count(database: Database, kind: type) -> int:
    with database.reading_session() as session:
        return session.scalar(select(func.count()).select_from(kind))


def emails(database: Database) -> list[str]:
    with database.reading_session() as session:
        return list(session.scalars(select(Email.template).order_by(Email.id)))


def reserved(database: Database) -> int:
    with database.reading_session() as session:
        return session.scalars(select(Stock.reserved)).one()


def states(database: Database) -> list[PaymentState]:
    with database.reading_session() as session:
        return list(session.scalars(select(CardPayment.state).order_by(CardPayment.id)))


def test_a_paid_page_makes_the_order_empties_the_cart_and_writes(database, checkout):
    session_id = checkout.press()
    checkout.gateway.pay(session_id)
    settlement = checkout.settle(session_id)
    assert settlement.outcome is Outcome.PAID
    assert settlement.order_number == "CO-2026-000001"
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        dossier = session.scalars(select(Dossier)).one()
        assert order.proof == f"card:pi_{session_id}"
        assert order.card_last4 == "4242"
        assert dossier.number == order.number
        assert dossier.guest_key == settlement.guest_key
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
        assert acts == ["place_order", "issue_invoice", "record_payment"]
        assert not cart_contents(session, checkout.token).lines
    assert reserved(database) == 1
    assert count(database, Draft) == 0
    assert emails(database) == ["card_order_confirmed", "invoice_issued"]


def test_nothing_is_sold_before_the_payment(database, checkout):
    session_id = checkout.press()
    assert checkout.settle(session_id).outcome is Outcome.OPEN
    assert count(database, Order) == 0
    assert reserved(database) == 0


def test_settling_a_payment_32_times_at_once_places_one_order(database, checkout):
    session_id = checkout.press()
    checkout.gateway.pay(session_id)
    found: list[str] = []
    ready = threading.Barrier(32)

    def arrive() -> None:
        ready.wait()
        found.append(checkout.settle(session_id).order_number)

    threads = [threading.Thread(target=arrive) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["CO-2026-000001"] * 32
    assert count(database, Order) == 1
    assert count(database, StockMovement) == 2  # received, then reserved once
    assert reserved(database) == 1
    assert emails(database) == ["card_order_confirmed", "invoice_issued"]


def test_settling_takes_33_statements_whatever_the_lines(database, checkout):
    """A purchase that is collected: the place of the letterhead is one of them."""
    session_id = checkout.press()
    checkout.gateway.pay(session_id)
    heard: list[str] = []

    def hear(_connection, _cursor, statement, *_rest) -> None:
        heard.append(statement)

    event.listen(database.write_engine, "before_cursor_execute", hear)
    checkout.settle(session_id)
    event.remove(database.write_engine, "before_cursor_execute", hear)
    assert len(heard) <= 33, "\n".join(heard)


def test_the_same_sale_gets_its_open_page_again(database, checkout):
    first = checkout.press()
    assert checkout.press(AT + timedelta(minutes=1)) == first
    assert count(database, CardPayment) == 1


def test_eight_presses_at_once_open_one_page(database, checkout):
    opened: list[str] = []
    threads = [threading.Thread(target=lambda: opened.append(checkout.press())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == ["cs_1"] * 8
    assert count(database, CardPayment) == 1


def test_a_changed_cart_closes_the_old_page_and_opens_another(database, checkout):
    first = checkout.press()
    checkout.ask_for(2)
    second = checkout.press(AT + timedelta(minutes=1))
    assert second != first
    assert checkout.gateway.payments[first].status == "expired"
    checkout.gateway.pay(second)
    assert checkout.settle(second).outcome is Outcome.PAID
    assert checkout.settle(first).outcome is Outcome.PAID
    assert reserved(database) == 2


def test_a_page_paid_while_the_cart_changed_is_the_order(database, checkout):
    first = checkout.press()
    checkout.gateway.pay(first)
    checkout.ask_for(2)
    opened = open_page(
        database,
        checkout.gateway,
        lambda session: ready_draft(
            session,
            checkout.cart_id,
            names=shipping_names(),
            language="fr",
            by=VISITOR,
            at=LATER,
            lock=True,
        ),
        BACK,
        at=LATER,
    )
    assert opened.settled is not None
    assert opened.settled.outcome is Outcome.PAID
    assert reserved(database) == 1


def test_a_page_that_closed_by_itself_is_opened_anew(database, checkout):
    first = checkout.press()
    checkout.gateway.expire(first)
    assert checkout.settle(first).outcome is Outcome.EXPIRED
    second = checkout.press(AT + timedelta(hours=1))
    assert second != first
    assert count(database, CardPayment) == 1


def test_nothing_is_lost_when_the_processor_does_not_answer(database, checkout):
    checkout.gateway.down = True
    with pytest.raises(CardUnavailable):
        checkout.press()
    assert count(database, Draft) == 1
    checkout.gateway.down = False
    checkout.gateway.pay(checkout.press(AT + timedelta(minutes=1)))
    assert checkout.settle("cs_1").outcome is Outcome.PAID


def test_what_is_sold_out_is_refused_before_paying(database, checkout):
    checkout.sell_elsewhere(5)
    with pytest.raises(OutOfStock):
        checkout.press()
    assert count(database, CardPayment) == 0


def test_a_payment_for_goods_sold_out_meanwhile_is_refunded_and_explained(database, checkout):
    session_id = checkout.press()
    checkout.sell_elsewhere(5)
    checkout.gateway.pay(session_id)
    settlement = checkout.settle(session_id)
    assert (settlement.outcome, settlement.reason) == (Outcome.REFUNDED, "out_of_stock")
    assert checkout.gateway.refund_reasons == {f"pi_{session_id}": "requested_by_customer"}
    assert list(checkout.gateway.refunds) == [f"refund-pi_{session_id}"]
    assert count(database, Order) == 0
    assert emails(database) == ["card_refunded"]
    with database.reading_session() as session:
        assert cart_contents(session, checkout.token).lines
    assert checkout.settle(session_id).outcome is Outcome.REFUNDED
    assert emails(database) == ["card_refunded"]


@pytest.mark.parametrize(("amount", "currency"), [(100, "eur"), (None, "usd")])
def test_another_amount_or_currency_than_asked_is_refunded(database, checkout, amount, currency):
    session_id = checkout.press()
    checkout.gateway.pay(session_id, amount=amount, currency=currency)
    settlement = checkout.settle(session_id)
    assert (settlement.outcome, settlement.reason) == (Outcome.REFUNDED, "amount")
    assert count(database, Order) == 0


def test_a_second_intent_for_the_same_checkout_is_refunded(database, checkout):
    first = checkout.press()
    checkout.ask_for(2)
    second = checkout.press(AT + timedelta(minutes=1))
    checkout.gateway.pay(second)
    checkout.settle(second)
    checkout.gateway.pay(first)  # its page should have been closed: a payment came anyway
    settlement = checkout.settle(first)
    assert (settlement.outcome, settlement.reason) == (Outcome.REFUNDED, "duplicate")
    assert checkout.gateway.refund_reasons == {f"pi_{first}": "duplicate"}
    assert list(checkout.gateway.refunds) == [f"refund-pi_{first}"]
    assert checkout.settle(first).outcome is Outcome.REFUNDED
    assert states(database) == [PaymentState.PAID, PaymentState.REFUNDED]
    assert count(database, Order) == 1


def test_a_refund_that_could_not_be_sent_is_completed_by_the_worker(database, checkout):
    session_id = checkout.press()
    checkout.sell_elsewhere(5)
    checkout.gateway.pay(session_id)
    found = checkout.gateway.payments[session_id]
    checkout.gateway.refund = lambda *_args, **_more: FakeGateway(down=True).fetch("cs")
    assert checkout.settle(session_id).outcome is Outcome.REFUNDING
    assert found.status == "succeeded"
    del checkout.gateway.refund
    done = reconcile(database, checkout.gateway, at=LATER)
    assert done.paid_back == 1
    assert states(database) == [PaymentState.REFUNDED]
    assert reconcile(database, checkout.gateway, at=LATER).paid_back == 0


def test_a_pending_refund_is_followed_until_it_is_complete(database, checkout):
    session_id = owed(checkout, "pending")
    assert states(database) == [PaymentState.REFUNDING]
    assert reconcile(database, checkout.gateway, at=LATER).paid_back == 0
    assert states(database) == [PaymentState.REFUNDING]
    checkout.gateway.decide_refund(session_id, "succeeded")
    assert reconcile(database, checkout.gateway, at=LATER).paid_back == 1
    assert states(database) == [PaymentState.REFUNDED]
    assert len(checkout.gateway.refunds) == 1


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_failed_refund_is_paid_and_recorded_once_by_the_accounting_staff(
    database, checkout, status
):
    session_id = owed(checkout, "pending")
    checkout.gateway.decide_refund(session_id, status)
    reconcile(database, checkout.gateway, at=LATER)
    assert states(database) == [PaymentState.REFUND_FAILED]
    assert checkout.settle(session_id).outcome is Outcome.REFUNDING
    with database.reading_session() as session:
        [failed] = failed_refunds(session)
    assert failed.amount.cents == checkout.gateway.payments[session_id].amount_received
    with database.transaction() as session, pytest.raises(NotAllowed):
        record_refund_by_hand(session, failed.payment_id, reference="VIR 12", by=STORES, at=LATER)
    with database.transaction() as session, pytest.raises(RefundReferenceMissing):
        record_refund_by_hand(session, failed.payment_id, reference="  ", by=BOOKS, at=LATER)
    with database.transaction() as session:
        record_refund_by_hand(session, failed.payment_id, reference="VIR 12", by=BOOKS, at=LATER)
    with database.transaction() as session, pytest.raises(RefundNotOwed):
        record_refund_by_hand(session, failed.payment_id, reference="VIR 12", by=BOOKS, at=LATER)
    assert states(database) == [PaymentState.REFUNDED]
    with database.reading_session() as session:
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
        assert not failed_refunds(session)
    assert acts == ["owe_refund", "refund_failed", "record_refund_by_hand"]


def test_a_refund_may_fail_after_it_had_succeeded(database, checkout):
    session_id = owed(checkout, "succeeded")
    assert states(database) == [PaymentState.REFUNDED]
    look_again(database, checkout.gateway, f"pi_{session_id}", at=LATER)
    assert states(database) == [PaymentState.REFUNDED]
    checkout.gateway.decide_refund(session_id, "failed")
    for _again in range(2):
        look_again(database, checkout.gateway, f"pi_{session_id}", at=LATER)
    assert states(database) == [PaymentState.REFUND_FAILED]
    with database.reading_session() as session:
        assert session.scalar(select(func.count()).where(JournalEntry.act == "refund_failed")) == 1


def test_a_tab_closed_after_paying_is_found_by_the_worker(database, checkout):
    checkout.gateway.pay(checkout.press())
    assert reconcile(database, checkout.gateway, at=AT + timedelta(minutes=1)).settled == 0
    assert reconcile(database, checkout.gateway, at=LATER).settled == 1
    assert count(database, Order) == 1
    assert reconcile(database, checkout.gateway, at=LATER).settled == 0


def test_a_page_that_nobody_paid_is_closed_by_the_worker(database, checkout):
    checkout.gateway.expire(checkout.press())
    reconcile(database, checkout.gateway, at=LATER)
    assert states(database) == [PaymentState.EXPIRED]


def test_what_another_tab_added_while_paying_stays_in_the_cart(database, checkout):
    session_id = checkout.press()
    with database.transaction() as session:
        make_product(session, sku="MIC-0001", at=AT)
        add_to_cart(session, checkout.token, "MIC-0001", 1, at=AT)
    checkout.gateway.pay(session_id)
    checkout.settle(session_id)
    with database.reading_session() as session:
        left = cart_contents(session, checkout.token).sale_lines
    assert [line.sku for line in left] == ["MIC-0001"]


def test_the_accounting_staff_sees_and_records_refunds_to_make_by_hand(client, database, checkout):
    session_id = owed(checkout, "failed")
    with database.transaction() as session:
        person = make_staff(session, ACCOUNTING)
    sign_in(client, person.id)
    desk = client.get("/bureau/paiements").text
    assert "Remboursements à faire à la main" in desk
    assert f"pi_{session_id}" in desk
    with database.reading_session() as session:
        [failed] = failed_refunds(session)
    address = f"/bureau/paiements/remboursements/{failed.payment_id}"
    assert client.post(address, data={"reference": ""}).status_code == 303
    assert states(database) == [PaymentState.REFUND_FAILED]
    assert client.post(address, data={"reference": "VIR 12"}).status_code == 303
    assert states(database) == [PaymentState.REFUNDED]
    assert f"pi_{session_id}" not in client.get("/bureau/paiements").text


def test_the_processor_reports_a_failed_refund(app, client, database, checkout):
    app.extensions[EXTENSION] = checkout.gateway
    session_id = owed(checkout, "succeeded")
    checkout.gateway.decide_refund(session_id, "failed")
    body, signed = f"evt_9 pi_{session_id}", {"Stripe-Signature": "good"}
    assert client.post("/card/webhook", data=body, headers=signed).status_code == 200
    assert states(database) == [PaymentState.REFUND_FAILED]


def test_an_organisation_pays_by_card_excluding_vat_and_its_invoice_says_paid(database, gateway):
    with database.transaction() as session:
        by = make_buyer(session)
        product_id = make_product(session, at=AT, on_hand=5, price=12_399)
        cart = make_checkout(session, product_id, 3, at=AT, by=by)
    checkout = Checkout.of(database, gateway, product_id, cart)
    checkout.by = by
    session_id = checkout.press()
    gateway.pay(session_id)
    with counted(database) as sent:
        settlement = checkout.settle(session_id)
    assert settlement.outcome is Outcome.PAID
    assert len(sent) <= 23, "\n".join(sent)
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        invoice = session.scalars(select(Invoice)).one()
        content = content_of(session, invoice.paper_id)
        confirmed = session.scalars(
            select(Email).where(Email.template == "card_order_confirmed")
        ).one()
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "place_order")).one()
        basis = {line.unit_including for line in lines_of(session, order.id)}
    assert order.organisation_id == by.organisation_id
    assert order.including.cents == gateway.payments[session_id].amount_received
    assert (invoice.paid, invoice.including) == (order.including, order.including)
    assert (content["audience"], content["paid"], content["partial"]) == ("public", True, None)
    assert basis == {None}, "an organisation's sale is excluding VAT"
    assert confirmed.facts["basis"] == "excl"
    assert confirmed.facts["withdrawal"] is False and confirmed.facts["enclosed"] == ["terms"]
    assert "withdrawal_told" not in entry.facts
    assert confirmed.facts["name"] == "", "its contact person is not its buyer"
    assert settlement.guest_key


@pytest.mark.parametrize("who", ["guest", "person", "organisation"])
def test_the_links_of_every_email_lead_somewhere_when_signed_out(client, database, gateway, who):
    with database.transaction() as session:
        by, product_id = VISITOR, make_product(session, at=AT, on_hand=5)
        if who == "organisation":
            by = make_buyer(session)
        elif who == "person":
            by = actor_of(make_person(session, at=AT, email="lea@home.example"))
        cart = make_checkout(session, product_id, at=AT, by=by)
    checkout = Checkout.of(database, gateway, product_id, cart)
    checkout.by = by
    session_id = checkout.press()
    gateway.pay(session_id)
    checkout.settle(session_id)
    with database.reading_session() as session:
        sent = session.scalars(select(Email).order_by(Email.id)).all()
    links = [
        link
        for email in sent
        for link in re.findall(
            r"http://s\.example(/commandes/CO\S+)",
            render_email(
                email.template, email.facts, language="fr", public_url="http://s.example"
            ).body,
        )
    ]
    assert len(links) == len(sent) == 2
    for link in links:
        path = client.get(link, follow_redirects=True).request.path
        assert path.startswith("/connexion" if who == "organisation" else "/commandes/CO"), link
        assert ("?key=" in link) is (who != "organisation")
