"""Step 5 carries what it showed, signed; a form that comes back too late says what is different."""

from typing import Any

from flask import flash, request
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer
from markupsafe import Markup

from checkout.drafts.changes import Change, Kind, changes, told_of
from checkout.drafts.drafts import CheckoutReady
from checkout.drafts.rules import SaleChanged
from checkout.web.steps.visit import ready_sale
from shop.core import text
from shop.core.money import Money, UnitPrice
from shop.ops.clock import now
from shop.web.kit.sessions import actor
from shop.web.kit.site import current_language, database, sentence_of, settings

#: The name of the hidden field beside the seal.
FIELD = "seen"


def seen_field(ready: CheckoutReady) -> Markup:
    """The hidden field that carries what this page shows."""
    told = _signer().dumps(told_of(ready.sale))
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, told)


def flash_changes() -> None:
    """Say what is different from the page whose form was sent. Raises StepMissing."""
    with database().reading_session() as session:
        ready = ready_sale(session, by=actor(), at=now())
    said = what_changed(ready)
    if not said:
        flash(sentence_of(SaleChanged()), "warn")
        return
    listed = Markup("<br>").join(said)
    opening = _("This has changed since you opened this page. Check it, then continue.")
    flash(Markup("{}<br>{}").format(opening, listed), "warn")


def what_changed(ready: CheckoutReady) -> list[str]:
    """A sentence for each change since the page whose form was sent."""
    try:
        before = _signer().loads(request.form.get(FIELD, ""))
    except BadData:
        return []
    return [_sentence(change) for change in changes(before, ready.sale)]


def _sentence(change: Change) -> str:
    facts = {
        "name": change.name,
        "before": _shown(change.before) or _("none"),
        "now": _shown(change.now) or _("none"),
    }
    return {
        Kind.ADDED: _("%(name)s: added to the cart, %(now)s units."),
        Kind.REMOVED: _("%(name)s: no longer in the cart; there were %(before)s units."),
        Kind.QUANTITY: _("%(name)s: quantity %(before)s → %(now)s."),
        Kind.PRICE: _("%(name)s: price of one unit %(before)s → %(now)s."),
        Kind.SHIPPING: _("Delivery method: %(before)s → %(now)s."),
        Kind.SHIPPING_PRICE: _("%(name)s: price %(before)s → %(now)s."),
        Kind.HEADER: _("Address of the invoice: %(before)s → %(now)s."),
        Kind.DELIVERY: _("Place of delivery: %(before)s → %(now)s."),
        Kind.SERVICE: _("Paying service: %(before)s → %(now)s."),
        Kind.CONTACT: _("Contact: %(before)s → %(now)s."),
        Kind.BASIS: _("The prices are now shown on another basis, excluding or including VAT."),
        Kind.TOTAL: _("Total incl. VAT: %(before)s → %(now)s."),
    }[change.kind] % facts


def _shown(state: Any) -> str:
    if isinstance(state, Money):
        return text.money(state.cents, current_language())
    if isinstance(state, UnitPrice):
        return text.unit_price(state.tenthousandths, current_language())
    return str(state)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="seen sale")
