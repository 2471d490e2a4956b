"""A buyer's own match of the papers of an order, without a tolerance (`tests/three_way.py`).

A few orders in `make test`, a thousand by `make properties`.
"""

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from checkout.deliveries.deliveries import issue_delivery_note, notes_of
from checkout.invoices.invoices import invoices_of
from checkout.orders.orders import lines_of
from checkout.payments.billing import bill_order
from shop.core.actors import Actor
from shop.core.money import UnitPrice
from shop.core.vat import PriceBasis
from shop.documents.pdf import render
from shop.dossiers.dossiers import content_of
from shop.storage.db import Database
from tests.factories import AT, BOOKS, STORES, make_buyer, make_letterhead, make_product, sale_line
from tests.orders import locked_order, make_order_from_original, make_quote
from tests.three_way import differences, main

pytestmark = pytest.mark.usefixtures("printed_once")

RATES = (2000, 1000, 550, 210)
ENGAGEMENT = "2026-004417"


@dataclass(frozen=True)
class Papers:
    """The frozen content of the papers of an order."""

    quote: dict[str, Any]
    notes: list[dict[str, Any]]
    invoices: list[dict[str, Any]]

    def differences(self, **order: str) -> list[str]:
        """What does not match between their files."""
        return list(
            differences(
                render("quote", self.quote, language="fr"),
                order or {"number": "BC-26-0871", "commitment": ENGAGEMENT},
                [render("delivery_note", note, language="fr") for note in self.notes],
                [render("invoice", invoice, language="fr") for invoice in self.invoices],
            )
        )


def papers_of_an_order(
    database: Database, buyer: Actor, drawn: random.Random, turn: int, most: int = 12
) -> Papers:
    """An order of some references, delivered and invoiced in one to four parts."""
    with database.transaction() as session:
        skus = [f"REF-{turn}-{number}" for number in range(drawn.randint(1, most))]
        lines = []
        for number, sku in enumerate(skus):
            price = drawn.randint(60, 400_000)
            product = make_product(
                session,
                sku=sku,
                name=f"Article {number}",
                on_hand=10**6,
                price=price,
                vat_rate=RATES[drawn.randint(0, 3)],
                eco_fee=UnitPrice(drawn.choice((0, price * 10))),
            )
            quantity = drawn.choice((1, 2, drawn.randint(3, 40), drawn.randint(1, 5_000)))
            lines.append(sale_line(session, product, quantity, PriceBasis.EXCLUDING))
        quote = make_quote(session, buyer, lines)
        offered = content_of(session, quote.paper_id)
        number = make_order_from_original(session, quote, reference=f"BC-{turn}").number
    for part in range(drawn.randint(1, 4), 0, -1):
        with database.transaction() as session:
            order = locked_order(session, number)
            left = {
                line.position: line.quantity - line.delivered
                for line in lines_of(session, order.id)
                if line.product_id is not None and line.quantity > line.delivered
            }
            units = left if part == 1 else {at: drawn.randint(0, n) for at, n in left.items()}
            units = {at: count for at, count in units.items() if count}
            if units:
                issue_delivery_note(session, order, units, by=STORES, at=AT)
                bill_order(session, order, by=BOOKS, at=AT)
    with database.reading_session() as session:
        order = locked_order(session, number)
        return Papers(
            offered,
            [content_of(session, note.paper_id) for note in notes_of(session, order.id)],
            [content_of(session, invoice.paper_id) for invoice in invoices_of(session, order.id)],
        )


@pytest.fixture
def buyer(database: Database) -> Actor:
    with database.transaction() as session:
        make_letterhead(session, at=AT)
        return make_buyer(session)


def test_a_buyer_matches_quote_order_deliveries_and_invoices(
    database: Database, buyer: Actor, request
):
    drawn = random.Random(9)
    for turn in range(500 if request.config.getoption("full_size") else 1):
        papers = papers_of_an_order(database, buyer, drawn, turn)
        assert papers.differences() == []


def test_the_match_tells_what_is_off(database: Database, buyer: Actor):
    papers = papers_of_an_order(database, buyer, random.Random(4), 0, most=2)
    other = papers.differences(number="BC-26-0871", commitment="2026-004418")
    assert len(other) == len(papers.invoices)
    assert papers.differences(number="BC-0", commitment="") != []
    first = papers.quote["lines"][0]
    first["quantity"] += 1
    assert any("ordered, not as quoted" in told for told in papers.differences())
    first["quantity"] -= 1
    first["unit_price"] += 100
    assert any("quoted" in told for told in papers.differences())
    first["unit_price"] -= 100
    assert papers.differences() == []
    assert any(
        "delivered" in told for told in Papers(papers.quote, [], papers.invoices[:1]).differences()
    )


def test_the_match_runs_on_a_folder(database: Database, buyer: Actor, tmp_path: Path, capsys):
    papers = papers_of_an_order(database, buyer, random.Random(2), 0, most=2)
    (tmp_path / "quote.pdf").write_bytes(render("quote", papers.quote, language="fr"))
    for number, note in enumerate(papers.notes):
        path = tmp_path / f"delivery-note-{number}.pdf"
        path.write_bytes(render("delivery_note", note, language="fr"))
    for number, invoice in enumerate(papers.invoices):
        path = tmp_path / f"invoice-{number}.pdf"
        path.write_bytes(render("invoice", invoice, language="fr"))
    order = {"number": "BC-0", "commitment": ENGAGEMENT}
    (tmp_path / "purchase-order.json").write_text(json.dumps(order), encoding="utf-8")
    assert main(tmp_path) == 0
    (tmp_path / "delivery-note-0.pdf").unlink()
    assert main(tmp_path) == 1
    assert "Everything matches." in capsys.readouterr().out
