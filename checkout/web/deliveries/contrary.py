"""The office corrects a delivery note that was wrong with a contrary one."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from checkout.corrections.contrary_notes import correct_delivery_note, note_lines
from checkout.deliveries.contrary_rules import (
    ContraryReasonMissing,
    MoreThanOnNote,
    NoteLine,
    NothingLeftOnNote,
    NothingTakenBack,
)
from checkout.deliveries.models import DeliveryNote
from checkout.orders.orders import get_order
from checkout.orders.procedure import PROCEDURE
from checkout.web.deliveries import blueprint
from checkout.web.deliveries.notes import desk_of, known_note
from shop.core.actors import LOGISTICS, SALES_ADMIN
from shop.ops.clock import now
from shop.web.kit.fields import stripped
from shop.web.kit.forms import at_most, required
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.units import UnitsForm, units_field, units_name


class ContraryForm(UnitsForm):
    """The units that did not leave, and why the delivery note says that they did."""

    NOTHING = NothingTakenBack

    reason = StringField(
        _l("Reason"),
        [required(_l("Say what was wrong.")), at_most(500)],
        filters=[stripped],
    )


def contrary_form(lines: Sequence[NoteLine]) -> ContraryForm:
    """The form of the lines of a delivery note of which something can be taken back."""
    fields = {
        units_name(line.position): units_field(
            line.name,
            line.most,
            asked=_l("%(name)s: enter a number, or 0 if all left.", name=line.name),
            default=0,
        )
        for line in lines
        if line.most
    }
    form: ContraryForm = type("NoteContraryForm", (ContraryForm,), fields)()
    return form


@blueprint.get("/bureau/livraisons/<number>/<note>/rectification")
@staff_only(LOGISTICS, SALES_ADMIN)
def contrary(number: str, note: str) -> Any:
    """What can be taken back of a delivery note, or why nothing can."""
    return _page(number, note)


@blueprint.post("/bureau/livraisons/<number>/<note>/rectification")
@staff_only(LOGISTICS, SALES_ADMIN)
@key_required
def correct(number: str, note: str) -> Any:
    """Issue the contrary delivery note."""
    order, found = known_note(number, note)
    form, shown = contrary_form(note_lines(reading(), order, found)), desk_of(number)
    if not form.validate_on_submit():
        return _page(number, note, form, 422)
    try:
        with database(shown).transaction() as session:
            made = correct_delivery_note(
                session,
                get_order(session, number, by=actor()),
                session.get_one(DeliveryNote, found.id),
                form.quantities,
                reason=form.reason.data or "",
                by=actor(),
                at=now(),
            )
    except (ContraryReasonMissing, NothingLeftOnNote) as refusal:
        form.say(refusal)
        return _page(number, note, form, refusal.status)
    except MoreThanOnNote as refusal:
        form.units_of(refusal.facts["position"]).errors = [sentence_of(refusal)]
        return _page(number, note, form, 422)
    flash(
        _(
            "Contrary delivery note %(number)s corrects %(note)s. The buyer is notified by e-mail.",
            number=made.number,
            note=note,
        ),
        "good",
    )
    return redirect(shown, 303)


def _page(number: str, note: str, form: ContraryForm | None = None, status: int = 200) -> Any:
    order, found = known_note(number, note)
    lines = note_lines(reading(), order, found)
    is_open = PROCEDURE.find("correct_delivery_note", order.stage) is not None
    left = [line for line in lines if line.most] if is_open else []
    html = render_template(
        "deliveries/contrary.html",
        order=order,
        note=found,
        lines=left,
        why=sentence_of(NothingLeftOnNote(number=found.number)),
        form=form or contrary_form(lines),
        here="deliveries.queue",
    )
    return html, status
