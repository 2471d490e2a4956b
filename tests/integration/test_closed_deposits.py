"""The deposit of a wrong invoice when the corrected one takes its place."""

import pytest
from sqlalchemy import select

from checkout.corrections.replacements import replace_invoice
from checkout.deposits.deposits import get_deposit
from checkout.deposits.lists import count_deposits_to_do
from checkout.deposits.models import Deposit
from checkout.deposits.procedure import DepositState
from checkout.deposits.sending import changed, due
from checkout.invoices.corrections import correction_of
from checkout.invoices.invoices import get_invoice
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from shop.storage.paging import read_number
from tests.deposited import asked, deposit_now, invoiced_for_chorus
from tests.factories import AT, BOOKS
from tests.integration.test_replacements import corrected

pytestmark = pytest.mark.usefixtures("printed_once")

#: What the worker and the portal did before the correction, and where it left the deposit.
CLOSED = {
    DepositState.QUEUED: (),
    DepositState.HELD: ("hold_deposit",),
    DepositState.REFUSED: ("begin_deposit", "refuse_deposit"),
    DepositState.REJECTED: ("begin_deposit", "note_flow", "reject_flow"),
}
LEFT = {
    DepositState.SENT: ("begin_deposit", "note_flow"),
    DepositState.UNCLEAR: ("begin_deposit", "lose_answer", "doubt_deposit"),
}


def deposited(database: Database, steps: tuple[str, ...]) -> tuple[str, int]:
    """An invoice with its deposit after these steps: its number, and the deposit's id."""
    number = invoiced_for_chorus(database)
    deposit_id = asked(database, number)
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        for step in steps:
            assert changed(session, deposit, order, step, at=AT, again=AT)
    return number, deposit_id


def correct(database: Database, number: str) -> str:
    """The office issues the corrected invoice; its number."""
    with database.transaction() as session:
        invoice, order = get_invoice(session, number, by=BOOKS)
        said = corrected(correction_of(invoice, order))
        done = replace_invoice(session, invoice, order, said, "Service", by=BOOKS, at=AT)
        return done.invoice.number


@pytest.mark.parametrize("state", CLOSED)
def test_a_corrected_invoice_closes_the_deposit_of_the_wrong_one(
    database: Database, state: DepositState
):
    number, deposit_id = deposited(database, CLOSED[state])
    assert deposit_now(database, deposit_id).state is state
    new = correct(database, number)
    deposit = deposit_now(database, deposit_id)
    assert (deposit.state, deposit.next_at) == (DepositState.ABANDONED, None)
    with database.reading_session() as session:
        assert read_number(session, count_deposits_to_do()) == 0
        assert due(session, list(DepositState), at=AT) == []
        subject = JournalEntry.subject == f"deposit:{deposit_id}"
        last = session.scalars(
            select(JournalEntry).where(subject).order_by(JournalEntry.id.desc())
        ).first()
        assert last is not None
        assert (last.act, last.by_name, last.source) == ("close_deposit", BOOKS.name, state)
        assert last.facts == {"number": number, "replaced_by": new}
    asked(database, new)


@pytest.mark.parametrize("state", LEFT)
def test_what_the_portal_has_or_may_have_stays_open(database: Database, state: DepositState):
    number, _deposit_id = deposited(database, LEFT[state])
    correct(database, number)
    with database.reading_session() as session:
        assert [one.state for one in session.scalars(select(Deposit))] == [state]
