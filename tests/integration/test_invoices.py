"""Invoices: for what is delivered, once, gapless, VAT once per rate, sent as one file."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.invoice_files import (
    build_invoice_file,
    prepare_invoice_file,
    send_invoice_file,
)
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.rules import NothingToInvoice
from checkout.invoices.sendings import last_sending, note_sent_files
from checkout.orders.orders import lines_of
from checkout.orders.procedure import OrderStage
from checkout.payments.billing import bill_order
from checkout.payments.receipts import payments_of
from shop.core.errors import IllegalTransition, NotAllowed, NotFound
from shop.core.money import Money, UnitPrice
from shop.core.sales import line_of, sale_totals
from shop.documents.samples import scan as picture
from shop.dossiers.dossiers import content_of
from shop.dossiers.models import StoredFile
from shop.dossiers.papers import pdf_of
from shop.dossiers.repeated_emails import send_again
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests import factories
from tests.factories import AT, BOOKS, STORES, make_buyer, make_product, make_shop, siret_of
from tests.orders import (
    deliver_all,
    locked_order,
    make_card_order,
    make_order_from_original,
    make_ordered,
    make_quote,
    scan,
)

pytestmark = pytest.mark.usefixtures("printed_once")


def words(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


def test_nothing_is_invoiced_before_it_is_delivered(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        with pytest.raises(NothingToInvoice):
            bill_order(session, order, by=BOOKS, at=AT)


def test_the_invoice_of_a_public_body(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        note = deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        assert (invoice.number, invoice.including) == ("FA-2026-000001", order.including)
        assert order.stage is OrderStage.INVOICED
        assert invoice.due_on == date(2026, 12, 18)
        assert not invoice.paid
        paper = content_of(session, invoice.paper_id)
        with pytest.raises(IllegalTransition):
            bill_order(session, locked_order(session, order.number), by=BOOKS, at=AT)
    assert paper["references"] == {
        "quote": "DE-2026-000001",
        "order": "CO-2026-000001",
        "purchase_order": "BC-26-0871",
        "purchase_order_date": "2026-11-18",
        "engagement": "2026-004417",
        "service_code": "CULT-02",
        "delivery_notes": [note.number],
        "invoice": None,
    }
    assert paper["audience"] == "public"
    assert paper["seller"]["bank"]["iban"]
    assert (paper["shipped_on"], paper["delivered_on"]) == ("2026-11-18", None)
    text = words(pdf_of(database, invoice.paper_id, at=AT).data)[0]
    assert "FR76" in text and "FA-2026-000001" in text


def test_partial_invoices_round_vat_once_per_rate_on_their_own_lines(database: Database):
    with database.transaction() as session:
        make_shop(session)
        odd = replace(  # 1.0283 € excluding VAT
            factories.sale_line(session, make_product(session, sku="ODD-1"), 4),
            unit_price=UnitPrice(10_283),
        )
        quote = make_quote(session, make_buyer(session), [odd])
        order = make_order_from_original(session, quote)
        issue_delivery_note(session, order, {1: 3}, by=STORES, at=AT)
        first = bill_order(session, order, by=BOOKS, at=AT)
        assert order.stage is OrderStage.ORDERED
        deliver_all(session, order)
        second = bill_order(session, order, by=BOOKS, at=AT)
        assert order.stage is OrderStage.INVOICED
        assert (first.excluding, first.vat_total) == (Money(308), Money(62))
        assert (second.excluding, second.vat_total) == (Money(103), Money(21))
        papers = [content_of(session, invoice.paper_id) for invoice in (first, second)]
    assert papers[0]["totals"]["vat"] == [{"rate": 2000, "base": 308, "amount": 62}]
    assert papers[0]["references"]["delivery_notes"] == ["BL-2026-000001"]
    assert papers[1]["references"]["delivery_notes"] == ["BL-2026-000002"]
    assert papers[1]["lines"][0]["quantity"] == 1


def test_shipping_is_billed_with_the_first_invoice_only(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        issue_delivery_note(session, order, {1: 1}, by=STORES, at=AT)
        first = bill_order(session, order, by=BOOKS, at=AT)
        deliver_all(session, order)
        second = bill_order(session, order, by=BOOKS, at=AT)
        totals = [content_of(session, paper.paper_id)["totals"] for paper in (first, second)]
    assert [part["shipping"] for part in totals] == [2900, 0]
    assert first.excluding + second.excluding == order.excluding


def test_a_card_order_is_paid_when_it_is_invoiced(database: Database):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT + timedelta(days=2))
        assert order.stage is OrderStage.PAID
        assert invoice.paid == invoice.including == order.including
        assert invoice.due_on == invoice.issued_on
        payment = payments_of(session, invoice.id)[0]
        assert (payment.method, payment.amount) == ("card", order.including)
        assert payment.reference == "pi_CO-2026-000001"
        paper = content_of(session, invoice.paper_id)
        email = session.scalars(select(Email).where(Email.template == "invoice_issued")).one()
    assert (paper["paid"], paper["paid_on"], paper["audience"]) == (True, "2026-11-18", "consumer")
    assert paper["seller"]["bank"] is None
    assert email.papers == [invoice.paper_id]
    assert "IBAN" not in words(pdf_of(database, invoice.paper_id, at=AT).data)[0]


def test_numbers_of_invoices_have_no_gap_after_a_refusal(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        number = order.number
    with pytest.raises(RuntimeError), database.transaction() as session:
        bill_order(session, locked_order(session, number), by=BOOKS, at=AT)
        raise RuntimeError("the power is cut")
    with database.transaction() as session:
        assert bill_order(session, locked_order(session, number), by=BOOKS, at=AT).number.endswith(
            "001"
        )
        assert session.scalars(
            select(Email.id).where(Email.template == "invoice_issued").order_by(Email.id)
        ).all()


def test_only_the_accounting_staff_issues_and_reads_invoices(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        with pytest.raises(NotAllowed):
            bill_order(session, order, by=STORES, at=AT)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        stranger = make_buyer(session, "x@y.example", siret=siret_of(1))
        with pytest.raises(NotFound):
            get_invoice(session, invoice.number, by=stranger)


@pytest.mark.parametrize(
    ("paper", "media_type", "pages"),
    [(scan(2), "application/pdf", 2), (picture(), "image/png", 1)],
)
def test_the_file_contains_invoice_purchase_order_and_delivery_notes(
    database: Database, paper: bytes, media_type: str, pages: int
):
    with database.transaction() as session:
        order = make_ordered(session, paper=paper, media_type=media_type)
        issue_delivery_note(session, order, {1: 1}, by=STORES, at=AT)
        deliver_all(session, order)
        number = bill_order(session, order, by=BOOKS, at=AT).number
    data = build_invoice_file(database, number, at=AT)
    assert build_invoice_file(database, number, at=AT) == data
    texts = words(data)
    assert len(texts) == 1 + pages + 2
    assert "FA-2026-000001" in texts[0]
    assert ["BL-2026-00000" in text for text in texts[1:]] == [False] * pages + [True, True]
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        kept = send_invoice_file(
            session, invoice, order, data, to="compta@ville.example", by=BOOKS, at=AT
        )
        assert not invoice.is_sent
        email = session.scalars(
            select(Email).where(Email.template == "invoice_sent_to_service")
        ).one()
        assert (email.to, email.files) == ("compta@ville.example", [kept.id])
        email.sent_at = AT
    for _time in range(2):
        note_sent_files(database, at=AT)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        assert (invoice.sent_at, invoice.sent_to) == (AT, "compta@ville.example")
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
        assert (acts.count("send_invoice_file"), acts.count("note_sent_file")) == (1, 1)
        again = prepare_invoice_file(session, invoice, order, b"x", by=BOOKS, at=AT)
        assert again.id == kept.id
        repeated = send_again(session, email.id, to="paie@ville.example", by=BOOKS, at=AT)
    note_sent_files(database, at=AT)
    with database.transaction() as session:
        sending = last_sending(session, invoice.id)
        assert sending is not None and (sending.to, sending.is_under_way) == (repeated.to, True)
        kinds = session.scalars(select(StoredFile.kind).where(StoredFile.kind == "invoice_file"))
        assert len(kinds.all()) == 1


def test_an_invoice_adds_up_to_what_its_lines_say(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        bill_order(session, order, by=BOOKS, at=AT)
    with database.reading_session() as session:
        invoice = session.scalars(select(Invoice)).one()
        totals = sale_totals(line_of(line) for line in lines_of(session, invoice.order_id))
    assert (invoice.excluding, invoice.vat_total) == (totals.excluding, totals.vat_total)
    assert invoice.including == invoice.excluding + invoice.vat_total
