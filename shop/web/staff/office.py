"""The administrator's list of the staff: who works here, invitations, roles."""

from secrets import token_urlsafe
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.core.actors import ADMIN
from shop.core.errors import DomainError
from shop.duties.duties import is_lifted
from shop.duties.rules import DUTIES
from shop.ops.clock import now, today
from shop.people.people import AddressTaken
from shop.signin.passwords import hash_password
from shop.staff.leaves import leaves_of
from shop.staff.rules import (
    CustomersAddress,
    LastAdministrator,
    NoRoleChosen,
    RolesChanged,
    SameRoles,
    WorksHere,
    names_of,
)
from shop.staff.staff import (
    change_roles,
    get_colleague,
    invite_staff,
    lock_colleague,
    staff_list,
)
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab, tabs_of
from shop.web.people.registration import links
from shop.web.staff import blueprint
from shop.web.staff.forms import InviteForm, RolesForm, roles_form

TAB = Tab(
    "staff.index",
    _l("Team"),
    frozenset({ADMIN}),
    order=25,
    about=_l("who works for the shop, and with which rights"),
    group=Group.SHOP,
)


@blueprint.get("/bureau/equipe")
@staff_only(ADMIN)
def index() -> Any:
    """The staff by name."""
    rows = staff_list(reading(), place_asked())
    return render_template(
        "staff/index.html",
        rows=rows,
        query=kept(rows),
        leaves=leaves_of(reading(), [one.user.id for one in rows], on=today()),
        names_of=names_of,
        duties=DUTIES,
        is_lifted=is_lifted(reading(), now()),
    )


@blueprint.get("/bureau/equipe/invitation")
@staff_only(ADMIN)
def invitation() -> Any:
    """Who is to work for the shop."""
    return _invitation(InviteForm())


@blueprint.post("/bureau/equipe/invitation")
@staff_only(ADMIN)
@key_required
def invite() -> Any:
    """Send the invitation."""
    form, then = InviteForm(), url_for(".index")
    if not form.validate_on_submit():
        return _invitation(form, 422)
    hashed = hash_password(token_urlsafe(32))
    try:
        with database(then).transaction() as session:
            invite_staff(
                session,
                email=form.email.data or "",
                name=form.name.data or "",
                roles=form.roles,
                password_hash=hashed,
                links=links(),
                by=actor(),
                at=now(),
            )
    except NoRoleChosen as refusal:
        form.say(refusal)
        return _invitation(form, 422)
    except (AddressTaken, CustomersAddress, WorksHere) as refusal:
        form.email.errors = [sentence_of(refusal)]
        return _invitation(form, 422)
    flash(_("The invitation is sent to %(email)s.", email=form.email.data or ""), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/equipe/<int:user_id>")
@staff_only(ADMIN)
def show(user_id: int) -> Any:
    """One person: their account, and the form of their roles."""
    return _page(user_id)


@blueprint.post("/bureau/equipe/<int:user_id>")
@staff_only(ADMIN)
@key_required
def change(user_id: int) -> Any:
    """Show what the other roles give and take away; put in force what was shown."""
    held = get_colleague(reading(), user_id).user.staff_roles
    form, then = roles_form(held), url_for(".show", user_id=user_id)
    if not form.validate_on_submit():
        return _page(user_id, form, 422)
    try:
        if form.shown.data != form.mark:
            _ensure_changes(form, held)
            return _page(user_id, form, preview=True)
        with database(then).transaction() as session:
            user = lock_colleague(session, user_id)
            change_roles(session, user, form.roles, seen=form.read, by=actor(), at=now())
    except (LastAdministrator, NoRoleChosen, RolesChanged, SameRoles) as refusal:
        form.form_errors.append(sentence_of(refusal))
        if isinstance(refusal, RolesChanged):
            form.seen.data = ",".join(sorted(get_colleague(reading(), user_id).user.staff_roles))
        return _page(user_id, form, refusal.status)
    flash(_("The roles are recorded: they hold from the next page on."), "good")
    return redirect(then, 303)


def _ensure_changes(form: RolesForm, held: frozenset[str]) -> None:
    refused: DomainError | None = None
    if form.read != held:
        refused = RolesChanged()
    elif not form.roles:
        refused = NoRoleChosen()
    elif form.roles == held:
        refused = SameRoles()
    if refused is not None:
        raise refused


def _invitation(form: InviteForm, status: int = 200) -> Any:
    return render_template("staff/invite.html", form=form, here="staff.index"), status


def _page(
    user_id: int, form: RolesForm | None = None, status: int = 200, *, preview: bool = False
) -> Any:
    one = get_colleague(reading(), user_id)
    held = one.user.staff_roles
    form = form or roles_form(held)
    before, after = tabs_of(held), tabs_of(form.roles)
    html = render_template(
        "staff/show.html",
        one=one,
        form=form,
        names_of=names_of,
        preview=preview,
        gained=[tab for tab in after if tab not in before],
        lost=[tab for tab in before if tab not in after],
        is_self=one.user.id == actor().user_id,
        leaves=leaves_of(reading(), [user_id], on=today())[user_id],
        here="staff.index",
    )
    return html, status
