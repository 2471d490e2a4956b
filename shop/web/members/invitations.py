"""The pages of invitations: sending them, and the link of the e-mail."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shop.core.actors import READER
from shop.core.errors import NotAllowed
from shop.core.rights import ADMINISTER, RIGHTS, ROLE_NAMES
from shop.members import invitations
from shop.members.invitation_links import InvitationLinks
from shop.members.invitation_rules import AlreadyAsking, AlreadyIn, AlreadyInvited, InvitationOver
from shop.members.models import Invitation
from shop.members.newcomers import has_account, join_as_newcomer
from shop.members.team import membership_of, obstacle_to
from shop.ops.clock import now
from shop.organisations.organisations import establishments_of, get_establishment, get_organisation
from shop.people.links import DeadLink
from shop.people.people import AddressTaken, get_person
from shop.signin.passwords import hash_password
from shop.web.kit.confirming import confirmation
from shop.web.kit.guards import everybody, member_with
from shop.web.kit.invitation_over import invitation_over
from shop.web.kit.paging import place_url
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import database, language, reading, sentence_of, settings
from shop.web.members import blueprint
from shop.web.members.forms import InviteForm, NewcomerForm, offer_places, roles_ticked
from shop.web.members.views import locked_organisation, own_organisation_id
from shop.web.signin.entrance import open_session


def links() -> InvitationLinks:
    """The links of this shop's invitations."""
    return InvitationLinks(settings().secret_key)


@blueprint.get("/compte/organisation/membres/invitations/nouvelle")
@member_with(ADMINISTER)
def new_invitation() -> Any:
    return _invite_page(InviteForm(formdata=None))


@blueprint.post("/compte/organisation/membres/invitations/nouvelle")
@member_with(ADMINISTER)
def send_invitation() -> Any:
    form = InviteForm()
    offer_places(form, establishments_of(reading(), own_organisation_id()))
    if not form.validate():
        return _invite_page(form), 422
    then = place_url("members.show")
    try:
        with database(then).transaction() as session:
            organisation = locked_organisation(session)
            invitations.invite(
                session,
                organisation,
                email=form.email.data or "",
                roles=roles_ticked(form),
                establishment_id=form.establishment.data,
                everywhere=form.everywhere,
                links=links(),
                by=actor(),
                at=now(),
            )
    except (AlreadyIn, AlreadyAsking, AlreadyInvited) as refusal:
        form.email.errors = [sentence_of(refusal)]
        return _invite_page(form), 422
    said = _(
        "The invitation has been sent to %(email)s. Role: %(roles)s.",
        email=form.email.data,
        roles=", ".join(_(ROLE_NAMES[role]) for role in roles_ticked(form) or [READER]),
    )
    flash(said, "good")
    return redirect(then, 303)


@blueprint.post("/compte/organisation/membres/invitations/<int:invitation_id>/renvoi")
@member_with(ADMINISTER)
def resend_invitation(invitation_id: int) -> Any:
    then = place_url("members.show")
    with database(then).transaction() as session:
        invitation = _held(session, invitation_id)
        invitations.resend(session, invitation, links=links(), by=actor(), at=now())
    flash(_("A new e-mail has been sent. The link in the previous one no longer works."), "good")
    return redirect(then, 303)


@blueprint.get("/compte/organisation/membres/invitations/<int:invitation_id>/annulation")
@member_with(ADMINISTER)
def withdrawal(invitation_id: int) -> str:
    """Ask before an invitation is withdrawn."""
    invitation = invitations.get_invitation(reading(), invitation_id, own_organisation_id())
    return confirmation(
        _("Withdraw an invitation"),
        invitation.email,
        _("The link in the e-mail no longer works. You can invite this person again."),
        act=_("Withdraw this invitation"),
        back=place_url("members.show"),
    )


@blueprint.post("/compte/organisation/membres/invitations/<int:invitation_id>/annulation")
@member_with(ADMINISTER)
def revoke_invitation(invitation_id: int) -> Any:
    then = place_url("members.show")
    with database(then).transaction() as session:
        invitations.revoke(session, _held(session, invitation_id), by=actor(), at=now())
    flash(_("Invitation withdrawn. Its link no longer works."), "good")
    return redirect(then, 303)


@blueprint.get("/invitations/<token>")
@everybody
def invited(token: str) -> Any:
    """The page of the e-mail's link: accepting, once signed in or with a new account."""
    try:
        invitation = links().read(reading(), token)
        invitations.ensure_open(reading(), invitation, at=now())
    except (DeadLink, InvitationOver) as refusal:
        return invitation_over(refusal)
    return _invited_page(token, invitation, None)


@blueprint.post("/invitations/<token>")
@everybody
def accept(token: str) -> Any:
    """For a person signed in with the invited address."""
    person = viewer()
    if person is None:
        return redirect(url_for("signin.sign_in", next=url_for(".invited", token=token)), 303)
    with database(url_for("people.overview")).transaction() as session:
        invitation = _linked(session, token)
        membership = invitations.accept(
            session, invitation, get_person(session, person.user_id), by=actor(), at=now()
        )
    return _welcome(waits=not membership.is_in)


@blueprint.post("/invitations/<token>/compte")
@everybody
def join(token: str) -> Any:
    """For a person without an account: the e-mail has confirmed their address."""
    if viewer():
        raise NotAllowed(act="join")
    invitation = links().read(reading(), token)
    invitations.ensure_open(reading(), invitation, at=now())
    form = NewcomerForm(invitation.email)
    if not form.validate():
        return _invited_page(token, invitation, form), 422
    hashed = hash_password(form.password.data or "")
    try:
        with database(url_for("people.overview")).transaction() as session:
            invitation = _linked(session, token)
            profile = form.profile(language())
            person = join_as_newcomer(session, invitation, profile, password_hash=hashed, at=now())
            session.flush()
            membership = membership_of(session, person.id)
            open_session(session, person.id)
    except AddressTaken:
        return redirect(url_for(".invited", token=token), 303)
    return _welcome(waits=membership is None or not membership.is_in)


def _welcome(*, waits: bool) -> Any:
    if waits:
        flash(_("You have accepted. Your account page shows what is still missing."), "info")
    else:
        flash(_("Welcome: you are a member of the organisation."), "good")
    return redirect(url_for("people.overview"), 303)


def _linked(session: Session, token: str) -> Invitation:
    """The invitation of a link, its organisation locked."""
    invitation = links().read(session, token)
    get_organisation(session, invitation.organisation_id, lock=True)
    session.refresh(invitation)
    return invitation


def _held(session: Session, invitation_id: int) -> Invitation:
    """An invitation of one's own organisation, which is locked first."""
    organisation = locked_organisation(session)
    return invitations.get_invitation(session, invitation_id, organisation.id)


def _invite_page(form: InviteForm) -> str:
    organisation = get_organisation(reading(), own_organisation_id())
    offer_places(form, establishments_of(reading(), organisation.id))
    return render_template(
        "members/invite.html",
        form=form,
        organisation=organisation,
        all_rights=RIGHTS,
        role_names=ROLE_NAMES,
    )


def _invited_page(token: str, invitation: Invitation, form: NewcomerForm | None) -> Any:
    session, person = reading(), viewer()
    obstacle = obstacle_to(
        session,
        invitation,
        person.user_id if person else None,
        has_account=has_account(session, invitation),
    )
    return render_template(
        "members/invited.html",
        token=token,
        invitation=invitation,
        organisation=get_organisation(session, invitation.organisation_id),
        place=get_establishment(session, invitation.establishment_id, invitation.organisation_id),
        inviter=get_person(session, invitation.invited_by_id),
        obstacle=obstacle,
        form=form or NewcomerForm(invitation.email, formdata=None),
        all_rights=RIGHTS,
        role_names=ROLE_NAMES,
    )
