"""The batches, and what became of each line of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from checkout.batches.models import Batch, BatchItem
from checkout.batches.rules import BatchAct
from checkout.invoices.models import Invoice
from checkout.invoices.queue import next_to_send, numbers_to_invoice, numbers_to_send
from shop.core.errors import N_, NotFound
from shop.storage.arrangements import Choice, Filter, Sort
from shop.storage.paging import FIRST, Listing, Page, Place, page_of


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is: its lines, those that are done or left out, and those left out."""

    id: int
    act: BatchAct
    requested_at: datetime
    by_name: str
    lines: int
    done: int
    left_out: int

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.done == self.lines


def batches(session: Session, place: Place = FIRST) -> Page[Progress]:
    """All batches, the latest first."""
    return page_of(session, _batches(), place).of(lambda row: Progress(*row))


def get_progress(session: Session, batch_id: int) -> Progress:
    """One batch. Raises NotFound."""
    row = session.execute(_progress().where(Batch.id == batch_id)).first()
    if row is None:
        raise NotFound(batch=batch_id)
    return Progress(*row)


def items_of(session: Session, batch_id: int, place: Place = FIRST) -> Page[BatchItem]:
    """The lines of a batch, those that were left out first."""
    found = _items().where(BatchItem.batch_id == batch_id)
    return page_of(session, found, place).of(_item)


def waiting_numbers(
    session: Session, act: BatchAct, today: date, place: Place = FIRST
) -> Sequence[str]:
    """All lines of the list to which a batch may be applied, under its filters."""
    if act is BatchAct.ISSUE:
        return numbers_to_invoice(session, today, place)
    return numbers_to_send(session, today, place)


def next_file(session: Session, number: str, today: date, place: Place = FIRST) -> str | None:
    """The invoice after that one among those whose file nobody has sent or asked the worker for."""
    asked = exists().where(
        BatchItem.number == Invoice.number,
        ~BatchItem.is_done,
        Batch.id == BatchItem.batch_id,
        Batch.act == BatchAct.SEND,
    )
    return next_to_send(session, number, today, place, asked=asked)


def _item(row: Any) -> BatchItem:
    item: BatchItem = row[0]
    return item


def _done() -> Any:
    return func.sum(case((BatchItem.is_done, 1), else_=0))


def _progress() -> Any:
    left_out = func.sum(case((BatchItem.is_left_out, 1), else_=0))
    return (
        select(
            Batch.id,
            Batch.act,
            Batch.requested_at,
            Batch.by_name,
            func.count(),
            _done(),
            left_out,
        )
        .join(BatchItem, BatchItem.batch_id == Batch.id)
        .group_by(Batch.id)
    )


def _batches() -> Listing:
    acts = (
        Choice("issue", N_("Invoices issued"), Batch.act == BatchAct.ISSUE),
        Choice("send", N_("Invoices sent"), Batch.act == BatchAct.SEND),
    )
    sorts = (
        Sort("asked", N_("Asked for on"), (Batch.requested_at,)),
        Sort("by", N_("By"), (Batch.by_name,)),
    )
    filters = (Filter("act", N_("Batch"), acts),)
    return Listing(_progress(), (Batch.id.desc(),), Batch.id, filters, sorts, "-asked")


def _items() -> Listing:
    states = (
        Choice("left_out", N_("Left out"), BatchItem.is_left_out),
        Choice("waiting", N_("Waiting"), ~BatchItem.is_done),
        Choice("done", N_("Done"), BatchItem.result != ""),
    )
    sorts = (Sort("number", N_("Number"), (BatchItem.number,)),)
    order = (case((BatchItem.is_left_out, 0), else_=1), BatchItem.id)
    filters = (Filter("state", N_("Status"), states),)
    return Listing(select(BatchItem), order, BatchItem.id, filters, sorts)
