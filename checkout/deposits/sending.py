"""The worker sends deposits to the portal: each step is committed before the next, so that a
process may end anywhere without a double deposit.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deposits.deposits import get_deposit, subject_of
from checkout.deposits.documents import (
    Document,
    faults_before,
    faults_of_file,
    faults_of_form,
    file_of,
    get_document,
)
from checkout.deposits.models import Deposit
from checkout.deposits.portal import AnswerLost, Portal, PortalRefused, PortalUnavailable
from checkout.deposits.procedure import BEGUN, PROCEDURE, TO_SEND, needs_a_person
from checkout.deposits.rules import BEGUN_FOR, mender_of, next_question
from checkout.deposits.telling import TAKEN, NotedStatus, ask_the_buyer, tell
from checkout.invoices.rules import PurchaseOrderUnreadable
from checkout.invoices.sendings import note_deposited
from checkout.orders.models import Order
from shop.core.actors import THE_CLOCK
from shop.core.errors import DomainError
from shop.core.text import paris_day
from shop.documents.layout import sentences
from shop.dossiers.dossiers import content_of
from shop.dossiers.papers import PdfUnavailable
from shop.einvoicing.fault_rules import Mender, UnsoundInvoice
from shop.einvoicing.findings import finding_of
from shop.storage.db import Database
from shop.storage.transitions import advance

log = logging.getLogger("comptoir.deposits")

#: Deposits that are sent in one turn of the worker.
_AT_ONCE = 20
Stopping = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Sent:
    """A file on its way."""

    deposit_id: int
    name: str
    data: bytes


def due(
    session: Session, states: Sequence[Any], *, at: datetime, most: int = _AT_ONCE
) -> list[int]:
    """The deposits in these states that the worker looks at now."""
    statement = (
        select(Deposit.id)
        .where(Deposit.state.in_(states), Deposit.next_at <= at)
        .order_by(Deposit.next_at, Deposit.id)
        .limit(most)
    )
    return list(session.scalars(statement))


def send_deposits(
    database: Database, portal: Portal, *, at: datetime, stopping: Stopping = lambda: False
) -> int:
    """Send what is due; note as lost what a process that ended had begun. How many were dealt
    with.
    """
    with database.reading_session() as session:
        begun = due(session, BEGUN, at=at)
        waiting = due(session, TO_SEND, at=at)
    for deposit_id in begun:
        _change(database, deposit_id, "lose_answer", at=at, again=at, reason="the process ended")
    done = len(begun)
    for deposit_id in waiting:
        if stopping():
            break
        _send(database, portal, deposit_id, at=at)
        done += 1
    return done


def _send(database: Database, portal: Portal, deposit_id: int, *, at: datetime) -> None:
    """Compose, check, begin, send, note the answer."""
    with database.reading_session() as session:
        deposit, _order = get_deposit(session, deposit_id)
        document = get_document(session, deposit.number)
        name = deposit.filename
        faults = faults_before(session, document)
    data = b""
    if not faults:
        try:
            data, faults = _composed(database, document, name, at=at)
        except (PdfUnavailable, PurchaseOrderUnreadable) as trouble:
            log.warning("the file of %s cannot be deposited yet: %r", document.number, trouble)
            _wait(database, deposit_id, trouble, at=at)
            return
    if faults:
        _hold(database, deposit_id, faults, at=at)
        return
    sha256, until = hashlib.sha256(data).hexdigest(), at + BEGUN_FOR
    if _change(database, deposit_id, "begin_deposit", at=at, again=until, sha256=sha256):
        _deliver(database, portal, _Sent(deposit_id, name, data), at=at)


def _composed(
    database: Database, document: Document, name: str, *, at: datetime
) -> tuple[bytes, list[UnsoundInvoice]]:
    data = file_of(database, document, at=at)
    with database.reading_session() as session:
        content = content_of(session, document.paper_id)
    return data, [*faults_of_file(data, [name]), *faults_of_form(data, content)]


def _deliver(database: Database, portal: Portal, file: _Sent, *, at: datetime) -> None:
    """Send the file once, and note what became of it. An unforeseen fault is a lost answer."""
    deposit_id = file.deposit_id
    try:
        flow = portal.deposit(file.name, file.data)
    except PortalRefused as refusal:
        _refused(database, deposit_id, str(refusal), at=at)
    except PortalUnavailable as trouble:
        log.warning("Chorus Pro is out of reach: %s", trouble)
        _change(database, deposit_id, "put_off", at=at, again=at, reason=str(trouble))
    except AnswerLost as trouble:
        log.warning("Chorus Pro did not answer: %s", trouble)
        _change(database, deposit_id, "lose_answer", at=at, again=at, reason=str(trouble))
    else:
        note_flow(database, deposit_id, flow, at=at)


def _refused(database: Database, deposit_id: int, reason: str, *, at: datetime) -> None:
    """The service did not take the file; who can cure it is asked in the same transaction."""
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        if changed(session, deposit, order, "refuse_deposit", at=at, again=None, reason=reason):
            ask_the_buyer(session, get_document(session, deposit.number), reason, at=at)


def note_flow(database: Database, deposit_id: int, flow: str, *, at: datetime) -> None:
    """The portal has it: the invoice is sent."""
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        transition = PROCEDURE.find("note_flow", deposit.state)
        if transition is None:
            return
        document = get_document(session, deposit.number)
        deposit.flow, deposit.tries = flow, 0
        deposit.reason = deposit.mender = ""
        deposit.next_at = at + timedelta(minutes=1)
        deposit.sent_at = note_deposited(session, document.invoice, order, paris_day(at), at=at)
        tell(session, document, NotedStatus(TAKEN, paris_day(at)), by=THE_CLOCK, at=at)
        facts: dict[str, Any] = {"number": deposit.number, "flow": flow}
        advance(session, subject_of(deposit, order), transition, by=THE_CLOCK, at=at, **facts)


def _change(
    database: Database,
    deposit_id: int,
    name: str,
    *,
    at: datetime,
    again: datetime | None,
    **facts: str,
) -> bool:
    """One transition in a transaction of its own, if the deposit is still where it starts from.
    `again`: when the worker looks at it next; now means after the growing delay.
    """
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        return changed(session, deposit, order, name, at=at, again=again, **facts)


def changed(
    session: Session,
    deposit: Deposit,
    order: Order,
    name: str,
    *,
    at: datetime,
    again: datetime | None,
    **facts: str,
) -> bool:
    """One transition of the worker, if the deposit is still where it starts from."""
    transition = PROCEDURE.find(name, deposit.state)
    if transition is None:
        return False
    after = transition.onto(deposit.state)
    deposit.tries += 1
    deposit.next_at = next_question(at, deposit.tries) if again == at else again
    deposit.sha256 = facts.get("sha256", deposit.sha256)
    if "reason" in facts:
        facts["reason"] = facts["reason"][:1000]
        deposit.reason = facts["reason"]
        deposit.mender = mender_of(facts["reason"]) if needs_a_person(after) else ""
    told: dict[str, Any] = {"number": deposit.number} | facts
    advance(session, subject_of(deposit, order), transition, by=THE_CLOCK, at=at, **told)
    return True


def _hold(
    database: Database, deposit_id: int, faults: Sequence[UnsoundInvoice], *, at: datetime
) -> None:
    """A rule stops the deposit before it is sent; who can cure it is asked."""
    fault = faults[0]
    with database.transaction() as session:
        deposit, order = get_deposit(session, deposit_id, lock=True)
        transition = PROCEDURE.find("hold_deposit", deposit.state)
        if transition is None:
            return
        deposit.reason, deposit.mender = finding_of(fault)[:1000], fault.mender.value
        deposit.next_at = None
        facts: dict[str, Any] = {"number": deposit.number, "reason": fault.rule}
        advance(session, subject_of(deposit, order), transition, by=THE_CLOCK, at=at, **facts)
        if fault.mender is Mender.BUYER:
            document = get_document(session, deposit.number)
            ask_the_buyer(session, document, _sentence_of(session, document, fault), at=at)


def _sentence_of(session: Session, document: Document, fault: UnsoundInvoice) -> str:
    """A broken rule in the language of the document."""
    language = content_of(session, document.paper_id)["language"]
    return sentences(language).gettext(fault.sentence) % fault.facts


def _wait(database: Database, deposit_id: int, trouble: DomainError, *, at: datetime) -> None:
    """The file cannot be made yet: look again later."""
    with database.transaction() as session:
        deposit, _order = get_deposit(session, deposit_id, lock=True)
        deposit.tries += 1
        deposit.next_at = next_question(at, deposit.tries)
        deposit.reason = type(trouble).__name__
