"""An administrator enters who sells; what changes is shown before it is saved."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.widgets import HiddenInput

from shop.core.actors import ADMIN
from shop.core.text import money
from shop.letterheads.history import identity_changes
from shop.letterheads.letterheads import (
    ChangedMeanwhile,
    SameIdentity,
    change_identity,
    latest_letterhead,
)
from shop.letterheads.rules import changed_keys
from shop.ops.clock import now
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab
from shop.web.letterheads import blueprint
from shop.web.letterheads.forms import FirstIdentityForm, IdentityForm, filled
from shop.web.pages.identity import read_identity_again

TAB = Tab(
    "letterheads.index",
    _l("Identity of the shop"),
    frozenset({ADMIN}),
    order=10,
    about=_l("what papers and pages say of the seller"),
    group=Group.SHOP,
)


@blueprint.get("/bureau/identite")
@staff_only(ADMIN)
def index() -> Any:
    """What is in force, in the form that changes it, and the earlier changes."""
    return _page(_form())


@blueprint.post("/bureau/identite")
@staff_only(ADMIN)
@key_required
def change() -> Any:
    """Show what would change; once it was shown, put it in force."""
    latest, form = latest_letterhead(reading()), _form()
    before = latest.content if latest else {}
    if not form.validate_on_submit() or not form.agrees(content := form.content(before)):
        return _page(form, 422)
    if "back" in request.form:
        return _page(form)
    if not form.shown.data:
        changed = changed_keys(before, content)
        if not changed:
            form.form_errors.append(_(SameIdentity.sentence))
            return _page(form, 422)
        form.shown.data = "1"
        return render_template(
            "letterheads/confirm.html",
            rows=[(label_of(key), shown(before, key), shown(content, key)) for key in changed],
            typed=[(name, request.form[name]) for name in _typed(form)],
            form=form,
        )
    then, seen = url_for(".index"), int(form.seen.data or 0)
    try:
        with database(then).transaction() as session:
            change_identity(session, content, seen=seen, by=actor(), at=now())
    except ChangedMeanwhile as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(form, 409, meanwhile=changed_keys(content, before))
    read_identity_again()
    flash(_("The papers and pages of the shop say so from now on."), "good")
    return redirect(then, 303)


def label_of(key: str) -> str:
    """The words of a key, as the form has them."""
    if key == "siren":
        return "SIREN"
    if key == "bank":
        return _("Bank details")
    form = IdentityForm(formdata=None)
    return str(form[key].label.text) if key in form else key


def shown(content: dict[str, Any], key: str) -> list[str]:
    """The value of a key as lines to read."""
    value = content.get(key)
    if not value:
        return []
    if key == "capital":
        return [money(value, current_language())]
    if key == "bank":
        return [str(part) for part in value.values()]
    if key == "public_invoices":
        ways = IdentityForm(formdata=None).public_invoices.choices
        return [str(way.label) for way in ways if way.value == value]
    return [str(part) for part in value] if isinstance(value, list) else [str(value)]


def _typed(form: IdentityForm) -> list[str]:
    """The names of the fields that were sent, but for the hidden ones."""
    return [field.name for field in form if field.name in request.form and not _is_hidden(field)]


def _is_hidden(field: Any) -> bool:
    return isinstance(field.widget, HiddenInput)


def _form() -> IdentityForm:
    latest = latest_letterhead(reading())
    kind = IdentityForm if latest else FirstIdentityForm
    return kind(data=filled(latest.content if latest else {}, latest.id if latest else 0))


def _page(form: IdentityForm, status: int = 200, meanwhile: list[str] | None = None) -> Any:
    latest, rows = latest_letterhead(reading()), identity_changes(reading(), place_asked())
    content = latest.content if latest else {}
    if meanwhile is not None and latest:
        form.seen.data = str(latest.id)
    form.shown.data = ""
    html = render_template(
        "letterheads/index.html",
        form=form,
        is_first=latest is None,
        meanwhile=[(label_of(key), shown(content, key)) for key in meanwhile or ()],
        rows=rows,
        query=kept(rows),
        label_of=label_of,
        shown=shown,
        here="letterheads.index",
    )
    return html, status
