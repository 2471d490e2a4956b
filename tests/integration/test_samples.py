"""The sample documents show what the services write, and nothing else: same fields, prices in
cents.
"""

from typing import Any

import pytest
from sqlalchemy import select

from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.rules import CreditRequest
from checkout.payments.billing import bill_order
from shop.core.money import UnitPrice
from shop.core.vat import PriceBasis
from shop.documents import samples
from shop.dossiers.models import Paper
from shop.storage.db import Database
from tests.factories import AT, BOOKS, make_buyer, make_shop, sale_line
from tests.orders import deliver_all, make_card_order, make_order_from_original, make_quote


def paths(content: Any, *, empty: bool, before: str = "") -> set[str]:
    """The names of the fields of a document, with those inside them; `empty` ones too, or not."""
    if isinstance(content, dict):
        return {
            path
            for name, value in content.items()
            if empty or value not in (None, "", [], False)
            for path in (
                f"{before}{name}",
                *paths(value, empty=empty, before=f"{before}{name}."),
            )
        }
    if isinstance(content, list):
        return {path for part in content for path in paths(part, empty=empty, before=before)}
    return set()


@pytest.fixture
def written(database: Database) -> dict[str, set[str]]:
    """The fields of the documents that the services write, by kind."""
    with database.transaction() as session:
        lines = make_shop(session)
        quote = make_quote(session, make_buyer(session), lines)
        order = make_order_from_original(session, quote)
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        whole = CreditRequest("Retour", whole=True)
        issue_credit_note(session, invoice, order, whole, by=BOOKS, at=AT)
        assert lines[0].product_id is not None
        shelf = sale_line(session, lines[0].product_id, basis=PriceBasis.INCLUDING)
        card = make_card_order(session, [shelf])
        deliver_all(session, card)
        bill_order(session, card, by=BOOKS, at=AT)
        found = session.scalars(select(Paper).order_by(Paper.id)).all()
        allowed: dict[str, set[str]] = {}
        for paper in found:
            allowed.setdefault(paper.kind, set()).update(paths(paper.content, empty=True))
    return allowed


#: Fields of a person, whom the body of this test does not have.
ELSEWHERE = {"account_manager.name", "account_manager.phone", "account_manager.email"}


@pytest.mark.parametrize(
    "content",
    [
        samples.quote(),
        samples.delivery_note(),
        samples.invoice(),
        samples.invoice(audience="consumer", paid=True),
        samples.credit_note(),
    ],
    ids=["quote", "delivery note", "invoice", "consumer's invoice", "credit note"],
)
def test_a_sample_has_no_field_that_no_service_writes(written, content: dict[str, Any]):
    assert paths(content, empty=False) - written[content["kind"]] - ELSEWHERE == set()


@pytest.mark.parametrize("content", [samples.quote(), samples.invoice()])
def test_the_prices_of_a_sample_are_those_of_the_catalogue(content: dict[str, Any]):
    for line in content["lines"]:
        price = line["unit_price"]
        assert price % 100 == 0 or price < UnitPrice.FINE_BELOW, line["name"]
        assert line["total"] == UnitPrice(price).times(line["quantity"]).cents
