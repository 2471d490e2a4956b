"""The accounting staff: statements of the bank are read, exact movements confirmed together."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from checkout.statements.csv_rules import headings_of, rows_of
from checkout.statements.imports import (
    file_text,
    mapping_for,
    read_file,
    receive_file,
    remember_mapping,
)
from checkout.statements.lists import (
    Decision,
    count_open,
    decisions,
    get_statement,
    movements_of,
    open_movements_of,
    statements,
)
from checkout.statements.matching_rules import Reason
from checkout.statements.movements import confirm_several
from checkout.statements.rules import (
    MOST_BYTES,
    Out,
    StatementEmpty,
    StatementReadBefore,
    StatementRefused,
)
from checkout.web.statements import blueprint
from checkout.web.statements.forms import StatementForm, columns_form
from shop.core.actors import ACCOUNTING
from shop.core.errors import DomainError
from shop.ops.clock import now, today
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import kept, place_asked, place_url
from shop.web.kit.sent_files import takes_file
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "statements.queue",
    _l("Bank"),
    frozenset({ACCOUNTING}),
    lambda _at: count_open(),
    order=52,
    about=_l("movements of the bank to decide about"),
    group=Group.MONEY,
)


@blueprint.get("/bureau/releves")
@staff_only(ACCOUNTING)
def queue() -> Any:
    """The form for a file, and the statements that were read."""
    return _queue()


@blueprint.post("/bureau/releves")
@staff_only(ACCOUNTING)
@takes_file
def send() -> Any:
    """Keep the file and read it; a CSV file of unknown columns leads to their form."""
    form, by = StatementForm(), actor()
    try:
        sent = form.file.data
        if not sent:
            raise StatementEmpty
        data = sent.stream.read(MOST_BYTES + 1)
        with database().transaction() as session:
            file = receive_file(session, data, sent.filename or "", by=by, at=now())
            file_id, ready = file.id, file.form == "camt"
            if not ready:
                ready = mapping_for(session, file_text(session, file_id)[1]).is_complete
            found = read_file(session, file_id, by=by, at=now()) if ready else []
            url = url_for(".columns", file_id=file_id)
            url = url_for(".show", statement_id=found[0].id) if found else url
            leads_to(session, url)
    except DomainError as refusal:
        if refusal.suspicious:
            raise
        form.file.errors = [sentence_of(refusal)]
        return _queue(form, 409 if isinstance(refusal, StatementReadBefore) else 422)
    if found:
        flash(_("The statement has been read: %(count)s.", count=_told(len(found))), "good")
    return redirect(url, 303)


@blueprint.get("/bureau/releves/fichiers/<int:file_id>")
@staff_only(ACCOUNTING)
def columns(file_id: int) -> Any:
    """The columns of a CSV file, with its first lines."""
    return _columns(file_id)


@blueprint.post("/bureau/releves/fichiers/<int:file_id>")
@staff_only(ACCOUNTING)
@key_required
def read(file_id: int) -> Any:
    """Read a CSV file by the columns that were chosen; they are remembered."""
    by = actor()
    _file, text = file_text(reading(), file_id)
    guessed = mapping_for(reading(), text)
    form = columns_form(headings_of(text, guessed), guessed)
    if not form.validate():
        return _columns(file_id, form, 422)
    try:
        with database().transaction() as session:
            mapping = form.mapping(guessed)
            found = read_file(session, file_id, mapping, by=by, at=now())
            remember_mapping(session, text, mapping, by=by, at=now())
            url = url_for(".show", statement_id=found[0].id)
            leads_to(session, url)
    except StatementRefused as refusal:
        form.day.errors = [sentence_of(refusal)]
        return _columns(file_id, form, 422)
    flash(_("The statement has been read: %(count)s.", count=_told(len(found))), "good")
    return redirect(url, 303)


@blueprint.get("/bureau/releves/<int:statement_id>")
@staff_only(ACCOUNTING)
def show(statement_id: int) -> Any:
    """The movements of a statement, each with what is proposed for it and why."""
    session = reading()
    statement, file = get_statement(session, statement_id)
    rows = movements_of(session, statement, place_asked())
    shown = decisions(session, rows.rows)
    everything = decisions(session, open_movements_of(session, statement))
    return render_template(
        "statements/show.html",
        statement=statement,
        file=file,
        rows=rows,
        decisions=shown,
        exact=[one for one in everything if one.is_exact],
        open_ones=everything,
        query=kept(rows),
        why=why_words,
        out_words=out_words,
        here="statements.queue",
    )


@blueprint.post("/bureau/releves/<int:statement_id>/confirmation")
@staff_only(ACCOUNTING)
@key_required
def confirm_exact(statement_id: int) -> Any:
    """Book every movement whose invoices are named and come to its amount exactly."""
    by, then = actor(), place_url(".show", statement_id=statement_id, state="open")
    with database(then).transaction() as session:
        statement, _file = get_statement(session, statement_id)
        found = decisions(session, open_movements_of(session, statement))
        shares = {one.movement.id: one.best.shares for one in found if one.is_exact and one.best}
        done = confirm_several(session, shares, by=by, at=now())
        left = len(found) - len(done.booked)
    booked = ngettext("%(num)d movement booked", "%(num)d movements booked", len(done.booked))
    rest = ngettext("%(num)d left to decide", "%(num)d left to decide", left)
    flash(f"{booked}, {rest}.", "good" if done.booked else "info")
    for refusal in done.refused.values():
        flash(sentence_of(refusal), "bad")
    return redirect(then, 303)


def why_words(decision: Decision) -> str:
    """Why the best proposal of a movement is made; or why there is none."""
    if decision.is_contested:
        return _("Another movement names the same invoice: decide which one pays it.")
    best = decision.best
    if best is None:
        return _("No invoice is named, and none has this amount.")
    return reason_words(best.reason)


def reason_words(reason: Reason) -> str:
    """The reason of a proposal, in words."""
    return {
        Reason.NUMBERS_EXACT: _("The wording names the invoice, and the amount is what is due."),
        Reason.NUMBERS_LESS: _("The wording names the invoice; the amount is a part of it."),
        Reason.NUMBERS_MORE: _("The wording names the invoice; the amount is more than is due."),
        Reason.NUMBER_PAID: _("The wording names an invoice that is unknown, or paid already."),
        Reason.REFERENCE: _("The wording names the order or purchase order; the amount is right."),
        Reason.NAME_AMOUNT: _("The name of the client and the amount are those of this invoice."),
        Reason.NAME_ALL: _("The amount is all that the client of this name owes."),
        Reason.AMOUNT: _("Only the amount is that of this invoice."),
        Reason.AMOUNT_SEVERAL: _("Several invoices have this amount: choose one."),
    }[reason]


def out_words(out: Out | None) -> str:
    """Why a movement is left out, in words."""
    return {
        Out.DEBIT: _("Money that left the account."),
        Out.REVERSED: _("Taken back by the bank: take its transfer off the invoice that it paid."),
        Out.FOREIGN: _("In another currency: record it by hand, in euros."),
        Out.BY_HAND: _("Left out by a person."),
        None: "",
    }[out]


def _told(count: int) -> str:
    return ngettext("%(num)d statement", "%(num)d statements", count)


def _queue(form: StatementForm | None = None, status: int = 200) -> Any:
    rows = statements(reading(), today(), place_asked())
    html = render_template(
        "statements/queue.html",
        rows=rows,
        query=kept(rows),
        form=form or StatementForm(formdata=None),
        here="statements.queue",
    )
    return html, status


def _columns(file_id: int, form: Any = None, status: int = 200) -> Any:
    session = reading()
    file, text = file_text(session, file_id)
    guessed = mapping_for(session, text)
    headings = headings_of(text, guessed)
    sample = rows_of(text, guessed.separator)[guessed.above + 1 : guessed.above + 6]
    html = render_template(
        "statements/columns.html",
        file=file,
        form=form or columns_form(headings, guessed),
        headings=headings,
        sample=sample,
        back=request.args.get("back"),
        here="statements.queue",
    )
    return html, status
