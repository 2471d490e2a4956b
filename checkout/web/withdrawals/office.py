"""The desk of withdrawals: statements to attach or to answer, refunds to make."""

from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from checkout.credits.lists import refunds_of
from checkout.orders.models import Order
from checkout.web.withdrawals import blueprint
from checkout.web.withdrawals.forms import (
    AnswerForm,
    AttachForm,
    QuantitiesForm,
    WithdrawalRefundForm,
    quantities_form,
)
from checkout.withdrawals import desk
from checkout.withdrawals.models import Withdrawal
from checkout.withdrawals.periods import last_day_of
from checkout.withdrawals.procedure import (
    PROCEDURE,
    has_failed,
    is_due,
    is_ordered,
    is_unmatched,
)
from checkout.withdrawals.queue import count_open, next_open, open_withdrawals
from checkout.withdrawals.rules import Finding, refund_by
from checkout.withdrawals.withdrawals import lines_left, units_of
from shop.core.actors import ACCOUNTING, SALES_ADMIN
from shop.core.errors import DomainError
from shop.core.text import money, paris_day
from shop.dossiers.models import Dossier
from shop.ops.clock import now, today
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading
from shop.web.kit.tabs import Tab

TAB = Tab(
    "withdrawals.queue",
    _l("Withdrawals"),
    frozenset({SALES_ADMIN, ACCOUNTING}),
    lambda _at: count_open(),
    order=55,
    about=_l("withdrawals to attach, to answer or to refund"),
)


@blueprint.get("/bureau/retractations")
@staff_only(SALES_ADMIN, ACCOUNTING)
def queue() -> Any:
    """Open statements, the oldest first."""
    return _render()


@blueprint.get("/bureau/retractations/<int:withdrawal_id>")
@staff_only(SALES_ADMIN, ACCOUNTING)
def show(withdrawal_id: int) -> Any:
    """One statement, the order that it concerns, and the refund."""
    return _desk(withdrawal_id)


@blueprint.post("/bureau/retractations/<int:withdrawal_id>/commande")
@staff_only(SALES_ADMIN, ACCOUNTING)
def attach(withdrawal_id: int) -> Any:
    form, shown = AttachForm(), place_url(".show", withdrawal_id=withdrawal_id)
    if not form.validate():
        return _desk(withdrawal_id, 422, attachment=form)
    try:
        with database(shown).transaction() as session:
            order = desk.attach_withdrawal(
                session, withdrawal_id, number=form.number.data or "", by=actor(), at=now()
            )
    except DomainError as refusal:
        return _refused(withdrawal_id, refusal, form, attachment=form)
    flash(_("The statement is attached to order %(number)s.", number=order.number), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/retractations/<int:withdrawal_id>/reponse")
@staff_only(SALES_ADMIN, ACCOUNTING)
def answer(withdrawal_id: int) -> Any:
    form, then = AnswerForm(), _after(withdrawal_id)
    if not form.validate():
        return _desk(withdrawal_id, 422, reply=form)
    try:
        with database(then).transaction() as session:
            desk.answer_withdrawal(
                session, withdrawal_id, answer=form.answer.data or "", by=actor(), at=now()
            )
    except DomainError as refusal:
        return _refused(withdrawal_id, refusal, form, reply=form)
    flash(_("The answer is being sent by e-mail."), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/retractations/<int:withdrawal_id>/articles")
@staff_only(SALES_ADMIN, ACCOUNTING)
def specify(withdrawal_id: int) -> Any:
    row, order = desk.find_withdrawal(reading(), withdrawal_id)
    form, shown = _quantities(row, order), place_url(".show", withdrawal_id=withdrawal_id)
    if not form.validate():
        return _desk(withdrawal_id, 422, quantities=form)
    try:
        with database(shown).transaction() as session:
            desk.specify_withdrawal(session, withdrawal_id, units=form.units, by=actor(), at=now())
    except DomainError as refusal:
        return _refused(withdrawal_id, refusal, form, quantities=form)
    flash(_("The quantities are saved."), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/retractations/<int:withdrawal_id>/remboursement")
@staff_only(ACCOUNTING)
@key_required
def refund(withdrawal_id: int) -> Any:
    """Order the refund to the card; the worker requests it."""
    form, then = ShopForm(), _after(withdrawal_id)
    try:
        with database(then).transaction() as session:
            amount = desk.order_refund(session, withdrawal_id, by=actor(), at=now())
    except DomainError as refusal:
        return _refused(withdrawal_id, refusal, form, order=form)
    told = money(amount.cents, current_language())
    flash(_("The refund of %(amount)s to the card is being made.", amount=told), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/retractations/<int:withdrawal_id>/remboursement/a-la-main")
@staff_only(ACCOUNTING)
@key_required
def record(withdrawal_id: int) -> Any:
    """Record a refund that was made elsewhere."""
    form, then = WithdrawalRefundForm(), _after(withdrawal_id)
    if not form.validate():
        return _desk(withdrawal_id, 422, payment=form)
    try:
        with database(then).transaction() as session:
            amount = desk.refund_withdrawal(
                session, withdrawal_id, reference=form.reference.data or "", by=actor(), at=now()
            )
    except DomainError as refusal:
        return _refused(withdrawal_id, refusal, form, payment=form)
    told = money(amount.cents, current_language())
    flash(_("The refund of %(amount)s is recorded.", amount=told), "good")
    return redirect(then, 303)


def _after(withdrawal_id: int) -> str:
    """The next statement of the queue, or the queue."""
    following = next_open(reading(), withdrawal_id, today(), place_asked())
    return place_url(".show", withdrawal_id=following) if following else place_url(".queue")


def _refused(withdrawal_id: int, refusal: DomainError, form: ShopForm, **shown: ShopForm) -> Any:
    """The desk again with the refusal, and what was typed. Raises the refusal: `form.say()`."""
    form.say(refusal)
    return _desk(withdrawal_id, 422, **shown)


def _quantities(row: Withdrawal, order: Order | None) -> QuantitiesForm:
    if order is None or not is_due(row.state):
        return quantities_form([], {})
    return quantities_form(lines_left(reading(), order, row), units_of(row))


def _desk(withdrawal_id: int, status: int = 200, **typed: ShopForm) -> Any:
    session = reading()
    row, order = desk.find_withdrawal(session, withdrawal_id)
    unmatched, due = is_unmatched(row.state), is_due(row.state)
    attached = order if row.order_id is not None else None
    empty: dict[str, ShopForm] = {
        "attachment": AttachForm(formdata=None, number=row.order_number),
        "reply": AnswerForm(formdata=None),
        "payment": WithdrawalRefundForm(formdata=None),
    }
    if "quantities" not in typed:
        empty["quantities"] = _quantities(row, order)
    return _render(
        status,
        row=row,
        order=attached,
        dossier=session.get_one(Dossier, attached.dossier_id) if attached else None,
        credited=refunds_of(session, attached) if attached else [],
        unmatched=unmatched,
        due=due,
        ordered=is_ordered(row.state),
        failed=has_failed(row.state),
        hint=_hint(desk.finding_of(session, row, order)) if unmatched else None,
        last_day=last_day_of(session, order) if order else None,
        until=refund_by(paris_day(row.stated_at)),
        amount=desk.refund_due(session, row, attached) if attached and due else row.refunded,
        forms=empty | typed,
        acts={one.name for one in PROCEDURE.open_transitions(row.state, actor())},
    )


def _hint(finding: Finding) -> str:
    """Why a statement was not attached by itself."""
    return {
        Finding.MATCHED: _("Its number and address match an order: attach it."),
        Finding.UNKNOWN: _("No order has this number and this e-mail address."),
        Finding.ORGANISATION: _("The order is an organisation's: the right does not apply to it."),
        Finding.LATE: _(
            "The order was found, and the period had ended on the day of the statement."
        ),
        Finding.WITHDRAWN: _("Everything in this order has already been withdrawn."),
    }[finding]


def _render(status: int = 200, **page: Any) -> Any:
    row = page.get("row")
    rows = open_withdrawals(reading(), today(), place_asked(row.id if row else None))
    html = render_template(
        "withdrawals/desk.html",
        rows=rows,
        query=kept(rows),
        today=today(),
        here="withdrawals.queue",
        **{"row": None, **page},
    )
    return html, status
