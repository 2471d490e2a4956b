"""The accounting staff compare the payouts of the card processor with the shop and the bank."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import select

from checkout.card.models import CardPayment
from checkout.payouts.lists import not_paid_out, parts_of, payouts
from checkout.payouts.matching import is_seen, match_payout, proposed_payouts
from checkout.payouts.models import CardPayout
from checkout.payouts.rules import Finding, PayoutSeen, PayoutUnlike
from checkout.statements.movements import take_up_movement
from shop.core.actors import ACCOUNTING, SALES
from shop.core.errors import NotAllowed
from shop.core.text import paris_day
from shop.storage.db import Database
from tests.banking import Line, camt, movements, send
from tests.checkouts import Checkout
from tests.factories import AT, BOOKS, OFFICE
from tests.fakes import FakeGateway
from tests.paid_out import make_payout, part
from tests.people import staff

TODAY = paris_day(AT)


def paid_by_card(database: Database) -> CardPayment:
    gateway = FakeGateway()
    checkout = Checkout(database, gateway)
    page = checkout.press()
    gateway.pay(page)
    checkout.settle(page)
    with database.reading_session() as session:
        return session.scalars(select(CardPayment)).one()


@pytest.mark.each_database
def test_each_part_is_compared_with_the_payments_of_the_shop(database: Database):
    payment = paid_by_card(database)
    intent, amount = str(payment.payment_intent), payment.amount.cents
    parts = [part(amount, fee=100, intent=intent), part(500, intent="pi_other")]
    with database.transaction() as session:
        make_payout(session, amount + 400, parts)
        make_payout(session, 700, key="po_2")
    with database.reading_session() as session:
        found = [one.finding for one in parts_of(session, "po_1")]
        rows = {row.payout.id: (row.strange, row.payout.is_whole) for row in payouts(session)}
    assert sorted(found) == [Finding.MATCHED, Finding.UNKNOWN]
    assert rows == {"po_1": (1, True), "po_2": (0, False)}


def test_a_card_payment_that_is_in_no_payout_is_shown_after_the_days(database: Database):
    payment = paid_by_card(database)
    with database.transaction() as session:
        early = not_paid_out(session, TODAY + timedelta(days=10), 10)
        late = not_paid_out(session, TODAY + timedelta(days=11), 10)
        assert (early.total, [row.id for row in late]) == (0, [payment.id])
        make_payout(session, 1, [part(payment.amount.cents, intent=str(payment.payment_intent))])
        assert not_paid_out(session, TODAY + timedelta(days=11), 10).total == 0


@pytest.mark.each_database
def test_a_line_of_the_bank_is_proposed_for_its_payout_and_left_out_as_it(database: Database):
    day = TODAY.isoformat()
    send(database, camt(Line(900, "STRIPE", day=day), Line(901, "STRIPE", day=day)))
    line, other = movements(database)
    with database.transaction() as session:
        make_payout(session, 900)
        make_payout(session, 900, key="po_chf", currency="chf")
        make_payout(session, 900, key="po_failed", status="failed")
        assert [row.id for row in proposed_payouts(session, line)] == ["po_1"]
        assert not proposed_payouts(session, other)
        with pytest.raises(PayoutUnlike):
            match_payout(session, "po_1", other.id, by=BOOKS, at=AT)
        with pytest.raises(NotAllowed):
            match_payout(session, "po_1", line.id, by=OFFICE, at=AT)
    with database.transaction() as session:
        row = match_payout(session, "po_1", line.id, by=BOOKS, at=AT)
        assert is_seen(session, row) and row.matched_by == BOOKS.name
        assert not proposed_payouts(session, line)
        with pytest.raises(PayoutSeen):
            match_payout(session, "po_1", line.id, by=BOOKS, at=AT)
    with database.transaction() as session:
        take_up_movement(session, line.id, by=BOOKS, at=AT)
        assert not is_seen(session, session.get_one(CardPayout, "po_1"))


def test_the_pages_and_the_file_say_the_same(app, database: Database):
    payment = paid_by_card(database)
    intent, amount = str(payment.payment_intent), payment.amount.cents
    send(database, camt(Line(amount - 325, "STRIPE", day=TODAY.isoformat())))
    (line,) = movements(database)
    books = staff(app, database, ACCOUNTING)
    assert "n’a encore rien versé" in books.get("/bureau/versements").text
    with database.transaction() as session:
        make_payout(session, amount - 325, [part(amount, fee=325, intent=intent)])
    page = books.get("/bureau/versements").text
    assert "tout concorde" in page and "ligne de la banque non trouvée" in page
    shown = books.get("/bureau/versements/po_1").text
    assert "concorde" in shown and "STRIPE" in shown
    assert "po_1" in books.get(f"/bureau/releves/mouvements/{line.id}").text
    sent = books.post("/bureau/versements/po_1", data={"movement": str(line.id)})
    assert sent.status_code == 303
    assert "trouvée" in books.get("/bureau/versements/po_1").text
    text = books.get("/bureau/versements.csv").data.decode("utf-8-sig")
    ((*_first, fees, net, strange, seen, typed),) = list(csv.reader(StringIO(text), delimiter=";"))[
        1:
    ]
    assert (fees, strange, seen, typed) == ("3,25", "0", "trouvée", "")
    assert int(net.replace(",", "")) == amount - 325
    assert staff(app, database, SALES).get("/bureau/versements").status_code == 403
    assert books.get("/bureau/versements/po_9").status_code == 404
