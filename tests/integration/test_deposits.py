"""Deposits on Chorus Pro: sent once, followed, refused with their reason, looked up when an answer
is lost; against the local portal, over HTTP.
"""

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from checkout.deposits.deposits import (
    MadeByHand,
    abandon_deposit,
    confirm_flow,
    get_deposit,
    note_status,
    record_deposit,
    request_deposit,
    send_again,
)
from checkout.deposits.models import Deposit
from checkout.deposits.piste import Account, PisteClient
from checkout.deposits.portal import PortalRefused, PortalUnavailable
from checkout.deposits.procedure import DepositState
from checkout.deposits.rules import (
    DepositedBefore,
    DepositInFuture,
    DepositTooEarly,
    FlowMissing,
    NotForChorus,
    StatusUnknown,
)
from checkout.deposits.sandbox.server import Sandbox, running
from checkout.deposits.sending import send_deposits
from checkout.deposits.telling import NotedStatus
from checkout.invoices.invoices import invoice_with_order
from checkout.invoices.procedure import InvoiceState
from shop.core.actors import THE_CLOCK
from shop.core.errors import IllegalTransition, NotAllowed
from shop.core.text import paris_day
from shop.documents import attached
from shop.einvoicing.fault_rules import UnsoundInvoice
from shop.einvoicing.findings import fault_in
from shop.organisations.models import Organisation
from shop.organisations.rules import EngagementRule
from shop.storage.db import Database
from shop.storage.journal import JournalEntry
from tests.credited import credit, invoiced
from tests.deposited import ACCOUNT, asked, client_of, deposit_now, invoiced_for_chorus, work
from tests.factories import AT, BOOKS, STORES

pytestmark = pytest.mark.usefixtures("printed_once")


@pytest.fixture
def portal() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


def acts(database: Database, deposit_id: int) -> list[str]:
    with database.reading_session() as session:
        entries = select(JournalEntry.act).where(JournalEntry.subject == f"deposit:{deposit_id}")
        return list(session.scalars(entries.order_by(JournalEntry.id)))


def test_an_invoice_is_deposited_once_and_followed(database: Database, portal: Sandbox):
    portal.state.waits = 2
    number, client = invoiced_for_chorus(database), client_of(portal.base_url)
    deposit_id = asked(database, number)
    work(database, client)
    deposit = deposit_now(database, deposit_id)
    assert (deposit.state, deposit.flow) == (DepositState.SENT, "CPP0000000000000000001")
    work(database, client, hours=1, turns=12)
    deposit = deposit_now(database, deposit_id)
    assert deposit.state is DepositState.INTEGRATED
    assert (deposit.portal_id, deposit.status) == ("8000001", "MISE_A_DISPOSITION")
    assert len(portal.state.flows) == 1
    assert acts(database, deposit_id) == [
        *("request_deposit", "begin_deposit", "note_flow", "integrate_flow"),
        *("note_status", "note_status"),
    ]
    with database.reading_session() as session:
        invoice, _order = invoice_with_order(session, number)
        assert invoice.is_sent
        assert invoice.received_on is not None
        assert invoice.payable_by == invoice.received_on + timedelta(days=30)
        assert invoice.state is InvoiceState.AVAILABLE


def test_a_credit_note_is_deposited_too(database: Database, portal: Sandbox):
    number, client = invoiced_for_chorus(database), client_of(portal.base_url)
    note = credit(database, number)
    deposit_id = asked(database, note.number)
    work(database, client, turns=2)
    assert deposit_now(database, deposit_id).state is DepositState.INTEGRATED
    assert portal.state.find(note.number) is not None


@pytest.mark.parametrize("again", [1, 2, 3])
def test_an_answer_that_is_lost_is_looked_up_and_not_sent_again(
    database: Database, portal: Sandbox, again: int
):
    """The portal has it: however often the worker runs, there is one flow."""
    portal.state.faults.lose_after = 1
    number, client = invoiced_for_chorus(database), client_of(portal.base_url)
    deposit_id = asked(database, number)
    work(database, client, turns=again)
    assert deposit_now(database, deposit_id).state is DepositState.LOST
    portal.state.integrate(next(iter(portal.state.flows.values())))
    work(database, client, hours=again + 1, turns=8)
    assert deposit_now(database, deposit_id).state is DepositState.INTEGRATED
    assert len(portal.state.flows) == 1


def test_a_deposit_that_never_arrived_is_sent_again_once(database: Database, portal: Sandbox):
    portal.state.faults.lose_before = 1
    number, client = invoiced_for_chorus(database), client_of(portal.base_url)
    deposit_id = asked(database, number)
    work(database, client, turns=30)
    deposit = deposit_now(database, deposit_id)
    assert (deposit.state, deposit.resent) == (DepositState.INTEGRATED, True)
    assert len(portal.state.flows) == 1
    assert "resend" in acts(database, deposit_id)


def test_what_cannot_be_told_waits_for_a_person(database: Database, portal: Sandbox):
    """Lost twice: it is not sent a third time. A person finds its flow on the portal."""
    portal.state.faults.lose_before = 2
    number, client = invoiced_for_chorus(database), client_of(portal.base_url)
    deposit_id = asked(database, number)
    work(database, client, turns=60)
    assert deposit_now(database, deposit_id).state is DepositState.UNCLEAR
    calls = len(portal.state.calls)
    work(database, client, hours=100, turns=5)
    assert len(portal.state.calls) == calls
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        send_again(session, deposit, order, by=BOOKS, at=AT)
    work(database, client, hours=200, turns=3)
    assert deposit_now(database, deposit_id).state is DepositState.INTEGRATED


def test_a_person_confirms_the_flow_of_a_lost_deposit(database: Database, portal: Sandbox):
    portal.state.faults.lose_before = 2
    number, client = invoiced_for_chorus(database), client_of(portal.base_url)
    deposit_id = asked(database, number)
    work(database, client, turns=60)
    flow = portal.state.add(f"{number}.pdf", number, [])
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        with pytest.raises(FlowMissing):
            confirm_flow(session, deposit, order, "?", by=BOOKS, at=AT)
        confirm_flow(session, deposit, order, f" {flow.flow} ", by=BOOKS, at=AT)
    work(database, client, hours=100, turns=3)
    assert deposit_now(database, deposit_id).state is DepositState.INTEGRATED


def test_a_slow_first_flow_and_a_second_one_are_one_deposit(database: Database, portal: Sandbox):
    """The portal took the first one after all: it refuses the second as a duplicate, and the shop
    takes the first one for its own.
    """
    portal.state.faults.lose_after = 1
    number, client = invoiced_for_chorus(database), client_of(portal.base_url)
    deposit_id = asked(database, number)
    work(database, client, turns=14)
    assert len(portal.state.flows) == 2
    first = portal.state.flows["CPP0000000000000000001"]
    portal.state.integrate(first)
    work(database, client, hours=30, turns=14)
    deposit = deposit_now(database, deposit_id)
    assert (deposit.state, deposit.flow) == (DepositState.INTEGRATED, first.flow)


def test_a_process_that_ends_while_it_sends_has_lost_the_answer(
    database: Database, portal: Sandbox
):
    class Ended(BaseException):
        """The process is killed."""

    class Killed(PisteClient):
        def deposit(self, filename: str, data: bytes) -> str:
            super().deposit(filename, data)
            raise Ended

    number = invoiced_for_chorus(database)
    deposit_id = asked(database, number)
    url = portal.base_url
    with pytest.raises(Ended):
        killed = Killed(ACCOUNT, oauth_url=url, api_url=url, now=lambda: AT)
        send_deposits(database, killed, at=AT)
    assert deposit_now(database, deposit_id).state is DepositState.SENDING
    portal.state.integrate(next(iter(portal.state.flows.values())))
    work(database, client_of(url), hours=1, turns=6)
    assert deposit_now(database, deposit_id).state is DepositState.INTEGRATED
    assert len(portal.state.flows) == 1


def test_a_busy_portal_is_asked_again_later(database: Database, portal: Sandbox):
    portal.state.faults.busy = 3
    number, client = invoiced_for_chorus(database), client_of(portal.base_url)
    deposit_id = asked(database, number)
    work(database, client)
    deposit = deposit_now(database, deposit_id)
    assert (deposit.state, deposit.tries) == (DepositState.QUEUED, 2)
    assert deposit.next_at == AT + timedelta(minutes=4)
    work(database, client, hours=1, turns=8)
    assert deposit_now(database, deposit_id).state is DepositState.INTEGRATED
    assert len(portal.state.flows) == 1


def test_a_portal_that_is_not_there_has_nothing(database: Database):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = client_of(f"http://127.0.0.1:{unused.getsockname()[1]}")
        deposit_id = asked(database, invoiced_for_chorus(database))
        work(database, client)
    assert deposit_now(database, deposit_id).state is DepositState.QUEUED


def test_wrong_credentials_refuse_nothing(database: Database, portal: Sandbox):
    """They are mended in the environment: the deposit waits."""
    url = portal.base_url
    for account in (Account("x", "y", "z", "w"), Account("sandbox", "sandbox", "z", "w")):
        client = PisteClient(account, oauth_url=url, api_url=url, now=lambda: AT)
        with pytest.raises(PortalUnavailable):
            client.deposit("FA-2026-000001.pdf", b"%PDF-")


def test_a_token_is_renewed_before_it_ends(portal: Sandbox):
    moments = iter([AT, AT, AT, AT + timedelta(minutes=55), AT + timedelta(minutes=57)])
    url = portal.base_url
    client = PisteClient(ACCOUNT, oauth_url=url, api_url=url, now=lambda: next(moments, AT))
    client.find("FA-1")
    client.find("FA-1")
    assert len(portal.state.tokens) == 1
    portal.state.tokens.clear()
    client.find("FA-1")
    assert len(portal.state.tokens) == 1


def test_unknown_fields_are_refused(portal: Sandbox):
    client = client_of(portal.base_url)
    with pytest.raises(PortalRefused, match="numeroFlux n'est pas attendu"):
        client._post("transverses/v1/consulterCRDetaille", {"numeroFlux": "CPP1"})
    with pytest.raises(PortalRefused, match="Flux introuvable"):
        client.report("CPP1")


def test_a_rejected_flow_says_why_and_who_can_cure_it(database: Database, portal: Sandbox):
    portal.state.directory.unknown_codes = {"CULT-02"}
    number, client = invoiced_for_chorus(database), client_of(portal.base_url)
    deposit_id = asked(database, number)
    work(database, client, turns=2)
    deposit = deposit_now(database, deposit_id)
    assert deposit.state is DepositState.REJECTED
    assert "Le code service de la structure publique destinataire est inconnu" in deposit.reason
    assert deposit.mender == "buyer"
    with database.reading_session() as session:
        invoice, _order = invoice_with_order(session, number)
        assert invoice.state is InvoiceState.REJECTED
    portal.state.directory.unknown_codes = set()
    work(database, client, hours=50, turns=2)
    again = asked(database, number)
    work(database, client, hours=60, turns=2)
    assert deposit_now(database, again).state is DepositState.INTEGRATED
    assert deposit_now(database, again).attempt == 2
    with database.reading_session() as session:
        invoice, _order = invoice_with_order(session, number)
        assert invoice.state is InvoiceState.DEPOSITED


def test_what_a_rule_forbids_never_reaches_the_portal(database: Database, portal: Sandbox):
    """The body demands a commitment number since: the deposit is stopped, with the rule's name."""
    deposit_id = asked(database, invoiced_for_chorus(database, engagement=""))
    with database.transaction() as session:
        session.scalars(select(Organisation)).one().engagement_rule = EngagementRule.REQUIRED
    work(database, client_of(portal.base_url))
    deposit = deposit_now(database, deposit_id)
    fault = fault_in(deposit.reason)
    assert (deposit.state, deposit.mender) == (DepositState.HELD, "buyer")
    assert fault is not None and fault.rule == "BR-FR-CPRO-12"
    assert portal.state.calls == []


def test_a_document_is_checked_when_its_deposit_is_asked_for(
    database: Database, portal: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    from checkout.deposits import documents

    number = invoiced_for_chorus(database)
    monkeypatch.setattr(documents, "filename_of", lambda number: "x" * 60 + ".pdf")
    with pytest.raises(UnsoundInvoice) as refusal:
        asked(database, number)
    assert refusal.value.rule == "BR-FR-CPRO-41"
    monkeypatch.undo()
    deposit_id = asked(database, number)
    monkeypatch.setattr(documents, "filename_of", lambda number: "x" * 60 + ".pdf")
    work(database, client_of(portal.base_url))
    deposit = deposit_now(database, deposit_id)
    assert deposit.state is DepositState.HELD
    fault = fault_in(deposit.reason)
    assert fault is not None and fault.rule == "BR-FR-CPRO-41"
    assert portal.state.flows == {}


def test_a_form_that_says_otherwise_than_its_invoice_never_reaches_the_portal(
    database: Database, portal: Sandbox, monkeypatch: pytest.MonkeyPatch
):
    """The file is read again before it leaves, whatever changed it meanwhile."""
    number = invoiced_for_chorus(database)
    deposit_id, read = asked(database, number), attached.attached_xml

    def altered(data: bytes) -> bytes | None:
        form = read(data)
        assert form is not None and number.encode() in form
        return form.replace(number.encode(), b"FA-2026-999999", 1)

    monkeypatch.setattr(attached, "attached_xml", altered)
    work(database, client_of(portal.base_url))
    deposit = deposit_now(database, deposit_id)
    fault = fault_in(deposit.reason)
    assert (deposit.state, deposit.mender) == (DepositState.HELD, "office")
    assert fault is not None and fault.rule == "CO-FORM"
    assert portal.state.flows == {}


def test_a_document_has_one_deposit_at_a_time(database: Database, portal: Sandbox):
    number = invoiced_for_chorus(database)
    deposit_id = asked(database, number)
    with pytest.raises(DepositedBefore):
        asked(database, number)
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        abandon_deposit(session, deposit, order, "Erreur", by=BOOKS, at=AT)
    assert asked(database, number) != deposit_id


def test_an_invoice_of_the_reform_is_not_deposited(database: Database):
    with pytest.raises(NotForChorus):
        asked(database, invoiced(database))


def test_the_warehouse_deposits_nothing(database: Database):
    number = invoiced_for_chorus(database)
    with pytest.raises(NotAllowed), database.transaction() as session:
        request_deposit(session, number, by=STORES, at=AT)


def test_a_deposit_made_on_the_portal_is_noted_by_hand(database: Database):
    number = invoiced_for_chorus(database)
    day = paris_day(AT)
    wrong = (
        (MadeByHand("?", day), FlowMissing),
        (MadeByHand("CPP0001", day + timedelta(days=1)), DepositInFuture),
        (MadeByHand("CPP0001", day - timedelta(days=1)), DepositTooEarly),
    )
    for made, refusal in wrong:
        with pytest.raises(refusal), database.transaction() as session:
            record_deposit(session, number, made, by=BOOKS, at=AT)
    with database.transaction() as session:
        made = MadeByHand("CPP0001 2345", day)
        deposit_id = record_deposit(session, number, made, by=BOOKS, at=AT).id
    deposit = deposit_now(database, deposit_id)
    assert (deposit.state, deposit.flow, deposit.by_hand) == (
        DepositState.SENT,
        "CPP00012345",
        True,
    )
    later = AT + timedelta(days=2)
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        with pytest.raises(StatusUnknown):
            noted = NotedStatus("PERDUE", paris_day(later))
            note_status(session, deposit, order, noted, by=BOOKS, at=later)
        noted = NotedStatus("MISE_A_DISPOSITION", paris_day(later))
        note_status(session, deposit, order, noted, by=BOOKS, at=later)
        noted = NotedStatus("A_RECYCLER", paris_day(later), "Autre service")
        note_status(session, deposit, order, noted, by=BOOKS, at=later)
    deposit = deposit_now(database, deposit_id)
    assert (deposit.state, deposit.status) == (DepositState.INTEGRATED, "A_RECYCLER")
    assert (deposit.reason, deposit.mender) == ("Autre service", "buyer")
    with database.reading_session() as session:
        invoice, _order = invoice_with_order(session, number)
        assert invoice.received_on == paris_day(later)
        assert invoice.is_sent


def test_the_worker_leaves_deposits_by_hand_alone(database: Database, portal: Sandbox):
    number = invoiced_for_chorus(database)
    with database.transaction() as session:
        made = MadeByHand("CPP00012345", paris_day(AT))
        record_deposit(session, number, made, by=BOOKS, at=AT)
    work(database, client_of(portal.base_url), hours=1, turns=3)
    assert portal.state.calls == []


def test_a_deposit_is_neither_deleted_nor_given_to_another_document(database: Database):
    from sqlalchemy import text
    from sqlalchemy.exc import DatabaseError

    asked(database, invoiced_for_chorus(database))
    for statement in ("DELETE FROM deposits", "UPDATE deposits SET attempt = 7"):
        with pytest.raises(DatabaseError), database.transaction() as session:
            session.execute(text(statement))


def test_the_clock_alone_speaks_for_the_portal(database: Database):
    deposit_id = asked(database, invoiced_for_chorus(database))
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        noted = NotedStatus("DEPOSEE", paris_day(AT))
        with pytest.raises(IllegalTransition):
            note_status(session, deposit, order, noted, by=THE_CLOCK, at=AT)
    with database.reading_session() as session:
        assert session.scalars(select(Deposit)).one().tries == 0
