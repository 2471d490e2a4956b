"""What the office does about deposits on Chorus Pro: asks for one, records one made by hand, notes
statuses, decides what cannot be told. The worker's part is in sending.py and following.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.deposits.documents import (
    Document,
    faults_before,
    filename_of,
    get_document,
    is_for_chorus,
)
from checkout.deposits.models import Deposit
from checkout.deposits.procedure import CLOSABLE, PROCEDURE, DepositState
from checkout.deposits.rules import (
    STATUSES,
    AbandonReasonMissing,
    DepositedBefore,
    NotForChorus,
    ensure_day,
    ensure_flow,
    ensure_status,
    mender_of,
)
from checkout.deposits.telling import TAKEN, NotedStatus, tell
from checkout.invoices.models import Invoice
from checkout.invoices.receipts import record_invoice_receipt
from checkout.invoices.sendings import note_deposited
from checkout.orders.models import Order
from shop.core.actors import Actor
from shop.core.errors import NotFound
from shop.core.text import one_line, paris_day
from shop.storage.db import get_locked
from shop.storage.transitions import Subject, advance, begin


def subject_of(deposit: Deposit, order: Order) -> Subject:
    return Subject(deposit, "state", f"deposit:{deposit.id}", order.dossier_id)


def deposits_of(session: Session, paper_ids: Sequence[int]) -> Sequence[Deposit]:
    """The deposits of documents, the newest first."""
    return session.scalars(
        select(Deposit).where(Deposit.paper_id.in_(paper_ids)).order_by(Deposit.id.desc())
    ).all()


def request_deposit(session: Session, number: str, *, by: Actor, at: datetime) -> Deposit:
    """Let the worker deposit a document, checked before. Raises NotAllowed, NotFound, NotForChorus,
    DepositedBefore, UnsoundInvoice.
    """
    transition = PROCEDURE.ensure("request_deposit", None, by)
    document, earlier = _locked(session, number)
    for fault in faults_before(session, document):
        raise fault
    deposit = _new(document, earlier, by=by, at=at)
    deposit.state = _first("request_deposit")
    deposit.next_at = at
    session.add(deposit)
    session.flush()
    subject = subject_of(deposit, document.order)
    begin(session, subject, transition, by=by, at=at, number=number)
    return deposit


@dataclass(frozen=True, slots=True)
class MadeByHand:
    """A deposit that somebody made on the portal: its flow number, and the day."""

    flow: str
    on: date


def record_deposit(
    session: Session, number: str, made: MadeByHand, *, by: Actor, at: datetime
) -> Deposit:
    """Record a deposit that was made on the portal. Raises NotAllowed, NotFound, NotForChorus,
    DepositedBefore, FlowMissing, DepositTooEarly, DepositInFuture.
    """
    transition = PROCEDURE.ensure("record_deposit", None, by)
    document, earlier = _locked(session, number)
    if not is_for_chorus(session, document):
        raise NotForChorus(number=number)
    ensure_day(made.on, since=document.issued_on, today=paris_day(at))
    deposit = _new(document, earlier, by=by, at=at)
    deposit.state = _first("record_deposit")
    deposit.by_hand, deposit.flow = True, ensure_flow(made.flow)
    session.add(deposit)
    session.flush()
    sent_at = note_deposited(session, document.invoice, document.order, made.on, at=at)
    deposit.sent_at = sent_at
    tell(session, document, NotedStatus(TAKEN, made.on), by=by, at=at)
    facts: dict[str, Any] = {"number": number, "flow": deposit.flow, "on": made.on.isoformat()}
    begin(session, subject_of(deposit, document.order), transition, by=by, at=at, **facts)
    return deposit


def note_status(
    session: Session, deposit: Deposit, order: Order, noted: NotedStatus, *, by: Actor, at: datetime
) -> None:
    """Note the portal's status of a document. From the day on which the public body has the
    invoice, its payment period is counted; its life cycle takes the status. Raises NotAllowed,
    IllegalTransition, StatusUnknown, DepositTooEarly, DepositInFuture; the refusals of `tell()`.
    """
    transition = PROCEDURE.ensure("note_status", deposit.state, by)
    status = ensure_status(noted.code)
    document = get_document(session, deposit.number)
    ensure_day(noted.on, since=document.issued_on, today=paris_day(at))
    deposit.status, deposit.status_on = noted.code, noted.on
    deposit.reason = one_line(noted.reason)[:1000]
    deposit.mender = _mender(noted)
    tell(session, document, noted, by=by, at=at)
    if status.is_received and not document.is_credit:
        invoice = get_locked(session, Invoice, document.invoice.id)
        record_invoice_receipt(session, invoice, order, noted.on, by=by, at=at)
    facts: dict[str, Any] = {
        "number": deposit.number,
        "status": noted.code,
        "on": noted.on.isoformat(),
        "reason": deposit.reason,
    }
    advance(session, subject_of(deposit, order), transition, by=by, at=at, **facts)


def _mender(noted: NotedStatus) -> str:
    """Who can cure a status that is bad."""
    if STATUSES[noted.code].kind not in ("bad", "you"):
        return ""
    return mender_of(noted.reason, noted.code)


def confirm_flow(
    session: Session, deposit: Deposit, order: Order, flow: str, *, by: Actor, at: datetime
) -> None:
    """A person found on the portal what could not be told. Raises NotAllowed, IllegalTransition,
    FlowMissing.
    """
    transition = PROCEDURE.ensure("confirm_flow", deposit.state, by)
    deposit.flow, deposit.tries, deposit.next_at = ensure_flow(flow), 0, at
    deposit.reason = deposit.mender = ""
    facts: dict[str, Any] = {"number": deposit.number, "flow": deposit.flow}
    advance(session, subject_of(deposit, order), transition, by=by, at=at, **facts)


def send_again(
    session: Session, deposit: Deposit, order: Order, *, by: Actor, at: datetime
) -> None:
    """A person looked: the portal does not have it. Raises NotAllowed, IllegalTransition."""
    transition = PROCEDURE.ensure("send_again", deposit.state, by)
    deposit.tries, deposit.next_at, deposit.resent = 0, at, True
    deposit.flow = deposit.reason = deposit.mender = ""
    facts: dict[str, Any] = {"number": deposit.number}
    advance(session, subject_of(deposit, order), transition, by=by, at=at, **facts)


def abandon_deposit(
    session: Session, deposit: Deposit, order: Order, reason: str, *, by: Actor, at: datetime
) -> None:
    """The deposit counts no more: it was recorded by mistake, or another one follows. Raises
    NotAllowed, IllegalTransition, AbandonReasonMissing.
    """
    transition = PROCEDURE.ensure("abandon_deposit", deposit.state, by)
    told = one_line(reason)
    if not told:
        raise AbandonReasonMissing
    deposit.next_at = None
    facts: dict[str, Any] = {"number": deposit.number, "reason": told}
    advance(session, subject_of(deposit, order), transition, by=by, at=at, **facts)


def close_deposits(
    session: Session, wrong: Invoice, order: Order, replaced_by: str, *, by: Actor, at: datetime
) -> None:
    """A corrected invoice took the place of a wrong one (locked after its order): what of the wrong
    one is not on the portal needs nobody any more, and is not sent. Raises NotAllowed.
    """
    for deposit in session.scalars(
        select(Deposit)
        .where(Deposit.paper_id == wrong.paper_id, Deposit.state.in_(CLOSABLE))
        .order_by(Deposit.id)
        .with_for_update()
    ):
        transition = PROCEDURE.ensure("close_deposit", deposit.state, by)
        deposit.next_at = None
        facts: dict[str, Any] = {"number": deposit.number, "replaced_by": replaced_by}
        advance(session, subject_of(deposit, order), transition, by=by, at=at, **facts)


def get_deposit(session: Session, deposit_id: int, *, lock: bool = False) -> tuple[Deposit, Order]:
    """A deposit with its order, both locked where asked (the order first). Raises NotFound."""
    deposit = session.get(Deposit, deposit_id)
    if deposit is None:
        raise NotFound(id=deposit_id)
    if not lock:
        return deposit, session.get_one(Order, deposit.order_id)
    order = get_locked(session, Order, deposit.order_id)
    return get_locked(session, Deposit, deposit_id), order


def _locked(session: Session, number: str) -> tuple[Document, Sequence[Deposit]]:
    """The document with its order locked, and its earlier deposits. Raises NotFound,
    DepositedBefore.
    """
    document = get_document(session, number)
    get_locked(session, Order, document.order.id)
    earlier = deposits_of(session, [document.paper_id])
    if any(one.is_open for one in earlier):
        raise DepositedBefore(number=number)
    return document, earlier


def _first(name: str) -> DepositState:
    """The state into which a transition from nothing leads."""
    return DepositState(PROCEDURE.first(name))


def _new(document: Document, earlier: Sequence[Deposit], *, by: Actor, at: datetime) -> Deposit:
    return Deposit(
        paper_id=document.paper_id,
        order_id=document.order.id,
        number=document.number,
        attempt=len(earlier) + 1,
        by_hand=False,
        filename=filename_of(document.number),
        requested_at=at,
        by_name=by.name,
    )
