"""The accounting staff: credit notes are composed, read again and issued."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from checkout.credits.credit_notes import issue_credit_note, propose
from checkout.credits.lists import count_refunds_to_make, issued_credits, refunds_to_make
from checkout.credits.remainders import given_without_credit, remainder_of, unshipped_of
from checkout.credits.rules import (
    CreditReasonMissing,
    MoreThanShipped,
    MoreThanUnshipped,
)
from checkout.credits.uncredited import count_uncredited, uncredited
from checkout.invoices.corrections import parties_of
from checkout.invoices.invoices import get_invoice, invoice_with_order
from checkout.invoices.models import Invoice
from checkout.invoices.overdue import late_of
from checkout.orders.models import Order
from checkout.orders.procedure import PROCEDURE, Origin
from checkout.web.credits import blueprint
from checkout.web.credits.forms import (
    GOODS,
    CreditForm,
    credit_form,
)
from shop.core.actors import ACCOUNTING
from shop.core.errors import DomainError
from shop.core.money import Money
from shop.duties.duties import did_first, is_lifted
from shop.duties.rules import CREDIT
from shop.ops.clock import now, today
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to, repeatable
from shop.web.kit.paging import came_from, kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading, sentence_of
from shop.web.kit.tabs import Group, Tab

TAB = Tab(
    "credits.queue",
    _l("Credit notes"),
    frozenset({ACCOUNTING}),
    lambda _at: count_refunds_to_make() + count_uncredited(),
    order=45,
    about=_l("refunds to make, and credit notes to issue for money given back"),
    group=Group.MONEY,
)
#: The field that shows a refusal which concerns no line.
BESIDE: dict[type[DomainError], str] = {
    CreditReasonMissing: "reason",
    MoreThanShipped: "goods",
    MoreThanUnshipped: "goods",
}


@blueprint.get("/bureau/avoirs")
@staff_only(ACCOUNTING)
def queue() -> Any:
    """The refunds to make, then the credit notes, the newest first."""
    session, day = reading(), today()
    refunds = refunds_to_make(session, place_asked(name="refunds"))
    missing = uncredited(session, place_asked(name="uncredited"))
    issued = issued_credits(session, day, place_asked())
    return render_template(
        "credits/queue.html",
        refunds=refunds,
        missing=missing,
        issued=issued,
        query=kept(refunds, missing, issued),
        today=day,
    )


@blueprint.get("/bureau/avoirs/factures/<number>")
@staff_only(ACCOUNTING)
def compose(number: str) -> Any:
    """The form of a credit note of an invoice."""
    return _composer(number, None)


@blueprint.post("/bureau/avoirs/factures/<number>")
@staff_only(ACCOUNTING)
@repeatable("nothing is stored before the credit note is confirmed")
def check(number: str) -> Any:
    """The credit note as it would be issued, to be read again; `change` shows its form again."""
    session = reading()
    invoice, order = invoice_with_order(session, number)
    form = _form(session, invoice, order)
    if "change" in request.form:
        return _composer(number, form)
    if not form.validate():
        return _composer(number, form, 422)
    try:
        credit, effect = propose(session, invoice, order, form.asked)
    except DomainError as refusal:
        return _refused(number, form, refusal)
    return render_template(
        "credits/confirm.html",
        invoice=invoice,
        parties=parties_of(invoice, order),
        late=late_of(invoice, today=today()),
        form=form,
        credit=credit,
        effect=effect,
        goods=str(GOODS[form.asked.goods]) if credit.goods else None,
        here="credits.queue",
    )


@blueprint.post("/bureau/avoirs/factures/<number>/emission")
@staff_only(ACCOUNTING)
@key_required
def issue(number: str) -> Any:
    """Issue the credit note that was read again."""
    invoice, order = invoice_with_order(reading(), number)
    form, by = _form(reading(), invoice, order), actor()
    if not form.validate():
        return _composer(number, form, 422)
    try:
        with database().transaction() as session:
            invoice, order = get_invoice(session, number, by=by)
            note = issue_credit_note(
                session,
                invoice,
                order,
                form.asked,
                expected=form.expected_amount or Money(),
                by=by,
                at=now(),
            )
            shown = leads_to(session, place_url(".show", number=note.number))
    except DomainError as refusal:
        return _refused(number, form, refusal)
    flash(_("Credit note %(number)s has been issued.", number=note.number), "good")
    return redirect(shown, 303)


def _refused(number: str, form: CreditForm, refusal: DomainError) -> Any:
    """The form again with the refusal beside its field, and what was typed. Raises a refusal that
    no other answer mends.
    """
    if refusal.suspicious or refusal.status != 422:
        raise refusal
    position = refusal.facts.get("position")
    names = (BESIDE.get(type(refusal)), f"units_{position}", f"amount_{position}")
    place = next((name for name in names if name and name in form), None)
    if place is None:
        form.say(refusal)
    else:
        form[place].errors = [sentence_of(refusal)]
    return _composer(number, form, 422)


def _form(session: Session, invoice: Invoice, order: Order) -> CreditForm:
    remainder = remainder_of(session, invoice)
    unshipped = any(unshipped_of(session, order).values())
    return credit_form(remainder, by_card=order.origin is Origin.CARD, unshipped=unshipped)


def _composer(number: str, form: CreditForm | None, status: int = 200) -> Any:
    session = reading()
    invoice, order = invoice_with_order(session, number)
    remainder = remainder_of(session, invoice)
    html = render_template(
        "credits/compose.html",
        invoice=invoice,
        parties=parties_of(invoice, order),
        late=late_of(invoice, today=today()),
        remainder=remainder,
        given=given_without_credit(session, order),
        form=form or _form(session, invoice, order),
        may_issue=PROCEDURE.find("issue_credit_note", order.stage) is not None,
        recorded_by_reader=(recorded := did_first(session, CREDIT, order.dossier_id, actor())),
        is_lifted=recorded and is_lifted(session, now()),
        back=came_from(url_for("invoices.show", number=number)),
        here="credits.queue",
    )
    return html, status
