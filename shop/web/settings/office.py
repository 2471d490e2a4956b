"""The office changes the settings of the shop; what changes is shown before it is recorded."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.core.actors import ACCOUNTING, ADMIN
from shop.core.errors import NotFound
from shop.core.text import day
from shop.ops.clock import now, today
from shop.settings.part_rules import Kind, Part
from shop.settings.rules import (
    Change,
    DayPassed,
    NoSettingChanges,
    SettingRefused,
    SettingsChanged,
    fingerprint,
    refusals,
)
from shop.settings.settings import (
    changes_in,
    ensure_may_set,
    propose_settings,
    set_settings,
    settings_history,
    settings_known,
)
from shop.settings.table_rules import PARTS
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab
from shop.web.kit.tariff import read_settings_again
from shop.web.settings import blueprint
from shop.web.settings.effects import effects_of
from shop.web.settings.forms import SettingsForm, settings_form
from shop.web.settings.words import shown, told

TAB = Tab(
    "settings.index",
    _l("Settings"),
    frozenset({ACCOUNTING, ADMIN}),
    order=20,
    about=_l("prices of delivery and rules that the shop chooses"),
    group=Group.SHOP,
)


@blueprint.get("/bureau/reglages")
@staff_only(ACCOUNTING)
def index() -> Any:
    """The parts that the person may change, with the values in force."""
    known, by = settings_known(reading()), actor()
    parts = [part for part in PARTS.values() if by.has(*part.roles)]
    return render_template(
        "settings/index.html",
        parts=[
            (part, known.values_on(part, today()), known.days_after(part, today()))
            for part in parts
        ],
        shown=shown,
        may_write=by.has(ADMIN),
        here="settings.index",
    )


@blueprint.get("/bureau/reglages/<part>")
@staff_only(ACCOUNTING)
def show(part: str) -> Any:
    """The values in force, in the form that changes them, and the earlier changes."""
    return _page(_form(_part(part)))


@blueprint.post("/bureau/reglages/<part>")
@staff_only(ACCOUNTING)
@key_required
def change(part: str) -> Any:
    """Show what would change; put in force what was shown."""
    form, then = _form(_part(part)), url_for(".show", part=part)
    if not form.validate_on_submit() or form.since.data is None:
        return _page(form, 422)
    given, since = (form.part, form.values, form.since.data), form.since.data
    mark = fingerprint(*given, form.read)
    try:
        if form.shown.data != mark:
            changes = propose_settings(reading(), *given, by=actor(), at=now())
            return _page(form, changes=changes, mark=mark)
        with database(then).transaction() as session:
            set_settings(session, *given, seen=form.read, by=actor(), at=now())
    except SettingsChanged as refusal:
        form.form_errors.append(sentence_of(refusal))
        return _page(form, 409, is_late=True)
    except SettingRefused:
        form.refuse(*refusals(form.part, form.values, settings_known(reading())))
        return _page(form, 422)
    except DayPassed as refusal:
        form.since.errors = [sentence_of(refusal)]
        return _page(form, 422)
    except NoSettingChanges as refusal:
        form.say(refusal)
        return _page(form, 422)
    read_settings_again()
    flash(
        _(
            "The settings are recorded, in force from %(day)s on.",
            day=day(since, current_language()),
        ),
        "good",
    )
    return redirect(then, 303)


def _part(key: str) -> Part:
    """The part of an address. Raises NotFound, NotAllowed."""
    if key not in PARTS:
        raise NotFound
    ensure_may_set(PARTS[key], actor())
    return PARTS[key]


def _form(part: Part) -> SettingsForm:
    known = settings_known(reading())
    return settings_form(part, known.values_on(part, today()), today(), known.latest(part))


def _page(
    form: SettingsForm,
    status: int = 200,
    *,
    changes: tuple[Change, ...] = (),
    mark: str = "",
    is_late: bool = False,
) -> Any:
    part, session = form.part, reading()
    rows, known = settings_history(session, part, today(), place_asked()), settings_known(session)
    others = known.made_after(part, form.read) if is_late else ()
    if is_late:
        form.seen.data = str(known.latest(part))
    html = render_template(
        "settings/show.html",
        form=form,
        part=part,
        kinds=Kind,
        others=others,
        preview=told(part, changes),
        effects=effects_of(session, form, changes),
        mark=mark,
        rows=rows,
        query=kept(rows, part=part.key),
        told=lambda row: told(part, changes_in(row)),
        shown=shown,
        here="settings.index",
    )
    return html, status
