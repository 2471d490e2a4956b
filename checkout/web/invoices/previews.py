"""An invoice before it is issued, as the accounting staff read it, and its issue."""

from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from checkout.invoices.previews import preview_invoice
from checkout.orders.orders import get_order
from checkout.payments.billing import bill_order
from checkout.web.deposits.shown import mender_words
from checkout.web.invoices import blueprint
from shop.core.actors import ACCOUNTING
from shop.ops.clock import now
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import came_from, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.told import tell_done


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
        waits_until=found.waits_until,
        is_electronic=found.is_electronic,
        faults=[
            {"rule": one.rule, "sentence": sentence_of(one), "mender": mender_words(one.mender)}
            for one in found.faults
        ],
        back=came_from(url_for(".queue")),
        here="invoices.queue",
    )


@blueprint.post("/bureau/factures/commandes/<number>")
@staff_only(ACCOUNTING)
@key_required
def issue(number: str) -> Any:
    """Invoice what is delivered."""
    by = actor()
    with database().transaction() as session:
        invoice = bill_order(session, get_order(session, number, by=by), by=by, at=now())
        issued = url_for(".show", number=invoice.number, back=place_url(".queue"))
        shown = leads_to(session, issued)
    tell_done(
        _("Invoice %(number)s has been issued.", number=invoice.number),
        undo=_("Credit this invoice"),
        url=url_for("credits.compose", number=invoice.number),
    )
    return redirect(shown, 303)
