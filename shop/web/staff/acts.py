"""An administrator suspends and resumes an account, removes a second factor, invites again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from shop.core.actors import ADMIN
from shop.core.errors import N_, NotAllowed
from shop.ops.clock import now
from shop.privacy.closing import AlreadyClosed, NotClosed, deactivate, reopen
from shop.signin.second_factor import SecondFactorOff, remove_second_factor
from shop.staff.rules import LastAdministrator
from shop.staff.staff import Colleague, get_colleague, invite_staff_again, lock_colleague
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.people.registration import links
from shop.web.staff import blueprint
from shop.web.staff.forms import ReasonForm


@dataclass(frozen=True, slots=True)
class Act:
    """An act on an account, which needs a reason."""

    key: str
    label: str
    consequence: str
    done: str
    service: Callable[..., Any]


_SUSPEND = Act(
    "suspension",
    N_("Suspend the account"),
    N_(
        "The person is signed out everywhere at once and can no longer sign in. Nothing is erased, "
        "and the account can be resumed."
    ),
    N_("The account is suspended."),
    deactivate,
)
_RESUME = Act(
    "reprise",
    N_("Resume the account"),
    N_("The person can sign in again, with the same password and the same roles."),
    N_("The account is resumed."),
    reopen,
)
_REMOVE_FACTOR = Act(
    "second-facteur",
    N_("Remove the second factor"),
    N_(
        "For a person who has lost their telephone or their key, once you have checked who they "
        "are. They are signed out everywhere, and set up another one at their next sign-in."
    ),
    N_("The second factor is removed."),
    remove_second_factor,
)
ACTS = {act.key: act for act in (_SUSPEND, _RESUME, _REMOVE_FACTOR)}


def acts_on(one: Colleague, *, is_self: bool) -> list[Act]:
    """What an administrator may do with this account now."""
    if not one.user.active:
        return [_RESUME]
    return [_SUSPEND] + ([_REMOVE_FACTOR] if one.is_secured and not is_self else [])


@blueprint.app_context_processor
def _acts() -> dict[str, Any]:
    return {"staff_acts_on": acts_on}


@blueprint.get("/bureau/equipe/<int:user_id>/<act>")
@staff_only(ADMIN)
def ask(user_id: int, act: str) -> Any:
    """What follows from the act, and the reason."""
    return _page(user_id, _act(act), ReasonForm())


@blueprint.post("/bureau/equipe/<int:user_id>/<act>")
@staff_only(ADMIN)
@key_required
def do(user_id: int, act: str) -> Any:
    """Do it, with its reason."""
    asked, form, then = _act(act), ReasonForm(), url_for(".show", user_id=user_id)
    if not form.validate_on_submit():
        return _page(user_id, asked, form, 422)
    try:
        with database(then).transaction() as session:
            user = lock_colleague(session, user_id)
            asked.service(session, user, reason=form.reason.data or "", by=actor(), at=now())
    except (AlreadyClosed, LastAdministrator, NotClosed, SecondFactorOff) as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(user_id, asked, form, refusal.status)
    flash(_(asked.done), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/equipe/<int:user_id>/invitation")
@staff_only(ADMIN)
@key_required
def invite_again(user_id: int) -> Any:
    """Send the link of the invitation again."""
    then = url_for(".show", user_id=user_id)
    if not ShopForm().validate_on_submit():
        return redirect(then, 303)
    with database(then).transaction() as session:
        user = lock_colleague(session, user_id)
        invite_staff_again(session, user, links=links(), by=actor(), at=now())
    flash(_("The invitation is sent again."), "good")
    return redirect(then, 303)


def _act(key: str) -> Act:
    if key not in ACTS:
        abort(404)
    return ACTS[key]


def _page(user_id: int, act: Act, form: ReasonForm, status: int = 200) -> Any:
    one = get_colleague(reading(), user_id)
    if act is _REMOVE_FACTOR and one.user.id == actor().user_id:
        raise NotAllowed(act="remove_second_factor")
    html = render_template("staff/act.html", one=one, act=act, form=form, here="staff.index")
    return html, status
