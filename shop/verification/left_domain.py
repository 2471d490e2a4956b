"""A member whose new address is not at a domain of the body waits for approval again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.core.actors import Actor
from shop.members.administrators import administrators, last_administrator
from shop.members.domain_rules import domain_of
from shop.members.domains import proven_domains
from shop.members.models import Membership
from shop.members.transitions import ensure_transition, record_transition
from shop.organisations.models import Organisation
from shop.organisations.organisations import get_organisation
from shop.people.emails import post_to
from shop.people.models import User
from shop.verification.verification import A_YEAR


def note_new_email(session: Session, user: User, before: str, *, by: Actor, at: datetime) -> None:
    """Called when `user` had the address `before` and has another one now: a person who has left
    the proven domains of their body is no longer approved, and they and its administrators get an
    e-mail.

    The only administrator stays approved, because nobody else could approve them: the body is due
    for a review by the office.
    """
    mine = select(Membership.organisation_id).where(Membership.user_id == user.id, Membership.is_in)
    for organisation_id in session.scalars(mine).all():
        own = {proven.domain for proven in proven_domains(session, organisation_id)}
        if domain_of(before) in own and domain_of(user.email) not in own:
            organisation = get_organisation(session, organisation_id, lock=True)
            _leave_domain(session, organisation, user, domain_of(before), by=by, at=at)


def _leave_domain(
    session: Session,
    organisation: Organisation,
    user: User,
    domain: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    membership = session.scalars(
        select(Membership).where(
            Membership.user_id == user.id, Membership.organisation_id == organisation.id
        )
    ).one()
    act = ensure_transition("leave_domain", membership, by)
    waits = membership.id != last_administrator(session, organisation.id)
    if waits:
        membership.approved_at, membership.approved_by = None, ""
        membership.asked_at = at
        session.flush()
        _notify(session, organisation, user, domain, at=at)
    elif organisation.verification.is_verified:
        organisation.look_again(at - A_YEAR)
    record_transition(session, membership, act, by=by, at=at, domain=domain, waits=waits)


def _notify(
    session: Session, organisation: Organisation, user: User, domain: str, *, at: datetime
) -> None:
    recipients = [(user, "member_waits_again")]
    recipients += [(one, "member_left_domain") for one in administrators(session, organisation.id)]
    for reader, template in recipients:
        post_to(
            session,
            reader,
            template,
            at=at,
            person=user.name,
            email=user.email,
            domain=domain,
            organisation=organisation.name,
        )
