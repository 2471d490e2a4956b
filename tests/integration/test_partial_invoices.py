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


def test_six_invoices_of_one_score_each_add_up_to_the_order_of_six(database):
    with database.transaction() as session:
        make_letterhead(session, at=AT)
        facts = {"price": 1_290, "vat_rate": 550, "on_hand": 20}
        score = make_product(session, sku="LIV-0042", at=AT, **facts)
        number = make_card_order(session, [sale_line(session, score, 6)], at=AT).number
    for _ in range(6):
        with database.transaction() as session:
            order = locked_order(session, number)
            issue_delivery_note(session, order, {1: 1}, by=STORES, at=AT)
            bill_order(session, order, by=BOOKS, at=AT)
    with database.reading_session() as session:
        order = locked_order(session, number)
        [line] = lines_of(session, order.id)
        invoices = invoices_of(session, order.id)
        parts = session.scalars(select(InvoiceLine.amount).order_by(InvoiceLine.invoice_id)).all()
        papers = [content_of(session, invoice.paper_id) for invoice in invoices]
        paid = session.scalars(select(Payment.amount).order_by(Payment.id)).all()
    assert line.unit_price.times(1).cents * 6 != line.amount.cents
    assert total([invoice.excluding for invoice in invoices]) == order.excluding
    assert total(parts) == line.amount == order.excluding
    assert [paper["lines"][0]["total"] for paper in papers] == [part.cents for part in parts]
    assert all(abs(part.cents - line.unit_price.times(1).cents) <= 1 for part in parts)
    # Each invoice's VAT is its own: a difference stays, and is paid as invoiced.
    including = total([invoice.including for invoice in invoices])
    assert abs(including.cents - order.including.cents) <= 3
    assert paid == [invoice.including for invoice in invoices]
    assert order.stage is OrderStage.PAID
    assert Money() < paid[0]
