"""The day of receipt of a delivery, as its recipient or the shop records it on a page."""

from datetime import date

from shop.core.actors import ADMIN
from shop.storage.db import Database
from tests.factories import AT, make_buyer, make_shop
from tests.orders import deliver_all, make_card_order, make_order_from_original, make_quote
from tests.people import staff

TODAY = date(2026, 11, 18)


def test_a_refused_day_of_receipt_is_corrected_where_it_is_shown(app, database: Database):
    """The form stands on a page of its own, for an order by card and for one of a quote."""
    with database.transaction() as session:
        lines = make_shop(session)
        quoted = make_order_from_original(session, make_quote(session, make_buyer(session), lines))
        orders = [quoted, make_card_order(session, lines, at=AT)]
        pairs = [(order.number, deliver_all(session, order).number) for order in orders]
    office = staff(app, database, ADMIN)
    for number, note in pairs:
        address = f"/commandes/{number}/bons-de-livraison/{note}/reception"
        sent = {f"{note}-received_on": "2020-01-02"}
        wrong = office.post(address, data=sent)
        assert wrong.status_code == 422
        assert 'value="2020-01-02"' in wrong.text
        assert f"<h1>Réception de {note}</h1>" in wrong.text
        assert f'href="/commandes/{number}#delivery"' in wrong.text
        good = {f"{note}-received_on": TODAY.isoformat()}
        assert office.post(address, data=good).status_code == 303


def test_a_delivery_note_is_not_found_under_another_order(app, database: Database):
    with database.transaction() as session:
        lines = make_shop(session)
        one, other = make_card_order(session, lines), make_card_order(session, lines)
        note = deliver_all(session, one).number
    office = staff(app, database, ADMIN)
    address = f"/commandes/{other.number}/bons-de-livraison/{note}/reception"
    assert office.post(address, data={}).status_code == 404
