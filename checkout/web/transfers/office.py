"""The accounting staff: money that came by transfer, allotted anew or given back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.payments.procedure import PROCEDURE, is_booked
from checkout.statements.matching_rules import numbers_in
from checkout.transfers.allotments import allot
from checkout.transfers.lists import STATES, count_to_do, get_part, parts, parts_of_transfer
from checkout.transfers.returns import confirm_return, order_return, send_back_return
from checkout.web.credits.forms import ConfirmationForm, SendingBackForm
from checkout.web.transfers import blueprint
from checkout.web.transfers.forms import AllotmentForm, ReturnForm, allotment_form
from shop.core.actors import ACCOUNTING
from shop.core.errors import DomainError
from shop.core.text import money
from shop.duties.rules import SamePerson
from shop.ops.clock import now, today
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import came_from, kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "transfers.queue",
    _l("Transfers"),
    frozenset({ACCOUNTING}),
    lambda _at: count_to_do(),
    order=54,
    about=_l("credits, unidentified money, returns to confirm"),
    group=Group.MONEY,
)


@blueprint.get("/bureau/virements")
@staff_only(ACCOUNTING)
def queue() -> Any:
    """The parts of transfers, the latest first: held, to be given back, on an invoice."""
    session = reading()
    rows = parts(session, today(), place_asked())
    return render_template(
        "transfers/queue.html", rows=rows, query=kept(rows), states=STATES, here="transfers.queue"
    )


@blueprint.get("/bureau/virements/<int:part_id>")
@staff_only(ACCOUNTING)
def show(part_id: int) -> Any:
    """One part: what became of its transfer, and what can be done with it."""
    return _page(part_id)


@blueprint.post("/bureau/virements/<int:part_id>/affectation")
@staff_only(ACCOUNTING)
@key_required
def move(part_id: int) -> Any:
    """Allot the money anew."""
    form = _form(part_id)
    if not form.validate_on_submit():
        return _page(part_id, 422, allotment=form)
    try:
        with database().transaction() as session:
            made = allot(session, part_id, form.asked, by=actor(), at=now())
            shown = place_url(".show", part_id=made[0].id)
            leads_to(session, shown)
    except DomainError as refusal:
        return _refused(part_id, form, refusal, allotment=form)
    flash(_("The money is allotted: its parts are below."), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/virements/<int:part_id>/restitution")
@staff_only(ACCOUNTING)
@key_required
def order(part_id: int) -> Any:
    """Order the transfer that gives the money back."""
    form, shown = ReturnForm(prefix="return"), place_url(".show", part_id=part_id)
    if not form.validate_on_submit():
        return _page(part_id, 422, giving_back=form)
    try:
        with database(shown).transaction() as session:
            account, reason = form.account.data or "", form.reason.data or ""
            part = order_return(
                session, part_id, account=account, reason=reason, by=actor(), at=now()
            )
    except DomainError as refusal:
        return _refused(part_id, form, refusal, giving_back=form)
    told = money(part.amount.cents, current_language())
    flash(
        _("The transfer of %(amount)s is ordered: another person confirms it.", amount=told), "good"
    )
    return redirect(shown, 303)


@blueprint.post("/bureau/virements/<int:part_id>/restitution/confirmation")
@staff_only(ACCOUNTING)
@key_required
def confirm(part_id: int) -> Any:
    """Another person confirms that the transfer was made."""
    form = ConfirmationForm(prefix="confirmation")
    shown = place_url(".show", part_id=part_id)
    if not form.validate_on_submit():
        return _page(part_id, 422, confirmation=form)
    try:
        with database(shown).transaction() as session:
            reference = form.reference.data or ""
            part = confirm_return(session, part_id, reference=reference, by=actor(), at=now())
    except DomainError as refusal:
        return _refused(part_id, form, refusal, confirmation=form)
    told = money(part.amount.cents, current_language())
    flash(_("The return of %(amount)s is recorded.", amount=told), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/virements/<int:part_id>/restitution/renvoi")
@staff_only(ACCOUNTING)
def send_back(part_id: int) -> Any:
    """The transfer is not made: the money is held again."""
    form, shown = SendingBackForm(prefix="back"), place_url(".show", part_id=part_id)
    if not form.validate_on_submit():
        return _page(part_id, 422, sending_back=form)
    with database(shown).transaction() as session:
        send_back_return(session, part_id, reason=form.reason.data or "", by=actor(), at=now())
    flash(_("The money is held again."), "good")
    return redirect(shown, 303)


def _refused(part_id: int, form: ShopForm, refusal: DomainError, **typed: ShopForm) -> Any:
    """The page again with the refusal, beside the row that it concerns. Raises one that no other
    answer mends.
    """
    number = refusal.facts.get("number")
    if isinstance(form, AllotmentForm):
        rows = [row for row in form.rows if number and (row[0].data or "").upper() == number]
        place = rows[0][1] if rows else form.rows[0][1]
    else:
        place = form.account if "account" in form else form.reference
    if refusal.status == 422 and not isinstance(refusal, SamePerson):
        place.errors = [sentence_of(refusal)]
    else:
        form.say(refusal)
    return _page(part_id, 422, **typed)


def _form(part_id: int, **more: Any) -> AllotmentForm:
    """The form of a part; `?facture=` proposes an invoice for a credit."""
    row = get_part(reading(), part_id)
    wanted = numbers_in(request.args.get("facture", ""))
    proposed = [(number, row.part.amount) for number in wanted[:1]]
    booked = is_booked(row.part.state)
    return allotment_form(proposed, is_booked=booked, has_client=row.is_credit, **more)


def _page(part_id: int, status: int = 200, **typed: ShopForm) -> Any:
    session = reading()
    row = get_part(session, part_id)
    forms: dict[str, ShopForm] = {
        "allotment": _form(part_id, formdata=None),
        "giving_back": ReturnForm(formdata=None, prefix="return"),
        "confirmation": ConfirmationForm(formdata=None, prefix="confirmation"),
        "sending_back": SendingBackForm(formdata=None, prefix="back"),
    }
    html = render_template(
        "transfers/show.html",
        row=row,
        parts=parts_of_transfer(session, row.transfer),
        states=STATES,
        acts={one.name for one in PROCEDURE.open_transitions(row.part.state, actor())},
        forms=forms | typed,
        back=came_from(url_for(".queue")),
        here="transfers.queue",
    )
    return html, status
