"""The accounting staff: the account numbers of the sales journal, shown before they change."""

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from checkout.entries.chart_rules import (
    BY_RATE,
    KINDS,
    LABELS,
    RATES,
    AccountRefused,
    Change,
    EntriesBooked,
    NoAccountChanges,
    fingerprint,
    first_free,
    own_key,
)
from checkout.entries.charts import changes_in, chart_history, charts, propose_chart, set_chart
from checkout.web.entries import blueprint
from checkout.web.entries.forms import AccountsForm, accounts_form
from shop.core.actors import ACCOUNTING
from shop.core.errors import DomainError
from shop.core.text import percent
from shop.ops.clock import now, today
from shop.web.kit.changes import ShownChange
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, language, reading, sentence_of


@blueprint.get("/bureau/ecritures/comptes")
@staff_only(ACCOUNTING)
def accounts() -> Any:
    """The numbers in force tomorrow, the form of other ones, and who set which."""
    return _page(_form())


@blueprint.post("/bureau/ecritures/comptes")
@staff_only(ACCOUNTING)
@key_required
def change_accounts() -> Any:
    """Show what would change; put in force what was shown."""
    form, then = _form(), url_for(".accounts")
    if not form.validate_on_submit() or form.since.data is None:
        return _page(form, 422)
    chart, since = form.chart, form.since.data
    mark = fingerprint(chart, since)
    try:
        if form.shown.data != mark:
            changes = propose_chart(reading(), chart, since, by=actor(), at=now())
            return _page(form, changes=changes, mark=mark)
        with database(then).transaction() as session:
            set_chart(session, chart, since, by=actor(), at=now())
    except (AccountRefused, EntriesBooked, NoAccountChanges) as refusal:
        _beside(form, refusal)
        return _page(form, 422)
    flash(_("The account numbers are recorded."), "good")
    return redirect(then, 303)


def _form() -> AccountsForm:
    since = first_free(today())
    return accounts_form(charts(reading()).on(since), since)


def _beside(form: AccountsForm, refusal: DomainError) -> None:
    """The sentence of a refusal, beside the field that it is about."""
    if isinstance(refusal, AccountRefused):
        form.field_of(str(refusal.facts["key"])).errors = [sentence_of(refusal)]
    elif isinstance(refusal, EntriesBooked):
        form.since.errors = [sentence_of(refusal)]
    else:
        form.say(refusal)


def _page(
    form: AccountsForm, status: int = 200, *, changes: tuple[Change, ...] = (), mark: str = ""
) -> Any:
    rows = chart_history(reading(), today(), place_asked())
    html = render_template(
        "entries/accounts.html",
        form=form,
        preview=_told(changes),
        mark=mark,
        rows=rows,
        query=kept(rows),
        told=lambda row: _told(changes_in(row)),
        name_of_account=_name,
        kinds=[kind for kind in KINDS if kind not in BY_RATE],
        by_rate=BY_RATE,
        rates=RATES,
        own_key=own_key,
        here="entries.index",
    )
    return html, status


def _told(changes: Iterable[Change]) -> list[ShownChange]:
    return [ShownChange(_name(one), one.before, one.after) for one in changes]


def _name(change: Change | str) -> str:
    """The name of an account, with its rate."""
    if isinstance(change, str):
        return _(LABELS[change])
    name = _(LABELS[change.kind])
    if change.rate is None:
        return name
    return f"{name} {percent(change.rate, language())}"
