"""The house side of verifications: the queue, and the page where a person of the shop decides."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.accounts.guards import staff_only
from shop.accounts.sessions import actor
from shop.ground.actors import SALES_ADMIN
from shop.ground.clock import now
from shop.ground.errors import DomainError
from shop.ground.staff_tabs import Tab, add_tab
from shop.ground.web import database, reading, sentence_of
from shop.organisations import cases, verification
from shop.organisations.administration import last_administrator
from shop.organisations.forms import ReasonForm, VerifyForm
from shop.organisations.legal_categories import decide as decision_of
from shop.organisations.members import let_in, remove_member
from shop.organisations.models import Organisation
from shop.organisations.organisations import (
    establishments_of,
    get_membership,
    get_organisation,
)
from shop.organisations.register import find_body

room = Blueprint("verification", __name__, url_prefix="/staff/verifications")

add_tab(
    Tab(
        "verification.queue",
        _l("Verifications"),
        frozenset({SALES_ADMIN}),
        cases.count_pending,
        order=10,
        about=_l("bodies that wait for a decision"),
    )
)


@room.get("")
@staff_only(SALES_ADMIN)
def queue() -> str:
    waiting = cases.pending_organisations(reading())
    return render_template(
        "organisations/queue.html",
        waiting=waiting,
        decided=cases.recently_decided(reading()),
        now=now(),
    )


@room.get("/<int:organisation_id>")
@staff_only(SALES_ADMIN)
def decide(organisation_id: int) -> str:
    return _page(get_organisation(reading(), organisation_id), VerifyForm(), ReasonForm())


@room.post("/<int:organisation_id>/verified")
@staff_only(SALES_ADMIN)
def verified(organisation_id: int) -> Any:
    form = VerifyForm()
    form.validate()
    try:
        with database().transaction() as session:
            organisation = get_organisation(session, organisation_id, lock=True)
            verification.verify(
                session,
                organisation,
                evidence=form.evidence(),
                legal_category=form.legal_category.data or "",
                by=actor(),
                at=now(),
            )
    except (verification.NoEvidence, verification.CategoryUnknown) as refusal:
        return _again(organisation_id, refusal, form, ReasonForm(formdata=None))
    flash(_("%(name)s is verified: it may draw quotes.", name=organisation.name), "good")
    return redirect(url_for("verification.queue"), 303)


@room.post("/<int:organisation_id>/refused")
@staff_only(SALES_ADMIN)
def refused(organisation_id: int) -> Any:
    return _close(organisation_id, verification.refuse)


@room.post("/<int:organisation_id>/suspended")
@staff_only(SALES_ADMIN)
def suspended(organisation_id: int) -> Any:
    return _close(organisation_id, verification.suspend)


@room.post("/<int:organisation_id>/members/<int:membership_id>")
@staff_only(SALES_ADMIN)
def member(organisation_id: int, membership_id: int) -> Any:
    with database().transaction() as session:
        membership = get_membership(session, membership_id, organisation_id)
        let_in(session, membership, by=actor(), at=now())
    flash(_("This person may now buy for the organisation."), "good")
    return redirect(url_for("verification.decide", organisation_id=organisation_id), 303)


@room.post("/<int:organisation_id>/members/<int:membership_id>/removed")
@staff_only(SALES_ADMIN)
def removed(organisation_id: int, membership_id: int) -> Any:
    """He buys for the organisation no more; its last administrator once that is confirmed."""
    with database().transaction() as session:
        get_organisation(session, organisation_id, lock=True)
        remove_member(
            session,
            get_membership(session, membership_id, organisation_id),
            without_administrator="confirmed" in request.form,
            by=actor(),
            at=now(),
        )
    flash(_("This person no longer belongs to the organisation."), "good")
    return redirect(url_for("verification.decide", organisation_id=organisation_id), 303)


def _close(organisation_id: int, act: Any) -> Any:
    """Refuse or suspend with a reason."""
    form = ReasonForm()
    form.validate()
    try:
        with database().transaction() as session:
            organisation = get_organisation(session, organisation_id, lock=True)
            act(session, organisation, reason=form.reason.data or "", by=actor(), at=now())
    except verification.NoReason as refusal:
        form.reason.errors = [sentence_of(refusal)]
        return _page(
            get_organisation(reading(), organisation_id), VerifyForm(formdata=None), form
        ), 422
    flash(_("The decision is kept and its reason sent to the members."), "good")
    return redirect(url_for("verification.queue"), 303)


def _again(organisation_id: int, refusal: DomainError, form: VerifyForm, reason: ReasonForm) -> Any:
    """The page with what must be mended."""
    form.form_errors.append(sentence_of(refusal))
    return _page(get_organisation(reading(), organisation_id), form, reason), 422


def _page(organisation: Organisation, form: VerifyForm, reason: ReasonForm) -> str:
    session = reading()
    if not form.legal_category.data:
        form.legal_category.data = organisation.legal_category
    return render_template(
        "organisations/decide.html",
        organisation=organisation,
        establishments=establishments_of(session, organisation.id),
        waiting=cases.pending_organisations(session),
        body=find_body(session, organisation.siren),
        decision=decision_of(organisation.legal_category),
        members=cases.members_of(session, organisation),
        last_administrator=last_administrator(session, organisation.id),
        decisions=cases.decisions_on(session, organisation),
        acts={step.act for step in verification.open_acts(organisation, actor())},
        form=form,
        reason=reason,
        now=now(),
    )
