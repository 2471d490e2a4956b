"""The accounting staff and the administrators: the account that customers pay to."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shop.bank_details.changes import (
    account_in_force,
    ask_bank_change,
    bank_changes,
    confirm_bank_change,
    count_waiting,
    refuse_bank_change,
    waiting_change,
)
from shop.bank_details.procedure import PROCEDURE, BankChangeState
from shop.bank_details.rules import (
    BicNotValid,
    HolderMissing,
    IbanNotValid,
    SameAccount,
    account_from,
)
from shop.core.actors import ACCOUNTING, is_same_person
from shop.core.errors import DomainError
from shop.duties.duties import is_lifted
from shop.duties.rules import AskedByYou
from shop.letterheads.letterheads import NoLetterhead
from shop.ops.clock import now
from shop.web.bank_details import blueprint
from shop.web.bank_details.forms import BankForm, RefusalForm
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "bank_details.index",
    _l("Bank details"),
    frozenset({ACCOUNTING}),
    lambda _at: count_waiting(),
    order=90,
    about=_l("a change of the shop’s account to confirm"),
    group=Group.MONEY,
)
#: The form field that shows each refusal.
BESIDE: dict[type[DomainError], str] = {
    BicNotValid: "bic",
    HolderMissing: "holder",
    IbanNotValid: "iban",
    SameAccount: "iban",
}


@blueprint.get("/bureau/coordonnees-bancaires")
@staff_only(ACCOUNTING)
def index() -> Any:
    """The account in force, the change that waits, and the form for another account."""
    return _page()


@blueprint.post("/bureau/coordonnees-bancaires")
@staff_only(ACCOUNTING)
@key_required
def ask() -> Any:
    """Ask for another account."""
    form, then = BankForm(), url_for(".index")
    if not form.validate_on_submit():
        return _page(422, form=form)
    try:
        with database(then).transaction() as session:
            reason = form.reason.data or ""
            ask_bank_change(session, form.account, reason, by=actor(), at=now())
    except tuple(BESIDE) as refusal:
        form[BESIDE[type(refusal)]].errors = [sentence_of(refusal)]
        return _page(422, form=form)
    flash(_("The change is asked for: another person confirms it."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/coordonnees-bancaires/<int:change_id>/confirmation")
@staff_only(ACCOUNTING)
@key_required
def confirm(change_id: int) -> Any:
    """Another person confirms: the account is on the papers issued from now on."""
    form, then = ShopForm(), url_for(".index")
    if not form.validate_on_submit():
        return _page(422, confirmation=form)
    try:
        with database(then).transaction() as session:
            confirm_bank_change(session, change_id, by=actor(), at=now())
    except AskedByYou as refusal:
        form.say(refusal)
        return _page(422, confirmation=form)
    flash(_("The account is changed: the papers issued from now on print it."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/coordonnees-bancaires/<int:change_id>/refus")
@staff_only(ACCOUNTING)
def refuse(change_id: int) -> Any:
    """The account stays."""
    form, then = RefusalForm(prefix="refusal"), url_for(".index")
    if not form.validate_on_submit():
        return _page(422, refusal=form)
    with database(then).transaction() as session:
        refuse_bank_change(session, change_id, form.reason.data or "", by=actor(), at=now())
    flash(_("The change is refused: the account stays."), "good")
    return redirect(then, 303)


def state_words(state: BankChangeState) -> tuple[str, str]:
    """The kind and the words of a state of a change."""
    return {
        BankChangeState.ASKED: ("you", _("to decide")),
        BankChangeState.CONFIRMED: ("good", _("confirmed")),
        BankChangeState.REFUSED: ("plain", _("refused")),
    }[state]


def _page(status: int = 200, **typed: ShopForm) -> Any:
    session = reading()
    try:
        account = account_in_force(session)
    except NoLetterhead:
        account = None
    change, rows = waiting_change(session), bank_changes(session, place_asked())
    acts = {one.name for one in PROCEDURE.open_transitions(change.state, actor())} if change else ()
    mine = change is not None and is_same_person(
        actor(), user_id=change.asked_by_id, name=change.asked_by
    )
    forms: dict[str, ShopForm] = {
        "form": BankForm(formdata=None),
        "confirmation": ShopForm(formdata=None),
        "refusal": RefusalForm(formdata=None, prefix="refusal"),
    }
    html = render_template(
        "bank_details/index.html",
        account=account,
        change=change,
        asked=account_from(change.bank) if change else None,
        former=account_from(change.former) if change else None,
        acts=acts,
        mine=mine and not is_lifted(session, now()),
        alone=mine and is_lifted(session, now()),
        rows=rows,
        query=kept(rows),
        words=state_words,
        account_from=account_from,
        here="bank_details.index",
        **(forms | typed),
    )
    return html, status
