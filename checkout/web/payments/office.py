"""The accounting staff: bank transfers are recorded on the invoices they pay."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from checkout.card.procedure import ReversalKind
from checkout.card.refunds import count_failed_refunds, failed_refunds, record_refund_by_hand
from checkout.card.reversals import (
    count_reversals_to_note,
    note_reversal,
    reversals_to_note,
)
from checkout.card.rules import RefundReferenceMissing
from checkout.invoices.corrections import parties_of
from checkout.invoices.invoices import get_invoice, invoice_with_order
from checkout.invoices.queue import count_overdue, count_unpaid, next_unpaid, unpaid
from checkout.orders.procedure import PROCEDURE
from checkout.payments.payments import record_payment
from checkout.payments.receipts import payments_of
from checkout.payments.rules import (
    MoreThanDue,
    NoAmount,
    NoReference,
    PaidBeforeOrder,
    PaidInFuture,
    PaymentRecordedBefore,
)
from checkout.transfers.lists import credits_of, parts_on
from checkout.web.payments import blueprint
from checkout.web.payments.forms import PaymentForm, RefundForm
from checkout.withdrawals.refunds import count_failed_withdrawals, failed_withdrawals
from shop.core.actors import ACCOUNTING
from shop.core.days import paris_day
from shop.core.errors import DomainError
from shop.core.money import Money
from shop.core.text import money
from shop.ops.clock import now, today
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.paging import came_from, kept, place_asked, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of
from shop.web.kit.tabs import Group, Late, Tab
from shop.web.kit.told import tell_done


def count_to_do() -> ColumnElement[int]:
    """The number on the tab: unpaid invoices, refunds to make by hand, refunds made elsewhere and
    disputes.
    """
    return (
        count_unpaid()
        + count_failed_refunds()
        + count_failed_withdrawals()
        + count_reversals_to_note()
    )


TAB = Tab(
    "payments.queue",
    _l("Payments"),
    frozenset({ACCOUNTING}),
    lambda _at: count_to_do(),
    order=50,
    about=_l("invoices awaiting payment, refunds to make, disputes"),
    group=Group.MONEY,
    late=Late(
        lambda at: count_overdue(paris_day(at)),
        ("state", "overdue"),
        _l("%(num)s invoices overdue"),
    ),
)

#: The form field that shows each refusal.
BESIDE: dict[type[DomainError], str] = {
    MoreThanDue: "amount",
    NoAmount: "amount",
    PaidBeforeOrder: "received_on",
    PaidInFuture: "received_on",
    NoReference: "reference",
    PaymentRecordedBefore: "reference",
}


@blueprint.get("/bureau/paiements")
@staff_only(ACCOUNTING)
def queue() -> Any:
    """Unpaid invoices, the oldest due day first."""
    return _render()


@blueprint.get("/bureau/paiements/<number>")
@staff_only(ACCOUNTING)
def show(number: str) -> Any:
    """One invoice, and the form for a transfer."""
    return _desk(number)


@blueprint.post("/bureau/paiements/<number>")
@staff_only(ACCOUNTING)
@key_required
def record(number: str) -> Any:
    """Record a transfer, or show the form with its errors."""
    form, by = PaymentForm(), actor()
    if not form.validate_on_submit():
        return _desk(number, form, 422)
    try:
        with database().transaction() as session:
            after = next_unpaid(session, number, today(), place_asked())
            invoice, _order = get_invoice(session, number, by=by)
            payment = record_payment(
                session,
                invoice,
                amount=form.amount.data or Money(),
                received_on=form.received_on.data,
                reference=form.reference.data or "",
                by=by,
                at=now(),
            )
            due, part = invoice.due, parts_on(session, invoice).get(payment.id)
            shown = number if due else after
            then = place_url(".show", number=shown) if shown else place_url(".queue")
            then = came_from(then)
            leads_to(session, then)
    except tuple(BESIDE) as refusal:
        form[BESIDE[type(refusal)]].errors = [sentence_of(refusal)]
        return _desk(number, form, 422)
    amount = money(payment.amount.cents, current_language())
    if due:
        left = money(due.cents, current_language())
        told = _("%(amount)s recorded, %(left)s left to pay.", amount=amount, left=left)
    else:
        told = _(
            "%(amount)s recorded: invoice %(number)s is fully paid.", amount=amount, number=number
        )
    undo = _("Move this transfer") if part else ""
    tell_done(told, undo=undo, url=url_for("transfers.show", part_id=part) if part else "")
    return redirect(then, 303)


@blueprint.post("/bureau/paiements/remboursements/<int:payment_id>")
@staff_only(ACCOUNTING)
@key_required
def refund(payment_id: int) -> Any:
    """Record the transfer to a customer whose card did not accept the refund."""
    form, by = RefundForm(), actor()
    if not form.validate_on_submit():
        flash(sentence_of(RefundReferenceMissing()), "bad")
        return redirect(place_url(".queue"), 303)
    then = place_url(".queue")
    with database(then).transaction() as session:
        payment = record_refund_by_hand(
            session, payment_id, reference=form.reference.data or "", by=by, at=now()
        )
    flash(_("The refund to %(customer)s is recorded.", customer=payment.email), "good")
    return redirect(then, 303)


@blueprint.post("/bureau/paiements/mouvements/<reversal_id>")
@staff_only(ACCOUNTING)
def note(reversal_id: str) -> Any:
    """Note a refund made elsewhere, or a dispute that is decided."""
    then = place_url(".queue")
    with database(then).transaction() as session:
        noted = note_reversal(session, reversal_id, by=actor(), at=now())
    told = money(noted.amount.cents, current_language())
    flash(_("%(amount)s noted.", amount=told), "good")
    return redirect(then, 303)


def reversal_words(kind: ReversalKind, status: str) -> str:
    """What a refund or a dispute has come to, in words."""
    if kind is ReversalKind.REFUND:
        return {
            "succeeded": _("refunded to the card"),
            "failed": _("refund failed: the money is with the shop"),
            "canceled": _("refund cancelled: the money is with the shop"),
        }.get(status, _("refund under way"))
    return {
        "won": _("dispute won: the money is with the shop"),
        "warning_closed": _("inquiry closed without a dispute"),
        "lost": _("dispute lost: the customer has the money"),
        "prevented": _("settled with the bank: the customer has the money"),
        "under_review": _("evidence sent: the bank decides"),
        "warning_under_review": _("evidence sent: the bank decides"),
        "appeal_under_review": _("evidence sent: the bank decides"),
    }.get(status, _("dispute: the bank waits for evidence"))


def reason_words(reason: str) -> str:
    """The processor's reason for a refund or a dispute, in words."""
    return {
        "": _("no reason given"),
        "requested_by_customer": _("requested by the customer"),
        "duplicate": _("paid twice"),
        "fraudulent": _("fraud: the cardholder did not pay this"),
        "product_not_received": _("goods not received"),
        "product_unacceptable": _("goods defective or not as described"),
        "credit_not_processed": _("refund expected and not received"),
        "subscription_canceled": _("contract cancelled"),
        "unrecognized": _("payment not recognised"),
        "general": _("other reason"),
    }.get(reason, reason)


def _desk(number: str, form: PaymentForm | None = None, status: int = 200) -> Any:
    session = reading()
    invoice, order = invoice_with_order(session, number)
    due = invoice.due
    return _render(
        status,
        invoice=invoice,
        order=order,
        parties=parties_of(invoice, order),
        payments=payments_of(session, invoice.id),
        parts=parts_on(session, invoice),
        credits=credits_of(session, order),
        due=due,
        form=form or PaymentForm(formdata=None, amount=due, received_on=today()),
        may_record=bool(due)
        and any(
            transition.name == "record_payment"
            for transition in PROCEDURE.open_transitions(order.stage, actor())
        ),
    )


def _render(status: int = 200, **page: Any) -> Any:
    day, context = today(), {"invoice": None, **page}
    invoice = context["invoice"]
    session = reading()
    rows = unpaid(session, day, place_asked(invoice.number if invoice else None))
    refunds = failed_refunds(session, place_asked(name="refunds"))
    withdrawals = failed_withdrawals(session, place_asked(name="withdrawals"))
    reversals = reversals_to_note(session, place_asked(name="reversals"))
    html = render_template(
        "payments/desk.html",
        rows=rows,
        refunds=refunds,
        withdrawals=withdrawals,
        reversals=reversals,
        query=kept(rows, refunds, withdrawals, reversals),
        back=came_from() or None,
        reversal_words=reversal_words,
        reason_words=reason_words,
        today=day,
        here="payments.queue",
        **context,
    )
    return html, status
