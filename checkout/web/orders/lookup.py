"""Finding a card order without an account, by its number and its e-mail address."""

from contextlib import suppress
from typing import Any

from flask import render_template

from checkout.orders.lookup import send_order_link
from checkout.web.orders import blueprint
from checkout.web.orders.forms import LookupForm
from shop.ops.clock import now
from shop.signin import attempts
from shop.web.kit.guards import everybody
from shop.web.kit.once import SentBefore
from shop.web.kit.site import database
from shop.web.signin.entrance import attempt_on, ensure_may_try


@blueprint.get("/commandes/retrouver")
@everybody
def lookup() -> str:
    return _lookup_page(LookupForm())


@blueprint.post("/commandes/retrouver")
@everybody
def send_link() -> Any:
    """One answer, whether the order and the address exist or not, and however often the form is
    sent: the link goes to the address of the order.
    """
    form = LookupForm()
    if not form.validate():
        return _lookup_page(form), 422
    email = form.email.data or ""
    attempt = attempt_on(email, kind=attempts.ORDER_LINK)
    ensure_may_try(attempt)
    with suppress(SentBefore), database().transaction() as write:
        attempts.note(write, attempt, at=now())
        send_order_link(write, form.number.data or "", email, at=now())
    return render_template("orders/lookup_sent.html", email=email)


def _lookup_page(form: LookupForm) -> str:
    return render_template("orders/lookup.html", form=form)
