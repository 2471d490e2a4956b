"""Step 5 of the quote way: conditions to read and acknowledge, then the quote."""

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import BooleanField, HiddenField

from checkout.drafts.drafts import CheckoutReady, close_draft
from checkout.drafts.rules import SaleChanged, StepMissing
from checkout.web.steps.changes import flash_changes
from checkout.web.steps.sums import sums_of
from checkout.web.steps.visit import ready_sale, step_urls
from quotes.quotes.quotes import issue_quote
from quotes.quotes.records import quote_of_draft
from quotes.quotes.validity import last_day_at
from quotes.web.quotes import blueprint
from quotes.web.quotes.promises import promise_words
from shop.cart.contents import ensure_orderable
from shop.core.rights import BUY
from shop.core.sales import wanted
from shop.core.text import paris_day
from shop.members.buying import lock_for_buyer
from shop.ops.clock import now
from shop.organisations.models import Organisation
from shop.texts.acceptances import terms_to_accept
from shop.texts.texts import terms_at
from shop.web.cart.sessions import cart_count, remember_count
from shop.web.kit.forms import ShopForm, required
from shop.web.kit.guards import body_with
from shop.web.kit.once import key_required, leads_to
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, reading


class ConditionsForm(ShopForm):
    """The tick is never set in advance; the seal identifies the sale that the buyer has read."""

    accepted = BooleanField(
        _l("I have read these conditions."),
        [required(_l("Read the conditions and tick the box: they apply to the quote."))],
    )
    seal = HiddenField()
    draft = HiddenField()


@blueprint.get("/commande/devis")
@body_with(BUY)
def conditions() -> Any:
    """The conditions: four documents, four rules, a tick, two ways to receive the quote."""
    with database().reading_session() as session:
        ready = ready_sale(session, by=actor(), at=now())
    return _conditions(ready, ConditionsForm(formdata=None))


@blueprint.post("/commande/devis")
@body_with(BUY)
@key_required
def issue() -> Any:
    """Issue the quote and open its dossier; a second press shows the same quote."""
    form, by, at = ConditionsForm(), actor(), now()
    try:
        if not form.validate_on_submit():
            with database().reading_session() as session:
                ready = ready_sale(session, by=by, at=at)
            if ready.seal != form.seal.data:
                flash_changes()
            return _conditions(ready, form, 422)
        with database().transaction() as session:
            locked = lock_for_buyer(session, by=by)  # read once for both services
            ready = ready_sale(session, by=by, at=at, seal=form.seal.data, lock=True)
            ensure_orderable(ready.goods.contents)
            quote = issue_quote(
                session,
                ready.sale,
                draft_token=ready.draft_token,
                locked=locked,
                by=by,
                at=at,
            )
            close_draft(session, ready.cart_id, ready.sale.lines, user_id=by.user_id)
            leads_to(session, _dossier_of(quote.number))
    except StepMissing:
        earlier = quote_of_draft(reading(), form.draft.data or "")
        if earlier is None or earlier.organisation_id != by.organisation_id:
            raise
        return redirect(_dossier_of(earlier.number), 303)
    except SaleChanged:
        flash_changes()
        return redirect(url_for(".conditions"), 303)
    remember_count(max(0, cart_count() - sum(wanted(ready.sale.lines).values())))
    return redirect(_dossier_of(quote.number), 303)


def _dossier_of(number: str) -> str:
    drawn = "mail" if request.form.get("by") == "mail" else "pdf"
    return url_for("quotes.show", number=number, drawn=drawn)


def _conditions(ready: CheckoutReady, form: ConditionsForm, status: int = 200) -> Any:
    form.seal.data, form.draft.data = ready.seal, ready.draft_token
    delay = reading().scalar(
        select(Organisation.payment_delay_days).where(
            Organisation.id == ready.sale.buyer.organisation_id
        )
    )
    sale = ready.sale
    promise = promise_words(sale.expected_on, paris_day(now()), sale.shipping)
    html = render_template(
        "quotes/conditions.html",
        ready=ready,
        sums=replace(sums_of(ready.sale.lines), expected=f"{promise}." if promise else ""),
        form=form,
        step=5,
        step_urls=step_urls(),
        valid_until=last_day_at(reading(), now()),
        version=terms_at(reading(), now()),
        changed=terms_to_accept(reading(), actor().user_id, at=now()) is not None,
        delay=delay,
    )
    return html, status
