"""The office amends an order in the browser, until its first invoice."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from checkout.orders.models import Order, OrderAmendment
from checkout.orders.orders import lines_of
from checkout.payments.billing import bill_order
from shop.core.actors import ACCOUNTING, SALES, SALES_ADMIN
from shop.storage.db import Database
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS
from tests.orders import deliver_all, locked_order, make_ordered
from tests.people import staff

PLACE = "/bureau/commandes/CO-2026-000001/modification"


@pytest.fixture(autouse=True)
def order(database: Database) -> str:
    with database.transaction() as session:
        return make_ordered(session).number


def as_it_stands(office: Any) -> dict[str, str]:
    """The answers that the form is filled with."""
    page = office.get(PLACE).text
    found = re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page)
    kept = {name: value for name, value in found if name not in ("csrf_token", "once", "shown")}
    return kept | {"reason": "Erreur de saisie"}


def mark_in(page: str) -> str:
    found = re.search(r'name="shown"[^>]*value="(\w{16})"', page)
    assert found
    return found[1]


def test_what_changes_is_read_before_it_is_recorded_and_the_buyer_is_told(app, database: Database):
    office = staff(app, database, SALES_ADMIN)
    answers = as_it_stands(office) | {"engagement": "2026-009999", "price_1": "100,00"}
    shown = office.post(PLACE, data=answers)
    assert shown.status_code == 200
    assert "2026-009999" in shown.text
    with database.reading_session() as session:
        assert session.scalars(select(OrderAmendment.id)).first() is None
    sent = office.post(PLACE, data=answers | {"shown": mark_in(shown.text)})
    assert sent.status_code == 303
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        mail = session.scalars(select(Email).where(Email.template == "order_amended")).one()
        assert order.engagement == "2026-009999"
        assert lines_of(session, order.id)[0].unit_price.tenthousandths == 1_000_000
    assert mail.facts["reason"] == "Erreur de saisie"
    assert [one["after"] for one in mail.facts["changes"]] == ["2026-009999", "100,00\xa0€"]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"reason": ""}, "Indiquez pourquoi la commande est modifiée"),
        ({"engagement": ""}, "se corrige, il ne se retire pas"),
        ({"price_1": "99999"}, "elle ne l’augmente jamais"),
        ({"payment_delay_days": "45"}, "La loi impose à cet organisme de payer sous 30 jours"),
        ({}, "il n’y a rien à modifier"),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_is_kept(
    app, database: Database, answers: dict[str, str], sentence: str
):
    office = staff(app, database, ACCOUNTING)
    refused = office.post(PLACE, data=as_it_stands(office) | answers)
    assert refused.status_code == 422
    assert sentence in refused.text
    for value in answers.values():
        assert f'value="{value}"' in refused.text


def test_an_invoiced_order_is_not_amended(app, database: Database, order: str):
    office = staff(app, database, SALES_ADMIN)
    answers = as_it_stands(office) | {"engagement": "2026-009999"}
    assert PLACE in office.get("/devis/DE-2026-000001").text
    with database.transaction() as session:
        found = locked_order(session, order)
        deliver_all(session, found)
        bill_order(session, found, by=BOOKS, at=AT)
    assert PLACE not in office.get("/devis/DE-2026-000001").text
    refused = office.post(PLACE, data=answers)
    assert refused.status_code == 422
    assert "2026-009999" in refused.text


def test_sales_do_not_amend(app, database: Database):
    assert staff(app, database, SALES).get(PLACE).status_code == 403
