"""The channel of real invoices and credit notes: the shop's setting and what the body demands."""

from typing import Any

import pytest
from lxml import etree
from sqlalchemy.orm import Session

from checkout.invoices.models import Invoice
from checkout.orders.models import Order
from checkout.payments.billing import bill_order
from shop.core.actors import SALES_ADMIN
from shop.documents.attached import attached_xml
from shop.dossiers.dossiers import content_of
from shop.dossiers.papers import pdf_of
from shop.einvoicing.channel_rules import Channel, Demand
from shop.einvoicing.fault_rules import Mender, UnsoundInvoice
from shop.einvoicing.frozen import KEY
from shop.letterheads.models import Letterhead
from shop.organisations.models import Organisation
from shop.organisations.rules import EngagementRule
from shop.storage.db import Database
from tests.credited import credit
from tests.einvoices import figures_in, told
from tests.factories import AT, BOOKS, SELLER
from tests.listed import said
from tests.orders import amend, deliver_all, locked_order, make_ordered
from tests.people import staff
from tests.schematron import broken

pytestmark = pytest.mark.usefixtures("printed_once")


def ordered(session: Session, *, way: str = "reform", demand: Demand = Demand.UNKNOWN) -> Order:
    """A delivered order of a town that demands that, of a shop that sends invoices that way."""
    order = make_ordered(session)
    session.add(Letterhead(at=AT, content=SELLER | {"public_invoices": way}))
    session.get_one(Organisation, order.organisation_id).service_code_rule = demand
    deliver_all(session, order)
    return order


def billed(database: Database, **facts: Any) -> Invoice:
    with database.transaction() as session:
        return bill_order(session, ordered(session, **facts), by=BOOKS, at=AT)


def form_of(database: Database, paper_id: int) -> bytes:
    """The electronic form inside the PDF of a document."""
    xml = attached_xml(pdf_of(database, paper_id, at=AT).data)
    assert xml is not None
    return xml


@pytest.mark.parametrize(
    ("facts", "channel", "frame"),
    [
        ({}, Channel.REFORM, "B1"),
        ({"demand": Demand.REQUIRED}, Channel.EXTENDED, "B1"),
        ({"way": "chorus", "demand": Demand.REQUIRED}, Channel.CHORUS, "A1"),
    ],
)
def test_the_channel_is_frozen_with_the_invoice(
    database: Database, facts: dict[str, Any], channel: Channel, frame: str
):
    invoice = billed(database, **facts)
    with database.reading_session() as session:
        assert content_of(session, invoice.paper_id)[KEY]["channel"] == channel
    xml = form_of(database, invoice.paper_id)
    root = etree.fromstring(xml)
    path = "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"
    assert told(root, path) == frame
    assert broken(xml, channel) == []


def test_a_body_is_not_invoiced_without_what_it_demands(database: Database):
    """No number is taken: the buyer gives the reference, and the order is invoiced."""
    with database.transaction() as session:
        order = make_ordered(session, engagement="")
        deliver_all(session, order)
        body = session.get_one(Organisation, order.organisation_id)
        body.engagement_rule = EngagementRule.REQUIRED
    with pytest.raises(UnsoundInvoice) as refusal, database.transaction() as session:
        bill_order(session, locked_order(session, order.number), by=BOOKS, at=AT)
    assert (refusal.value.rule, refusal.value.mender) == ("BR-FR-CPRO-12", Mender.BUYER)
    amend(database, order.number, engagement="2026-9")
    with database.transaction() as session:
        invoice = bill_order(session, locked_order(session, order.number), by=BOOKS, at=AT)
    assert invoice.number == "FA-2026-000001"


@pytest.mark.parametrize("way", ["reform", "chorus"])
def test_credit_notes_of_a_body_carry_their_electronic_form(database: Database, way: str):
    """Two credit notes leave nothing: each has its own form, and they add up to the invoice."""
    invoice = billed(database, way=way)
    notes = [credit(database, invoice.number, units={1: 1}), credit(database, invoice.number)]
    forms = [form_of(database, note.paper_id) for note in notes]
    assert [broken(xml, Channel(way)) for xml in forms] == [[], []]
    for xml in forms:
        root = etree.fromstring(xml)
        assert told(root, "//rsm:ExchangedDocument/ram:TypeCode") == "381"
        path = "//ram:InvoiceReferencedDocument/ram:IssuerAssignedID"
        assert told(root, path) == invoice.number
    payable = sum(figures_in(xml).payable for xml in forms)
    assert payable == figures_in(form_of(database, invoice.paper_id)).payable


def test_the_office_notes_what_a_body_demands(app: Any, database: Database):
    with database.transaction() as session:
        town = ordered(session).organisation_id
    client = staff(app, database, SALES_ADMIN)
    page = said(client, f"/bureau/clients/{town}")
    assert "Code service sur les factures" in page
    form = {
        "engagement_rule": "unknown",
        "service_code_rule": "either",
        "payment_delay_days": "30",
        "account_manager": "",
    }
    assert client.post(f"/bureau/clients/{town}/conditions", data=form).status_code == 303
    with database.reading_session() as session:
        assert session.get_one(Organisation, town).service_code_rule is Demand.EITHER
