"""Invitations, and people who wait to be let in, on the home of the account."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.rights import ADMINISTER
from shop.members.models import Invitation, Membership
from shop.organisations.models import Organisation
from shop.people.models import User
from shop.web.kit.desk import MOST, Item, Shelf
from shop.web.kit.viewers import Viewer


def invitations_waiting(session: Session, person: Viewer, at: datetime) -> Shelf:
    """Invitations to this person's address that are open: their link is in the e-mail."""
    rows = session.execute(
        select(Invitation, Organisation.name)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(
            Invitation.email == person.email,
            ~Invitation.is_answered,
            Invitation.expires_at > at,
        )
        .order_by(Invitation.id)
        .limit(MOST)
    )
    words = _("You are invited to join: open the link in the e-mail that you received.")
    return Shelf(_("Invitations"), [Item("you", name, words, "") for _one, name in rows])


def people_waiting(session: Session, person: Viewer, _at: datetime) -> Shelf:
    """People who ask to join the organisation, for those who may answer for them."""
    title = _("People who ask to join")
    if person.organisation_id is None or not person.may(ADMINISTER):
        return Shelf(title, [])
    rows = session.execute(
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == person.organisation_id, ~Membership.is_in)
        .order_by(Membership.id)
        .limit(MOST)
    )
    url = url_for("members.show")
    return Shelf(title, [Item("you", row.name, _("Waits to be let in"), url) for row in rows], url)
