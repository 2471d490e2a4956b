"""The accounting staff: what is told of invoices, and the correction of a wrong one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.corrections.lists import count_to_cure, to_cure
from checkout.corrections.replacements import (
    ensure_correction,
    ensure_replaceable,
    replace_invoice,
    replaced_by,
    replacement_of,
)
from checkout.corrections.rules import CreditedInPart, NothingCorrected
from checkout.invoices.answers import answer_to, completed, question_of
from checkout.invoices.corrections import correction_of
from checkout.invoices.events import events_of
from checkout.invoices.invoices import get_invoice, invoice_with_order
from checkout.invoices.objections import answers_to_objections, objections_of
from checkout.invoices.overdue import late_of
from checkout.invoices.procedure import is_never_booked
from checkout.invoices.rules import DayInFuture, DayTooEarly, StatusReasonMissing
from checkout.invoices.statuses import correct_status, end_dispute, note_status
from checkout.web.corrections import blueprint
from checkout.web.corrections.forms import (
    END_DISPUTE,
    MISTAKE,
    CorrectionForm,
    EndingForm,
    StatusForm,
    filled,
)
from checkout.web.corrections.words import event_words, state_words
from shop.core.actors import ACCOUNTING
from shop.core.errors import DomainError
from shop.ops.clock import now, today
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to, repeatable
from shop.web.kit.paging import came_from, kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "corrections.queue",
    _l("Refused invoices"),
    frozenset({ACCOUNTING}),
    lambda _at: count_to_cure(),
    order=42,
    about=_l("refused, rejected, contested or suspended"),
    group=Group.MONEY,
)


@blueprint.get("/bureau/rectifications")
@staff_only(ACCOUNTING)
def queue() -> Any:
    """Invoices refused, rejected, contested, suspended, with their age."""
    invoices = to_cure(reading(), today(), place_asked())
    return render_template(
        "corrections/queue.html", invoices=invoices, query=kept(invoices), words=state_words()
    )


@blueprint.get("/bureau/rectifications/<number>")
@staff_only(ACCOUNTING)
def compose(number: str) -> Any:
    """The life of an invoice, what was told of it, and the form of its correction."""
    return page_of_life(number)


@blueprint.post("/bureau/rectifications/<number>")
@staff_only(ACCOUNTING)
@repeatable("nothing is stored before the correction is confirmed")
def check(number: str) -> Any:
    """The correction as it would be issued, to be read again; `change` shows its form again."""
    form = CorrectionForm(prefix="corrected")
    if "change" in request.form:
        return page_of_life(number, corrected=form)
    if not form.validate():
        return page_of_life(number, corrected=form, status=422)
    session = reading()
    invoice, order = invoice_with_order(session, number)
    said = form.said(correction_of(invoice, order))
    try:
        ensure_replaceable(invoice, by=actor())
        ensure_correction(invoice, order, said, form.reason.data or "")
    except NothingCorrected as refusal:
        form.say(refusal)
        return page_of_life(number, corrected=form, status=422)
    return render_template(
        "corrections/confirm.html",
        invoice=invoice,
        parties=said.parties,
        said=said,
        before=correction_of(invoice, order),
        form=form,
        late=late_of(invoice, today=today()),
        is_internal=is_never_booked(invoice.state),
        here="corrections.queue",
    )


@blueprint.post("/bureau/rectifications/<number>/emission")
@staff_only(ACCOUNTING)
@key_required
def issue(number: str) -> Any:
    """Take the wrong invoice back and issue the corrected one."""
    form, by = CorrectionForm(prefix="corrected"), actor()
    if not form.validate():
        return page_of_life(number, corrected=form, status=422)
    try:
        with database().transaction() as session:
            invoice, order = get_invoice(session, number, by=by)
            said, reason = form.said(correction_of(invoice, order)), form.reason.data or ""
            done = replace_invoice(session, invoice, order, said, reason, by=by, at=now())
            new = done.invoice.number
            shown = leads_to(session, url_for("invoices.show", number=new))
    except (NothingCorrected, CreditedInPart) as refusal:
        form.say(refusal)
        return page_of_life(number, corrected=form, status=422)
    flash(_("Invoice %(number)s has been issued: send it.", number=new), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/rectifications/<number>/statut")
@staff_only(ACCOUNTING)
def tell(number: str) -> Any:
    """Record what was told of an invoice, the end of a dispute, or a mistake."""
    form = StatusForm(prefix="told")
    if not form.validate_on_submit():
        return page_of_life(number, told=form, status=422)
    shown = place_url(".compose", number=number)
    try:
        with database(shown).transaction() as session:
            _write(session, number, form)
    except (DayInFuture, DayTooEarly) as refusal:
        form.told_on.errors = [sentence_of(refusal)]
    except StatusReasonMissing as refusal:
        form.reason.errors = [sentence_of(refusal)]
    except DomainError as refusal:
        if refusal.suspicious:
            raise
        form.say(refusal)
    else:
        flash(_("Status recorded."), "good")
        return redirect(shown, 303)
    return page_of_life(number, told=form, status=422)


def _write(session: Any, number: str, form: StatusForm) -> None:
    by, at, day = actor(), now(), form.told_on.data or today()
    invoice, _order = get_invoice(session, number, by=by)
    reason, status = form.reason.data or "", form.status.data
    if status == END_DISPUTE:
        end_dispute(session, invoice, day, reason, by=by, at=at)
    elif status == MISTAKE:
        correct_status(session, invoice, reason, by=by, at=at)
    else:
        note_status(session, invoice, status, on=day, reason=reason, by=by, at=at)


def page_of_life(number: str, *, status: int = 200, **forms: ShopForm) -> Any:
    """The page of the life of an invoice, with the forms as they were typed."""
    session = reading()
    invoice, order = invoice_with_order(session, number)
    said = correction_of(invoice, order)
    question = question_of(session, invoice, order)
    answer = answer_to(session, question) if question else None
    given = filled(said)
    if question and answer:
        given = filled(completed(said, answer)) | {"reason": question.reason}
    ready = CorrectionForm(formdata=None, prefix="corrected", **given)
    shown: dict[str, ShopForm] = {
        "corrected": ready,
        "told": StatusForm(formdata=None, prefix="told", told_on=today()),
        "ending": EndingForm(formdata=None, prefix="ending", ended_on=today()),
    }
    html = render_template(
        "corrections/compose.html",
        invoice=invoice,
        parties=said.parties,
        has_service=said.parties.paying_service is not None,
        late=late_of(invoice, today=today()),
        state_name=state_words()[invoice.state],
        events=event_words(events_of(session, invoice.id)),
        replacement=replacement_of(session, invoice),
        replaces=replaced_by(session, invoice),
        is_internal=is_never_booked(invoice.state),
        question=question,
        answer=answer,
        answered=ready.answers,
        objection=objections_of(session, order, [invoice]).get(number),
        answers=answers_to_objections(session, [invoice.id]),
        back=came_from(url_for(".queue")),
        here="corrections.queue",
        **shown | forms,
    )
    return html, status
