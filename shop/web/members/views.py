"""« My organisation »: what all its members read, and how its administrators manage its people."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shop.core.errors import NotAllowed, NotFound
from shop.core.rights import ADMINISTER, READ, RIGHTS, ROLE_NAMES
from shop.members import members
from shop.members.administrators import LastAdministrator, administrators, last_administrator
from shop.members.lists import TeamPlaces, team_of
from shop.members.members import get_membership
from shop.members.models import Membership
from shop.members.team import membership_of, person_of, shown_membership
from shop.ops.clock import now
from shop.organisations.models import Organisation
from shop.organisations.organisations import establishments_of, get_organisation
from shop.register.legal_categories import decide
from shop.web.kit.confirming import confirmation
from shop.web.kit.guards import member_with, signed_in
from shop.web.kit.paging import kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.members import blueprint
from shop.web.members.forms import (
    EVERYWHERE,
    OWN,
    RecommendForm,
    RightsForm,
    offer_places,
    roles_ticked,
)


def own_organisation_id() -> int:
    """The organisation that the signed-in person acts for. Raises NotFound."""
    organisation_id = actor().organisation_id
    if organisation_id is None:
        raise NotFound
    return organisation_id


def locked_organisation(session: Session) -> Organisation:
    """The same, locked, for a change by its administrator: a colleague may have withdrawn their
    right a moment ago. Raises NotFound, NotAllowed.
    """
    organisation = get_organisation(session, own_organisation_id(), lock=True)
    if actor().user_id not in {one.id for one in administrators(session, organisation.id)}:
        raise NotAllowed(act="administer")
    return organisation


@blueprint.get("/compte/organisation/membres")
@member_with(READ)
def show() -> str:
    session, organisation_id = reading(), own_organisation_id()
    places = TeamPlaces(*(place_asked(name=name) for name in ("page", "waiting", "invitations")))
    team = team_of(session, organisation_id, places, at=now())
    return render_template(
        "members/team.html",
        team=team,
        query=kept(team.members, team.waiting, team.invitations),
        category=decide(team.organisation.legal_category),
        last_administrator=last_administrator(session, organisation_id),
        may_administer=actor().has(*ADMINISTER.who),
        all_rights=RIGHTS,
        role_names=ROLE_NAMES,
    )


@blueprint.get("/compte/organisation/membres/<int:membership_id>")
@member_with(ADMINISTER)
def member(membership_id: int) -> Any:
    membership = _shown(membership_id)
    form = RightsForm(
        formdata=None,
        administers=membership.administers,
        buys=membership.buys,
        accountant=membership.accountant,
        establishment=membership.establishment_id,
        scope=EVERYWHERE if membership.everywhere else OWN,
    )
    return _member_page(membership, form, RecommendForm(formdata=None))


@blueprint.post("/compte/organisation/membres/<int:membership_id>/droits")
@member_with(ADMINISTER)
def rights(membership_id: int) -> Any:
    """Set exactly the ticked roles."""
    form = _rights_form()
    if not form.validate():
        return _again(membership_id, form)
    then = place_url("members.show")
    try:
        with database(then).transaction() as session:
            members.change_rights(
                session,
                _held(session, membership_id),
                roles=roles_ticked(form),
                establishment_id=form.establishment.data,
                everywhere=form.everywhere,
                by=actor(),
                at=now(),
            )
    except LastAdministrator as refusal:
        form.administers.errors = [sentence_of(refusal)]
        return _again(membership_id, form)
    flash(_("These rights take effect immediately."), "good")
    return redirect(then, 303)


@blueprint.post("/compte/organisation/membres/<int:membership_id>/admission")
@member_with(ADMINISTER)
def let_in(membership_id: int) -> Any:
    """Approve a colleague whose address proves that they work there."""
    form = _rights_form()
    if not form.validate():
        return _again(membership_id, form)
    then = place_url("members.show")
    with database(then).transaction() as session:
        members.let_in(
            session,
            _held(session, membership_id),
            roles=roles_ticked(form),
            establishment_id=form.establishment.data,
            everywhere=form.everywhere,
            by=actor(),
            at=now(),
        )
    flash(_("Your colleague is now a member and is informed by e-mail."), "good")
    return redirect(then, 303)


@blueprint.post("/compte/organisation/membres/<int:membership_id>/recommandation")
@member_with(ADMINISTER)
def recommended(membership_id: int) -> Any:
    """Recommend a person; the office approves."""
    form = RecommendForm()
    if not form.validate():
        return _again(membership_id, None, form)
    then = place_url("members.show")
    try:
        with database(then).transaction() as session:
            membership = _held(session, membership_id)
            members.recommend(session, membership, form.note.data or "", by=actor(), at=now())
    except members.NoNote as refusal:
        form.note.errors = [sentence_of(refusal)]
        return _again(membership_id, None, form)
    flash(_("Our office will read your recommendation when it examines the request."), "good")
    return redirect(then, 303)


@blueprint.get("/compte/organisation/membres/<int:membership_id>/retrait")
@member_with(ADMINISTER)
def removal(membership_id: int) -> str:
    """Ask before a person is removed, or their request refused."""
    membership = _shown(membership_id)
    name = person_of(reading(), membership).user.name
    back = place_url("members.show")
    if membership.is_in:
        return confirmation(
            _("Remove a person"),
            name,
            _(
                "They lose access to the organisation's quotes, orders and invoices at once, and "
                "receive an e-mail. The documents that they created remain. You can invite them "
                "again."
            ),
            act=_("Remove this person"),
            back=back,
        )
    return confirmation(
        _("Refuse a request"),
        name,
        _("They receive an e-mail, and may ask again."),
        act=_("Refuse this request"),
        back=back,
    )


@blueprint.post("/compte/organisation/membres/<int:membership_id>/retrait")
@member_with(ADMINISTER)
def removed(membership_id: int) -> Any:
    """Remove a colleague who has left, or refuse a person who is not one."""
    then = place_url("members.show")
    with database(then).transaction() as session:
        membership = _held(session, membership_id)
        was_in = membership.is_in
        members.remove_member(session, membership, by=actor(), at=now())
    if was_in:
        flash(_("This person no longer belongs to your organisation."), "good")
    else:
        flash(_("The request has been refused."), "good")
    return redirect(then, 303)


@blueprint.post("/compte/organisation/membres/depart")
@signed_in
def leave() -> Any:
    """Leave one's organisation, or withdraw one's request to join."""
    by = actor()
    membership = membership_of(reading(), by.user_id)
    if membership is None:
        raise NotFound
    then = url_for("people.overview")
    with database(then).transaction() as session:
        get_organisation(session, membership.organisation_id, lock=True)
        held = get_membership(session, membership.id, membership.organisation_id)
        members.leave(session, held, by=by, at=now())
    if by.organisation_id is None:
        flash(_("Your request has been withdrawn."), "good")
    else:
        flash(_("You have left the organisation. It keeps its documents."), "good")
    return redirect(then, 303)


def _held(session: Session, membership_id: int) -> Membership:
    """A membership of one's own organisation, which is locked first. Raises NotFound, Foreign."""
    return shown_membership(session, membership_id, locked_organisation(session))


def _shown(membership_id: int) -> Membership:
    """The same, for reading."""
    organisation = get_organisation(reading(), own_organisation_id())
    return shown_membership(reading(), membership_id, organisation)


def _rights_form() -> RightsForm:
    form = RightsForm()
    offer_places(form, establishments_of(reading(), own_organisation_id()))
    return form


def _again(
    membership_id: int, form: RightsForm | None, recommend: RecommendForm | None = None
) -> Any:
    """The page with what must be corrected."""
    membership = _shown(membership_id)
    kept = form or RightsForm(
        formdata=None, establishment=membership.establishment_id, scope=EVERYWHERE
    )
    return _member_page(membership, kept, recommend or RecommendForm(formdata=None)), 422


def _member_page(membership: Membership, form: RightsForm, recommend: RecommendForm) -> str:
    session, organisation_id = reading(), own_organisation_id()
    offer_places(form, establishments_of(session, organisation_id))
    return render_template(
        "members/member.html",
        person=person_of(session, membership),
        last_administrator=last_administrator(session, organisation_id),
        form=form,
        recommend=recommend,
        all_rights=RIGHTS,
        role_names=ROLE_NAMES,
    )
