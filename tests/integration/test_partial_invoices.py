"""An order invoiced in parts: the sum of its invoices, on both databases."""

from sqlalchemy import select

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.invoices import invoices_of
from checkout.invoices.models import InvoiceLine
from checkout.orders.orders import lines_of
from checkout.orders.procedure import OrderStage
from checkout.payments.billing import bill_order
from checkout.payments.models import Payment
from shop.core.money import Money, total
from shop.dossiers.dossiers import content_of
from tests.factories import AT, BOOKS, STORES, make_letterhead, make_product, sale_line
from tests.orders import locked_order, make_card_order


def bill_in_parts(database, number: str, parts: list[dict[int, int]]) -> None:
    """Deliver and invoice an order, part after part."""
    for quantities in parts:
        with database.transaction() as session:
            order = locked_order(session, number)
            issue_delivery_note(session, order, quantities, by=STORES, at=AT)
            bill_order(session, order, by=BOOKS, at=AT)


def test_six_invoices_of_one_score_each_add_up_to_the_order_of_six(database):
    with database.transaction() as session:
        make_letterhead(session, at=AT)
        facts = {"price": 1_290, "vat_rate": 550, "on_hand": 20}
        score = make_product(session, sku="LIV-0042", at=AT, **facts)
        number = make_card_order(session, [sale_line(session, score, 6)], at=AT).number
    bill_in_parts(database, number, [{1: 1}] * 6)
    with database.reading_session() as session:
        order = locked_order(session, number)
        [line] = lines_of(session, order.id)
        invoices = invoices_of(session, order.id)
        parts = session.scalars(select(InvoiceLine.amount).order_by(InvoiceLine.invoice_id)).all()
        papers = [content_of(session, invoice.paper_id) for invoice in invoices]
        paid = session.scalars(select(Payment.amount).order_by(Payment.id)).all()
    # 12.23 € and 5.5 % of it: 12.90 € each; 73.38 € and 5.5 % of it: 77.42 € in all.
    assert [part.cents for part in parts] == [1_223] * 6
    assert line.amount == order.excluding == Money(7_338)
    assert [paper["lines"][0]["total"] for paper in papers] == [1_223] * 6
    assert order.including == Money(7_742)
    assert [invoice.including.cents for invoice in invoices] == [1_290] * 5 + [1_292]
    assert [invoice.rounding.cents for invoice in invoices] == [0] * 5 + [2]
    assert papers[-1]["totals"]["rounding"] == 2
    assert papers[-1]["totals"]["payable"] == 1_292
    assert total(paid) == order.including
    assert order.stage is OrderStage.PAID


def test_no_invoice_takes_the_sum_above_the_order(database):
    """Three invoices of 12.30 € at 5.5 % round up before the last one comes."""
    with database.transaction() as session:
        make_letterhead(session, at=AT)
        facts = {"price": 1_299, "vat_rate": 550, "on_hand": 20}
        score = make_product(session, sku="LIV-0042", at=AT, **facts)
        number = make_card_order(session, [sale_line(session, score, 4)], at=AT).number
    bill_in_parts(database, number, [{1: 1}] * 4)
    with database.reading_session() as session:
        order = locked_order(session, number)
        invoices = invoices_of(session, order.id)
    sums = [total([one.including for one in invoices[: n + 1]]) for n in range(4)]
    assert all(part <= order.including for part in sums)
    assert sums[-1] == order.including
