"""The file of one invoice, sent to its paying service from its page, or made for the staff, who
forward it: at once where it is made already, else by the worker, as a batch of one line, since
making it takes a while.
"""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from checkout.batches.batches import Wanted, request_batch
from checkout.batches.models import Batch, BatchItem
from checkout.batches.rules import BatchAct, FilePrepared, SendingPrepared
from checkout.invoices.invoice_files import find_invoice_file, send_kept_file
from checkout.invoices.models import Invoice, InvoiceSending
from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE
from shop.core.actors import Actor
from shop.organisations.rules import FileForm
from shop.storage.outbox import Email


def send_or_prepare(
    session: Session, invoice: Invoice, order: Order, wanted: Wanted, *, by: Actor, at: datetime
) -> bool:
    """Send the file of an invoice (locked after its order), and whether it leaves now: False while
    the worker makes it. Raises NotAllowed, IllegalTransition, SendingPrepared, FilePrepared.
    """
    PROCEDURE.ensure("send_invoice_file", order.stage, by)
    _ensure_free(session, invoice)
    stored = find_invoice_file(session, invoice, order, wanted.form)
    if stored is not None:
        send_kept_file(session, invoice, order, stored, to=wanted.to, by=by, at=at)
        return True
    request_batch(session, BatchAct.SEND, [invoice.number], wanted=wanted, by=by, at=at)
    return False


def request_file(
    session: Session, invoice: Invoice, order: Order, *, by: Actor, at: datetime
) -> None:
    """Ask the worker for the file of an invoice (locked after its order), which the staff forward
    themselves. Raises NotAllowed, IllegalTransition, SendingPrepared, FilePrepared.
    """
    PROCEDURE.ensure("prepare_invoice_file", order.stage, by)
    _ensure_free(session, invoice)
    wanted = Wanted("", FileForm.PDF)
    request_batch(session, BatchAct.SEND, [invoice.number], wanted=wanted, by=by, at=at)


def _ensure_free(session: Session, invoice: Invoice) -> None:
    """Raises SendingPrepared, FilePrepared while the worker makes a file of the invoice."""
    pending = preparation_of(session, invoice)
    if pending is not None and not pending.is_done:
        raise (SendingPrepared if pending.sent_to else FilePrepared)(number=invoice.number)


def preparation_of(session: Session, invoice: Invoice) -> BatchItem | None:
    """The file of an invoice that the worker was asked for from its page, and has not made yet, or
    could not make; None where it left or is made, or another one was sent since.
    """
    sent_since = exists().where(
        InvoiceSending.invoice_id == invoice.id,
        Email.id == InvoiceSending.email_id,
        Email.created_at > BatchItem.done_at,
    )
    last = session.scalar(
        select(BatchItem)
        .join(Batch, Batch.id == BatchItem.batch_id)
        .where(Batch.act == BatchAct.SEND, BatchItem.number == invoice.number)
        .where(BatchItem.form != "")
        .where(or_(~BatchItem.is_done, ~sent_since))
        .order_by(BatchItem.id.desc())
        .limit(1)
    )
    return None if last is None or last.result else last
