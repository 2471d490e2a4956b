"""What the buyer is asked for when an invoice of their order was refused: one field."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from checkout.invoices.answers import answer_refusal, open_question
from checkout.invoices.cure_rules import (
    LONGEST,
    AnsweredBefore,
    AnswerMissing,
    AnswerTooLong,
    AnswerUnchanged,
    AskedField,
    NothingAsked,
    Question,
)
from checkout.invoices.invoices import invoices_of
from checkout.invoices.models import Invoice
from checkout.invoices.procedure import PROCEDURE
from checkout.orders.models import Order
from checkout.web.orders import blueprint
from checkout.web.orders.views import own_order
from shop.core.errors import IllegalTransition
from shop.ops.clock import now
from shop.storage.db import get_locked
from shop.web.kit.fields import stripped
from shop.web.kit.forms import ShopForm, at_most
from shop.web.kit.guards import reader_of_dossier
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


class AnswerForm(ShopForm):
    """The number that the corrected invoice bears, of the refused invoice that is named."""

    invoice = HiddenField()
    value = StringField(
        _l("Number for the corrected invoice"),
        [at_most(max(LONGEST.values()))],
        filters=[stripped],
    )


@blueprint.get("/commandes/<number>/reponse")
@reader_of_dossier(PROCEDURE, "answer_refusal")
def asked(number: str) -> Any:
    """Why the invoice was refused, and the field that cures it."""
    return _page(number, None)


@blueprint.post("/commandes/<number>/reponse")
@reader_of_dossier(PROCEDURE, "answer_refusal")
def give_answer(number: str) -> Any:
    """The office issues the corrected invoice with it."""
    order, dossier = own_order(number)
    form, by = AnswerForm(), actor()
    if not form.validate_on_submit():
        return _page(number, form), 422
    shown = url_for("quotes.show", number=dossier.number)
    try:
        invoice_id = _invoice_of(order, form.invoice.data or "")
        with database(shown).transaction() as session:
            locked = get_locked(session, Order, order.id)
            invoice = get_locked(session, Invoice, invoice_id)
            answer_refusal(session, invoice, locked, form.value.data or "", by=by, at=now())
    except (AnswerMissing, AnswerTooLong, AnswerUnchanged) as refusal:
        form.value.errors = [sentence_of(refusal)]
        return _page(number, form), 422
    except (NothingAsked, AnsweredBefore, IllegalTransition) as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(number, form), 422
    flash(_("Thank you. We issue the corrected invoice and send it again."), "good")
    return redirect(shown, 303)


def _invoice_of(order: Order, number: str) -> int:
    """The invoice that the form names, of this order and no other. Raises NothingAsked."""
    for invoice in invoices_of(reading(), order.id):
        if invoice.number == number:
            return invoice.id
    raise NothingAsked(number=number)


def _page(number: str, form: AnswerForm | None) -> str:
    order, dossier = own_order(number)
    question = open_question(reading(), order, invoices_of(reading(), order.id), actor())
    form = form or _blank(question)
    if question is not None:
        is_code = question.field is AskedField.SERVICE_CODE
        form.value.label.text = _("Service code") if is_code else _("Commitment no.")
    return render_template(
        "orders/asked.html", order_number=number, dossier=dossier, form=form, question=question
    )


def _blank(question: Question | None) -> AnswerForm:
    return AnswerForm(formdata=None, invoice=question.number if question else "")
