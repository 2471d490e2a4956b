"""The key of a form: what is answered without one, after a refusal, and after a correction."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from sqlalchemy import func, select

from shop.catalogue.models import Product, Stock
from shop.core.actors import LOGISTICS
from shop.ops.clock import travelled
from shop.storage.db import Database
from shop.storage.form_keys import FormKey
from shop.web.kit.once import FIELD, SentBefore, form_key, sending
from shop.web.kit.site import counting_database
from shop.web.kit.site import database as site_database
from tests.factories import AT, make_product
from tests.people import staff

pytestmark = pytest.mark.each_database

RECEIPT = {"units": "5", "reference": "BL-4471", FIELD: "a-key"}
ADDRESS = "/bureau/stock/SON-0412/receptions"


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with travelled(AT):
        yield


@pytest.fixture
def stores(app: Flask, database: Database):
    """The browser of logistics, beside a product of which five are on the shelf."""
    with database.transaction() as session:
        make_product(session, at=AT, on_hand=5)
    return staff(app, database, LOGISTICS)


def on_hand(database: Database) -> int:
    with database.reading_session() as session:
        return session.scalars(select(Stock.on_hand)).one()


def keys(database: Database) -> int:
    with database.reading_session() as session:
        return session.scalar(select(func.count()).select_from(FormKey)) or 0


def test_a_form_sent_again_says_that_it_was_already_sent(stores, database):
    first, second = (stores.post(ADDRESS, data=RECEIPT) for _press in range(2))
    assert first.location == second.location == "/bureau/stock?sku=SON-0412"
    assert "Ce formulaire avait déjà été envoyé" in stores.get(second.location).text
    assert on_hand(database) == 10


def test_goods_without_a_key_are_not_received_and_the_form_is_kept(stores, database):
    answer = stores.post(ADDRESS, data={**RECEIPT, FIELD: None})
    assert answer.status_code == 422
    assert "Cette page n’était plus à jour et rien n’a été enregistré" in answer.text
    assert 'value="BL-4471"' in answer.text
    assert on_hand(database) == 5


def test_a_forged_request_without_a_key_is_answered_as_forged(stores, app, database):
    forged = {FIELD: None}
    assert stores.post("/devis/DE-2026-000099/renouvellement", data=forged).status_code == 403
    orders = staff(app, database, "admin")
    assert orders.post("/devis/DE-2026-000099/renouvellement", data=forged).status_code == 404


def test_a_document_sent_again_with_other_answers_is_still_made_once(stores, database):
    stores.post(ADDRESS, data=RECEIPT)
    stores.post(ADDRESS, data={**RECEIPT, "units": "7"})
    assert on_hand(database) == 10


def test_settings_that_were_corrected_before_the_page_changed_are_kept(stores, database):
    day = {FIELD: "a-key", "on": "2027-01-04"}
    stores.post("/bureau/stock/SON-0412/retour", data=day)
    stores.post("/bureau/stock/SON-0412/retour", data={**day, "on": "2027-01-05"})
    with database.reading_session() as session:
        assert str(session.scalars(select(Product.restock_on)).one()) == "2027-01-05"


def test_a_refused_form_may_be_corrected_and_sent_with_the_same_key(stores, database):
    assert stores.post(ADDRESS, data={**RECEIPT, "units": "0"}).status_code == 422
    assert keys(database) == 0
    assert stores.post(ADDRESS, data=RECEIPT).status_code == 303
    assert on_hand(database) == 10


def test_the_key_of_one_person_is_not_the_key_of_another(stores, app, database):
    stores.post(ADDRESS, data=RECEIPT)
    with database.transaction() as session:
        session.execute(Stock.__table__.update().values(on_hand=5))
    other = staff(app, database, "admin")
    other.post(ADDRESS, data={**RECEIPT, "reference": "BR-2"})
    assert on_hand(database) == 10


def test_a_page_that_is_read_sends_no_statement_for_its_keys(stores, database):
    page = stores.get("/bureau/stock?sku=SON-0412").text
    found = [part.partition('value="')[2].partition('"')[0] for part in page.split('name="once"')]
    assert len(set(found[1:])) == len(found) - 1 > 1
    assert keys(database) == 0


def test_a_route_that_may_be_repeated_says_why(app):
    views = {view for view in app.view_functions.values() if hasattr(view, "repeatable")}
    assert len(views) > 5
    assert all(len(view.repeatable) > 15 for view in views)


def test_a_form_shown_again_after_an_error_works_with_its_new_key_and_with_the_old_one(
    stores, database
):
    refused = stores.post(ADDRESS, data={**RECEIPT, "units": "0"})
    form = refused.text.partition(f'action="{ADDRESS}"')[2]
    key = form.partition(f'name="{FIELD}" ')[2].partition('value="')[2].partition('"')[0]
    assert key not in ("", RECEIPT[FIELD])
    assert stores.post(ADDRESS, data={**RECEIPT, FIELD: key}).status_code == 303
    assert on_hand(database) == 10
    stores.post(
        ADDRESS, data={**RECEIPT, "units": "1", "reference": "BR-2"}
    )  # back to the page before the error
    assert on_hand(database) == 11


def test_counting_an_attempt_claims_no_key_so_that_a_fault_after_it_loses_no_form(app, database):
    sent = {FIELD: "a-key", "password": "oublié"}
    with app.test_request_context(ADDRESS, method="POST", data=sent):
        with counting_database().transaction():
            pass
        assert not sending().claimed
        with pytest.raises(ZeroDivisionError), site_database("/then").transaction():
            raise ZeroDivisionError
        assert not sending().claimed
        with site_database("/then").transaction():
            pass
        assert sending().claimed
    with app.test_request_context(ADDRESS, method="POST", data=sent):
        with pytest.raises(SentBefore) as again, counting_database().transaction():
            pass
        assert again.value.location == "/then"


def test_a_page_with_a_form_is_stored_by_no_cache(app):
    with app.test_request_context("/bureau/stock"):
        form_key()
        answer = app.process_response(Response(headers={"Cache-Control": "public, max-age=60"}))
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_cart_may_be_ordered_with_two_presses_and_both_lead_to_the_next_step(client, database):
    with database.transaction() as session:
        make_product(session, at=AT, on_hand=5)
    client.post("/panier", data={"sku": "SON-0412"})
    form = {"quantity-SON-0412": "3", "order": "1", FIELD: "a-key"}
    first, second = (client.post("/panier/quantites", data=form) for _press in range(2))
    assert first.location == second.location == "/commande/identification"
    assert "déjà été envoyé" not in client.get(second.location).text
