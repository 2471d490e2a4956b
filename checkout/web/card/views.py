"""Paying by card: to the processor's page, and back from it."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from checkout.card.gateway import CardProcessorError
from checkout.card.models import CardPayment
from checkout.card.payments import Addresses, find_payment, open_page
from checkout.card.procedure import Outcome
from checkout.card.rules import (
    LINK_REVOKED,
    OUT_OF_STOCK,
    PAID_TWICE,
    AmountTooLarge,
    AmountTooSmall,
    CardUnavailable,
    PaymentInProgress,
    ensure_chargeable,
)
from checkout.card.settlement import Settlement, settle
from checkout.drafts.drafts import CheckoutReady
from checkout.drafts.rules import SaleChanged
from checkout.payment_links.links import get_link
from checkout.web.card import blueprint
from checkout.web.card.processor import gateway
from checkout.web.orders.sessions import remember_order
from checkout.web.steps.changes import flash_changes
from checkout.web.steps.visit import ready_sale
from checkout.web.steps.ways import Way
from shop.catalogue.rules import OutOfStock
from shop.core.errors import NotFound
from shop.core.money import Money
from shop.core.rights import BUY
from shop.ops.clock import now
from shop.texts.acceptances import accept_terms, terms_to_accept
from shop.texts.rules import TermsNotAccepted
from shop.web.cart.sessions import remember_what_is_left
from shop.web.kit.guards import everybody, member_with
from shop.web.kit.once import repeatable
from shop.web.kit.sessions import actor, carry_over, viewer
from shop.web.kit.site import own_url, plain_database, reading, sentence_of

#: References of the payments that this browser started: only it may ask for their result.
STARTED_KEY = "payments"
carry_over(STARTED_KEY)
MOST_STARTED = 5
#: Seconds between two checks of a payment that the bank has not decided yet.
LOOK_AGAIN = 5
NOT_CHARGEABLE = (AmountTooSmall, AmountTooLarge)


def card_context() -> dict[str, Any]:
    """Step 5 says why an amount cannot be paid by card, and asks to accept changed conditions."""
    version = terms_to_accept(reading(), actor().user_id, at=now())
    return {"card_refusal": _refusal_of, "terms_version": version}


def _refusal_of(amount: Money) -> str:
    """Why an amount cannot be paid by card; empty when it can."""
    try:
        ensure_chargeable(amount)
    except NOT_CHARGEABLE as refusal:
        return sentence_of(refusal)
    return ""


WAY = Way(key="card", order=10, template="card/_way.html", context=card_context)


@blueprint.post("/commande/paiement/carte")
@member_with(BUY, alone=True, guests=True)
@repeatable("one draft has one open payment: a second press leads to the same page")
def pay() -> Any:
    """All five steps are checked again, then the customer is redirected to the processor's page."""
    by, at = actor(), now()

    def ready(session: Session) -> CheckoutReady:
        version = terms_to_accept(session, by.user_id, at=at)
        if version is not None:
            if request.form.get("terms") != str(version):
                raise TermsNotAccepted  # or another version is in force since the page was opened
            accept_terms(session, by.user_id, at=at)
        return ready_sale(session, by=by, at=at, seal=request.form.get("seal", ""), lock=True)

    try:
        opened = open_page(plain_database(), gateway(), ready, _addresses(), at=at)
    except SaleChanged:
        flash_changes()
        return redirect(url_for("steps.payment"), 303)
    except (CardUnavailable, PaymentInProgress, TermsNotAccepted, *NOT_CHARGEABLE) as refusal:
        flash(sentence_of(refusal), "warn")
        return redirect(url_for("steps.payment"), 303)
    except OutOfStock as refusal:
        flash(sentence_of(refusal), "bad")
        return redirect(url_for("cart.show", check=1), 303)
    if opened.settled is not None:
        return answer(opened.settled, url_for("steps.payment"))
    remember_started(opened.reference)
    return redirect(opened.url, 303)


@blueprint.get("/commande/retour")
@everybody
def come_back() -> Any:
    """The return from the processor's page. The result is asked from the processor, never read from
    the request.
    """
    payment = _own_payment(request.args.get("session_id", ""))
    assert payment.session_id is not None
    try:
        settlement = settle(plain_database(), gateway(), payment.session_id, at=now())
    except CardProcessorError:
        return _waiting()
    return answer(settlement, _begun_at(payment))


def remember_started(reference: str) -> None:
    """Let this browser ask for the result of a payment."""
    started = [r for r in cookie.get(STARTED_KEY, []) if r != reference]
    cookie[STARTED_KEY] = [*started, reference][-MOST_STARTED:]


def _begun_at(payment: CardPayment) -> str:
    """The page that the payment began from: that of its link, else step 5."""
    if payment.payment_link_id is None:
        return url_for("steps.payment")
    link = get_link(reading(), payment.payment_link_id)
    return url_for("payment_links.pay_page", token=link.token)


def _addresses() -> Addresses:
    home = own_url()
    return Addresses(
        success_url=f"{home}{url_for('.come_back')}?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=home + url_for("steps.payment"),
        one_line=_("Your order"),
    )


def _own_payment(session_id: str) -> CardPayment:
    """The payment of a session, for the browser or the person that started it. Raises NotFound."""
    payment = find_payment(reading(), session_id) if session_id else None
    person = viewer()
    if payment is None:
        raise NotFound
    mine = person is not None and payment.user_id == person.user_id
    if not mine and payment.reference not in cookie.get(STARTED_KEY, []):
        raise NotFound
    return payment


def answer(settlement: Settlement, begun_at: str) -> Any:
    """One page or one address for each outcome of a payment; `begun_at`: where it may be paid
    again.
    """
    match settlement.outcome:
        case Outcome.PAID:
            remember_what_is_left(reading())
            remember_order(settlement.order_number, settlement.guest_key, just_paid=True)
            return redirect(url_for("orders.show", number=settlement.order_number), 303)
        case Outcome.PROCESSING:
            return _waiting()
        case Outcome.REFUNDING | Outcome.REFUNDED:
            return _refunded(settlement)
        case Outcome.FAILED:
            flash(
                _("Your bank declined the payment. Nothing was charged: try again."),
                "bad",
            )
        case Outcome.EXPIRED:
            flash(
                _("The payment page has expired. Nothing was charged and your cart is kept."),
                "warn",
            )
        case _:
            flash(
                _("The payment was not completed. Nothing was charged and your cart is kept."),
                "info",
            )
    return redirect(begun_at, 303)


def _waiting() -> Response:
    page = Response(render_template("card/processing.html"))
    page.headers["Refresh"] = str(LOOK_AGAIN)
    return page


def _refunded(settlement: Settlement) -> str:
    return render_template(
        "card/refunded.html",
        out_of_stock=settlement.reason == OUT_OF_STOCK,
        paid_twice=settlement.reason == PAID_TWICE,
        revoked=settlement.reason == LINK_REVOKED,
    )
