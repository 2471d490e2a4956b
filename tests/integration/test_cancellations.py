"""Cancellations of orders: asked for, decided, undone; what follows for stock, papers and money."""

import pytest
from sqlalchemy import func, select

from checkout.cancellations.cancellations import (
    accept_cancellation,
    ask_cancellation,
    decide_cancellation,
    refuse_cancellation,
    reopen_cancellation,
    take_cancellation_back,
)
from checkout.cancellations.models import Cancellation
from checkout.cancellations.procedure import CancellationState
from checkout.cancellations.rules import (
    AskedBefore,
    CancellationReasonMissing,
    ConsumersWithdraw,
    DecidedMeanwhile,
    MoreThanLeft,
    NothingToCancel,
    NotReopened,
    NoUnitsToCancel,
    TakenBack,
)
from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.procedure import CreditRefundState
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.orders.procedure import OrderStage
from checkout.payments.billing import bill_order
from checkout.payments.payments import record_payment
from shop.catalogue.models import Stock
from shop.catalogue.rules import OutOfStock
from shop.core.actors import ACCOUNTING, SALES_ADMIN, Actor
from shop.core.errors import IllegalTransition, NotAllowed
from shop.core.money import Money
from shop.core.text import paris_day
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, OFFICE, STORES, make_buyer, make_shop, member_of
from tests.orders import deliver_all, locked_order, make_card_order, make_ordered
from tests.people import sign_in, staff
from tests.writers import Writer

REASON = "Budget non voté"


@pytest.fixture
def number(database: Database) -> str:
    """A public body's order: two loudspeakers, three music stands, a score, the shipping."""
    with database.transaction() as session:
        return make_ordered(session).number


def buyer_of(database: Database) -> Actor:
    with database.reading_session() as session:
        return member_of(
            session,
            session.scalars(select(User).where(User.email == "acheteur@ville.example")).one(),
        )


def order_of(database: Database) -> Order:
    with database.reading_session() as session:
        return session.scalars(select(Order)).one()


def deliver(database: Database, number: str, units: dict[int, int]) -> None:
    with database.transaction() as session:
        issue_delivery_note(session, locked_order(session, number), units, by=STORES, at=AT)


def invoice(database: Database, number: str) -> str:
    with database.transaction() as session:
        return bill_order(session, locked_order(session, number), by=BOOKS, at=AT).number


def decide(database: Database, number: str, units=None, *, by: Actor = OFFICE) -> int:
    with database.transaction() as session:
        order = locked_order(session, number)
        return decide_cancellation(session, order, units, reason=REASON, by=by, at=AT).id


def promised(database: Database) -> int:
    with database.reading_session() as session:
        return session.scalar(select(func.sum(Stock.reserved))) or 0


def emails(database: Database) -> list[str]:
    with database.reading_session() as session:
        return list(session.scalars(select(Email.template).order_by(Email.id)))


def acts(database: Database) -> list[str]:
    with database.reading_session() as session:
        return list(session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)))


def test_a_buyer_asks_and_the_office_cancels_the_whole_order(database: Database, number: str):
    buyer = buyer_of(database)
    assert promised(database) == 6
    with database.transaction() as session:
        ask_cancellation(session, locked_order(session, number), reason=REASON, by=buyer, at=AT)
    assert promised(database) == 6, "nothing is cancelled before the office decides"
    with database.transaction() as session:
        row = accept_cancellation(session, locked_order(session, number), by=OFFICE, at=AT)
        assert (row.state, row.units) == (CancellationState.DONE, {"1": 2, "2": 3, "3": 1})
    assert order_of(database).stage is OrderStage.CANCELLED
    assert promised(database) == 0
    assert emails(database)[-2:] == ["cancellation_asked", "order_cancelled"]
    assert acts(database)[-3:] == ["ask_cancellation", "cancel_order", "accept_cancellation"]
    with database.transaction() as session, pytest.raises(IllegalTransition):
        deliver_all(session, locked_order(session, number))
    with database.transaction() as session, pytest.raises(NotReopened):
        reopen_cancellation(
            session, 1, locked_order(session, number), reason="Non", by=OFFICE, at=AT
        )


def test_a_request_is_refused_with_a_reason_or_taken_back(database: Database, number: str):
    buyer = buyer_of(database)
    with database.transaction() as session:
        order = locked_order(session, number)
        ask_cancellation(session, order, reason=REASON, by=buyer, at=AT)
        with pytest.raises(AskedBefore):
            ask_cancellation(session, order, reason=REASON, by=buyer, at=AT)
        with pytest.raises(AskedBefore):
            decide_cancellation(session, order, reason=REASON, by=OFFICE, at=AT)
        with pytest.raises(CancellationReasonMissing):
            refuse_cancellation(session, order, reason=" ", by=OFFICE, at=AT)
        row = refuse_cancellation(session, order, reason="Parti ce matin", by=OFFICE, at=AT)
        assert (row.state, row.answer) == (CancellationState.REFUSED, "Parti ce matin")
        with pytest.raises(DecidedMeanwhile):
            accept_cancellation(session, order, by=OFFICE, at=AT)
    with database.transaction() as session:
        order = locked_order(session, number)
        ask_cancellation(session, order, reason=REASON, by=buyer, at=AT)
        take_cancellation_back(session, order, by=buyer, at=AT)
        with pytest.raises(TakenBack):
            accept_cancellation(session, order, by=OFFICE, at=AT)
    assert promised(database) == 6
    assert order_of(database).stage is OrderStage.ORDERED
    assert "cancellation_refused" in emails(database)


def test_who_asks_and_who_decides(database: Database, number: str):
    buyer = buyer_of(database)
    reader = Actor("Ada", frozenset({"reader"}), organisation_id=buyer.organisation_id)
    with database.transaction() as session:
        order = locked_order(session, number)
        for by in (reader, OFFICE):
            with pytest.raises(NotAllowed):
                ask_cancellation(session, order, reason=REASON, by=by, at=AT)
        for by in (buyer, STORES):
            with pytest.raises(NotAllowed):
                decide_cancellation(session, order, reason=REASON, by=by, at=AT)


def test_a_rest_is_closed_short_and_the_order_ends_with_what_was_delivered(
    database: Database, number: str
):
    deliver(database, number, {1: 1, 2: 3})
    decide(database, number)
    assert order_of(database).stage is OrderStage.DELIVERED
    assert promised(database) == 0
    assert emails(database)[-1] == "order_cancelled"
    billed = invoice(database, number)
    order = order_of(database)
    assert order.stage is OrderStage.INVOICED
    with database.transaction() as session:
        row = session.scalars(select(Invoice).where(Invoice.number == billed)).one()
        assert Money() < row.including < order.including
        record_payment(
            session,
            row,
            amount=row.including,
            received_on=paris_day(AT),
            reference="VIR 1",
            by=BOOKS,
            at=AT,
        )
    assert order_of(database).stage is OrderStage.PAID


def test_a_rest_closed_after_everything_delivered_was_invoiced_ends_the_order(
    database: Database, number: str
):
    deliver(database, number, {1: 2})
    invoice(database, number)
    assert order_of(database).stage is OrderStage.ORDERED
    decide(database, number)
    assert order_of(database).stage is OrderStage.INVOICED
    assert acts(database)[-2:] == ["cancel_units", "end_order"]


def test_the_last_invoice_of_a_shortened_order_adds_up_to_what_is_left_of_it(
    database: Database, number: str
):
    """The rounding of the invoice that closes (BT-114) also closes a shortened order."""
    deliver(database, number, {1: 1})
    invoice(database, number)
    deliver(database, number, {1: 1})
    decide(database, number)
    invoice(database, number)
    with database.reading_session() as session:
        total = sum(session.scalars(select(Invoice.including)), Money())
        [line] = [one for one in lines_of(session, order_of(database).id) if one.position == 1]
        shipping = [one for one in lines_of(session, order_of(database).id) if not one.product_id]
        excluding = line.amount + shipping[0].amount
    assert total == excluding + Money(round(excluding.cents * 20 / 100))


def test_some_units_are_closed_and_delivered_after_all(database: Database, number: str):
    cancelled = decide(database, number, {2: 2})
    assert order_of(database).stage is OrderStage.ORDERED
    assert promised(database) == 4
    deliver(database, number, {1: 2, 2: 1, 3: 1})
    assert order_of(database).stage is OrderStage.DELIVERED
    with database.transaction() as session:
        order = locked_order(session, number)
        reopen_cancellation(session, cancelled, order, reason="Arrivage", by=OFFICE, at=AT)
    assert order_of(database).stage is OrderStage.ORDERED
    assert promised(database) == 2
    assert emails(database)[-1] == "order_reopened"
    deliver(database, number, {2: 2})
    invoice(database, number)
    assert order_of(database).stage is OrderStage.INVOICED


def test_it_is_not_reopened_once_invoiced_in_full_nor_without_stock(
    database: Database, number: str
):
    first = decide(database, number, {2: 2})
    with database.transaction() as session:
        stand = lines_of(session, order_of(database).id)[1].product_id
        shelf = session.get_one(Stock, stand)
        shelf.on_hand = shelf.reserved
    with database.transaction() as session, pytest.raises(OutOfStock):
        order = locked_order(session, number)
        reopen_cancellation(session, first, order, reason="Arrivage", by=OFFICE, at=AT)
    deliver(database, number, {1: 2, 2: 1, 3: 1})
    invoice(database, number)
    with database.transaction() as session, pytest.raises(NotReopened):
        order = locked_order(session, number)
        reopen_cancellation(session, first, order, reason="Arrivage", by=OFFICE, at=AT)


def test_units_that_are_not_left_are_refused(database: Database, number: str):
    for units, refusal in (
        ({1: 3}, MoreThanLeft),
        ({9: 1}, MoreThanLeft),
        ({1: 0}, NoUnitsToCancel),
    ):
        with pytest.raises(refusal):
            decide(database, number, units)
    with database.transaction() as session:
        deliver_all(session, locked_order(session, number))
    with pytest.raises(NothingToCancel):
        decide(database, number)


def company_order(database: Database) -> str:
    """An organisation's order that was paid by card, and invoiced by that."""
    with database.transaction() as session:
        lines = make_shop(session)
        make_buyer(session)
        body = session.scalars(select(Organisation.id)).one()
        return make_card_order(session, lines, organisation_id=body).number


def test_what_was_paid_by_card_is_credited_and_its_refund_ordered(database: Database):
    number = company_order(database)
    with pytest.raises(NotAllowed):
        decide(database, number, by=OFFICE)
    decide(database, number, by=BOOKS)
    order = order_of(database)
    assert order.stage is OrderStage.CANCELLED
    with database.reading_session() as session:
        note = session.scalars(select(CreditNote)).one()
        refund = session.scalars(select(CreditRefund)).one()
        row = session.scalars(select(Cancellation)).one()
    assert note.including == refund.amount == order.including
    assert refund.state is CreditRefundState.REFUNDING
    assert row.credit_note == note.number
    assert promised(database) == 0


def test_a_part_paid_by_card_is_credited_without_the_delivery(database: Database):
    number = company_order(database)
    deliver(database, number, {1: 2})
    decide(database, number, by=BOOKS)
    order = order_of(database)
    assert order.stage is OrderStage.PAID
    with database.reading_session() as session:
        note = session.scalars(select(CreditNote)).one()
        refund = session.scalars(select(CreditRefund)).one()
    assert Money() < note.including == refund.amount < order.including


def test_a_consumer_withdraws_instead(database: Database, app):
    with database.transaction() as session:
        number = make_card_order(session, make_shop(session)).number
        by = Actor("Léa", frozenset({"buyer"}))
        with pytest.raises(ConsumersWithdraw):
            ask_cancellation(session, locked_order(session, number), reason=REASON, by=by, at=AT)
    client = staff(app, database, SALES_ADMIN)
    answer = client.get(f"/commandes/{number}/annulation")
    assert answer.status_code == 303 and "/retractation" in answer.location


@pytest.mark.each_database
def test_a_delivery_and_a_cancellation_at_once_do_not_both_take_the_units(
    database: Database, number: str
):
    with database.transaction() as session:
        deliver_all(session, locked_order(session, number))

        def cancel(other):
            order = locked_order(other, number)
            decide_cancellation(other, order, reason=REASON, by=OFFICE, at=AT)

        second = Writer(database, cancel)
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, NothingToCancel)
    assert order_of(database).stage is OrderStage.DELIVERED


def test_the_buyer_asks_on_the_page_and_the_office_decides_at_the_desk(
    app, database: Database, number: str
):
    buyer = buyer_of(database)
    client = sign_in(app.test_client(), buyer.user_id)
    order = order_of(database)
    dossier = client.get(f"/commandes/{number}", follow_redirects=True).text
    assert f"/commandes/{number}/annulation" in dossier
    url = f"/commandes/{number}/annulation"
    assert "la commande entière serait annulée" in client.get(url).text
    missing = client.post(url, data={"reason": " "})
    assert missing.status_code == 422 and "Indiquez le motif" in missing.text
    assert client.post(url, data={"reason": REASON}).status_code == 303
    assert "demandée, à décider" in client.get(url).text
    office = staff(app, database, SALES_ADMIN)
    assert REASON in office.get("/bureau/annulations").text
    desk = f"/bureau/annulations/{number}"
    assert "L’acheteur demande l’annulation" in office.get(desk).text
    assert "attendez la décision" in office.get(f"/bureau/livraisons/{number}").text
    assert office.post(f"{desk}/acceptation").status_code == 303
    assert "Commande annulée" in client.get(f"/devis/{order.quote_number}").text
    assert "Commande annulée" in client.get("/commandes").text
    assert "annulé" in client.get(url).text


def test_the_desk_says_errors_beside_the_field_and_who_may_decide(app, database: Database):
    number = company_order(database)
    desk = f"/bureau/annulations/{number}"
    sales = staff(app, database, SALES_ADMIN)
    assert "la comptabilité décide" in sales.get(desk).text.replace("\xa0", " ")
    books = staff(app, database, ACCOUNTING)
    units = {"units_1": "9", "units_2": "0", "units_3": "0", "reason": REASON}
    wrong = books.post(desk, data=units)
    assert wrong.status_code == 422 and "de 0 à 2" in wrong.text
    assert books.post(desk, data=units | {"units_1": "0"}).status_code == 422
    assert books.post(desk, data=units | {"units_1": "1"}).status_code == 303
    assert "AV-2026-000001" in books.get(desk).text
