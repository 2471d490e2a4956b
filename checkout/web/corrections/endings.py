"""The accounting staff end what is contested or suspended of an invoice."""

from typing import Any

from flask import flash, redirect
from flask_babel import gettext as _

from checkout.invoices.invoices import get_invoice
from checkout.invoices.objection_rules import NothingContested
from checkout.invoices.rules import DayInFuture, DayTooEarly, StatusReasonMissing
from checkout.invoices.statuses import end_dispute, end_suspension
from checkout.web.corrections import blueprint
from checkout.web.corrections.forms import EndingForm
from checkout.web.corrections.office import page_of_life
from shop.core.actors import ACCOUNTING
from shop.ops.clock import now, today
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, sentence_of


@blueprint.post("/bureau/rectifications/<number>/fin")
@staff_only(ACCOUNTING)
def end(number: str) -> Any:
    """A dispute is settled by an answer, or the recipient has what it asked for."""
    form, by = EndingForm(prefix="ending"), actor()
    if not form.validate_on_submit():
        return page_of_life(number, ending=form, status=422)
    shown, day = place_url(".compose", number=number), form.ended_on.data or today()
    try:
        with database(shown).transaction() as session:
            invoice, _order = get_invoice(session, number, by=by)
            if not invoice.is_objected:
                raise NothingContested(number=number)
            if invoice.is_suspended:
                end_suspension(session, invoice, day, by=by, at=now())
            else:
                end_dispute(session, invoice, day, form.answer.data or "", by=by, at=now())
    except (DayInFuture, DayTooEarly) as refusal:
        form.ended_on.errors = [sentence_of(refusal)]
    except StatusReasonMissing as refusal:
        form.answer.errors = [sentence_of(refusal)]
    except NothingContested as refusal:
        form.form_errors.append(sentence_of(refusal))
    else:
        flash(_("Recorded. The buyer is told by e-mail."), "good")
        return redirect(shown, 303)
    return page_of_life(number, ending=form, status=422)
