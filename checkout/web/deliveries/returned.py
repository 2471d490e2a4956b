"""The office: the signed delivery note that came back, and the acceptance by the buyer's body."""

from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, TextAreaField

from checkout.deliveries.models import DeliveryAcceptance, DeliveryNote, SignedDeliveryNote
from checkout.deliveries.rules import (
    AcceptedBeforeShipped,
    AcceptedInFuture,
    ReceiptInFuture,
    ReceivedBeforeShipped,
    SignedBefore,
)
from checkout.invoices.signed_notes import (
    Acceptance,
    SignedReturn,
    record_acceptance,
    record_signed_note,
)
from checkout.orders.models import Order
from checkout.web.deliveries import blueprint
from checkout.web.deliveries.notes import desk_of, known_note
from shop.core.actors import ACCOUNTING, LOGISTICS, SALES_ADMIN
from shop.core.errors import NotFound
from shop.ops.clock import now
from shop.web.kit.fields import lines, words
from shop.web.kit.forms import ShopForm, at_most, required
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.sent_files import takes_file, upload_if_sent, upload_of
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of


class SignedNoteForm(ShopForm):
    """What the recipient wrote on the delivery note, and its scan."""

    NEVER_PRINTED = frozenset({"signatory", "reservations"})

    scan = FileField(_l("Scan of the signed delivery note"))
    signed_on = DateField(
        _l("Signed on"), [required(_l("Enter the day of signature, such as 31/12/2026."))]
    )
    signatory = words(
        _l("Name of the signatory"), missing=_l("Enter the name of the signatory."), most=200
    )
    reservations = TextAreaField(
        _l("Reservations"),
        [at_most(1000)],
        description=_l("As they are written on the note; leave empty if there are none."),
        filters=[lines],
    )


class AcceptanceForm(ShopForm):
    """What the buyer's body told of its acceptance."""

    NEVER_PRINTED = frozenset({"accepted_by", "reference"})

    accepted_on = DateField(
        _l("Accepted on"), [required(_l("Enter the day of acceptance, such as 31/12/2026."))]
    )
    accepted_by = words(
        _l("Told by"),
        missing=_l("Enter who told the acceptance: a person or a service."),
        most=200,
    )
    reference = words(_l("Reference of the acceptance"), most=100)
    paper = FileField(
        _l("Paper or e-mail of the body"),
        description=_l("The client finds it with the documents of their order."),
    )


@blueprint.get("/bureau/livraisons/<number>/<note>/retour-signe")
@staff_only(LOGISTICS, SALES_ADMIN)
def signed_note(number: str, note: str) -> Any:
    """The form of the signed delivery note, or a way back once it is recorded."""
    order, found = known_note(number, note)
    if reading().get(SignedDeliveryNote, found.id) is not None:
        return redirect(desk_of(number), 303)
    return _signed_page(order, found, SignedNoteForm(formdata=None))


@blueprint.post("/bureau/livraisons/<number>/<note>/retour-signe")
@staff_only(LOGISTICS, SALES_ADMIN)
@takes_file
@key_required
def keep_signed_note(number: str, note: str) -> Any:
    """Keep the scan, and what the recipient wrote."""
    order, found = known_note(number, note)
    form = SignedNoteForm()
    valid = form.validate_on_submit()
    upload, status = upload_of(form.scan)
    if not valid or upload is None or form.signed_on.data is None:
        return _signed_page(order, found, form), status
    told = SignedReturn(
        form.signed_on.data, form.signatory.data or "", form.reservations.data or ""
    )
    shown = desk_of(number)
    try:
        with database(shown).transaction() as session:
            record_signed_note(session, (number, note), told, upload, by=actor(), at=now())
    except (ReceivedBeforeShipped, ReceiptInFuture) as refusal:
        form.signed_on.errors = [sentence_of(refusal)]
        return _signed_page(order, found, form), 422
    except SignedBefore as refusal:
        form.say(refusal)
        return _signed_page(order, found, form), 422
    flash(_("The signed delivery note %(number)s has been recorded.", number=note), "good")
    return redirect(shown, 303)


@blueprint.get("/bureau/livraisons/<number>/<note>/service-fait")
@staff_only(LOGISTICS, SALES_ADMIN, ACCOUNTING)
def acceptance(number: str, note: str) -> Any:
    """The form of the acceptance, with what was noted before."""
    order, found = known_note(number, note)
    if order.organisation_id is None:
        raise NotFound(number=note)
    noted = reading().get(DeliveryAcceptance, found.id)
    return _acceptance_page(order, found, AcceptanceForm(formdata=None, obj=noted))


@blueprint.post("/bureau/livraisons/<number>/<note>/service-fait")
@staff_only(LOGISTICS, SALES_ADMIN, ACCOUNTING)
@takes_file
def accept(number: str, note: str) -> Any:
    """Note the acceptance."""
    order, found = known_note(number, note)
    form = AcceptanceForm()
    valid = form.validate_on_submit()
    upload, status = upload_if_sent(form.paper)
    if not valid or form.accepted_on.data is None or form.paper.errors:
        return _acceptance_page(order, found, form), 422 if status == 200 else status
    told = Acceptance(form.accepted_on.data, form.accepted_by.data or "", form.reference.data or "")
    shown = desk_of(number)
    try:
        with database(shown).transaction() as session:
            record_acceptance(session, (number, note), told, upload, by=actor(), at=now())
    except (AcceptedBeforeShipped, AcceptedInFuture) as refusal:
        form.accepted_on.errors = [sentence_of(refusal)]
        return _acceptance_page(order, found, form), 422
    flash(_("The acceptance of delivery %(number)s has been noted.", number=note), "good")
    return redirect(shown, 303)


def _signed_page(order: Order, note: DeliveryNote, form: SignedNoteForm) -> str:
    return render_template(
        "deliveries/signed_note.html", order=order, note=note, form=form, here="deliveries.queue"
    )


def _acceptance_page(order: Order, note: DeliveryNote, form: AcceptanceForm) -> str:
    return render_template(
        "deliveries/acceptance.html", order=order, note=note, form=form, here="deliveries.queue"
    )
