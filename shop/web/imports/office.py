"""The sales staff: imports of products, their comparison, their application, their undoing."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from shop.catalogue.price_rules import PriceDayInPast, PriceDayTooFar
from shop.core.actors import SALES, SALES_ADMIN
from shop.core.errors import DomainError
from shop.core.stored_facts import facts_in
from shop.documents.tables import TableEmpty, TableTooLarge
from shop.documents.uploads import NoFile
from shop.imports import procedure
from shop.imports.column_rules import (
    FIELDS,
    FieldTwice,
    NothingMapped,
    ReferenceNotMapped,
    is_stock,
)
from shop.imports.imports import (
    SentTable,
    apply_import,
    check_import,
    discard_import,
    receive_import,
    table_of_file,
    undo_import,
)
from shop.imports.lists import faults_of, get_import, imports, lines_of
from shop.ops.clock import now
from shop.web.imports import blueprint
from shop.web.imports.forms import CheckForm, FileForm
from shop.web.imports.words import (
    FIELD_NAMES,
    STATES,
    changes_of_line,
    column_of,
    value_of,
    why,
)
from shop.web.kit.confirming import confirmation
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sent_files import takes_file
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of, settings, written

_HERE = "products.index"


@blueprint.get("/bureau/imports")
@staff_only(SALES, SALES_ADMIN)
def index() -> Any:
    """All imports, and the form that sends a file."""
    return _index(FileForm(formdata=None))


@blueprint.post("/bureau/imports")
@staff_only(SALES, SALES_ADMIN)
@takes_file
@key_required
def send() -> Any:
    """Keep a file; its page proposes the fields of its columns."""
    form = FileForm()
    if not form.validate_on_submit():
        return _index(form, 422)
    try:
        sent = _table(form)
    except DomainError as refusal:
        form.file.errors = [sentence_of(refusal)]
        return _index(form, refusal.status)
    with database().transaction() as session:
        row = receive_import(session, sent, by=actor(), at=now())
        shown = leads_to(session, url_for(".show", import_id=row.id))
    flash(_("The file was received: say what its columns are."), "good")
    return redirect(shown, 303)


def _table(form: FileForm) -> SentTable:
    """Raises NoFile, TableEmpty, TableTooLarge, and what `table_of_file()` raises."""
    limit, file = settings().upload_limit, form.file.data
    if not getattr(file, "filename", ""):
        raise NoFile
    data = file.stream.read(limit + 1)
    if len(data) > limit:
        raise TableTooLarge(limit=limit // 1_000_000)
    if not data:
        raise TableEmpty
    return table_of_file(file.filename, data)


@blueprint.get("/bureau/imports/<int:import_id>")
@staff_only(SALES, SALES_ADMIN)
def show(import_id: int) -> Any:
    """One import: where it is, what it changes, its faults."""
    row = get_import(reading(), import_id)
    return _show(import_id, CheckForm(formdata=None, starts_on=row.starts_on))


@blueprint.post("/bureau/imports/<int:import_id>/comparaison")
@staff_only(SALES, SALES_ADMIN)
def check(import_id: int) -> Any:
    """The worker compares the file with the catalogue."""
    form, then = CheckForm(), url_for(".show", import_id=import_id)
    mapping = form.mapping_of(get_import(reading(), import_id))
    if not form.validate_on_submit() or form.starts_on.data is None:
        return _show(import_id, form, mapping)
    try:
        with database(then).transaction() as session:
            day = form.starts_on.data
            check_import(session, import_id, mapping, day, by=actor(), at=now())
    except (PriceDayInPast, PriceDayTooFar) as refusal:
        form.starts_on.errors = [sentence_of(refusal)]
        return _show(import_id, form, mapping)
    except (FieldTwice, NothingMapped, ReferenceNotMapped) as refusal:
        form.say(refusal)
        return _show(import_id, form, mapping)
    flash(_("The file is being compared. You may leave this page: the work goes on."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/imports/<int:import_id>/application")
@staff_only(SALES, SALES_ADMIN)
@key_required
def apply(import_id: int) -> Any:
    """The worker writes all differences, or none."""
    then = url_for(".show", import_id=import_id)
    with database(then).transaction() as session:
        seen = request.form.get("seen", "")
        apply_import(session, import_id, seen=seen, by=actor(), at=now())
    flash(_("The import is being applied. You may leave this page: the work goes on."), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/imports/<int:import_id>/annulation")
@staff_only(SALES, SALES_ADMIN)
def undoing(import_id: int) -> Any:
    """Asks before an import is undone."""
    row = get_import(reading(), import_id)
    return confirmation(
        _("Undo an import"),
        _("Import %(number)s", number=row.id),
        _(
            "The products get their earlier values again, and those that were added are taken off "
            "sale. What was changed since keeps its values, and is listed."
        ),
        act=_("Undo the import"),
        back=url_for(".show", import_id=import_id),
    )


@blueprint.post("/bureau/imports/<int:import_id>/annulation")
@staff_only(SALES, SALES_ADMIN)
@key_required
def undo(import_id: int) -> Any:
    """The worker undoes the import."""
    then = url_for(".show", import_id=import_id)
    with database(then).transaction() as session:
        undo_import(session, import_id, by=actor(), at=now())
    flash(_("The import is being undone. You may leave this page: the work goes on."), "good")
    return redirect(then, 303)


@blueprint.get("/bureau/imports/<int:import_id>/abandon")
@staff_only(SALES, SALES_ADMIN)
def discarding(import_id: int) -> Any:
    """Asks before an import is given up."""
    row = get_import(reading(), import_id)
    return confirmation(
        _("Give up an import"),
        _("Import %(number)s", number=row.id),
        _("Its file and its differences are deleted. The catalogue stays as it is."),
        act=_("Give up the import"),
        back=url_for(".show", import_id=import_id),
    )


@blueprint.post("/bureau/imports/<int:import_id>/abandon")
@staff_only(SALES, SALES_ADMIN)
def discard(import_id: int) -> Any:
    """Give up an import that is not applied."""
    then = url_for(".index")
    with database(then).transaction() as session:
        discard_import(session, import_id, by=actor(), at=now())
    flash(_("The import was given up."), "good")
    return redirect(then, 303)


def _index(form: FileForm, status: int = 200) -> Any:
    rows = imports(reading(), place_asked())
    html = render_template(
        "imports/index.html", rows=rows, form=form, states=STATES, query=kept(rows), here=_HERE
    )
    return html, status


def _show(import_id: int, form: CheckForm, mapping: list[str] | None = None) -> Any:
    """The page of an import; `mapping` as it was typed, when the form is shown again."""
    session = reading()
    row = get_import(session, import_id)
    lines = lines_of(session, import_id, place_asked(name="lines"))
    faults = faults_of(session, import_id, place_asked(name="faults"))
    html = render_template(
        "imports/show.html",
        row=row,
        form=form,
        mapping=row.mapping if mapping is None else mapping,
        fields={name: FIELD_NAMES[name] for name in FIELDS},
        stock=[title for title in row.titles if is_stock(title)],
        lines=lines,
        faults=faults,
        states=STATES,
        problem=written(row.problem, facts_in(row.facts)) if row.problem else "",
        changes_of=changes_of_line,
        why=why,
        column_of=column_of,
        value_of=value_of,
        is_=procedure,
        query=kept(lines, faults) | {"import_id": import_id},
        here=_HERE,
    )
    return html, 200 if mapping is None else 422
