"""The clients of the shop: found by name or code, and the terms agreed with each; for sales."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.clients import lists
from shop.clients.address_books import address_book_of
from shop.clients.keys import Client
from shop.clients.terms import set_terms
from shop.core.actors import ADMIN, SALES, SALES_ADMIN
from shop.ops.clock import now
from shop.organisations.contacts import FUNCTIONS, contacts_of
from shop.organisations.models import Organisation
from shop.organisations.organisations import establishments_of, get_organisation
from shop.organisations.rules import DelayTooLong, is_public_body
from shop.register.legal_categories import decide as decision_of
from shop.verification import cases
from shop.verification.verification import open_transitions
from shop.web.clients import blueprint
from shop.web.clients.record import record_of
from shop.web.kit.client_notices import notices_about
from shop.web.kit.guards import staff_only
from shop.web.kit.paging import came_from, kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab
from shop.web.organisations.forms import TermsForm

TAB = Tab(
    "clients.index",
    _l("Clients"),
    frozenset({SALES, SALES_ADMIN}),
    order=15,
    about=_l("organisations and people, their terms and papers"),
    group=Group.CLIENTS,
)


@blueprint.get("/bureau/clients")
@staff_only(SALES, SALES_ADMIN)
def index() -> str:
    """Organisations by name, or those that match a search."""
    wanted = request.args.get("q", "").strip()[:100]
    found = lists.clients(reading(), wanted, place_asked())
    return render_template(
        "clients/index.html",
        clients=found,
        q=wanted,
        query=kept(found, q=wanted),
        sets_limits=actor().has(ADMIN),
    )


@blueprint.get("/bureau/clients/<int:organisation_id>")
@staff_only(SALES, SALES_ADMIN)
def show(organisation_id: int) -> Any:
    """One client: its data, its members, its terms, its papers, its money, the notes about it."""
    organisation = get_organisation(reading(), organisation_id)
    form = TermsForm(
        formdata=None,
        engagement_rule=organisation.engagement_rule,
        service_code_rule=organisation.service_code_rule,
        invoice_grouping=organisation.invoice_grouping,
        payment_delay_days=organisation.payment_delay_days,
        account_manager=str(organisation.account_manager_id or ""),
    )
    return _page(organisation, form)


@blueprint.post("/bureau/clients/<int:organisation_id>/conditions")
@staff_only(SALES, SALES_ADMIN)
def terms(organisation_id: int) -> Any:
    """The terms agreed with the client, for its future purchase orders and invoices."""
    form = TermsForm()
    form.offer_managers(cases.sales_people(reading()))
    if not form.validate_on_submit():
        return _page(get_organisation(reading(), organisation_id), form, 422)
    then = place_url(".show", organisation_id=organisation_id)
    try:
        with database(then).transaction() as session:
            organisation = get_organisation(session, organisation_id, lock=True)
            set_terms(
                session,
                organisation,
                engagement_rule=form.rule,
                service_code_rule=form.code_rule,
                invoice_grouping=form.grouping,
                payment_delay_days=form.payment_delay_days.data,
                account_manager_id=form.manager_id,
                by=actor(),
                at=now(),
            )
    except DelayTooLong as refusal:
        form.payment_delay_days.errors = [sentence_of(refusal)]
        return _page(get_organisation(reading(), organisation_id), form, 422)
    saved = _("The terms of %(organisation)s have been saved.", organisation=organisation.name)
    flash(saved, "good")
    return redirect(then, 303)


def _page(organisation: Organisation, form: TermsForm, status: int = 200) -> Any:
    session = reading()
    form.offer_managers(cases.sales_people(session))
    client = Client(organisation.id)
    establishments = establishments_of(session, organisation.id)
    html = render_template(
        "clients/show.html",
        organisation=organisation,
        establishments=establishments,
        decision=decision_of(organisation.legal_category),
        members=cases.members_of(session, organisation),
        contacts=contacts_of(session, organisation.id),
        functions=FUNCTIONS,
        acts={transition.name for transition in open_transitions(organisation, actor())},
        notices=notices_about(session, organisation.id),
        addresses=address_book_of(session, client, establishments),
        record=record_of(session, client),
        quote_way=is_public_body(organisation.nature, organisation.verification),
        form=form,
        back=came_from(url_for(".index")),
    )
    return html, status
