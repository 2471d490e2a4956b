"""Batches: many invoices issued or sent by the worker, each once; what was left out, and why."""

from collections.abc import Sequence
from html import unescape

import pytest
from sqlalchemy import func, select

from checkout.batches.batches import request_batch, run_batches
from checkout.batches.lists import get_progress, items_of
from checkout.batches.models import BatchItem
from checkout.batches.rules import BatchAct, NothingChosen
from checkout.invoices.models import Invoice, InvoiceSending
from checkout.jobs import do_batches
from checkout.payments.billing import bill_order
from shop.core.actors import ACCOUNTING, ADMIN, Actor
from shop.core.errors import NotAllowed
from shop.core.money import Money
from shop.core.stored_facts import facts_in, stored_facts
from shop.core.text import paris_day
from shop.emails.messages import render_email
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.outbox import Email
from tests.factories import AT, BOOKS, STORES, make_buyer, make_person, make_shop
from tests.integration.test_electronic_invoices import replace_letterhead
from tests.orders import deliver_all, locked_order, make_order_from_original, make_quote
from tests.people import staff

pytestmark = pytest.mark.usefixtures("printed_once")


def delivered(database: Database, count: int = 2) -> list[str]:
    """The numbers of orders of a public body, delivered in whole."""
    numbers = []
    with database.transaction() as session:
        lines, buyer = make_shop(session), make_buyer(session)
        for each in range(count):
            quote = make_quote(session, buyer, lines[:1])
            order = make_order_from_original(session, quote, reference=f"BC-{each}")
            deliver_all(session, order)
            numbers.append(order.number)
    return numbers


def asked(database: Database, act: BatchAct, numbers: Sequence[str]) -> int:
    with database.transaction() as session:
        return request_batch(session, act, numbers, by=BOOKS, at=AT).id


def lines_of(database: Database, batch: int) -> dict[str, BatchItem]:
    with database.reading_session() as session:
        return {item.number: item for item in items_of(session, batch)}


def count(database: Database, row: type) -> int:
    with database.reading_session() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


def test_each_invoice_of_a_batch_is_issued_once_in_the_name_of_who_asked(database: Database):
    first, second = delivered(database)
    batch = asked(database, BatchAct.ISSUE, [first, second, first, "CO-2026-999999"])
    for _turn in range(2):
        run_batches(database, at=AT)
    assert [one.result for one in lines_of(database, batch).values()] == [
        "FA-2026-000001",
        "FA-2026-000002",
    ]
    with database.reading_session() as session:
        assert set(session.scalars(select(Invoice.by_name))) == {BOOKS.name}
        progress = get_progress(session, batch)
    assert (progress.lines, progress.done, progress.left_out) == (2, 2, 0)
    assert progress.is_over


def test_what_cannot_be_issued_is_left_out_with_its_reason_and_holds_up_no_other(
    database: Database,
):
    first, second = delivered(database)
    batch = asked(database, BatchAct.ISSUE, [first, second])
    with database.transaction() as session:
        bill_order(session, locked_order(session, first), by=BOOKS, at=AT)
    run_batches(database, at=AT)
    found = lines_of(database, batch)
    assert found[first].is_left_out and found[first].sentence
    assert found[second].result == "FA-2026-000002"


def test_a_worker_that_is_stopped_goes_on_later(database: Database):
    first, second = delivered(database)
    batch = asked(database, BatchAct.ISSUE, [first, second])
    turns = iter([False, True])
    run_batches(database, at=AT, stopping=lambda: next(turns))
    assert [one.is_done for one in lines_of(database, batch).values()] == [True, False]
    run_batches(database, at=AT)
    assert count(database, Invoice) == 2


def test_files_are_sent_once_and_the_second_batch_says_so(database: Database):
    (number,) = delivered(database, 1)
    with database.transaction() as session:
        invoice = bill_order(session, locked_order(session, number), by=BOOKS, at=AT).number
    batches = [asked(database, BatchAct.SEND, [invoice]) for _each in range(2)]
    run_batches(database, at=AT)
    assert count(database, InvoiceSending) == 1
    assert lines_of(database, batches[0])[invoice].result == invoice
    again = lines_of(database, batches[1])[invoice]
    assert again.is_left_out and "already" in again.sentence


def test_an_unsound_invoice_is_left_out_with_its_rule(database: Database):
    (number,) = delivered(database, 1)
    replace_letterhead(database, vat_number="")
    batch = asked(database, BatchAct.ISSUE, [number])
    run_batches(database, at=AT)
    assert "letterhead" in lines_of(database, batch)[number].sentence
    assert count(database, Invoice) == 0


def test_a_batch_needs_a_line_and_the_accounting_staff(database: Database):
    (number,) = delivered(database, 1)
    with database.transaction() as session:
        with pytest.raises(NothingChosen):
            request_batch(session, BatchAct.ISSUE, ["CO-2026-999999"], by=BOOKS, at=AT)
        with pytest.raises(NotAllowed):
            request_batch(session, BatchAct.ISSUE, [number], by=STORES, at=AT)


def test_the_facts_of_a_refusal_are_stored_and_read_again():
    facts = {"amount": Money(1250), "day": paris_day(AT), "line": 3}
    assert facts_in(stored_facts(facts)) == facts | {"line": "3"}


def test_the_office_starts_a_batch_and_a_colleague_reads_it(app, database: Database):
    first, second = delivered(database)
    books = staff(app, database, ACCOUNTING)
    assert "batch-issue" in books.get("/bureau/factures").text
    assert "cochez au moins une ligne" in unescape(books.get("/bureau/lots/nouveau?act=issue").text)
    url = "/bureau/lots/nouveau?act=issue&whole=1"
    page = books.get(url).text
    assert first in page and second in page
    started = books.post(url)
    assert started.status_code == 303
    with database.transaction() as session:
        bill_order(session, locked_order(session, first), by=BOOKS, at=AT)
    colleague = staff(app, database, ADMIN)
    assert "en cours" in unescape(colleague.get(started.location).text)
    do_batches(database)
    done = unescape(colleague.get(started.location).text)
    assert "FA-2026-000002" in done and "laissée" in done and "terminé" in done
    assert started.location in colleague.get("/bureau/lots").text
    assert books.get("/bureau/lots/999").status_code == 404
    assert books.get("/bureau/lots/nouveau?act=burn").status_code == 404


def test_the_end_of_a_batch_is_journalled_and_what_was_left_out_is_told_to_who_asked(
    database: Database,
):
    first, second = delivered(database)
    with database.transaction() as session:
        person = make_person(session, at=AT, email="lea@comptoir.example", staff_roles={ACCOUNTING})
        by = Actor(person.name, frozenset({ACCOUNTING}), user_id=person.id)
        bill_order(session, locked_order(session, first), by=BOOKS, at=AT)
        batch = request_batch(session, BatchAct.ISSUE, [first, second], by=by, at=AT).id
    for _turn in range(2):
        run_batches(database, at=AT)
    with database.reading_session() as session:
        told = select(JournalEntry).where(JournalEntry.subject == f"batch:{batch}")
        entries = session.scalars(told.order_by(JournalEntry.id)).all()
        assert [(one.act, one.by_name) for one in entries] == [
            ("request_batch", person.name),
            ("end_batch", person.name),
        ]
        assert entries[1].facts == {"wanted": "issue", "lines": 2, "left_out": 1}
        email = session.scalars(select(Email).where(Email.template == "batch_left_out")).one()
    assert email.to == "lea@comptoir.example"
    text = render_email(email.template, email.facts, language="fr", public_url="https://x")
    assert f"- {first}" in text.body and second not in text.body
    assert f"https://x/bureau/lots/{batch}" in text.body


def test_a_batch_of_which_nothing_is_left_out_sends_no_email(database: Database):
    asked(database, BatchAct.ISSUE, delivered(database))
    run_batches(database, at=AT)
    with database.reading_session() as session:
        assert not session.scalar(select(Email.id).where(Email.template == "batch_left_out"))
