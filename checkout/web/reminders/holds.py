"""The hold of an overdue client: pointed out where it matters, lifted by the accounting office."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from checkout.receivables.holds import Hold, hold_of, lift_hold
from checkout.receivables.receivables import AGES, owed_by
from checkout.web.reminders import blueprint
from checkout.web.reminders.forms import LiftForm
from shop.clients.keys import Client
from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.text import day, money
from shop.ops.clock import now, today
from shop.organisations.organisations import get_organisation
from shop.web.kit.client_notices import ClientNotice
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import came_from, this_page
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading


@blueprint.get("/bureau/relances/blocages/<int:organisation_id>")
@staff_only(ACCOUNTING)
def hold(organisation_id: int) -> Any:
    """What a client owes, its hold, and the form that lifts it."""
    return _page(organisation_id)


@blueprint.post("/bureau/relances/blocages/<int:organisation_id>")
@staff_only(ACCOUNTING)
@key_required
def lift(organisation_id: int) -> Any:
    """Lift the hold for thirty days."""
    form, then = LiftForm(), url_for(".hold", organisation_id=organisation_id)
    if not form.validate_on_submit():
        return _page(organisation_id, form, 422)
    then = came_from(then)
    with database(then).transaction() as session:
        get_organisation(session, organisation_id)
        made = lift_hold(session, organisation_id, form.reason.data or "", by=actor(), at=now())
    until = day(made.until, current_language())
    flash(_("The hold is lifted until %(day)s.", day=until), "good")
    return redirect(then, 303)


def hold_notices(session: Session, organisation_id: int) -> list[ClientNotice]:
    """What the pages of the office say about an overdue client."""
    found = hold_of(session, organisation_id, today=today())
    if found is None:
        return []
    url = ""
    if actor().has(ACCOUNTING, ADMIN):
        url = url_for("reminders.hold", organisation_id=organisation_id, back=this_page())
    kind = "info" if found.is_lifted else "bad" if found.blocks else "warn"
    return [ClientNotice(kind, _("Overdue client"), hold_words(found), url, _("See the hold"))]


def hold_words(found: Hold) -> str:
    """Why a client is on hold and what this means, in words."""
    language = current_language()
    told = _(
        "%(amount)s is overdue for more than %(days)s days.",
        amount=money(found.amount.cents, language),
        days=found.days,
    )
    if found.lift is not None:
        lifted = _(
            "The hold is lifted until %(day)s by %(name)s: %(reason)s",
            day=day(found.lift.until, language),
            name=found.lift.by_name,
            reason=found.lift.reason,
        )
        return f"{told} {lifted}"
    if found.blocks:
        barred = _("Nothing is ordered or delivered before the accounting office lifts the hold.")
        return f"{told} {barred}"
    return told


def _page(organisation_id: int, form: LiftForm | None = None, status: int = 200) -> Any:
    session = reading()
    organisation = get_organisation(session, organisation_id)
    found = hold_of(session, organisation_id, today=today())
    html = render_template(
        "reminders/hold.html",
        organisation=organisation,
        found=found,
        words=hold_words(found) if found else "",
        owed=owed_by(session, Client(organisation_id), today()),
        ages=AGES,
        form=form or LiftForm(formdata=None),
        back=came_from(url_for("receivables.queue")),
        here="reminders.queue",
    )
    return html, status
