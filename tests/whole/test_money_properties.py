"""Money, to the cent, over random sales: shelf, cart, checkout, card, order, invoices, PDFs.

A few sales in `make test`, ten thousand baskets and two thousand orders by `make properties`.
"""

import random
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from checkout.card.models import CardPayment
from checkout.card.rules import LEAST, MOST, AmountTooLarge, AmountTooSmall
from checkout.credits.composition_rules import Remainder
from checkout.credits.remainders import credit_notes_of, remainder_of
from checkout.credits.rules import NothingLeftToCredit, NothingToCredit
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.drafts.drafts import ready_draft
from checkout.invoices.invoices import invoice_with_order, invoices_of
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.orders.procedure import Origin
from checkout.payments.billing import bill_order
from checkout.payments.models import Payment
from checkout.web.steps.visit import shipping_names
from shop.cart.carts import add_to_cart
from shop.cart.contents import cart_contents
from shop.catalogue.shelf import get_product
from shop.core import text
from shop.core.money import Money, UnitPrice, round_half_up, total
from shop.core.vat import PriceBasis
from shop.documents.layout import sentences
from shop.documents.pdf import render
from shop.dossiers.dossiers import content_of
from shop.einvoicing.facturx import compose
from shop.storage.db import Database
from shop.web.kit.sessions import VISITOR
from tests.checkouts import Checkout
from tests.credited import credit
from tests.einvoices import figures_in
from tests.factories import AT, BOOKS, STORES, make_buyer, make_letterhead, make_product, sale_line
from tests.fakes import FakeGateway
from tests.orders import locked_order, make_order_from_original, make_quote
from tests.schematron import broken

RATES = (2000, 1000, 550, 210)
KINDS = 24


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ten seeds of each database at full size, else one."""
    if "seed" in metafunc.fixturenames:
        full = metafunc.config.getoption("full_size")
        metafunc.parametrize("seed", range(1, 11 if full else 2))


@pytest.fixture
def drawn(seed: int) -> random.Random:
    return random.Random(seed)


def make_shelf(database: Database, drawn: random.Random) -> dict[str, int]:
    """Products of all rates and prices, one in four below a euro; ids by reference."""
    shelf = {}
    with database.transaction() as session:
        make_letterhead(session, at=AT)
        for number in range(KINDS):
            price = drawn.randint(1, 119) if number % 4 == 0 else drawn.randint(120, 250_000)
            eco = drawn.choice((0, 0, price * 20)) if price > 500 else 0
            facts = {"price": price, "vat_rate": RATES[number % 4], "eco_fee": UnitPrice(eco)}
            sku = f"REF-{number:03d}"
            shelf[sku] = make_product(
                session, sku=sku, name=f"Article {number}", on_hand=10**9, weight_g=1, **facts
            )
    return shelf


def quantity_of(drawn: random.Random) -> int:
    return drawn.choice((1, 1, 2, 3, drawn.randint(1, 60), drawn.randint(1, 9_999)))


def choose(drawn: random.Random, shelf: dict[str, int]) -> dict[str, int]:
    """A basket: quantities by reference."""
    return {sku: quantity_of(drawn) for sku in drawn.sample(sorted(shelf), drawn.randint(1, 10))}


def parts_of(drawn: random.Random, quantities: dict[int, int]) -> Iterator[dict[int, int]]:
    """The deliveries of an order, one to five: units by position."""
    left = dict(quantities)
    for _part in range(drawn.randint(0, 4)):
        part = {at: drawn.randint(0, units) for at, units in left.items()}
        part = {at: units for at, units in part.items() if units}
        if part and part != left:
            yield part
            left = {at: units - part.get(at, 0) for at, units in left.items()}
            left = {at: units for at, units in left.items() if units}
    yield left


def deliver_and_bill(database: Database, number: str, drawn: random.Random) -> None:
    """Deliver an order in parts, each with its invoice; one that was paid by card has its own."""
    with database.reading_session() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        lines = lines_of(session, order.id)
    goods = {line.position: line.quantity for line in lines if line.product_id is not None}
    for part in parts_of(drawn, goods):
        with database.transaction() as session:
            order = locked_order(session, number)
            issue_delivery_note(session, order, part, by=STORES, at=AT)
            if order.origin is Origin.QUOTE:
                bill_order(session, order, by=BOOKS, at=AT)


def ensure_printed(content: dict[str, Any], *, exact: bool = True) -> None:
    """Every line of a paper multiplies, its lines add up to its totals, and the PDF prints them.
    The VAT of each rate is `exact`, or that of a credit note: the difference of two exact ones.
    """
    lines, totals = content["lines"], content["totals"]
    including = totals["basis"] == "including"
    for line in lines:
        if including:
            assert line["unit_including"] * line["quantity"] == line["total"]
        else:
            assert UnitPrice(line["unit_price"]).times(line["quantity"]).cents == line["total"]
    whole = sum(line["total"] for line in lines)
    assert whole == totals["including" if including else "excluding"]
    assert sum(part["base"] for part in totals["vat"]) == totals["excluding"]
    assert totals["excluding"] + totals["vat_total"] == totals["including"]
    assert totals["including"] + totals["rounding"] == totals["payable"]
    for part in totals["vat"]:
        if not including:
            off = part["amount"] - round_half_up(part["base"] * part["rate"], 10_000)
            assert abs(off) <= (0 if exact else 1)
    ensure_text(content, including=including)


def ensure_text(content: dict[str, Any], *, including: bool) -> None:
    pdf = PdfReader(BytesIO(render(content["kind"], content, language="fr")))
    printed = plain(" ".join(page.extract_text() for page in pdf.pages))
    totals = content["totals"]
    for line in content["lines"]:
        unit = (
            text.money(line["unit_including"]) if including else text.unit_price(line["unit_price"])
        )
        price = re.escape(plain(text.number(line["quantity"]) + unit)).replace("€", "0?€")
        amount = plain(text.percent(line["vat_rate"]) + text.money(line["total"]))
        row = price + r"(dontéco-part\.[\d,]+€)?" + re.escape(amount)
        assert re.search(row, printed), row
    for name in ("excluding", "vat_total", "including", "payable"):
        assert plain(text.money(totals[name])) in printed


def ensure_electronic(content: dict[str, Any]) -> None:
    """An organisation's invoice has an electronic form that platforms accept and that says the same
    amount; a private customer's has none.
    """
    xml = compose(content, sentences("fr"))
    if content["totals"]["basis"] == "including":
        assert xml is None
        return
    assert broken(xml) == []
    assert figures_in(xml or b"").payable * 100 == content["totals"]["payable"]


def plain(told: str) -> str:
    """Text with plain spaces, however it is broken into lines."""
    return re.sub(r"\s+", "", told)


def ensure_adds_up(database: Database, number: str, charged: Money | None = None) -> None:
    """The invoices add up to the order, never above it on the way; so does the money recorded."""
    with database.reading_session() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        invoices: Sequence[Invoice] = invoices_of(session, order.id)
        papers = [content_of(session, invoice.paper_id) for invoice in invoices]
        paid = session.scalars(
            select(Payment.amount)
            .join(Invoice)
            .where(Invoice.order_id == order.id)
            .order_by(Payment.id)
        ).all()
    sums = Money()
    for invoice, paper in zip(invoices, papers, strict=True):
        sums = sums + invoice.including
        assert sums <= order.including
        assert paper["totals"]["payable"] == invoice.including.cents
        ensure_printed(paper)
        ensure_electronic(paper)
    assert sums == order.including
    if charged is not None:
        assert total(list(paid)) == charged == order.including


def credit_in_parts(database: Database, number: str, drawn: random.Random) -> None:
    """Credit the invoices of an order at random, then all that is left: each note is printed to the
    cent, none takes more than is left, and in the end nothing is left of any rate.
    """
    with database.reading_session() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        numbers = [invoice.number for invoice in invoices_of(session, order.id)]
    for invoice in numbers:
        for _note in range(drawn.randint(0, 3)):
            with database.reading_session() as session:
                left = remainder_of(session, invoice_with_order(session, invoice)[0])
            units, amounts = taken_of(drawn, left)
            with suppress(NothingToCredit, NothingLeftToCredit):
                credit(database, invoice, units=units, amounts=amounts)
        with database.reading_session() as session:
            left = remainder_of(session, invoice_with_order(session, invoice)[0])
        if not left.is_empty:
            credit(database, invoice)
        ensure_credited(database, invoice)


def taken_of(drawn: random.Random, left: Remainder) -> tuple[dict[int, int], dict[int, Money]]:
    """Units of some lines, an amount of others."""
    units, amounts = {}, {}
    for line in left.lines:
        way = drawn.randint(1, 4)
        if way == 1 and line.units:
            units[line.position] = drawn.randint(1, line.units)
        elif way == 2 and line.amount:
            amounts[line.position] = Money(drawn.randint(1, line.amount.cents))
    return units, amounts


def ensure_credited(database: Database, number: str) -> None:
    """The credit notes of an invoice come to the invoice, rate by rate and line by line."""
    with database.reading_session() as session:
        invoice, _order = invoice_with_order(session, number)
        notes = credit_notes_of(session, invoice.id)
        papers = [content_of(session, note.paper_id) for note in notes]
        origin = content_of(session, invoice.paper_id)
        left = remainder_of(session, invoice)
    assert invoice.credited == invoice.including == total([note.including for note in notes])
    assert total([note.vat_total for note in notes]) == invoice.vat_total
    assert left.is_empty and not left.payable
    for part in origin["totals"]["vat"]:
        of_rate = [
            one for paper in papers for one in paper["totals"]["vat"] if one["rate"] == part["rate"]
        ]
        for name in ("base", "amount"):
            assert all(one[name] >= 0 for one in of_rate)
            assert sum(one[name] for one in of_rate) == part[name]
    for paper in papers:
        ensure_printed(paper, exact=False)


def test_a_private_customer_pays_the_sum_of_the_prices_shown(database, drawn, seed, request):
    shelf = make_shelf(database, drawn)
    gateway = FakeGateway()
    for _basket in range(500 if request.config.getoption("full_size") else 3):
        basket = choose(drawn, shelf)
        with database.reading() as connection:
            shown = sum(
                get_product(connection, sku.lower()).row.price_including.cents * quantity
                for sku, quantity in basket.items()
            )
        checkout = Checkout.of(database, gateway, shelf[min(basket)])
        with database.transaction() as session:
            for sku, quantity in basket.items():
                more = quantity - (sku == min(basket))
                if more:
                    add_to_cart(session, checkout.token, sku, more, at=AT)
        with database.reading_session() as session:
            cart = cart_contents(session, checkout.token)
            ready = ready_draft(
                session,
                checkout.cart_id,
                names=shipping_names(),
                language="fr",
                by=VISITOR,
                at=AT,
            )
        assert cart.totals.including == Money(shown)
        assert sum(line.including.cents for line in cart.lines) == shown
        for line in cart.lines:
            with_vat = 10_000 + line.sale.vat_rate
            off = line.excluding.cents * with_vat - line.including.cents * 10_000
            assert abs(2 * off) <= with_vat  # the base is rounded to the nearest cent
        due = shown + ready.offer.including.cents
        assert ready.sale.totals.including == Money(due)
        if not LEAST <= Money(due) <= MOST:  # no card is charged that much: the shop says so
            with pytest.raises(AmountTooLarge if Money(due) > MOST else AmountTooSmall):
                checkout.press()
            continue
        session_id = checkout.press()
        gateway.pay(session_id)
        assert gateway.payments[session_id].amount_received == due
        number = checkout.settle(session_id).order_number
        with database.reading_session() as session:
            payment = session.scalars(
                select(CardPayment).where(CardPayment.session_id == session_id)
            ).one()
        assert payment.amount == Money(due)
        deliver_and_bill(database, number, drawn)
        ensure_adds_up(database, number, charged=Money(due))
        credit_in_parts(database, number, drawn)
        with database.reading_session() as session:
            sold = session.scalars(select(Order).where(Order.number == number)).one()
            (invoice,) = invoices_of(session, sold.id)
        assert (invoice.including, invoice.rounding) == (Money(due), Money())


def test_the_invoices_of_an_organisation_add_up_to_its_quote(database, drawn, seed, request):
    shelf = make_shelf(database, drawn)
    with database.transaction() as session:
        buyer = make_buyer(session)
    for turn in range(100 if request.config.getoption("full_size") else 3):
        basket = choose(drawn, shelf)
        with database.transaction() as session:
            lines = [
                sale_line(session, shelf[sku], quantity, PriceBasis.EXCLUDING)
                for sku, quantity in basket.items()
            ]
            quote = make_quote(session, buyer, lines)
            quoted, quote_paper = quote.including, content_of(session, quote.paper_id)
            order = make_order_from_original(session, quote, reference=f"BC-{seed}-{turn}")
            number = order.number
            assert order.including == quoted
        ensure_printed(quote_paper)
        deliver_and_bill(database, number, drawn)
        ensure_adds_up(database, number)
        credit_in_parts(database, number, drawn)
