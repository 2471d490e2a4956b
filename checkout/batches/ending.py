"""The end of a batch: the journal has it, and who asked for it learns what was left out."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkout.batches.lists import get_progress
from checkout.batches.models import Batch, BatchItem
from shop.core.actors import Actor
from shop.people.emails import post_to
from shop.people.people import get_person
from shop.storage.db import get_locked
from shop.storage.journal import record

#: Numbers that the e-mail names: the page of the batch has all.
_NAMED = 50


def end_if_done(session: Session, item: BatchItem, *, by: Actor, at: datetime) -> None:
    """Note the end of the batch of an item that is done now, if it was the last one: two workers
    that deal with its last two items wait for each other.
    """
    batch = get_locked(session, Batch, item.batch_id)
    session.flush()
    progress = get_progress(session, batch.id)
    if not progress.is_over:
        return
    facts: dict[str, Any] = {
        "wanted": batch.act.value,
        "lines": progress.lines,
        "left_out": progress.left_out,
    }
    record(session, f"batch:{batch.id}", "end_batch", by=by, at=at, **facts)
    if progress.left_out and batch.user_id is not None:
        numbers = session.scalars(
            select(BatchItem.number)
            .where(BatchItem.batch_id == batch.id, BatchItem.is_left_out)
            .order_by(BatchItem.id)
            .limit(_NAMED)
        )
        post_to(
            session,
            get_person(session, batch.user_id),
            "batch_left_out",
            at=at,
            batch=batch.id,
            numbers=list(numbers),
            **facts,
        )
