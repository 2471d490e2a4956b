"""What the office withdraws from an organisation: a member, a proven domain; each after a page that
asks.
"""

from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext as _

from shop.core.actors import SALES_ADMIN
from shop.core.errors import NotFound
from shop.members import domains
from shop.members.administrators import last_administrator
from shop.members.members import get_membership, remove_member
from shop.ops.clock import now
from shop.organisations.organisations import get_organisation
from shop.people.models import User
from shop.web.kit.confirming import confirmation
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading
from shop.web.verification import blueprint


@blueprint.get("/bureau/verifications/<int:organisation_id>/membres/<int:membership_id>/retrait")
@staff_only(SALES_ADMIN)
def member_exclusion(organisation_id: int, membership_id: int) -> str:
    """Ask before a member is removed; with a box to tick for the last administrator."""
    session = reading()
    membership = get_membership(session, membership_id, organisation_id)
    is_last = last_administrator(session, organisation_id) == membership.id
    return confirmation(
        _("Remove a person"),
        session.get_one(User, membership.user_id).name,
        _(
            "They lose access to the organisation's quotes, orders and invoices at once, and "
            "receive an e-mail."
        ),
        act=_("Remove this person"),
        back=place_url("verification.decide", organisation_id=organisation_id),
        tick=_("I confirm: this organisation will have no administrator left") if is_last else "",
    )


@blueprint.post("/bureau/verifications/<int:organisation_id>/membres/<int:membership_id>/retrait")
@staff_only(SALES_ADMIN)
def exclude_member(organisation_id: int, membership_id: int) -> Any:
    """Remove a member; the last administrator after a confirmation."""
    with database(
        place_url("verification.decide", organisation_id=organisation_id)
    ).transaction() as session:
        get_organisation(session, organisation_id, lock=True)
        remove_member(
            session,
            get_membership(session, membership_id, organisation_id),
            without_administrator="confirmed" in request.form,
            by=actor(),
            at=now(),
        )
    flash(_("This person no longer belongs to the organisation."), "good")
    return redirect(place_url("verification.decide", organisation_id=organisation_id), 303)


@blueprint.get("/bureau/verifications/<int:organisation_id>/domaines/<int:domain_id>/retrait")
@staff_only(SALES_ADMIN)
def domain_withdrawal(organisation_id: int, domain_id: int) -> str:
    """Ask before a proven domain is withdrawn."""
    known = {one.id: one.domain for one in domains.proven_domains(reading(), organisation_id)}
    if domain_id not in known:
        raise NotFound
    return confirmation(
        _("Withdraw a domain"),
        known[domain_id],
        _(
            "Addresses of this domain are no longer accepted as evidence, and its administrator "
            "can no longer admit colleagues who have one. Current members remain."
        ),
        act=_("Withdraw this domain"),
        back=place_url("verification.decide", organisation_id=organisation_id),
    )


@blueprint.post("/bureau/verifications/<int:organisation_id>/domaines/<int:domain_id>/retrait")
@staff_only(SALES_ADMIN)
def withdraw_domain(organisation_id: int, domain_id: int) -> Any:
    """Withdraw a proven domain of the body."""
    with database(
        place_url("verification.decide", organisation_id=organisation_id)
    ).transaction() as session:
        organisation = get_organisation(session, organisation_id, lock=True)
        known = {one.id: one.domain for one in domains.proven_domains(session, organisation.id)}
        domains.withdraw_domain(
            session, organisation, known.get(domain_id, ""), by=actor(), at=now()
        )
    flash(_("This domain is no longer accepted as evidence. Current members remain."), "good")
    return redirect(place_url("verification.decide", organisation_id=organisation_id), 303)
