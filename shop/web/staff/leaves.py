"""An administrator enters that a colleague is away and who replaces them, and ends it early."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop.core.actors import ADMIN
from shop.ops.clock import now
from shop.staff.leave_rules import LeaveRefused
from shop.staff.leaves import end_leave, enter_leave, get_leave, leave_to_end, possible_substitutes
from shop.staff.rules import names_of
from shop.staff.staff import get_colleague, lock_colleague
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.staff import blueprint
from shop.web.staff.forms import LeaveForm


@blueprint.get("/bureau/equipe/<int:user_id>/absence")
@staff_only(ADMIN)
def absence(user_id: int) -> Any:
    """The days, the substitute, and which roles they have meanwhile."""
    return _page(user_id, LeaveForm())


@blueprint.post("/bureau/equipe/<int:user_id>/absence")
@staff_only(ADMIN)
@key_required
def enter_absence(user_id: int) -> Any:
    """Enter it."""
    form, then = LeaveForm(), url_for(".show", user_id=user_id)
    if not form.validate_on_submit():
        return _page(user_id, form, 422)
    try:
        with database(then).transaction() as session:
            user = lock_colleague(session, user_id)
            enter_leave(session, user, form.terms, by=actor(), at=now())
    except LeaveRefused as refusal:
        form[refusal.field].errors = [sentence_of(refusal)]
        return _page(user_id, form, 422)
    flash(_("The absence is entered. The substitute, if any, receives an e-mail."), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/equipe/<int:user_id>/absences/<int:leave_id>/fin")
@staff_only(ADMIN)
def ask_end(user_id: int, leave_id: int) -> Any:
    """What follows from ending it."""
    return _end_page(user_id, leave_id)


@blueprint.post("/bureau/equipe/<int:user_id>/absences/<int:leave_id>/fin")
@staff_only(ADMIN)
@key_required
def end_absence(user_id: int, leave_id: int) -> Any:
    """End it early."""
    then = url_for(".show", user_id=user_id)
    if not ShopForm().validate_on_submit():
        return _end_page(user_id, leave_id, 422)
    with database(then).transaction() as session:
        user = lock_colleague(session, user_id)
        end_leave(session, user, get_leave(session, user_id, leave_id), by=actor(), at=now())
    flash(_("The absence is ended."), "good")
    return redirect(then, 303)


def _page(user_id: int, form: LeaveForm, status: int = 200) -> Any:
    one = get_colleague(reading(), user_id)
    form.offer(possible_substitutes(reading(), user_id), one.user.staff_roles)
    return render_template("staff/leave.html", one=one, form=form, here="staff.index"), status


def _end_page(user_id: int, leave_id: int, status: int = 200) -> Any:
    html = render_template(
        "staff/leave_end.html",
        one=get_colleague(reading(), user_id),
        known=leave_to_end(reading(), user_id, leave_id, at=now()),
        names_of=names_of,
        here="staff.index",
    )
    return html, status
