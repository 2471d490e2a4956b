"""A wrong invoice is replaced in one act; stock, money and papers add up, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from checkout.corrections.replacements import Replaced, replace_invoice
from checkout.corrections.rules import (
    CorrectionReasonMissing,
    CreditedInPart,
    NothingCorrected,
    ReplacedMeanwhile,
)
from checkout.credits.models import CreditNote, CreditRefund
from checkout.credits.remainders import overpaid, remainder_of
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.corrections import Correction, correction_of
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.procedure import InvoiceState
from checkout.invoices.queue import count_unpaid, to_send
from checkout.invoices.sendings import forward_invoice_file
from checkout.ledger.criteria import Criteria
from checkout.ledger.documents import Asked, every_document
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.orders.procedure import OrderStage
from checkout.payments.billing import bill_order
from checkout.payments.models import Payment
from shop.catalogue.models import Stock, StockMovement
from shop.core.errors import NotAllowed
from shop.core.money import Money, total
from shop.core.text import paris_day
from shop.documents.layout import sentences
from shop.dossiers.dossiers import content_of
from shop.dossiers.models import Paper
from shop.einvoicing.facturx import compose
from shop.einvoicing.frozen import KEY
from shop.storage.db import Database
from shop.storage.outbox import Email
from shop.storage.paging import read_number
from tests.credited import credit, invoiced, invoiced_by_card, pay
from tests.factories import AT, BOOKS, STORES
from tests.integration.test_invoice_statuses import forwarded, told
from tests.orders import make_ordered
from tests.schematron import broken
from tests.writers import Writer

pytestmark = pytest.mark.usefixtures("printed_once")
TODAY = paris_day(AT)
REASON = "Mauvais service payeur"


def corrected(said: Correction) -> Correction:
    """Another paying service, its code and the commitment number."""
    assert said.parties.paying_service
    service = replace(said.parties.paying_service, name="DAF", service_code="DAF-75")
    return replace(
        said, parties=replace(said.parties, paying_service=service), engagement="EJ-2026-9"
    )


def correct(database: Database, number: str, *, reason: str = REASON) -> Replaced:
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        said = corrected_name(correction_of(invoice, order))
        return replace_invoice(session, invoice, order, said, reason, by=BOOKS, at=AT)


def corrected_name(said: Correction) -> Correction:
    """`corrected()`; of a private customer, who has no paying service, the name."""
    if said.parties.paying_service:
        return corrected(said)
    header = replace(said.parties.header, name="Léa Petit-Durand")
    return replace(said, parties=replace(said.parties, header=header))


def invoice_of(database: Database, number: str) -> Invoice:
    with database.reading_session() as session:
        return session.scalars(select(Invoice).where(Invoice.number == number)).one()


def shelf(database: Database) -> tuple[dict[int, tuple[int, int]], int]:
    """The stock of each product, and the number of its movements."""
    with database.reading_session() as session:
        rows = {
            row.product_id: (row.on_hand, row.reserved) for row in session.scalars(select(Stock))
        }
        return rows, session.scalar(select(func.count()).select_from(StockMovement)) or 0


def sent(database: Database) -> list[str]:
    with database.reading_session() as session:
        return list(session.scalars(select(Email.template).order_by(Email.id)))


def test_a_refused_invoice_is_reversed_in_the_books_and_replaced(database: Database):
    number = forwarded(database)
    told(database, number, "210", "Service inconnu")
    before, e_mails = shelf(database), sent(database)
    done = correct(database, number)
    wrong, new = invoice_of(database, number), invoice_of(database, done.invoice.number)
    assert (wrong.state, wrong.due, wrong.credited) == (
        InvoiceState.REVERSED,
        Money(),
        wrong.including,
    )
    assert (new.replaces_id, new.including, new.due) == (wrong.id, wrong.including, wrong.including)
    assert new.state is InvoiceState.ISSUED and not new.is_sent
    assert done.note.is_internal
    assert shelf(database) == before
    assert sent(database)[len(e_mails) :] == ["invoice_replaced"], "no credit note is delivered"
    with database.reading_session() as session:
        kinds = session.scalars(select(Paper.kind).order_by(Paper.id)).all()
        email = session.scalars(select(Email).where(Email.template == "invoice_replaced")).one()
        assert read_number(session, count_unpaid()) == 1
    assert kinds[-2:] == ["invoice", "reversal"]
    assert email.facts["never_booked"] is True


def test_an_accepted_invoice_gets_a_credit_note_that_is_delivered(database: Database):
    number = forwarded(database)
    told(database, number, "205")
    done = correct(database, number)
    assert invoice_of(database, number).state is InvoiceState.REPLACED
    assert not done.note.is_internal
    assert {"credit_note_issued", "invoice_replaced"} <= set(sent(database))


def test_the_new_invoice_bears_the_correction_and_the_preceding_invoice(database: Database):
    number = forwarded(database)
    told(database, number, "213", "Code service")
    done = correct(database, number)
    with database.reading_session() as session:
        old = content_of(session, invoice_of(database, number).paper_id)
        new = content_of(session, done.invoice.paper_id)
        paper = content_of(session, done.note.paper_id)
        order = session.scalars(select(Order)).one()
    assert new["origin"]["number"] == number
    assert (new["references"]["engagement"], new["references"]["service_code"]) == (
        "EJ-2026-9",
        "DAF-75",
    )
    assert new["paying_service"]["name"] == "DAF"
    assert (new["lines"], new["totals"]) == (old["lines"], old["totals"])
    assert new["references"]["delivery_notes"] == old["references"]["delivery_notes"]
    assert paper["references"]["service_code"] == old["references"]["service_code"]
    assert order.engagement != "EJ-2026-9", "the order keeps what was agreed"


def test_refused_replaced_paid_and_credited_everything_adds_up(database: Database):
    number = forwarded(database)
    told(database, number, "REJETEE", "Engagement faux")
    before = shelf(database)
    new = correct(database, number).invoice.number
    pay(database, new)
    assert invoice_of(database, new).state is InvoiceState.COLLECTED
    note = credit(database, new, units={1: 1})
    assert shelf(database) == before
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        invoices = session.scalars(select(Invoice).order_by(Invoice.id)).all()
        notes = session.scalars(select(CreditNote).order_by(CreditNote.id)).all()
        payments = session.scalars(select(Payment).order_by(Payment.id)).all()
        refund = session.scalars(select(CreditRefund)).one()
        paper = content_of(session, note.paper_id)
        assert (
            total([one.including for one in invoices]) - total([one.including for one in notes])
            == order.including - note.including
        )
        assert total([one.amount for one in payments]) == order.including
        assert overpaid(session, order) == refund.amount == note.including
        assert remainder_of(session, invoices[0]).is_empty
        assert order.stage is OrderStage.PAID
    assert paper["references"]["service_code"] == "DAF-75", "as its invoice"


@pytest.mark.parametrize("part", [100, None])
def test_what_was_paid_pays_the_new_invoice(database: Database, part: int | None):
    number = forwarded(database)
    pay(database, number, part)
    done = correct(database, number)
    wrong, new = invoice_of(database, number), invoice_of(database, done.invoice.number)
    assert (wrong.paid, wrong.due) == (Money(), Money())
    assert new.paid == (wrong.including if part is None else Money(part))
    with database.reading_session() as session:
        assert session.scalars(select(CreditRefund).order_by(CreditRefund.id)).all() == []
        for one in (wrong, new):
            rows = session.scalars(
                select(Payment).where(Payment.invoice_id == one.id).order_by(Payment.id)
            ).all()
            assert total([row.amount for row in rows]) == one.paid
        stage = session.scalars(select(Order.stage)).one()
    assert stage is (OrderStage.PAID if part is None else OrderStage.INVOICED)
    assert "payment_taken_off" not in sent(database)


def test_the_new_invoice_of_a_paid_order_is_sent_and_leaves_the_queue(database: Database):
    number = forwarded(database)
    pay(database, number)
    new = correct(database, number).invoice.number
    with database.transaction() as session:
        assert [row.number for row in to_send(session, TODAY)] == [new]
        invoice, order = get_invoice(session, new, by=BOOKS)
        assert order.stage is OrderStage.PAID
        forward_invoice_file(session, invoice, order, TODAY, by=BOOKS, at=AT)
    with database.reading_session() as session:
        assert list(to_send(session, TODAY)) == []


def test_the_electronic_form_names_the_invoice_that_it_replaces(database: Database):
    number = forwarded(database)
    told(database, number, "213", "Code service")
    done = correct(database, number)
    with database.reading_session() as session:
        content = content_of(session, done.invoice.paper_id)
        reversal = content_of(session, done.note.paper_id)
    xml = compose(content, sentences("fr"))
    assert xml is not None and broken(xml) == []
    assert number.encode() in xml
    assert KEY not in reversal, "nobody receives it, so nothing deposits it"


def test_a_card_order_keeps_its_payment(database: Database):
    number = invoiced_by_card(database)
    done = correct(database, number, reason="Nom mal orthographié")
    new = invoice_of(database, done.invoice.number)
    assert (new.paid, new.due, new.state) == (new.including, Money(), InvoiceState.ISSUED)
    with database.reading_session() as session:
        content = content_of(session, new.paper_id)
        assert session.scalars(select(CreditRefund).order_by(CreditRefund.id)).all() == []
    assert (content["customer"]["name"], content["paid"]) == ("Léa Petit-Durand", True)


def test_the_next_invoice_of_the_order_does_not_count_the_replaced_one(database: Database):
    with database.transaction() as session:
        order = make_ordered(session)
        first = {lines_of(session, order.id)[0].position: 1}
        issue_delivery_note(session, order, first, by=STORES, at=AT)
        number = bill_order(session, order, by=BOOKS, at=AT).number
    new = correct(database, number).invoice.number
    with database.transaction() as session:
        _invoice, order = get_invoice(session, new, by=BOOKS)
        left = {
            line.position: line.quantity - line.delivered
            for line in lines_of(session, order.id)
            if line.quantity - line.delivered
        }
        issue_delivery_note(session, order, left, by=STORES, at=AT)
        last = bill_order(session, order, by=BOOKS, at=AT)
        content = content_of(session, last.paper_id)
        assert [one["number"] for one in content["partial"]["earlier"]] == [new]
        assert last.including + invoice_of(database, new).including == order.including


def test_what_cannot_be_replaced_is_refused(database: Database):
    number = forwarded(database)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        said = correction_of(invoice, order)
        with pytest.raises(NothingCorrected):
            replace_invoice(session, invoice, order, said, REASON, by=BOOKS, at=AT)
        with pytest.raises(CorrectionReasonMissing):
            replace_invoice(session, invoice, order, corrected(said), " ", by=BOOKS, at=AT)
        with pytest.raises(NotAllowed):
            replace_invoice(session, invoice, order, corrected(said), REASON, by=STORES, at=AT)
    credit(database, number, units={1: 1})
    with pytest.raises(CreditedInPart):
        correct(database, number)


@pytest.mark.each_database
def test_of_two_who_replace_an_invoice_the_second_one_is_told(database: Database):
    number = invoiced(database)

    def again(session) -> None:
        invoice, order = get_invoice(session, number, by=BOOKS)
        said = corrected(correction_of(invoice, order))
        replace_invoice(session, invoice, order, said, REASON, by=BOOKS, at=AT)

    with database.transaction() as session:
        again(session)
        second = Writer(database, again)
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, ReplacedMeanwhile)
    with database.reading_session() as session:
        numbers = session.scalars(select(Invoice.number).order_by(Invoice.id)).all()
    assert numbers == ["FA-2026-000001", "FA-2026-000002"]


def test_the_accountants_of_the_body_export_what_they_book(database: Database):
    number = forwarded(database)
    told(database, number, "210", "Refus")
    new = correct(database, number).invoice.number
    with database.reading_session() as session:
        order = session.scalars(select(Order)).one()
        by = replace(
            BOOKS,
            roles=frozenset({"accountant", "reader"}),
            organisation_id=order.organisation_id,
        )
        lines = list(every_document(session, Asked(Criteria(), by, paris_day(AT))))
    assert [(line.number, line.engagement) for line in lines] == [(new, "EJ-2026-9")]
