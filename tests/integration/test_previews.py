"""The preview of an invoice: what would be issued, checked, with no number taken."""

from html import unescape

from sqlalchemy import func, select

from checkout.invoices.models import Invoice
from checkout.invoices.previews import DRAFT, preview_invoice
from checkout.payments.billing import bill_order
from shop.core.actors import ACCOUNTING
from shop.dossiers.dossiers import content_of
from shop.storage.db import Database
from tests.factories import AT, BOOKS
from tests.integration.test_electronic_invoices import replace_letterhead
from tests.orders import deliver_all, locked_order, make_ordered
from tests.people import staff


def delivered(database: Database) -> str:
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        return order.number


def test_the_invoice_is_the_one_that_was_previewed(database: Database):
    number = delivered(database)
    with database.reading_session() as session:
        preview = preview_invoice(session, number, by=BOOKS, at=AT)
        assert session.scalar(select(func.count(Invoice.id))) == 0
    assert preview.content["number"] == DRAFT
    assert preview.is_electronic and not preview.faults
    with database.transaction() as session:
        invoice = bill_order(session, locked_order(session, number), by=BOOKS, at=AT)
        assert invoice.number == "FA-2026-000001"
        issued = content_of(session, invoice.paper_id)
    assert issued == preview.content | {"number": invoice.number}


def test_a_preview_names_every_rule_that_the_invoice_would_break(database: Database):
    number = delivered(database)
    replace_letterhead(database, vat_number="")
    with database.reading_session() as session:
        preview = preview_invoice(session, number, by=BOOKS, at=AT)
    assert [fault.rule for fault in preview.faults] == ["BR-FR-10"]


def test_the_office_reads_the_preview_then_issues(app, database: Database):
    number = delivered(database)
    books = staff(app, database, ACCOUNTING)
    url = f"/bureau/factures/commandes/{number}"
    assert url in books.get("/bureau/factures").text
    page = unescape(books.get(url).text)
    assert "Projet" in page and "FA-2026" not in page and "2026-004417" in page
    assert books.post(url).location.startswith("/bureau/factures/FA-2026-000001")
    over = books.get(url)
    assert over.status_code == 409
