"""An order delivered and invoiced in parts: the sum of its invoices, and what its papers say of one
another, on both databases.
"""

from sqlalchemy import select

from checkout.deliveries.deliveries import issue_delivery_note, notes_of
from checkout.invoices.invoices import invoices_of, issue_invoice
from checkout.invoices.models import InvoiceLine
from checkout.orders.orders import lines_of
from checkout.orders.procedure import OrderStage
from checkout.payments.billing import bill_order
from checkout.payments.models import Payment
from shop.core.money import Money, total
from shop.documents.layout import page
from shop.dossiers.dossiers import content_of
from shop.dossiers.models import Dossier
from tests.factories import AT, BOOKS, STORES, make_letterhead, make_product, sale_line
from tests.orders import deliver_all, locked_order, make_card_order, make_ordered


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


def papers_of(database, number: str):
    """The contents of the delivery notes and of the invoices of an order, oldest first."""
    with database.reading_session() as session:
        order = locked_order(session, number)
        notes, invoices = notes_of(session, order.id), invoices_of(session, order.id)
        return [[content_of(session, one.paper_id) for one in many] for many in (notes, invoices)]


def test_the_papers_of_an_order_in_parts_say_what_came_before_and_what_remains(database):
    with database.transaction() as session:
        make_letterhead(session, at=AT)
        cable = make_product(session, sku="CB-10", price=1_200, on_hand=20, at=AT)
        stand = make_product(session, sku="PD-20", price=2_400, on_hand=20, at=AT)
        sold = [sale_line(session, cable, 5), sale_line(session, stand, 1)]
        order = make_card_order(session, sold, at=AT)
        number, whole = order.number, order.including.cents
        session.get_one(Dossier, order.dossier_id).title = "Fête de la musique"
    bill_in_parts(database, number, [{1: 2}, {1: 1, 2: 1}, {1: 2}])
    notes, invoices = papers_of(database, number)
    names = ("ordered", "before", "delivered", "remaining")
    assert [[tuple(line[name] for name in names) for line in note["lines"]] for note in notes] == [
        [(5, 0, 2, 3), (1, 0, 0, 1)],
        [(5, 2, 1, 2), (1, 0, 1, 0)],
        [(5, 3, 2, 0)],
    ]
    assert [len(note["references"]["earlier_notes"]) for note in notes] == [0, 1, 2]
    assert notes[2]["references"]["earlier_notes"] == [note["number"] for note in notes[:2]]
    billed = 0
    for position, invoice in enumerate(invoices):
        part, amount = invoice["partial"], invoice["totals"]["payable"]
        assert part["ordered"] == whole
        assert [one["number"] for one in part["earlier"]] == [
            one["number"] for one in invoices[:position]
        ]
        assert sum(one["amount"] for one in part["earlier"]) == billed
        billed += amount
        assert part["remaining"] == whole - billed
    assert invoices[-1]["partial"]["remaining"] == 0
    assert {paper["lead"] for paper in (*notes, *invoices)} == {"Fête de la musique"}


def test_the_only_invoice_of_an_order_is_not_partial(database):
    with database.transaction() as session:
        make_letterhead(session, at=AT)
        cable = make_product(session, sku="CB-10", price=1_200, on_hand=20, at=AT)
        number = make_card_order(session, [sale_line(session, cable, 5)], at=AT).number
    bill_in_parts(database, number, [{1: 5}])
    [_note], [invoice] = papers_of(database, number)
    assert invoice["partial"] is None
    assert invoice["lead"] is None


def test_a_delivery_note_says_what_is_invoiced_when_it_is_issued(database):
    with database.transaction() as session:
        order = make_ordered(session)
        first = issue_delivery_note(session, order, {1: 1}, by=STORES, at=AT)
        issue_invoice(session, order, by=BOOKS, at=AT)
        second = deliver_all(session, order)
        told = [content_of(session, note.paper_id) for note in (first, second)]
    assert [content["partly_invoiced"] for content in told] == [False, True]
    pages = [page("delivery_note", content, language="fr").html for content in told]
    assert ["la suite après le service fait" in html for html in pages] == [False, True]
