"""What recipients and platforms say of invoices, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from checkout.invoices.events import events_of
from checkout.invoices.invoices import get_invoice
from checkout.invoices.models import Invoice, InvoiceEvent
from checkout.invoices.procedure import InvoiceState
from checkout.invoices.rules import (
    DayInFuture,
    InterruptedBefore,
    StatusReasonMissing,
    StatusUnknown,
)
from checkout.invoices.sendings import forward_invoice_file
from checkout.invoices.statuses import correct_status, end_dispute, note_status
from shop.core.actors import THE_CLOCK, Actor
from shop.core.errors import IllegalTransition, NotAllowed
from shop.core.text import paris_day
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.credited import credit, invoiced, invoiced_by_card, pay
from tests.factories import AT, BOOKS, STORES
from tests.writers import Writer

pytestmark = pytest.mark.usefixtures("printed_once")
TODAY = paris_day(AT)
LATER = AT + timedelta(days=5)


def told(
    database: Database,
    number: str,
    code: str,
    reason: str = "",
    *,
    on: date = TODAY,
    by: Actor = BOOKS,
) -> InvoiceState:
    """Note a status of that invoice; the state that follows."""
    with database.transaction() as session:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        note_status(session, invoice, code, on=on, reason=reason, by=by, at=LATER)
        return invoice.state


def forwarded(database: Database) -> str:
    """An invoice of a public body that was sent on the day of its issue."""
    number = invoiced(database)
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        forward_invoice_file(session, invoice, order, TODAY, by=BOOKS, at=AT)
    return number


def invoice_of(database: Database, number: str) -> Invoice:
    with database.reading_session() as session:
        return session.scalars(select(Invoice).where(Invoice.number == number)).one()


def test_each_status_is_a_row_with_who_told_it_when_and_why(database: Database):
    number = forwarded(database)
    assert told(database, number, "DEPOSEE", by=THE_CLOCK) is InvoiceState.DEPOSITED
    assert told(database, number, "203", by=THE_CLOCK) is InvoiceState.AVAILABLE
    state = told(database, number, "207", "Un prix est faux", on=TODAY + timedelta(days=2))
    assert state is InvoiceState.DISPUTED
    with database.reading_session() as session:
        rows = events_of(session, invoice_of(database, number).id)
        acts = session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)).all()
    assert [(row.code, row.state, row.reason, row.by_name) for row in rows] == [
        ("DEPOSEE", InvoiceState.DEPOSITED, "", THE_CLOCK.name),
        ("203", InvoiceState.AVAILABLE, "", THE_CLOCK.name),
        ("207", InvoiceState.DISPUTED, "Un prix est faux", BOOKS.name),
    ]
    assert rows[2].told_on == TODAY + timedelta(days=2)
    assert acts[-3:] == ["deposit_invoice", "make_available", "dispute_invoice"]


def test_a_status_that_is_told_again_changes_nothing_and_a_late_one_is_kept(database: Database):
    number = forwarded(database)
    for _look in range(3):
        told(database, number, "204", by=THE_CLOCK)
    assert told(database, number, "DEPOSEE", by=THE_CLOCK) is InvoiceState.IN_CHARGE
    with database.reading_session() as session:
        rows = events_of(session, invoice_of(database, number).id)
    assert [row.code for row in rows] == ["204", "DEPOSEE"]


def test_a_suspension_interrupts_the_payment_period_and_its_end_counts_a_new_one(
    database: Database,
):
    number = forwarded(database)
    before = invoice_of(database, number).payable_by
    assert told(database, number, "SUSPENDUE", "Pièce manquante") is InvoiceState.SUSPENDED
    suspended = invoice_of(database, number)
    assert (suspended.interrupted_on, suspended.payable_by) == (TODAY, None)
    day = TODAY + timedelta(days=4)
    assert told(database, number, "209", on=day) is InvoiceState.COMPLETED
    completed = invoice_of(database, number)
    assert completed.resumed_on == day
    assert completed.payable_by and before
    assert completed.payable_by == max(before, day + timedelta(days=30))


def test_a_second_suspension_by_a_platform_is_a_status_alone_and_refused_to_a_person(
    database: Database,
):
    number = forwarded(database)
    told(database, number, "208", "Une fois")
    told(database, number, "209")
    payable = invoice_of(database, number).payable_by
    with pytest.raises(InterruptedBefore):
        told(database, number, "208", "Deux fois")
    assert told(database, number, "208", "Deux fois", by=THE_CLOCK) is InvoiceState.SUSPENDED
    assert invoice_of(database, number).payable_by == payable
    assert told(database, number, "205", by=THE_CLOCK) is InvoiceState.ACCEPTED


def test_what_cannot_be_said_is_refused(database: Database):
    number = forwarded(database)
    with pytest.raises(StatusUnknown):
        told(database, number, "999")
    with pytest.raises(StatusReasonMissing):
        told(database, number, "210", "  ")
    with pytest.raises(DayInFuture):
        told(database, number, "205", on=paris_day(LATER) + timedelta(days=1))
    with pytest.raises(NotAllowed):
        told(database, number, "205", by=STORES)
    told(database, number, "210", "Rien commandé")
    with pytest.raises(IllegalTransition):
        told(database, number, "205")


def test_a_dispute_ends_with_its_answer_and_a_mistake_is_taken_back(database: Database):
    number = forwarded(database)
    told(database, number, "207", "Prix")
    with database.transaction() as session:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        with pytest.raises(StatusReasonMissing):
            end_dispute(session, invoice, TODAY, " ", by=BOOKS, at=AT)
        end_dispute(session, invoice, TODAY, "Le prix du devis", by=BOOKS, at=AT)
        assert invoice.state is InvoiceState.IN_CHARGE
    told(database, number, "210", "Doublon")
    with database.transaction() as session:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        with pytest.raises(StatusReasonMissing):
            correct_status(session, invoice, "", by=BOOKS, at=AT)
        correct_status(session, invoice, "Autre facture", by=BOOKS, at=AT)
        assert invoice.state is InvoiceState.RECEIVED


def test_only_a_payment_collects_an_invoice(database: Database):
    number = forwarded(database)
    assert told(database, number, "212", by=THE_CLOCK) is InvoiceState.ISSUED
    assert told(database, number, "211", by=THE_CLOCK) is InvoiceState.PAYMENT_SENT
    pay(database, number, 100)
    assert invoice_of(database, number).state is InvoiceState.PAYMENT_SENT
    pay(database, number)
    assert invoice_of(database, number).state is InvoiceState.COLLECTED
    assert told(database, number, "204", by=THE_CLOCK) is InvoiceState.COLLECTED


def test_an_invoice_that_was_credited_before_it_was_paid_is_not_collected(database: Database):
    number = forwarded(database)
    credit(database, number)
    assert invoice_of(database, number).state is InvoiceState.ISSUED


def test_nobody_says_anything_of_an_invoice_paid_by_card(database: Database):
    number = invoiced_by_card(database)
    assert invoice_of(database, number).state is InvoiceState.ISSUED
    with database.reading_session() as session:
        assert session.scalars(select(InvoiceEvent).order_by(InvoiceEvent.id)).all() == []


def test_what_was_told_is_never_changed(database: Database):
    number = forwarded(database)
    told(database, number, "205")
    for statement in ("UPDATE invoice_events SET reason = 'x'", "DELETE FROM invoice_events"):
        with pytest.raises(DatabaseError), database.transaction() as session:
            session.execute(text(statement))


@pytest.mark.each_database
def test_two_who_hear_the_same_status_write_it_once(database: Database):
    """The invoice is locked: the second one finds what the first one wrote."""
    number = forwarded(database)

    def hear(session: Session) -> None:
        invoice, _order = get_invoice(session, number, by=BOOKS)
        note_status(session, invoice, "205", on=TODAY, by=THE_CLOCK, at=LATER)

    with database.transaction() as session:
        hear(session)
        second = Writer(database, hear)
        second.start_behind(session)
    second.finish()
    with database.reading_session() as session:
        assert len(session.scalars(select(InvoiceEvent)).all()) == 1
