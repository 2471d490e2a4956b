"""The page of a payment link, without an account: what is sold, the conditions, the payment.

Its address has the token of the link. Opening it records nothing: the button that pays does.
"""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from checkout.card.payments import Addresses, open_page
from checkout.card.rules import CardUnavailable, PaymentInProgress
from checkout.drafts.drafts import CheckoutReady
from checkout.drafts.rules import StepMissing
from checkout.payment_links.links import link_of_token, open_link, sale_of_link
from checkout.payment_links.models import PaymentLink
from checkout.payment_links.rules import LinkNotPayable, LinkRateChanged, TermsNotTicked
from checkout.web.card.processor import gateway
from checkout.web.card.views import NOT_CHARGEABLE, answer, remember_started
from checkout.web.payment_links import blueprint
from checkout.web.payment_links.page import wording_for
from checkout.web.steps.sums import sums_of
from shop.cart.contents import ensure_orderable
from shop.catalogue.rules import NoLongerOnSale, OutOfStock
from shop.core.errors import DomainError
from shop.ops.clock import now
from shop.places.rules import PlaceNotServed
from shop.texts.acceptances import terms_in_force
from shop.web.kit.guards import everybody
from shop.web.kit.once import repeatable
from shop.web.kit.site import own_url, plain_database, reading, sentence_of

#: Why a link cannot be paid now, although it is neither paid nor over.
_NOT_NOW = (OutOfStock, NoLongerOnSale, PlaceNotServed, StepMissing, *NOT_CHARGEABLE)


@blueprint.get("/paiement/<token>")
@everybody
def pay_page(token: str) -> Any:
    """The sale to be paid, or what became of it."""
    return _page(link_of_token(reading(), token))


@blueprint.post("/paiement/<token>")
@everybody
@repeatable("one link has one open payment: a second press leads to the same page")
def pay(token: str) -> Any:
    """Everything is checked again, then the client is redirected to the processor's page."""
    session, at = reading(), now()
    row, version = link_of_token(session, token), terms_in_force(session, at=at)
    if request.form.get("terms") != str(version):
        return _page(row, TermsNotTicked(), 422)
    names = wording_for(row).names

    def ready(write: Any) -> CheckoutReady:
        return open_link(write, token, names, version, at=at)

    here = url_for(".pay_page", token=token)
    try:
        opened = open_page(plain_database(), gateway(), ready, _addresses(here), at=at)
    except LinkNotPayable:
        return redirect(here, 303)
    except (CardUnavailable, PaymentInProgress, LinkRateChanged, *_NOT_NOW) as refusal:
        return _page(row, refusal, refusal.status)
    if opened.settled is not None:
        return answer(opened.settled, here)
    remember_started(opened.reference)
    return redirect(opened.url, 303)


def _addresses(here: str) -> Addresses:
    home = own_url()
    return Addresses(
        success_url=f"{home}{url_for('card.come_back')}?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=home + here,
        one_line=_("Your order"),
    )


def _page(row: PaymentLink, refusal: DomainError | None = None, status: int = 200) -> Any:
    session, at = reading(), now()
    ready, why = None, ""
    try:
        ready = sale_of_link(session, row, wording_for(row).names, at=at)
        ensure_orderable(ready.goods.contents)
    except LinkNotPayable:
        ready = None
    except LinkRateChanged as found:
        why = sentence_of(found)
    except _NOT_NOW as found:
        why = _("This sale cannot be paid right now.") if ready is None else sentence_of(found)
    html = render_template(
        "payment_links/pay.html",
        row=row,
        ready=ready,
        why=why,
        fault=sentence_of(refusal) if refusal else "",
        sums=sums_of(
            ready.sale.lines,
            expected_on=ready.sale.expected_on,
            shipping=ready.sale.shipping,
            language=row.language,
        )
        if ready
        else None,
        terms=terms_in_force(session, at=at),
    )
    return html, status
