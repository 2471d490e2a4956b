"""The accounting staff: batches, asked for from the lists of invoices, and their progress."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from checkout.batches.batches import request_batch
from checkout.batches.lists import batches, get_progress, items_of, waiting_numbers
from checkout.batches.rules import BatchAct
from checkout.web.batches import blueprint
from shop.core.actors import ACCOUNTING
from shop.core.stored_facts import facts_in
from shop.ops.clock import now, today
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, written

#: The name of the list of each act on the page of invoices.
_LISTS = {BatchAct.ISSUE: "orders", BatchAct.SEND: "files"}


@blueprint.get("/bureau/lots")
@staff_only(ACCOUNTING)
def index() -> Any:
    """Every batch, the latest first."""
    rows = batches(reading(), place_asked())
    return render_template(
        "batches/index.html", batches=rows, query=kept(rows), here="invoices.queue"
    )


@blueprint.get("/bureau/lots/nouveau")
@staff_only(ACCOUNTING)
def compose() -> Any:
    """What was ticked, or the whole list, to be read before the worker starts."""
    act = _act()
    numbers = _numbers(act)
    return render_template(
        "batches/compose.html",
        act=act.value,
        numbers=numbers,
        query=request.args.to_dict(flat=False),
        here="invoices.queue",
    )


@blueprint.post("/bureau/lots/nouveau")
@staff_only(ACCOUNTING)
@key_required
def start() -> Any:
    """The worker starts with it; the page of the batch shows how far it is."""
    act = _act()
    with database().transaction() as session:
        batch = request_batch(session, act, _numbers(act), by=actor(), at=now())
        shown = leads_to(session, url_for(".show", batch_id=batch.id))
    flash(_("The batch has started. You may leave this page: the work goes on."), "good")
    return redirect(shown, 303)


@blueprint.get("/bureau/lots/<int:batch_id>")
@staff_only(ACCOUNTING)
def show(batch_id: int) -> Any:
    """How far a batch is, and what was left out and why."""
    session = reading()
    progress = get_progress(session, batch_id)
    items = items_of(session, batch_id, place_asked())
    return render_template(
        "batches/show.html",
        batch=progress,
        items=items,
        reasons={
            one.id: written(one.sentence, facts_in(one.facts)) for one in items if one.is_left_out
        },
        query=kept(items) | {"batch_id": batch_id},
        here="invoices.queue",
    )


def _act() -> BatchAct:
    try:
        return BatchAct(request.args.get("act", BatchAct.ISSUE))
    except ValueError:
        abort(404)


def _numbers(act: BatchAct) -> Sequence[str]:
    """The lines that are ticked, or all of the list under its filters."""
    if request.args.get("whole"):
        return waiting_numbers(reading(), act, today(), place_asked(name=_LISTS[act]))
    return request.args.getlist("number")
