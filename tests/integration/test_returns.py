"""Returns of delivered goods, from the request to the credit note, on both databases."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from checkout.cancellations.cancellations import decide_cancellation
from checkout.credits.models import CreditNote, CreditNoteLine, CreditRefund
from checkout.credits.settling import settle_orders
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.queue import to_invoice
from checkout.orders.models import Order, OrderLine
from checkout.orders.orders import lines_of
from checkout.orders.procedure import OrderStage
from checkout.payments.billing import bill_order
from checkout.payments.payments import record_payment
from checkout.returns.models import Return, ReturnLine
from checkout.returns.procedure import ReturnState
from checkout.returns.returns import (
    accept_return,
    ask_return,
    find_return,
    receive_return,
    refuse_return,
    returnable,
    take_return_back,
)
from checkout.returns.rules import (
    Asked,
    ConsumersWithdraw,
    Counted,
    DecidedMeanwhile,
    EndedMeanwhile,
    MoreThanAnnounced,
    MoreThanDelivered,
    NothingReceived,
    NothingToReturn,
    NoUnitsToReturn,
    Reason,
    ReturnReasonMissing,
    ReturnWordsMissing,
    TakenBack,
)
from checkout.returns.settlements import replace_return, settle_return
from shop.catalogue.corrections import movements_of, on_hand_of_movements
from shop.catalogue.models import Stock
from shop.catalogue.rules import OutOfStock
from shop.core.actors import ACCOUNTING, LOGISTICS, SALES_ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.core.money import Money
from shop.core.text import paris_day
from shop.people.models import User
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, OFFICE, STORES, make_shop, member_of
from tests.orders import deliver_all, locked_order, make_card_order, make_ordered, scan
from tests.people import sign_in, staff
from tests.writers import Writer

LATER = AT + timedelta(days=40)


@pytest.fixture
def number(database: Database) -> str:
    """A public body's order, delivered in whole: two loudspeakers, three music stands, a score."""
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        return order.number


def buyer_of(database: Database) -> Actor:
    with database.reading_session() as session:
        found = select(User).where(User.email == "acheteur@ville.example")
        return member_of(session, session.scalars(found).one())


def order_of(database: Database) -> Order:
    with database.reading_session() as session:
        return session.scalars(select(Order)).one()


def line(database: Database, position: int) -> OrderLine:
    with database.reading_session() as session:
        return lines_of(session, order_of(database).id)[position - 1]


def invoice(database: Database, number: str) -> str:
    with database.transaction() as session:
        return bill_order(session, locked_order(session, number), by=BOOKS, at=AT).number


def pay(database: Database, invoice_number: str) -> None:
    with database.transaction() as session:
        row, _order = get_invoice(session, invoice_number, by=BOOKS)
        record_payment(
            session,
            row,
            amount=row.due,
            received_on=paris_day(AT),
            reference="VIR 1",
            by=BOOKS,
            at=AT,
        )


def ask(database: Database, number: str, units: dict[int, int], *, at=AT, words="Rayée") -> str:
    with database.transaction() as session:
        asked = Asked(Reason.DEFECT, words, units)
        return ask_return(session, locked_order(session, number), asked, by=STORES, at=at).number


def receive(database: Database, reference: str, counted: dict[int, Counted]) -> None:
    with database.transaction() as session:
        row, order = find_return(session, reference)
        accept_return(session, row, order, instructions="", by=OFFICE, at=AT)
        receive_return(session, row, order, counted, by=STORES, at=AT)


def settle(database: Database, reference: str) -> list[str]:
    with database.transaction() as session:
        row, order = find_return(session, reference)
        return settle_return(session, row, order, by=BOOKS, at=AT)


def shelf(database: Database) -> dict[int, tuple[int, int]]:
    with database.reading_session() as session:
        rows: Sequence[Stock] = session.scalars(select(Stock).order_by(Stock.product_id)).all()
        for row in rows:
            assert row.on_hand == on_hand_of_movements(session, row.product_id)
        return {row.product_id: (row.on_hand, row.reserved) for row in rows}


def emails(database: Database) -> list[str]:
    with database.reading_session() as session:
        return list(session.scalars(select(Email.template).order_by(Email.id)))


def test_a_return_is_asked_accepted_received_and_credited(database: Database, number: str):
    billed = invoice(database, number)
    pay(database, billed)
    before = shelf(database)
    buyer = buyer_of(database)
    with database.transaction() as session:
        asked = Asked(Reason.RESERVATIONS, "Membrane percée", {1: 1, 2: 2})
        row = ask_return(session, locked_order(session, number), asked, by=buyer, at=AT)
        assert (row.number, row.state) == ("RT-2026-000001", ReturnState.ASKED)
    receive(database, "RT-2026-000001", {1: Counted(restocked=1), 2: Counted(0, 1, 1)})
    assert line(database, 1).returned == 1 and line(database, 2).returned == 2
    first, second = list(before)[:2]
    after = shelf(database)
    assert after[first][0] == before[first][0] + 1
    assert after[second] == before[second], "units to repair and lost are not on the shelf"
    with database.reading_session() as session:
        kinds = [one.kind for one in movements_of(session, second)][:2]
    assert sorted(kinds) == ["repair", "scrapped"]
    assert settle(database, "RT-2026-000001") == ["AV-2026-000001"]
    assert shelf(database) == after, "a credit note moves the stock no second time"
    with database.reading_session() as session:
        note = session.scalars(select(CreditNote)).one()
        credited = dict(
            session.execute(select(CreditNoteLine.position, CreditNoteLine.quantity)).all()
        )
        refund = session.scalars(select(CreditRefund)).one()
        row = session.scalars(select(Return)).one()
    assert credited == {1: 1, 2: 2}
    assert "RT-2026-000001: Membrane percée" in note.reason
    assert refund.amount == note.including
    assert (row.state, row.credit_notes) == (ReturnState.SETTLED, note.number)
    assert emails(database)[-5:] == [
        "return_asked",
        "return_accepted",
        "return_received",
        "credit_note_issued",
        "return_ended",
    ]
    with pytest.raises(EndedMeanwhile):
        settle(database, "RT-2026-000001")


def test_what_is_not_invoiced_yet_is_not_invoiced_any_more(database: Database, number: str):
    reference = ask(database, number, {1: 1})
    receive(database, reference, {1: Counted(restocked=1)})
    assert settle(database, reference) == []
    row = line(database, 1)
    assert (row.quantity, row.delivered, row.cancelled, row.returned) == (2, 1, 1, 0)
    invoice(database, number)
    assert order_of(database).stage is OrderStage.INVOICED
    with database.reading_session() as session:
        including = session.scalars(select(Invoice.including)).one()
    assert including < order_of(database).including
    assert line(database, 1).invoiced == 1


def test_units_are_credited_on_the_invoices_that_have_them(database: Database):
    with database.transaction() as session:
        number = make_ordered(session).number
    for units in ({1: 1, 3: 1}, {1: 1, 2: 3}):
        with database.transaction() as session:
            issue_delivery_note(session, locked_order(session, number), units, by=STORES, at=AT)
        invoice(database, number)
    reference = ask(database, number, {1: 2})
    receive(database, reference, {1: Counted(restocked=2)})
    assert settle(database, reference) == ["AV-2026-000001", "AV-2026-000002"]


def test_what_came_back_is_delivered_again(database: Database, number: str):
    pay(database, invoice(database, number))
    assert order_of(database).stage is OrderStage.PAID
    reference = ask(database, number, {1: 1})
    receive(database, reference, {1: Counted(repair=1)})
    with database.transaction() as session:
        row, order = find_return(session, reference)
        replace_return(session, row, order, by=STORES, at=AT)
    assert order_of(database).stage is OrderStage.ORDERED
    assert (line(database, 1).delivered, line(database, 1).invoiced) == (1, 2)
    with database.reading_session() as session:
        assert not list(to_invoice(session, AT.date())), "nothing is invoiced a second time"
    with database.transaction() as session:
        deliver_all(session, locked_order(session, number))
    assert order_of(database).stage is OrderStage.INVOICED
    assert settle_orders(database, at=AT, stopping=lambda: False) == 1
    assert order_of(database).stage is OrderStage.PAID
    assert emails(database)[-1] == "delivery_sent"


def test_what_was_to_be_delivered_again_is_credited_when_it_is_cancelled(
    database: Database, number: str
):
    pay(database, invoice(database, number))
    reference = ask(database, number, {1: 1})
    receive(database, reference, {1: Counted(lost=1)})
    with database.transaction() as session:
        row, order = find_return(session, reference)
        replace_return(session, row, order, by=STORES, at=AT)
    with pytest.raises(NotAllowed), database.transaction() as session:
        order = locked_order(session, number)
        decide_cancellation(session, order, reason="Épuisé", by=OFFICE, at=AT)
    with database.transaction() as session:
        order = locked_order(session, number)
        row = decide_cancellation(session, order, reason="Épuisé", by=BOOKS, at=AT)
        assert row.credit_note == "AV-2026-000001"
    with database.reading_session() as session:
        taken = session.execute(
            select(CreditNoteLine.position, CreditNoteLine.quantity).order_by(
                CreditNoteLine.position
            )
        ).all()
        assert [tuple(one) for one in taken] == [(1, 1)]
    assert order_of(database).stage is OrderStage.PAID


def test_it_is_delivered_again_only_from_stock(database: Database, number: str):
    reference = ask(database, number, {1: 1})
    receive(database, reference, {1: Counted(lost=1)})
    with database.transaction() as session:
        product = lines_of(session, order_of(database).id)[0].product_id
        session.get_one(Stock, product).on_hand = 0
    with database.transaction() as session, pytest.raises(OutOfStock):
        row, order = find_return(session, reference)
        replace_return(session, row, order, by=STORES, at=AT)


def test_what_is_on_its_way_or_back_is_not_asked_for_again(database: Database, number: str):
    def left() -> dict[int, int]:
        with database.reading_session() as session:
            return {one.position: one.units for one in returnable(session, order_of(database))}

    assert left() == {1: 2, 2: 3, 3: 1}
    reference = ask(database, number, {1: 2, 2: 1})
    assert left() == {1: 0, 2: 2, 3: 1}
    with pytest.raises(MoreThanDelivered):
        ask(database, number, {1: 1})
    with database.transaction() as session:
        row, order = find_return(session, reference)
        take_return_back(session, row, order, by=buyer_of(database), at=AT)
        with pytest.raises(TakenBack):
            accept_return(session, row, order, instructions="", by=OFFICE, at=AT)
    assert left() == {1: 2, 2: 3, 3: 1}
    again = ask(database, number, {1: 2})
    receive(database, again, {1: Counted(restocked=1)})
    assert left() == {1: 1, 2: 3, 3: 1}, "what did not come may be asked again"


def test_what_is_asked_or_counted_wrongly_is_refused(database: Database, number: str):
    for units, words, refusal in (
        ({1: 0}, "Rayée", NoUnitsToReturn),
        ({9: 1}, "Rayée", MoreThanDelivered),
        ({1: 1}, " ", ReturnWordsMissing),
    ):
        with pytest.raises(refusal):
            ask(database, number, units, words=words)
    reference = ask(database, number, {1: 1})
    with pytest.raises(MoreThanAnnounced):
        receive(database, reference, {1: Counted(1, 1, 0)})
    with pytest.raises(NothingReceived):
        receive(database, reference, {1: Counted()})
    with database.transaction() as session:
        row, order = find_return(session, reference)
        with pytest.raises(ReturnReasonMissing):
            refuse_return(session, row, order, reason=" ", by=OFFICE, at=AT)
        refuse_return(session, row, order, reason="Hors délai", by=OFFICE, at=AT)
        with pytest.raises(DecidedMeanwhile):
            accept_return(session, row, order, instructions="", by=OFFICE, at=AT)
    assert emails(database)[-1] == "return_refused"


def test_nothing_comes_back_of_what_was_not_delivered(database: Database):
    with database.transaction() as session:
        number = make_ordered(session).number
    with pytest.raises(NothingToReturn):
        ask(database, number, {1: 1})


def test_who_decides_receives_and_credits(database: Database, number: str):
    reference = ask(database, number, {1: 1})
    buyer = buyer_of(database)
    with database.transaction() as session:
        row, order = find_return(session, reference)
        for by in (buyer, BOOKS):
            with pytest.raises(NotAllowed):
                accept_return(session, row, order, instructions="", by=by, at=AT)
        accept_return(session, row, order, instructions="", by=OFFICE, at=AT)
        with pytest.raises(NotAllowed):
            receive_return(session, row, order, {1: Counted(1)}, by=OFFICE, at=AT)
        receive_return(session, row, order, {1: Counted(1)}, by=STORES, at=AT)
        with pytest.raises(NotAllowed):
            settle_return(session, row, order, by=STORES, at=AT)


def consumer_order(database: Database) -> str:
    with database.transaction() as session:
        number = make_card_order(session, make_shop(session)).number
    with database.transaction() as session:
        deliver_all(session, locked_order(session, number))
    invoice(database, number)
    return number


def test_a_consumer_withdraws_while_the_period_runs_and_returns_a_defect_after_it(
    database: Database,
):
    number = consumer_order(database)
    with pytest.raises(ConsumersWithdraw):
        ask(database, number, {1: 1})
    reference = ask(database, number, {1: 1}, at=AT + timedelta(days=500))
    receive(database, reference, {1: Counted(repair=1)})
    settle(database, reference)
    with database.reading_session() as session:
        refund = session.scalars(select(CreditRefund)).one()
    assert refund.amount > Money()


@pytest.mark.each_database
def test_two_who_ask_for_the_same_units_at_once(database: Database, number: str):
    asked = Asked(Reason.ERROR, "Commandé en trop", {1: 2})
    with database.transaction() as session:
        order = locked_order(session, number)
        ask_return(session, order, asked, by=STORES, at=AT)
        second = Writer(
            database,
            lambda other: ask_return(other, locked_order(other, number), asked, by=OFFICE, at=AT),
        )
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, MoreThanDelivered)


def test_every_act_is_in_the_journal(database: Database, number: str):
    invoice(database, number)
    reference = ask(database, number, {1: 1})
    receive(database, reference, {1: Counted(restocked=1)})
    settle(database, reference)
    with database.reading_session() as session:
        found = session.scalars(
            select(JournalEntry.act)
            .where(JournalEntry.subject.startswith("return:"))
            .order_by(JournalEntry.id)
        ).all()
        kept = session.scalar(select(func.count()).select_from(ReturnLine))
    assert found == ["ask_return", "accept_return", "receive_return", "settle_return"]
    assert kept == 1


def test_the_client_asks_with_a_photograph_and_the_office_ends_it(
    app, database: Database, number: str
):
    invoice(database, number)
    client = sign_in(app.test_client(), buyer_of(database).user_id)
    order = order_of(database)
    assert f"/commandes/{number}/retour" in client.get(f"/devis/{order.quote_number}").text
    url = f"/commandes/{number}/retour"
    assert client.get(url).status_code == 200
    form = {"reason": "defect", "words": "Ne s’allume pas", "units_1": "1"}
    wrong = client.post(url, data=form | {"words": "", "units_1": "9"})
    assert wrong.status_code == 422 and "Décrivez ce qui ne va pas" in wrong.text
    assert 'value="9"' in wrong.text
    forged = (BytesIO(b"GIF89a not a photograph"), "photo.jpg")
    refused = client.post(url, data=form | {"photographs": forged, "words": ""})
    assert refused.status_code == 422 and "acceptés" in refused.text
    assert "Décrivez ce qui ne va pas" in refused.text
    sent = client.post(url, data=form | {"photographs": (BytesIO(scan()), "photo.pdf")})
    assert sent.status_code == 303
    assert "retour demandé" in client.get(url).text
    sales = staff(app, database, SALES_ADMIN)
    desk = "/bureau/retours/RT-2026-000001"
    assert "RT-2026-000001" in sales.get("/bureau/retours").text
    page = sales.get(desk).text
    assert "photo.pdf" in page and "Défaut" in page, "the reason is one word, not its letters"
    accepted = sales.post(f"{desk}/acceptation", data={"instructions": "Le transporteur passe"})
    assert accepted.status_code == 303
    page = client.get(url).text
    assert "Le transporteur passe" in page and "/bordereau" in page
    slip = client.get(f"{url}/RT-2026-000001/bordereau").text
    assert "12, quai des Forges" in slip and "RT-2026-000001" in slip
    stores = staff(app, database, LOGISTICS)
    many = {"restocked_1": "1", "repair_1": "1", "lost_1": "0"}
    assert stores.post(f"{desk}/reception", data=many).status_code == 422
    assert stores.post(f"{desk}/reception", data=many | {"repair_1": "0"}).status_code == 303
    assert "matériel reçu" in client.get(url).text
    books = staff(app, database, ACCOUNTING)
    settled = books.post(f"{desk}/avoir")
    assert settled.status_code == 303 and "AV-2026-000001" in settled.location
    assert "AV-2026-000001" in client.get(url).text


def test_a_consumer_is_led_to_the_withdrawal(app, database: Database):
    number = consumer_order(database)
    office = staff(app, database, SALES_ADMIN)
    page = office.get(f"/commandes/{number}/retour").text
    assert "Vous pouvez encore vous rétracter" in page
    assert "/retractation" in page
