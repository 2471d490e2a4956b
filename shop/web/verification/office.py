"""The office's pages of verifications: the queue, and the page of a case."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from shop.core.actors import SALES_ADMIN
from shop.core.errors import N_
from shop.members import domains
from shop.members.domain_rules import NotAnOwnDomain
from shop.members.members import get_membership, let_in_proven
from shop.ops.clock import now
from shop.organisations.models import Organisation
from shop.organisations.organisations import get_organisation
from shop.register.siret import SiretMistake
from shop.verification import cases, changes, verification
from shop.verification.evidence import NoEvidence
from shop.verification.persons import appoint_administrator, let_in_on_evidence
from shop.web.kit.bounds import key_asked
from shop.web.kit.guards import staff_only
from shop.web.kit.once import leads_to
from shop.web.kit.paging import place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab
from shop.web.kit.told import tell_done
from shop.web.register.lookups import look_up_for_page
from shop.web.verification import blueprint
from shop.web.verification.case import case_lists, case_page
from shop.web.verification.forms import EvidenceForm, ReasonForm

#: What the page shows again, with the typed data, so that it can be corrected.
MENDED = (
    NoEvidence,
    NotAnOwnDomain,
    domains.NobodyThere,
    domains.NoSource,
    verification.CategoryUnknown,
    verification.NotAPublicBody,
    verification.ChangeFirst,
    changes.SiretTaken,
    changes.SeveralEstablishments,
    SiretMistake,
)
Act = Callable[[Session, Organisation, EvidenceForm], object]

TAB = Tab(
    "verification.queue",
    _l("Verifications"),
    frozenset({SALES_ADMIN}),
    lambda _at: cases.count_pending(),
    order=10,
    about=_l("public bodies awaiting a decision"),
    group=Group.CLIENTS,
)


@blueprint.get("/bureau/verifications")
@staff_only(SALES_ADMIN)
def queue() -> str:
    session, at = reading(), now()
    return render_template(
        "verification/queue.html",
        **case_lists(session, at),
        decided=cases.recently_decided(session),
        now=at,
    )


@blueprint.get("/bureau/verifications/<int:organisation_id>")
@staff_only(SALES_ADMIN)
def decide(organisation_id: int) -> str:
    """One body; `?join=` is one of those who ask to join."""
    organisation = get_organisation(reading(), organisation_id)
    return case_page(organisation, joining=key_asked("join"))


@blueprint.post("/bureau/verifications/<int:organisation_id>/verification")
@staff_only(SALES_ADMIN)
def verify(organisation_id: int) -> Any:
    def act(session: Session, organisation: Organisation, form: EvidenceForm) -> None:
        verification.verify(
            session,
            organisation,
            evidence=form.evidence(),
            about_id=form.about_id,
            proves_domain=form.proves,
            legal_category=form.legal_category.data or "",
            by=actor(),
            at=now(),
        )

    return _with_evidence(
        organisation_id,
        act,
        N_("The organisation %(organisation)s is verified and can draw quotes."),
    )


@blueprint.post("/bureau/verifications/<int:organisation_id>/confirmation")
@staff_only(SALES_ADMIN)
def confirm(organisation_id: int) -> Any:
    """The yearly review."""

    def act(session: Session, organisation: Organisation, form: EvidenceForm) -> None:
        verification.confirm(
            session,
            organisation,
            evidence=form.evidence(),
            about_id=form.about_id,
            by=actor(),
            at=now(),
        )

    return _with_evidence(organisation_id, act, N_("%(organisation)s: confirmed for one year."))


@blueprint.post(
    "/bureau/verifications/<int:organisation_id>/modifications/<int:change_id>/acceptation"
)
@staff_only(SALES_ADMIN)
def accept_change(organisation_id: int, change_id: int) -> Any:
    """The register is asked about a new SIRET first, before the transaction."""
    wanted = changes.get_change(reading(), change_id, organisation_id).wanted.get("siret", "")
    answer = look_up_for_page(wanted) if wanted else None

    def act(session: Session, organisation: Organisation, form: EvidenceForm) -> None:
        changes.accept_change(
            session,
            changes.get_change(session, change_id, organisation.id),
            evidence=form.evidence(),
            about_id=form.about_id,
            proves_domain=form.proves,
            answer=answer,
            legal_category=form.legal_category.data or "",
            by=actor(),
            at=now(),
        )

    return _with_evidence(
        organisation_id,
        act,
        N_("%(organisation)s: the change has been applied and the administrators are notified."),
    )


@blueprint.post("/bureau/verifications/<int:organisation_id>/membres/<int:membership_id>")
@staff_only(SALES_ADMIN)
def decide_member(organisation_id: int, membership_id: int) -> Any:
    """Approve a person who asked to join."""

    def act(session: Session, organisation: Organisation, form: EvidenceForm) -> None:
        membership = get_membership(session, membership_id, organisation.id)
        let_in_on_evidence(session, membership, evidence=form.evidence(), by=actor(), at=now())

    return _with_evidence(
        organisation_id,
        act,
        N_("%(organisation)s: this person can now buy for the organisation."),
        joining=membership_id,
    )


@blueprint.post("/bureau/verifications/<int:organisation_id>/administrateur")
@staff_only(SALES_ADMIN)
def appoint(organisation_id: int) -> Any:
    """Name an administrator of a body that has none."""

    def act(session: Session, organisation: Organisation, form: EvidenceForm) -> None:
        rows = cases.members_of(session, organisation)
        chosen = next((one[0] for one in rows if one[1].id == form.about_id), None)
        if chosen is None:
            raise NoEvidence
        appoint_administrator(session, chosen, evidence=form.evidence(), by=actor(), at=now())

    return _with_evidence(
        organisation_id,
        act,
        N_("%(organisation)s: this person is now an administrator of the organisation."),
    )


@blueprint.post("/bureau/verifications/<int:organisation_id>/refus")
@staff_only(SALES_ADMIN)
def refuse(organisation_id: int) -> Any:
    return _close(organisation_id, verification.refuse)


@blueprint.post("/bureau/verifications/<int:organisation_id>/suspension")
@staff_only(SALES_ADMIN)
def suspend(organisation_id: int) -> Any:
    return _close(organisation_id, verification.suspend)


@blueprint.post("/bureau/verifications/<int:organisation_id>/modifications/<int:change_id>/refus")
@staff_only(SALES_ADMIN)
def decline_change(organisation_id: int, change_id: int) -> Any:
    def decline(session: Session, organisation: Organisation, **said: Any) -> None:
        change = changes.get_change(session, change_id, organisation.id)
        changes.decline_change(session, change, **said)

    return _close(organisation_id, decline)


def _with_evidence(organisation_id: int, act: Act, done: str, *, joining: int | None = None) -> Any:
    """A decision on evidence, and the domain that it proves; or the page again with what must be
    corrected. `done`: the sentence of success, with %(organisation)s.
    """
    form = EvidenceForm()
    if not form.validate():
        return case_page(get_organisation(reading(), organisation_id), form, joining=joining), 422
    try:
        with database().transaction() as session:
            organisation = get_organisation(session, organisation_id, lock=True)
            after = _following(session, organisation)
            act(session, organisation, form)
            if form.proves:
                _prove(session, organisation, form)
            then = leads_to(session, _after(session, organisation, after))
    except MENDED as refusal:
        form.show(refusal, sentence_of(refusal))
        organisation = get_organisation(reading(), organisation_id)
        return case_page(organisation, form, joining=joining), 422
    _tell(_(done, organisation=organisation.name), organisation, then)
    return redirect(then, 303)


def _following(session: Session, organisation: Organisation) -> str:
    """Where a decision leads that takes an organisation off its list: to the next one of that list,
    or to the queue. Nothing for one that is on no list.
    """
    if cases.is_waiting(session, organisation):
        following = cases.next_waiting(session, organisation, place_asked())
    elif cases.is_due_again(session, organisation, now()):
        following = cases.next_due(session, organisation, now(), place_asked(name="due"))
    else:
        return ""
    return _case(following) if following else place_url("verification.queue")


def _after(session: Session, organisation: Organisation, following: str) -> str:
    """The organisation itself as long as something of it waits."""
    waits = cases.is_waiting(session, organisation)
    still = waits or cases.is_due_again(session, organisation, now())
    return _case(organisation.id) if still or not following else following


def _tell(words: str, organisation: Organisation, then: str) -> None:
    """What was decided, with the way back to the organisation from the next one."""
    own = _case(organisation.id)
    again = _("Open %(organisation)s again", organisation=organisation.name)
    tell_done(words, undo="" if then == own else again, url=own)


def _prove(session: Session, organisation: Organisation, form: EvidenceForm) -> None:
    """Invited people with an address at that domain are approved with it."""
    by, at = actor(), now()
    source = form.domain_source.data or ""
    domains.prove_domain(session, organisation, form.domain.data or "", source=source, by=by, at=at)
    session.flush()
    let_in_proven(session, organisation, by=by, at=at)


def _close(organisation_id: int, act: Any) -> Any:
    """Refuse, suspend or decline a change, with a reason."""
    form = ReasonForm()
    form.validate()
    try:
        with database().transaction() as session:
            organisation = get_organisation(session, organisation_id, lock=True)
            after = _following(session, organisation)
            act(session, organisation, reason=form.reason.data or "", by=actor(), at=now())
            then = leads_to(session, _after(session, organisation, after))
    except verification.NoReason as refusal:
        form.reason.errors = [sentence_of(refusal)]
        return case_page(get_organisation(reading(), organisation_id), reason=form), 422
    said = _("The decision has been recorded and the reason sent to the administrators.")
    _tell(said, organisation, then)
    return redirect(then, 303)


def _case(organisation_id: int) -> str:
    return place_url("verification.decide", organisation_id=organisation_id)
