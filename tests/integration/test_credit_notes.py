"""Credit notes: of what is left of an invoice, gapless, frozen, told, on both databases."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from checkout.credits.credit_notes import issue_credit_note
from checkout.credits.models import CreditNote, CreditNoteLine, CreditRefund
from checkout.credits.procedure import CreditRefundState
from checkout.credits.rules import (
    CreditedMeanwhile,
    CreditReasonMissing,
    CreditRequest,
    Goods,
    MoreThanShipped,
    MoreThanUnshipped,
    MoreUnitsThanLeft,
    NothingLeftToCredit,
)
from checkout.deliveries.deliveries import issue_delivery_note
from checkout.invoices.invoice_files import send_invoice_file
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice
from checkout.invoices.overdue import is_overdue
from checkout.invoices.queue import count_to_do, count_unpaid
from checkout.invoices.sendings import forward_invoice_file
from checkout.orders.models import Order
from checkout.orders.orders import lines_of
from checkout.orders.procedure import OrderStage
from checkout.payments.billing import bill_order, write_bill
from checkout.payments.rules import MoreThanDue
from shop.catalogue.models import Stock, StockMovement
from shop.core import series
from shop.core.errors import IllegalTransition, NotAllowed
from shop.core.money import Money
from shop.core.text import paris_day
from shop.dossiers.dossiers import content_of
from shop.dossiers.papers import pdf_of
from shop.emails.messages import render_email
from shop.letterheads.letterheads import current_letterhead
from shop.settings import numbering
from shop.storage.db import Database, Immutable
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from shop.storage.paging import read_number
from tests.credited import credit, invoiced, invoiced_by_card, pay
from tests.factories import AT, BOOKS, OFFICE, STORES, make_shop
from tests.orders import deliver_all, locked_order, make_card_order, scan
from tests.writers import Writer

pytestmark = pytest.mark.usefixtures("printed_once")


def invoice_of(database: Database, number: str) -> Invoice:
    with database.reading_session() as session:
        return session.scalars(select(Invoice).where(Invoice.number == number)).one()


def order_of(database: Database) -> Order:
    with database.reading_session() as session:
        return session.scalars(select(Order)).one()


def on_hand(database: Database) -> dict[int, int]:
    with database.reading_session() as session:
        return {row.product_id: row.on_hand for row in session.scalars(select(Stock))}


def test_a_credit_note_of_everything_brings_each_rate_to_zero(database: Database):
    number = invoiced(database)
    note = credit(database, number)
    invoice = invoice_of(database, number)
    assert (note.number, note.including) == ("AV-2026-000001", invoice.including)
    assert (invoice.credited, invoice.due, invoice.net) == (invoice.including, Money(), Money())
    with database.reading_session() as session:
        paper, origin = content_of(session, note.paper_id), content_of(session, invoice.paper_id)
        lines = session.scalars(select(CreditNoteLine).order_by(CreditNoteLine.position)).all()
    assert paper["totals"] == origin["totals"]
    assert [line["total"] for line in paper["lines"]] == [one["total"] for one in origin["lines"]]
    assert len(lines) == len(origin["lines"])
    with pytest.raises(NothingLeftToCredit):
        credit(database, number)


def test_its_paper_names_the_invoice_its_day_and_the_reason(database: Database):
    number = invoiced(database)
    note = credit(database, number, units={1: 1}, reason="Matériel rayé à la livraison")
    with database.reading_session() as session:
        paper = content_of(session, note.paper_id)
    assert paper["origin"] == {"number": number, "issued_on": "2026-11-18"}
    assert paper["reason"] == "Matériel rayé à la livraison"
    assert paper["references"]["invoice"] == number
    assert paper["seller"]["bank"] is None
    printed = PdfReader(BytesIO(pdf_of(database, note.paper_id, at=AT).data)).pages[0]
    words = " ".join(printed.extract_text().split())
    assert "AVOIR" in words and number in words and "Matériel rayé" in words
    assert "IBAN" not in words and "À payer" not in words


def test_credits_in_parts_take_the_rest_in_the_end(database: Database):
    number = invoiced(database)
    first = credit(database, number, amounts={1: Money(1_000)})
    second = credit(database, number, units={1: 1})
    last = credit(database, number)
    invoice = invoice_of(database, number)
    assert first.including + second.including + last.including == invoice.including
    assert first.excluding + second.excluding + last.excluding == invoice.excluding
    assert first.vat_total + second.vat_total + last.vat_total == invoice.vat_total
    assert [one.number[-1] for one in (first, second, last)] == ["1", "2", "3"]


def test_more_than_is_left_is_refused_and_takes_no_number(database: Database):
    number = invoiced(database)
    with pytest.raises(MoreUnitsThanLeft):
        credit(database, number, units={1: 999})
    with pytest.raises(CreditReasonMissing):
        credit(database, number, reason=" ")
    assert credit(database, number, units={1: 1}).number == "AV-2026-000001"


@pytest.mark.each_database
def test_of_two_credit_notes_at_once_the_second_finds_nothing_left(database: Database):
    number = invoiced(database)

    def issue(session) -> None:
        invoice, order = get_invoice(session, number, by=BOOKS)
        asked = CreditRequest("Retour", whole=True)
        issue_credit_note(session, invoice, order, asked, by=BOOKS, at=AT)

    with database.transaction() as session:
        issue(session)
        second = Writer(database, issue)
        second.start_behind(session)
    second.finish()
    assert isinstance(second.refusal, NothingLeftToCredit)
    invoice = invoice_of(database, number)
    assert invoice.credited == invoice.including


def test_what_was_read_before_another_credit_note_is_read_again(database: Database):
    number = invoiced(database)
    whole = invoice_of(database, number).including
    credit(database, number, units={1: 1})
    with pytest.raises(CreditedMeanwhile):
        credit(database, number, expected=whole)


@pytest.mark.parametrize("by", [OFFICE, STORES])
def test_the_accounting_office_issues_credit_notes(database: Database, by):
    with pytest.raises(NotAllowed):
        credit(database, invoiced(database), by=by)


def test_an_invoice_that_is_credited_is_neither_due_nor_overdue(database: Database):
    number = invoiced(database)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        forward_invoice_file(session, invoice, order, paris_day(AT), by=BOOKS, at=AT)
    late = paris_day(AT) + timedelta(days=90)
    with database.reading_session() as session:
        assert session.scalar(select(Invoice.number).where(is_overdue(late))) == number
        assert read_number(session, count_unpaid()) == 1
    credit(database, number)
    with database.reading_session() as session:
        assert session.scalar(select(Invoice.number).where(is_overdue(late))) is None
        assert read_number(session, count_unpaid()) == 0
    assert order_of(database).stage is OrderStage.PAID


def test_an_invoice_credited_before_it_was_sent_is_not_sent(database: Database):
    number = invoiced(database)
    with database.reading_session() as session:
        assert read_number(session, count_to_do(paris_day(AT))) == 1
    credit(database, number)
    with database.reading_session() as session:
        assert read_number(session, count_to_do(paris_day(AT))) == 0


def test_no_transfer_is_received_for_what_was_credited(database: Database):
    number = invoiced(database)
    note = credit(database, number, units={1: 1})
    left = invoice_of(database, number).due
    with pytest.raises(MoreThanDue) as refusal:
        pay(database, number, left.cents + 1)
    assert refusal.value.facts["due"] == left
    pay(database, number, left.cents)
    invoice = invoice_of(database, number)
    assert (invoice.due, invoice.paid + note.including) == (Money(), invoice.including)
    assert order_of(database).stage is OrderStage.PAID
    with pytest.raises(IllegalTransition):
        pay(database, number, 1)


def test_the_rest_credited_after_a_payment_settles_the_order(database: Database):
    number = invoiced(database)
    pay(database, number, 10_000)
    assert order_of(database).stage is OrderStage.INVOICED
    due = invoice_of(database, number).due
    with database.reading_session() as session:
        lines = lines_of(session, order_of(database).id)
    rest = min(due.cents // 2, lines[0].amount.cents)
    credit(database, number, amounts={1: Money(rest)})
    assert order_of(database).stage is OrderStage.INVOICED
    credit(database, number)
    assert order_of(database).stage is OrderStage.PAID
    with database.reading_session() as session:
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
        refund = session.scalars(select(CreditRefund)).one()
    assert acts[-2:] == ["open_credit_refund", "settle_order"]
    assert refund.amount == Money(10_000)


def test_what_a_body_paid_is_to_be_refunded(database: Database):
    number = invoiced(database)
    pay(database, number, invoice_of(database, number).including.cents)
    first = credit(database, number, units={1: 1})
    second = credit(database, number)
    with database.reading_session() as session:
        refunds = session.scalars(select(CreditRefund).order_by(CreditRefund.id)).all()
        paper = content_of(session, second.paper_id)
    assert [one.amount for one in refunds] == [first.including, second.including]
    assert {one.state for one in refunds} == {CreditRefundState.DUE}
    assert paper["effect"] == {
        "left": 0,
        "refund": second.including.cents,
        "means": "transfer",
    }


def test_an_invoice_that_is_not_paid_gives_nothing_back(database: Database):
    note = credit(database, invoiced(database))
    with database.reading_session() as session:
        assert session.scalars(select(CreditRefund).order_by(CreditRefund.id)).all() == []
        assert content_of(session, note.paper_id)["effect"]["refund"] == 0


def test_what_the_bank_took_back_is_not_refunded_again(database: Database):
    number = invoiced_by_card(database)
    note = credit(database, number)
    assert note.including == invoice_of(database, number).including
    with database.reading_session() as session:
        assert session.scalars(select(CreditRefund.amount)).one() == note.including
        assert content_of(session, note.paper_id)["effect"]["means"] == "card"


def test_returned_goods_are_back_in_stock_with_their_document(database: Database):
    number = invoiced(database)
    before = on_hand(database)
    note = credit(database, number, units={1: 1}, goods=Goods.RETURNED)
    with database.reading_session() as session:
        moved = session.scalars(select(StockMovement).where(StockMovement.kind == "returned")).one()
    assert (moved.quantity, moved.reference) == (1, note.number)
    after = on_hand(database)
    assert after[moved.product_id] == before[moved.product_id] + 1
    assert sum(after.values()) == sum(before.values()) + 1


def test_goods_that_stay_with_the_customer_move_nothing(database: Database):
    number = invoiced(database)
    before = on_hand(database)
    credit(database, number, goods=Goods.KEPT)
    assert on_hand(database) == before


def test_units_that_were_never_shipped_are_cancelled_and_on_sale_again(database: Database):
    """A card order of an earlier version: invoiced in whole, of which a part was shipped."""
    with database.transaction() as session:
        order = make_card_order(session, make_shop(session))
        lines, letterhead = lines_of(session, order.id), current_letterhead(session)
        number = numbering.take_number(session, series.INVOICE, at=AT)
        invoice = write_bill(session, order, lines, number, letterhead, at=AT)[0].invoice
        left = {line.position: line.quantity for line in lines if line.product_id is not None}
        position = max(left, key=lambda one: left[one])
        number, units = invoice.number, left[position]
        issue_delivery_note(session, order, {position: 1}, by=STORES, at=AT)
    assert units > 1
    with pytest.raises(MoreThanShipped):
        credit(database, number, units={position: 2}, goods=Goods.RETURNED)
    with pytest.raises(MoreThanUnshipped):
        credit(database, number, units={position: units}, goods=Goods.UNSHIPPED)
    credit(database, number, units={position: units - 1}, goods=Goods.UNSHIPPED)
    with database.reading_session() as session:
        line = next(one for one in lines_of(session, order.id) if one.position == position)
    assert (line.delivered, line.cancelled) == (1, units - 1)
    credit(database, number, units={position: 1}, goods=Goods.RETURNED)


def test_no_more_goods_come_back_than_were_shipped(database: Database):
    with database.transaction() as session:
        number = make_card_order(session, make_shop(session)).number
    with database.transaction() as session:
        order = locked_order(session, number)
        deliver_all(session, order)
        invoice = bill_order(session, order, by=BOOKS, at=AT).number
        quantity = lines_of(session, order.id)[0].quantity
    with pytest.raises(MoreThanUnshipped):
        credit(database, invoice, units={1: 1}, goods=Goods.UNSHIPPED)
    credit(database, invoice, units={1: quantity}, goods=Goods.RETURNED)
    with pytest.raises(MoreUnitsThanLeft):
        credit(database, invoice, units={1: 1}, goods=Goods.RETURNED)


def test_a_credit_note_is_told_to_the_customer_and_to_the_paying_service(database: Database):
    number = invoiced(database)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        to = "factures@ville.example"
        send_invoice_file(session, invoice, order, scan(), to=to, by=BOOKS, at=AT)
    note = credit(database, number, units={1: 1})
    with database.reading_session() as session:
        mails = session.scalars(
            select(Email).where(Email.template.like("credit_note%")).order_by(Email.id)
        ).all()
    assert [mail.template for mail in mails] == [
        "credit_note_issued",
        "credit_note_sent_to_service",
    ]
    assert mails[1].to == "factures@ville.example"
    served = render_email(mails[1].template, mails[1].facts, language="fr", public_url="")
    assert "2026-004417" in served.body and "BC-26-0871" in served.body
    for mail in mails:
        for language in ("fr", "en"):
            made = render_email(
                mail.template, mail.facts, language=language, public_url="http://s.example"
            )
            assert note.number in made.subject
            assert number in made.body and "Erreur de prix" in made.body


def test_the_journal_says_what_was_credited(database: Database):
    number = invoiced(database)
    note = credit(database, number)
    with database.reading_session() as session:
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.act == "issue_credit_note")
        ).one()
    assert entry.facts["number"] == note.number
    assert entry.facts["invoice"] == number
    assert entry.facts["amount"] == note.including.cents


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credit_notes SET reason = 'x'",
        "DELETE FROM credit_notes",
        "UPDATE credit_note_lines SET amount = 0",
        "DELETE FROM credit_note_lines",
        "UPDATE credit_refunds SET amount = 1",
        "DELETE FROM credit_refunds",
        "UPDATE invoices SET credited = including + 1",
    ],
)
def test_the_database_refuses_to_change_a_credit_note(database: Database, statement: str):
    number = invoiced_by_card(database)
    credit(database, number, units={1: 1})
    with pytest.raises(DatabaseError), database.write_engine.begin() as connection:
        connection.execute(text(statement))


def test_a_row_of_a_credit_note_is_never_changed(database: Database):
    note = credit(database, invoiced(database))
    with pytest.raises(Immutable), database.transaction() as session:
        session.get_one(CreditNote, note.id).reason = "x"
