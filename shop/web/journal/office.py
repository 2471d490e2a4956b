"""The administrator reads the journal, the accounting staff that of the files: who, what, when."""

from collections.abc import Iterator
from typing import Any

from flask import render_template, request, stream_with_context
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.core.actors import ACCOUNTING, ADMIN, Actor
from shop.core.text import PARIS
from shop.documents.spreadsheets import Cell, csv_rows
from shop.dossiers.entries import Criteria, count_entries, every_entry, page_of_entries
from shop.storage.db import Database
from shop.web.journal import blueprint
from shop.web.journal.forms import CriteriaForm
from shop.web.journal.words import line_of
from shop.web.kit.downloads import download
from shop.web.kit.guards import staff_only
from shop.web.kit.sessions import actor
from shop.web.kit.site import plain_database, reading
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "journal.index",
    _l("Journal"),
    frozenset({ACCOUNTING, ADMIN}),
    order=30,
    about=_l("who did what, when"),
    group=Group.SHOP,
)
#: Figures of a key.
_LONGEST = 18


@blueprint.get("/bureau/journal")
@staff_only(ACCOUNTING)
def index() -> Any:
    """The entries that the criteria leave, the newest first."""
    form = CriteriaForm(request.args)
    if not form.is_sound():
        return _page(form), 422
    before, after = _key_asked("before"), _key_asked("after")
    page = page_of_entries(reading(), form.criteria, by=actor(), before=before, after=after)
    return _page(
        form,
        page=page,
        lines=[line_of(one) for one in page.rows],
        is_first=not page.newer,
    )


@blueprint.get("/bureau/journal/export")
@staff_only(ACCOUNTING)
def prepare() -> Any:
    """What an export of these entries will contain, before it is downloaded."""
    form = CriteriaForm(request.args)
    if not form.is_sound():
        return _page(form), 422
    return render_template(
        "journal/export.html",
        rows=count_entries(reading(), form.criteria, by=actor()),
        query=form.query,
        here="journal.index",
    )


@blueprint.get("/bureau/journal/export.csv")
@staff_only(ACCOUNTING)
def export() -> Any:
    """The entries as a file, written while it is sent."""
    form = CriteriaForm(request.args)
    if not form.is_sound():
        return _page(form), 422
    head = [_("Date"), _("By"), _("Entry"), _("Details"), _("File"), _("About")]
    rows = _rows(plain_database(), form.criteria, actor())
    parts = stream_with_context(csv_rows(head, rows))
    days = [day.isoformat() for day in (form.since.data, form.until.data) if day]
    return download(
        parts, name="-".join(["comptoir-journal", *days]) + ".csv", media_type="text/csv"
    )


def _rows(database: Database, criteria: Criteria, by: Actor) -> Iterator[list[Cell]]:
    """The cells, read in a session of their own: that of the request ends with the view."""
    with database.snapshot_session() as session:
        for told in every_entry(session, criteria, by=by):
            line = line_of(told)
            yield [
                line.at.astimezone(PARIS).strftime("%Y-%m-%d %H:%M:%S"),
                line.by,
                line.title,
                line.text,
                told.dossier or "",
                "" if told.dossier else str(line.about),
            ]


def _key_asked(name: str) -> int:
    """The key of the entry beside which the page is, 0 for none."""
    asked = request.args.get(name, "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= _LONGEST else 0


def _page(form: CriteriaForm, **shown: Any) -> str:
    context = {"page": None, "lines": None, "is_first": True} | shown
    return render_template(
        "journal/index.html", form=form, query=form.query, here="journal.index", **context
    )
