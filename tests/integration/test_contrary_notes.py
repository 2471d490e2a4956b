"""A delivery note that was wrong is corrected by a contrary one: as if the units had not left."""

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from checkout.corrections.contrary_notes import correct_delivery_note
from checkout.deliveries.contrary import standing_notes
from checkout.deliveries.contrary_rules import MoreThanOnNote, NothingLeftOnNote
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.deliveries.models import ContraryLine, ContraryNote, DeliveryNote
from checkout.deliveries.receipts import receipts_awaited
from checkout.invoices.acknowledgements import (
    Recipient,
    acknowledge_delivery,
    delivered_lines,
)
from checkout.invoices.bundles import notes_of_invoice
from checkout.invoices.invoices import notes_to_invoice
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.orders.procedure import OrderStage
from checkout.payments.billing import bill_order
from checkout.withdrawals.periods import last_day_of
from shop.catalogue.models import Product, Stock
from shop.core.actors import LOGISTICS, SALES
from shop.core.errors import NotAllowed, NotFound
from shop.core.sales import line_of
from shop.dossiers.dossiers import content_of
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, STORES, make_person
from tests.orders import deliver_all, locked_order, make_card_order, make_ordered
from tests.people import sign_in, staff

Names = tuple[str, str]


@pytest.fixture
def names(database: Database) -> Names:
    """The numbers of an order that was delivered whole, and of its delivery note."""
    with database.transaction() as session:
        order = make_ordered(session)
        return order.number, deliver_all(session, order).number


def correct(database: Database, names: Names, units: dict[int, int], *, by=STORES) -> str:
    with database.transaction() as session:
        order = locked_order(session, names[0])
        note = session.scalars(select(DeliveryNote).where(DeliveryNote.number == names[1])).one()
        made = correct_delivery_note(
            session, order, note, units, reason="Une lampe est restée", by=by, at=AT
        )
        return made.number


def shelf(session) -> tuple[int, int]:
    found = select(Stock.on_hand, Stock.reserved).join(Product, Product.id == Stock.product_id)
    row = session.execute(found.where(Product.sku == "SON-0412")).one()
    return row.on_hand, row.reserved


def delivered(session, order: Order) -> list[int]:
    return [line.delivered for line in lines_of(session, order.id)]


def test_the_order_and_its_stock_are_as_if_the_units_had_not_left(database: Database, names: Names):
    with database.reading_session() as session:
        on_hand, reserved = shelf(session)
    number = correct(database, names, {1: 1})
    assert number == "BL-2026-000002", "it takes its number in the series of delivery notes"
    with database.transaction() as session:
        order = locked_order(session, names[0])
        assert shelf(session) == (on_hand + 1, reserved + 1)
        assert (order.stage, delivered(session, order)) == (OrderStage.ORDERED, [1, 3, 1, 1])
        made = session.scalars(select(ContraryNote)).one()
        paper = content_of(session, made.paper_id)
        assert paper["corrects"]["number"] == names[1]
        assert [line["back"] for line in paper["lines"]] == [1, 0, 0]
        email = session.scalars(select(Email).where(Email.template == "delivery_corrected")).one()
        assert email.papers == [made.paper_id]
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "correct_delivery_note")
        ).one()
        assert (entry.source, entry.target) == ("DELIVERED", "ORDERED")
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        content = content_of(session, invoice.paper_id)
        billed = {line["position"]: line["quantity"] for line in content["lines"]}
        assert billed == {1: 1, 2: 3, 3: 1, 4: 1}
        assert [name for _id, name in notes_of_invoice(session, invoice)] == [names[1], number]
        issue_delivery_note(session, order, {1: 1}, by=STORES, at=AT)
        assert order.stage is OrderStage.DELIVERED
        assert shelf(session) == (on_hand, reserved)


def test_a_note_of_which_nothing_is_left_is_not_invoiced_nor_awaited(
    database: Database, names: Names
):
    correct(database, names, {1: 2, 2: 3, 3: 1})
    with database.transaction() as session:
        order = locked_order(session, names[0])
        assert delivered(session, order) == [0, 0, 0, 0], "the shipping waits for the next note"
        assert not standing_notes(session, order.id)
        assert not notes_to_invoice(session, order)
        assert not receipts_awaited(session, [order.id])
        deliver_all(session, order)
        assert delivered(session, order) == [2, 3, 1, 1]


def test_a_unit_is_taken_back_once_and_never_once_it_is_invoiced(database: Database, names: Names):
    correct(database, names, {1: 1})
    with pytest.raises(MoreThanOnNote):
        correct(database, names, {1: 2})
    with database.transaction() as session:
        bill_order(session, locked_order(session, names[0]), by=BOOKS, at=AT)
    with pytest.raises(NothingLeftOnNote):
        correct(database, names, {2: 1})


def test_who_has_not_the_right_corrects_nothing(database: Database, names: Names):
    with pytest.raises(NotAllowed):
        correct(database, names, {1: 1}, by=BOOKS)


@pytest.mark.parametrize("kind", [ContraryNote, ContraryLine])
def test_a_contrary_note_is_written_once(database: Database, names: Names, kind):
    correct(database, names, {1: 1})
    column = "reason" if kind is ContraryNote else "quantity"
    for change in (update(kind).values({column: 2}), delete(kind)):
        with pytest.raises(DBAPIError), database.transaction() as session:
            session.execute(change)


def test_the_office_corrects_a_note_and_the_client_reads_it(app, database: Database, names: Names):
    desk = staff(app, database, LOGISTICS, language="en")
    place = f"/bureau/livraisons/{names[0]}"
    form = f"{place}/{names[1]}/rectification"
    assert form in desk.get(place).text
    wrong = desk.post(form, data={"units_1": "3", "units_2": "0", "units_3": "0", "reason": "Tri"})
    assert (wrong.status_code, 'value="Tri"' in wrong.text) == (422, True)
    none = desk.post(form, data={"units_1": "0", "units_2": "0", "units_3": "0", "reason": ""})
    assert none.status_code == 422
    assert "at least one unit" in none.text
    assert "Say what was wrong" in none.text, "both mistakes are told at once"
    sent = {"units_1": "2", "units_2": "3", "units_3": "1", "reason": "Mauvaise commande"}
    assert desk.post(form, data=sent).status_code == 303
    assert "nothing of it left" in desk.get(place).text
    assert "can be corrected" in desk.get(form).text
    assert desk.get(form.replace(names[1], "BL-2020-000001")).status_code == 404
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        client, quote = order.user_id, order.quote_number
    buyer = sign_in(app.test_client(), client, language="en")
    page = buyer.get(f"/devis/{quote}").text
    assert "Contrary delivery note BL-2026-000002" in page
    assert "Reason: Mauvaise commande" in page
    assert (
        quote
        in staff(app, database, SALES, language="en")
        .get("/bureau/recherche?q=BL-2026-000002", follow_redirects=True)
        .text
    )


def test_its_units_stand_on_no_later_page_or_paper(app, database: Database, names: Names):
    """The recipient's page, the papers of later notes, the buyer's own page."""
    correct(database, names, {1: 1, 2: 3})
    with database.reading_session() as session:
        note = session.scalars(select(DeliveryNote)).one()
        assert [(one.position, one.quantity) for one in delivered_lines(session, note)] == [
            (1, 1),
            (3, 1),
        ]
    recipient = app.test_client().get(f"/livraisons/{note.token}").text
    assert "1 × " in recipient and "3 × " not in recipient
    buyer = sign_in(app.test_client(), note_buyer(database))
    assert names[1] in buyer.get("/compte").text
    correct(database, names, {1: 1, 3: 1})
    gone = app.test_client().get(f"/livraisons/{note.token}").text
    assert "Accuser réception" not in gone and "rien n’en a été livré" in gone
    assert names[1] not in buyer.get("/compte").text
    with database.transaction() as session:
        order = locked_order(session, names[0])
        with pytest.raises(NotFound):
            acknowledge_delivery(
                session, note.token or "", Recipient("Rose", "gardienne"), {}, by=STORES, at=AT
            )
        paper = content_of(session, deliver_all(session, order).paper_id)
        assert paper["references"]["earlier_notes"] == []


def note_buyer(database: Database) -> int:
    with database.reading_session() as session:
        return session.scalars(select(Order.user_id)).one()


def test_a_note_of_which_nothing_is_left_is_counted_on_no_page_of_the_buyer(
    app, database: Database
):
    """A private person's order that is collected, and the file of an organisation."""
    with database.transaction() as session:
        file, person = make_ordered(session), make_person(session, at=AT).id
        goods = [line_of(lines_of(session, file.id)[0])]
        home = make_card_order(session, goods, user_id=person, shipping="pick_up")
        urls = {f"/commandes/{home.number}": person, f"/devis/{file.quote_number}": file.user_id}
        made = [(order.number, deliver_all(session, order).number) for order in (home, file)]
    for number, told in zip(urls, (True, False), strict=True):
        page = sign_in(app.test_client(), urls[number], language="en").get(number).text
        assert "Return goods of this order" in page
        assert ("Ready for collection" in page) == told
    for names in made:
        correct(database, names, {1: 2} if names == made[0] else {1: 2, 2: 3, 3: 1})
    for number, person in urls.items():
        page = sign_in(app.test_client(), person, language="en").get(number).text
        assert "Return goods of this order" not in page
        assert "Ready for collection" not in page and "1 delivery shipped" not in page
    with database.reading_session() as session:
        order = session.scalars(select(Order).where(Order.number == made[0][0])).one()
        assert last_day_of(session, order) is None, "the period of withdrawal has not begun"
