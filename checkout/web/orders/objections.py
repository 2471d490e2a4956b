"""What the buyer reads of an invoice that is contested or suspended, and answers."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from checkout.invoices.invoices import invoices_of
from checkout.invoices.models import Invoice
from checkout.invoices.objection_rules import (
    LONGEST_ANSWER,
    NothingContested,
    ObjectionAnswerMissing,
    ObjectionAnswerTooLong,
)
from checkout.invoices.objections import (
    answer_objection,
    answers_to_objections,
    objections_of,
)
from checkout.invoices.procedure import PROCEDURE
from checkout.orders.models import Order
from checkout.web.orders import blueprint
from checkout.web.orders.views import own_order
from shop.core.errors import NotFound
from shop.ops.clock import now
from shop.storage.db import get_locked
from shop.web.kit.fields import lines
from shop.web.kit.forms import ShopForm, at_most
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


class ObjectionAnswerForm(ShopForm):
    """What the buyer says of what is contested or missing."""

    NEVER_PRINTED = frozenset({"answer"})

    answer = TextAreaField(_l("Your answer"), [at_most(LONGEST_ANSWER)], filters=[lines])


@blueprint.get("/commandes/<number>/factures/<invoice_number>/reponse")
@reader_of_dossier(PROCEDURE, "answer_objection")
def contested(number: str, invoice_number: str) -> Any:
    """What is contested or asked for, since when, and the field of an answer."""
    return _page(number, invoice_number, ObjectionAnswerForm(formdata=None))


@blueprint.post("/commandes/<number>/factures/<invoice_number>/reponse")
@reader_of_dossier(PROCEDURE, "answer_objection")
def answer_contested(number: str, invoice_number: str) -> Any:
    """The accounting staff read it, and settle it with the recipient."""
    order, dossier, invoice = _found(number, invoice_number)
    form, by = ObjectionAnswerForm(), actor()
    if not form.validate_on_submit():
        return _page(number, invoice_number, form), 422
    shown = url_for("quotes.show", number=dossier.number, _anchor="invoices")
    try:
        with database(shown).transaction() as session:
            locked = get_locked(session, Order, order.id)
            own = get_locked(session, Invoice, invoice.id)
            answer_objection(session, own, locked, form.answer.data or "", by=by, at=now())
    except (ObjectionAnswerMissing, ObjectionAnswerTooLong) as refusal:
        form.answer.errors = [sentence_of(refusal)]
        return _page(number, invoice_number, form), 422
    except NothingContested as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(number, invoice_number, form), 422
    flash(_("Thank you. We settle it with the paying service and keep you informed."), "good")
    return redirect(shown, 303)


def _found(number: str, invoice_number: str) -> tuple[Order, Any, Invoice]:
    """The order, its dossier, and the invoice of it. Raises NotFound, for another's as well."""
    order, dossier = own_order(number)
    for invoice in invoices_of(reading(), order.id):
        if invoice.number == invoice_number:
            return order, dossier, invoice
    raise NotFound(number=invoice_number)


def _page(number: str, invoice_number: str, form: ObjectionAnswerForm) -> str:
    order, dossier, invoice = _found(number, invoice_number)
    session = reading()
    return render_template(
        "orders/contested.html",
        number=invoice_number,
        dossier=dossier,
        form=form,
        objection=objections_of(session, order, [invoice]).get(invoice_number),
        answers=answers_to_objections(session, [invoice.id]),
    )
