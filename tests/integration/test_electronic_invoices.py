"""The electronic form of the invoices of real orders: frozen, checked before the invoice is issued,
attached to its PDF; and what the office reads when a rule is broken.
"""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from facturx import get_facturx_xml_from_pdf
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.invoice_files import build_invoice_file
from checkout.invoices.invoices import write_paid_invoice
from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.payments.billing import bill_order
from quotes.quotes.quotes import issue_quote
from shop.core.actors import ACCOUNTING, SALES
from shop.documents.validation import Validation
from shop.dossiers.dossiers import content_of
from shop.dossiers.models import PdfAttempt, PdfOutcome
from shop.dossiers.papers import PdfUnavailable, issue_paper, pdf_of
from shop.einvoicing.fault_rules import SellerIncomplete
from shop.einvoicing.frozen import KEY
from shop.letterheads.models import Letterhead
from shop.storage.db import Database
from tests.einvoices import figures_in, told
from tests.factories import (
    AT,
    BOOKS,
    SELLER,
    STORES,
    make_buyer,
    make_parties,
    make_sale,
    make_shop,
)
from tests.listed import said
from tests.orders import deliver_all, make_card_order, make_order_from_original, make_ordered, scan
from tests.people import staff
from tests.schematron import broken

pytestmark = pytest.mark.usefixtures("printed_once")


def attached(database: Database, invoice: Invoice) -> bytes | None:
    """The electronic form inside the PDF of an invoice."""
    data = pdf_of(database, invoice.paper_id, at=AT).data
    with pikepdf.open(BytesIO(data)) as pdf:
        if not pdf.attachments:
            return None
        return pdf.attachments["factur-x.xml"].get_file().read_bytes()


def replace_letterhead(database: Database, **changes: Any) -> None:
    """A letterhead of the time before all of this was asked for."""
    with database.transaction() as session:
        session.add(Letterhead(at=AT, content=SELLER | changes))


def test_the_invoice_of_a_public_body_carries_its_electronic_form(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        content = content_of(session, invoice.paper_id)
    assert content[KEY] == {
        "type": "380",
        "channel": "reform",
        "demands": {"service_code": "unknown", "engagement": "unknown"},
        "process": "B1",
        "currency": "EUR",
        "seller": {
            "place": {
                "lines": ["12, quai des Forges"],
                "postal_code": "69007",
                "city": "Lyon",
                "country": "FR",
            },
            "endpoint": {"scheme": "0225", "value": "732829320"},
        },
        "buyer": {
            "place": {
                "lines": ["1 place du Marché"],
                "postal_code": "37500",
                "city": "Chinon",
                "country": "FR",
            },
            "endpoint": {"scheme": "0225", "value": "213700727_21370072700018_CULT-02"},
            "vat_number": None,
        },
        "delivery": {
            "place": {
                "lines": ["14 rue du Stade"],
                "postal_code": "37500",
                "city": "Chinon",
                "country": "FR",
            }
        },
        "payment": {"code": "30"},
        "vat": {"exemption": None, "exemption_code": None},
        "contract": None,
    }
    assert {(line["unit"], line["vat_category"]) for line in content["lines"]} == {("C62", "S")}
    xml = attached(database, invoice)
    assert xml is not None
    assert broken(xml) == []
    root = etree.fromstring(xml)
    assert told(root, "//ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID") == "2026-004417"
    assert figures_in(xml).payable * 100 == invoice.including.cents


def test_the_invoices_of_an_order_in_parts_name_each_other(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        issue_delivery_note(session, order, {1: 1}, by=STORES, at=AT)
        first = bill_order(session, order, by=BOOKS, at=AT)
        deliver_all(session, order)
        last = bill_order(session, order, by=BOOKS, at=AT)
    forms = [attached(database, invoice) for invoice in (first, last)]
    path = "//ram:InvoiceReferencedDocument/ram:IssuerAssignedID"
    assert [told(etree.fromstring(xml), path) for xml in forms] == ["", first.number]
    figures = [figures_in(xml) for xml in forms]
    assert sum(one.payable for one in figures) * 100 == order.including.cents
    assert [broken(xml) for xml in forms] == [[], []]


def test_goods_that_are_collected_are_delivered_at_the_shop(database: Database):
    with database.transaction() as session:
        buyer, lines = make_buyer(session), make_shop(session)
        sale = make_sale(buyer, lines, shipping="pick_up")
        quote = issue_quote(session, sale, by=buyer, at=AT)
        order = make_order_from_original(session, quote)
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
    root = etree.fromstring(attached(database, invoice))
    assert told(root, "//ram:ShipToTradeParty//ram:PostcodeCode") == "69007"


def make_card_order_of_a_town(session: Session) -> Order:
    parties = replace(make_parties(), paying_service=None)
    town = make_buyer(session).organisation_id
    return make_card_order(session, make_shop(session), organisation_id=town, parties=parties)


def billed(database: Database, order: Order) -> Invoice:
    with database.transaction() as session:
        return bill_order(session, session.get_one(Order, order.id), by=BOOKS, at=AT)


def test_an_organisation_that_paid_by_card_has_a_paid_electronic_invoice(database: Database):
    with database.transaction() as session:
        order = make_card_order_of_a_town(session)
        deliver_all(session, order)
    invoice = billed(database, order)
    xml = attached(database, invoice)
    assert broken(xml) == []
    figures = figures_in(xml)
    assert (figures.process, figures.payable, figures.prepaid * 100) == (
        "B2",
        0,
        invoice.including.cents,
    )


def test_a_private_customer_has_none(database: Database):
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        assert KEY not in content_of(session, invoice.paper_id)
    assert attached(database, invoice) is None


def test_an_invoice_that_breaks_a_rule_is_not_issued_and_takes_no_number(
    app: Any, database: Database
):
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
    replace_letterhead(database, vat_number="")
    with pytest.raises(SellerIncomplete):
        billed(database, order)
    books = staff(app, database, ACCOUNTING)
    answer = books.post(f"/bureau/factures/commandes/{order.number}", follow_redirects=True)
    assert "Il manque à l’en-tête de la boutique" in answer.text.replace("\xa0", " ")
    replace_letterhead(database)
    assert billed(database, order).number == "FA-2026-000001"


def test_a_payment_by_card_is_invoiced_whatever_the_letterhead_lacks(
    database: Database, caplog: pytest.LogCaptureFixture
):
    """The payment is there: the invoice is issued at once, and the log says what is missing."""
    with database.transaction() as session:
        order = make_card_order_of_a_town(session)
        lines, number = lines_of(session, order.id), "FA-2026-000001"
        seller = SELLER | {"vat_number": ""}
        bill = write_paid_invoice(session, order, lines, number, seller, by=BOOKS, at=AT)
        assert KEY not in content_of(session, bill.invoice.paper_id)
    assert "BR-FR-10" in caplog.text


def test_one_that_is_found_wrong_when_its_file_is_made_is_held_and_shown(
    app: Any, database: Database
):
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        content = content_of(session, invoice.paper_id)
        wrong = content | {"number": "FA-2026-000099"}
        wrong["totals"] = wrong["totals"] | {"excluding": 1}
        paper = issue_paper(session, order.dossier_id, "invoice", wrong, at=AT).id
    with pytest.raises(PdfUnavailable):
        pdf_of(database, paper, at=AT)
    with database.reading_session() as session:
        attempt = session.scalars(select(PdfAttempt)).one()
    assert attempt.outcome is PdfOutcome.NOT_CONFORMING
    page = said(staff(app, database, SALES), "/bureau")
    assert "Facture FA-2026-000099" in page
    assert "La facture électronique n’est pas conforme" in page
    assert "BR-CO-13 · Le total hors taxes est de" in page


def test_a_finding_of_the_schematrons_holds_an_invoice(app: Any, database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
        wrong = content_of(session, invoice.paper_id) | {"number": "FA-2026-000099"}
        wrong[KEY] = wrong[KEY] | {"type": "999"}
        paper = issue_paper(session, order.dossier_id, "invoice", wrong, at=AT).id
    with pytest.raises(PdfUnavailable):
        pdf_of(database, paper, at=AT)
    page = said(staff(app, database, SALES), "/bureau")
    assert "Facture FA-2026-000099" in page
    assert "BR-FR-04" in page


def test_without_the_schematrons_an_invoice_waits(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    from shop.documents import schematron

    with database.transaction() as session:
        order = make_ordered(session)
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
    unchecked = Validation(("_Ended: no answer",), checked=False)
    monkeypatch.setattr(schematron, "validate_xml", lambda *_asked: unchecked)
    with pytest.raises(PdfUnavailable):
        pdf_of(database, invoice.paper_id, at=AT)
    with database.reading_session() as session:
        assert session.scalars(select(PdfAttempt)).one().outcome is PdfOutcome.NOT_VALIDATED
    monkeypatch.undo()
    assert pdf_of(database, invoice.paper_id, at=AT, again=True).size


def test_the_file_for_the_paying_service_carries_it_too(database: Database):
    """It is what the office deposits, whatever the buyer's purchase order has attached."""
    paper = BytesIO()
    with pikepdf.Pdf.open(BytesIO(scan())) as pdf:
        pdf.attachments["factur-x.xml"] = b"<somebody/>"
        pdf.save(paper)
    with database.transaction() as session:
        order = make_ordered(session, paper=paper.getvalue())
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT)
    data = build_invoice_file(database, invoice.number, at=AT)
    xml = attached(database, invoice)
    assert xml is not None
    name, read = get_facturx_xml_from_pdf(data)
    assert (name, read) == ("factur-x.xml", xml)
    with pikepdf.open(BytesIO(data)) as pdf:
        assert len(pdf.attachments) == 1
