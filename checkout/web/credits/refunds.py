"""The accounting staff: one credit note, and the money that it gives back."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from checkout.credits.credit_notes import get_credit_note
from checkout.credits.procedure import PROCEDURE, CreditRefundState
from checkout.credits.refunds import find_refund, order_card_refund
from checkout.credits.transfers import confirm_transfer, order_transfer, send_back_transfer
from checkout.invoices.corrections import parties_of
from checkout.invoices.overdue import late_of
from checkout.orders.procedure import Origin
from checkout.web.credits import blueprint
from checkout.web.credits.forms import (
    GOODS,
    ConfirmationForm,
    SendingBackForm,
    TransferForm,
)
from checkout.web.deposits.shown import summary_of
from shop.core.actors import ACCOUNTING
from shop.core.errors import DomainError
from shop.core.text import money
from shop.dossiers.models import Dossier
from shop.ops.clock import now, today
from shop.web.kit.forms import ShopForm
from shop.web.kit.guards import staff_only
from shop.web.kit.once import key_required
from shop.web.kit.paging import came_from, place_url
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, reading, sentence_of


@blueprint.get("/bureau/avoirs/<number>")
@staff_only(ACCOUNTING)
def show(number: str) -> Any:
    """One credit note: its document, its invoice, the money that it gives back."""
    return _page(number)


@blueprint.post("/bureau/avoirs/<number>/carte")
@staff_only(ACCOUNTING)
@key_required
def refund_card(number: str) -> Any:
    """Order the refund to the card; the worker requests it."""
    shown = place_url(".show", number=number)
    try:
        with database(shown).transaction() as session:
            refund = order_card_refund(session, number, by=actor(), at=now())
    except DomainError as refusal:
        return _again(number, ShopForm(), refusal, "card")
    told = money(refund.amount.cents, current_language())
    flash(_("The refund of %(amount)s to the card is being made.", amount=told), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/avoirs/<number>/virement")
@staff_only(ACCOUNTING)
@key_required
def order(number: str) -> Any:
    """Order the transfer; another person confirms it."""
    form, shown = TransferForm(), place_url(".show", number=number)
    if not form.validate_on_submit():
        return _page(number, 422, transfer=form)
    try:
        with database(shown).transaction() as session:
            account = form.account.data or ""
            refund = order_transfer(session, number, account=account, by=actor(), at=now())
    except DomainError as refusal:
        return _again(number, form, refusal, "transfer", "account")
    told = money(refund.amount.cents, current_language())
    flash(
        _("The transfer of %(amount)s is ordered: another person confirms it.", amount=told), "good"
    )
    return redirect(shown, 303)


@blueprint.post("/bureau/avoirs/<number>/virement/confirmation")
@staff_only(ACCOUNTING)
@key_required
def confirm(number: str) -> Any:
    """Another person confirms that the transfer was made."""
    form, shown = ConfirmationForm(prefix="confirmation"), place_url(".show", number=number)
    if not form.validate_on_submit():
        return _page(number, 422, confirmation=form)
    try:
        with database(shown).transaction() as session:
            reference = form.reference.data or ""
            refund = confirm_transfer(session, number, reference=reference, by=actor(), at=now())
    except DomainError as refusal:
        return _again(number, form, refusal, "confirmation", "reference")
    told = money(refund.amount.cents, current_language())
    flash(_("The refund of %(amount)s is recorded.", amount=told), "good")
    return redirect(shown, 303)


@blueprint.post("/bureau/avoirs/<number>/virement/renvoi")
@staff_only(ACCOUNTING)
def send_back(number: str) -> Any:
    """The transfer is not made: it is to be ordered again."""
    form, shown = SendingBackForm(prefix="back"), place_url(".show", number=number)
    if not form.validate_on_submit():
        return _page(number, 422, sending_back=form)
    with database(shown).transaction() as session:
        send_back_transfer(session, number, reason=form.reason.data or "", by=actor(), at=now())
    flash(_("The transfer is to be ordered again."), "good")
    return redirect(shown, 303)


def _again(
    number: str, form: ShopForm, refusal: DomainError, name: str, place: str | None = None
) -> Any:
    """The page again with the refusal, beside the field `place` if it concerns one. Raises a
    refusal that no other answer mends.
    """
    if place is None or refusal.suspicious or refusal.status != 422:
        form.say(refusal)
    else:
        form[place].errors = [sentence_of(refusal)]
    return _page(number, 422, **{name: form})


def _page(number: str, status: int = 200, **typed: ShopForm) -> Any:
    session = reading()
    note, invoice, order = get_credit_note(session, number)
    refund = find_refund(session, note)
    forms: dict[str, ShopForm] = {
        "card": ShopForm(formdata=None),
        "transfer": TransferForm(formdata=None),
        "confirmation": ConfirmationForm(formdata=None, prefix="confirmation"),
        "sending_back": SendingBackForm(formdata=None, prefix="back"),
    }
    made = PROCEDURE.open_transitions(refund.state, actor()) if refund else []
    acts = {one.name for one in made}
    if order.origin is not Origin.CARD:
        acts.discard("order_card_refund")
    html = render_template(
        "credits/show.html",
        note=note,
        invoice=invoice,
        order=order,
        dossier=session.get_one(Dossier, order.dossier_id),
        parties=parties_of(invoice, order),
        late=late_of(invoice, today=today()),
        refund=refund,
        refund_words=_refund_words(refund.state) if refund else None,
        goods=str(GOODS[note.goods]),
        acts=acts,
        forms=forms | typed,
        **summary_of(session, number),
        back=came_from(url_for(".queue")),
        here="credits.queue",
    )
    return html, status


def _refund_words(state: CreditRefundState) -> tuple[str, str]:
    """The kind and the words of a state of a refund."""
    return {
        CreditRefundState.DUE: ("you", _("to be refunded")),
        CreditRefundState.REFUNDING: ("info", _("refund to the card under way")),
        CreditRefundState.FAILED: ("bad", _("refused by the card: order a transfer")),
        CreditRefundState.ORDERED: ("you", _("transfer ordered, to be confirmed")),
        CreditRefundState.REFUNDED: ("good", _("refunded")),
    }[state]
