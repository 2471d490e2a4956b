"""An invoice before it is issued, as the accounting staff read it."""

from typing import Any

from flask import render_template, url_for

from checkout.invoices.previews import preview_invoice
from checkout.web.deposits.shown import mender_words
from checkout.web.invoices import blueprint
from shop.core.actors import ACCOUNTING
from shop.ops.clock import now
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import came_from
from shop.web.kit.sessions import actor
from shop.web.kit.site import reading, sentence_of


@blueprint.get("/bureau/factures/commandes/<number>")
@staff_only(ACCOUNTING)
def preview(number: str) -> Any:
    """The next invoice of an order: its parties, lines and totals, and the electronic checks."""
    found = preview_invoice(reading(), number, by=actor(), at=now())
    return render_template(
        "invoices/preview.html",
        number=number,
        order=found.order,
        content=found.content,
        totals=found.totals,
        is_electronic=found.is_electronic,
        faults=[
            {"rule": one.rule, "sentence": sentence_of(one), "mender": mender_words(one.mender)}
            for one in found.faults
        ],
        back=came_from(url_for(".queue")),
        here="invoices.queue",
    )
