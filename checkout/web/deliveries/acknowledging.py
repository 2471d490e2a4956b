"""The page on which the recipient acknowledges a delivery, without an account.

Its address has the token of the delivery note, and shows the goods of that note only. Opening it
records nothing.
"""

from typing import Any

from flask import redirect, render_template, url_for

from checkout.deliveries.models import DeliveryAcknowledgement
from checkout.deliveries.rules import UnexplainedReservation
from checkout.invoices.acknowledgements import (
    Recipient,
    acknowledge_delivery,
    delivered_lines,
    note_of_token,
)
from checkout.web.deliveries import blueprint
from checkout.web.deliveries.forms import KINDS, AcknowledgementForm, acknowledgement_form
from shop.ops.clock import now
from shop.web.kit.guards import everybody
from shop.web.kit.once import repeatable
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


@blueprint.get("/livraisons/<token>")
@everybody
def acknowledgement(token: str) -> str:
    """The form, or what was acknowledged already."""
    return _page(token)


@blueprint.post("/livraisons/<token>")
@everybody
@repeatable("a delivery is acknowledged once: the first acknowledgement stays")
def acknowledge(token: str) -> Any:
    """Record the acknowledgement, or show the form with its errors."""
    form = acknowledgement_form(delivered_lines(reading(), note_of_token(reading(), token)))
    if not form.validate_on_submit():
        return _page(token, form), 422
    recipient = Recipient(form.name.data or "", form.capacity.data or "")
    try:
        with database().transaction() as session:
            acknowledge_delivery(session, token, recipient, form.reservations, by=actor(), at=now())
    except UnexplainedReservation as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(token, form), 422
    return redirect(url_for(".acknowledgement", token=token), 303)


def _page(token: str, form: AcknowledgementForm | None = None) -> str:
    session = reading()
    note = note_of_token(session, token)
    lines = delivered_lines(session, note)
    return render_template(
        "deliveries/acknowledgement.html",
        note=note,
        lines=lines,
        known=session.get(DeliveryAcknowledgement, note.id),
        kinds=KINDS,
        form=form or acknowledgement_form(lines),
    )
