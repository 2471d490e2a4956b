"""The accounting staff: one movement of the bank, and what is decided about it."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from checkout.payouts.matching import proposed_payouts
from checkout.statements.lists import (
    Decision,
    decisions,
    get_movement,
    get_statement,
    next_open_movement,
)
from checkout.statements.movements import (
    confirm_movement,
    leave_out_movement,
    link_movement,
    set_movement_aside,
    take_up_movement,
)
from checkout.statements.procedure import PROCEDURE, MovementState
from checkout.statements.rules import Out
from checkout.web.statements import blueprint
from checkout.web.statements.forms import LeavingOutForm, LinkForm, SharesForm, shares_form
from checkout.web.statements.office import out_words, reason_words
from shop.core.actors import ACCOUNTING
from shop.core.errors import Changed, DomainError
from shop.core.text import money
from shop.ops.clock import now
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import came_from, place_before, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.kit.told import tell_done


@blueprint.get("/bureau/releves/mouvements/<int:movement_id>")
@staff_only(ACCOUNTING)
def movement(movement_id: int) -> Any:
    """One movement: what is proposed, and the form for other invoices."""
    return _page(movement_id)


@blueprint.post("/bureau/releves/mouvements/<int:movement_id>")
@staff_only(ACCOUNTING)
@key_required
def confirm(movement_id: int) -> Any:
    """Book the movement on the invoices that were entered."""
    decision = _decision(movement_id)
    form: SharesForm = shares_form(decision.best.shares if decision.best else ())
    if not form.validate_on_submit():
        return _page(movement_id, 422, shares=form)
    then = _then(decision)
    try:
        with database(then).transaction() as session:
            done = confirm_movement(
                session, movement_id, form.shares, keep=form.keep.data, by=actor(), at=now()
            )
    except DomainError as refusal:
        return _refused(movement_id, form, refusal)
    amount = money(done.amount.cents, current_language())
    flash(_("%(amount)s booked.", amount=amount), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/releves/mouvements/<int:movement_id>/attente")
@staff_only(ACCOUNTING)
@key_required
def set_aside(movement_id: int) -> Any:
    """Hold the money as unidentified."""
    then = _then(_decision(movement_id))
    with database(then).transaction() as session:
        done = set_movement_aside(session, movement_id, by=actor(), at=now())
    amount = money(done.amount.cents, current_language())
    flash(_("%(amount)s is set aside as unidentified money.", amount=amount), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/releves/mouvements/<int:movement_id>/lien")
@staff_only(ACCOUNTING)
@key_required
def link(movement_id: int) -> Any:
    """The transfer was recorded before: nothing is booked again."""
    form, then = LinkForm(), _then(_decision(movement_id))
    chosen = form.transfer.data or ""
    with database(then).transaction() as session:
        transfer_id = int(chosen) if chosen.isdecimal() else 0
        link_movement(session, movement_id, transfer_id, by=actor(), at=now())
    flash(_("This movement is the transfer recorded before: nothing is booked again."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/releves/mouvements/<int:movement_id>/ecart")
@staff_only(ACCOUNTING)
def leave_out(movement_id: int) -> Any:
    """The movement is no payment of a client."""
    form, then = LeavingOutForm(prefix="out"), _then(_decision(movement_id))
    if not form.validate_on_submit():
        return _page(movement_id, 422, leaving_out=form)
    with database(then).transaction() as session:
        reason = form.reason.data or ""
        leave_out_movement(session, movement_id, reason, by=actor(), at=now())
    tell_done(
        _("The movement is left out."),
        undo=_("Take it up again"),
        url=url_for(".movement", movement_id=movement_id),
    )
    return redirect(then, 303)


@blueprint.post("/bureau/releves/mouvements/<int:movement_id>/reprise")
@staff_only(ACCOUNTING)
def take_up(movement_id: int) -> Any:
    """A movement left out by mistake is to be decided again."""
    then = url_for(".movement", movement_id=movement_id)
    with database(then).transaction() as session:
        take_up_movement(session, movement_id, by=actor(), at=now())
    flash(_("The movement is to be decided again."), "good")
    return redirect(then, 303)


def _refused(movement_id: int, form: SharesForm, refusal: DomainError) -> Any:
    """The form again with the refusal beside the row that it concerns. Raises one that no other
    answer mends.
    """
    if refusal.suspicious or (refusal.status != 422 and not isinstance(refusal, Changed)):
        raise refusal
    number = refusal.facts.get("number")
    rows = [row for row, share in zip(form.rows, form.shares, strict=False) if share[0] == number]
    place = rows[0][1] if rows else form.rows[0][1]
    place.errors = [sentence_of(refusal)]
    return _page(movement_id, 422, shares=form)


def _decision(movement_id: int) -> Decision:
    return decisions(reading(), [get_movement(reading(), movement_id)])[0]


def _then(decision: Decision) -> str:
    """The next movement to decide about, when this one was opened from the list of its statement;
    else the page from which it was opened.
    """
    one = decision.movement
    statement = url_for(".show", statement_id=one.statement_id)
    place = place_before(statement)
    following = next_open_movement(reading(), one, place) if place is not None else None
    if following is not None:
        return place_url(".movement", movement_id=following)
    return came_from(place_url(".show", statement_id=one.statement_id))


def _page(movement_id: int, status: int = 200, **typed: ShopForm) -> Any:
    session = reading()
    decision = _decision(movement_id)
    one = decision.movement
    statement, file = get_statement(session, one.statement_id)
    acts = {each.name for each in PROCEDURE.open_transitions(one.state, actor())}
    if one.out is not Out.BY_HAND:
        acts.discard("take_up_movement")
    forms: dict[str, ShopForm] = {
        "shares": shares_form(decision.best.shares if decision.best else (), formdata=None),
        "leaving_out": LeavingOutForm(formdata=None, prefix="out"),
        "link": LinkForm(formdata=None),
    }
    html = render_template(
        "statements/movement.html",
        movement=one,
        decision=decision,
        statement=statement,
        file=file,
        acts=acts,
        payouts=proposed_payouts(session, one) if "leave_out_movement" in acts else (),
        forms=forms | typed,
        words=state_words(one.state),
        reason_words=reason_words,
        out_words=out_words,
        back=came_from(url_for(".show", statement_id=statement.id)),
        here="statements.queue",
    )
    return html, status


def state_words(state: MovementState) -> tuple[str, str]:
    """The kind and the words of a state of a movement."""
    return {
        MovementState.OPEN: ("you", _("to decide")),
        MovementState.BOOKED: ("good", _("booked")),
        MovementState.ASIDE: ("info", _("set aside, unidentified")),
        MovementState.KNOWN: ("good", _("recorded before")),
        MovementState.OUT: ("plain", _("left out")),
    }[state]
