"""Many invoices issued, or sent, at a time: asked for by a person, done by the worker one by one.

Each invoice has a transaction of its own, which notes that it is done: a worker that ends anywhere
leaves nothing half done, and nothing is done twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from checkout.batches.ending import end_if_done
from checkout.batches.models import Batch, BatchItem
from checkout.batches.rules import (
    BatchAct,
    NoAddress,
    NothingChosen,
    SentBefore,
    Unforeseen,
)
from checkout.invoices.corrections import parties_of
from checkout.invoices.grouping_rules import ensure_due
from checkout.invoices.invoice_files import (
    build_file,
    form_for,
    prepare_invoice_file,
    send_invoice_file,
)
from checkout.invoices.invoices import get_invoice, invoice_with_order, wait_of
from checkout.invoices.models import Invoice
from checkout.invoices.sendings import last_sending
from checkout.orders.models import Order
from checkout.orders.orders import get_order
from checkout.payments.billing import bill_order
from shop.core.actors import ACCOUNTING, ADMIN, Actor
from shop.core.errors import DomainError, NotAllowed
from shop.core.stored_facts import stored_facts
from shop.organisations.rules import FileForm
from shop.storage.db import Database, get_locked
from shop.storage.journal import record

log = logging.getLogger("comptoir.batches")

#: Invoices that are issued or sent in one turn of the worker: other jobs wait for it.
_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a file is sent, whether the invoice was sent before or not, and its form; no address:
    it is made, and the staff forward it.
    """

    to: str
    form: FileForm


@dataclass(frozen=True, slots=True)
class _Task:
    item_id: int
    number: str
    act: BatchAct
    by: Actor
    wanted: Wanted | None


def request_batch(
    session: Session,
    act: BatchAct,
    numbers: Sequence[str],
    *,
    wanted: Wanted | None = None,
    by: Actor,
    at: datetime,
) -> Batch:
    """Ask the worker to issue the invoices of those orders, or to send those invoices, as `wanted`
    or as their organisations wish. Numbers that do not exist are no part of it. Raises NotAllowed,
    NothingChosen.
    """
    if not by.has(ACCOUNTING, ADMIN):
        raise NotAllowed(act="request_batch")
    key = Order.number if act is BatchAct.ISSUE else Invoice.number
    known = set(session.scalars(select(key).where(key.in_(numbers))))
    chosen = [number for number in dict.fromkeys(numbers) if number in known]
    if not chosen:
        raise NothingChosen
    batch = Batch(act=act, requested_at=at, user_id=by.user_id, by_name=by.name)
    session.add(batch)
    session.flush()
    file = {"sent_to": wanted.to, "form": wanted.form.value} if wanted else {}
    rows = [{"batch_id": batch.id, "number": number, **file} for number in chosen]
    session.execute(insert(BatchItem), rows)
    facts: dict[str, Any] = {"wanted": act.value, "lines": len(chosen)}
    record(session, f"batch:{batch.id}", "request_batch", by=by, at=at, **facts)
    return batch


def run_batches(
    database: Database, *, at: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Deal with the next items of all batches, the oldest first; how many."""
    with database.reading_session() as session:
        rows = session.execute(
            select(BatchItem, Batch)
            .join(Batch, Batch.id == BatchItem.batch_id)
            .where(~BatchItem.is_done)
            .order_by(BatchItem.id)
            .limit(_AT_ONCE)
        ).all()
        tasks = [_task(item, batch) for item, batch in rows]
    done = 0
    for task in tasks:
        if stopping():
            break
        _deal_with(database, task, at=at)
        done += 1
    return done


def _task(item: BatchItem, batch: Batch) -> _Task:
    by = Actor(batch.by_name, frozenset({ACCOUNTING}), user_id=batch.user_id)
    wanted = Wanted(item.sent_to, FileForm(item.form)) if item.form else None
    return _Task(item.id, item.number, batch.act, by, wanted)


def _deal_with(database: Database, task: _Task, *, at: datetime) -> None:
    """Do one item, or note why it is left out. A fault leaves out this one, and no other."""
    try:
        if task.act is BatchAct.ISSUE:
            _issue(database, task, at=at)
        else:
            _send(database, task, at=at)
    except DomainError as refusal:
        _leave_out(database, task, refusal, at=at)
    except Exception:
        log.exception("%s of a batch met a fault", task.number)
        _leave_out(database, task, Unforeseen(number=task.number), at=at)


def _issue(database: Database, task: _Task, *, at: datetime) -> None:
    with database.transaction() as session:
        item = get_locked(session, BatchItem, task.item_id)
        if item.is_done:
            return
        order = get_order(session, task.number, by=task.by)
        ensure_due(order.number, wait_of(session, order, at=at))
        item.result = bill_order(session, order, by=task.by, at=at).number
        item.done_at = at
        end_if_done(session, item, by=task.by, at=at)


def _send(database: Database, task: _Task, *, at: datetime) -> None:
    """The file is composed outside the transaction, as it takes a while."""
    with database.reading_session() as session:
        invoice, order = invoice_with_order(session, task.number)
        wanted = task.wanted or _wished(session, invoice, order)
    data = build_file(database, task.number, wanted.form, at=at)
    with database.transaction() as session:
        item = get_locked(session, BatchItem, task.item_id)
        if item.is_done:
            return
        invoice, order = get_invoice(session, task.number, by=task.by)
        if task.wanted is None:
            wanted = replace(wanted, to=_wished(session, invoice, order).to)
        if wanted.to:
            how: dict[str, Any] = {"to": wanted.to, "form": wanted.form}
            send_invoice_file(session, invoice, order, data, **how, by=task.by, at=at)
        else:
            prepare_invoice_file(session, invoice, order, data, by=task.by, at=at)
        item.result = invoice.number
        item.done_at = at
        end_if_done(session, item, by=task.by, at=at)


def _wished(session: Session, invoice: Invoice, order: Order) -> Wanted:
    """How an invoice is sent, which was not sent yet: to the last address that was used, else its
    paying service's, in the form that its organisation wishes. Raises SentBefore, NoAddress.
    """
    sending = last_sending(session, invoice.id)
    if invoice.is_sent or (sending is not None and sending.is_under_way):
        raise SentBefore(number=invoice.number)
    service = parties_of(invoice, order).paying_service
    to = sending.to if sending else service.email if service else ""
    if not to:
        raise NoAddress(number=invoice.number)
    return Wanted(to, form_for(session, order))


def _leave_out(database: Database, task: _Task, refusal: DomainError, *, at: datetime) -> None:
    with database.transaction() as session:
        item = get_locked(session, BatchItem, task.item_id)
        if not item.is_done:
            item.sentence, item.facts = refusal.sentence, stored_facts(refusal.facts)
            item.done_at = at
            end_if_done(session, item, by=task.by, at=at)
