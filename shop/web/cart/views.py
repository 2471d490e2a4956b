"""The cart: step 1 of the checkout."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from shop.cart import carts
from shop.cart.contents import Contents, Line
from shop.cart.models import KEY_LENGTH
from shop.cart.rules import MAX_QUANTITY
from shop.catalogue.pictures import picture_url
from shop.core import text
from shop.core.vat import PriceBasis, Totals
from shop.ops.clock import now
from shop.web.cart import blueprint
from shop.web.cart.added import added_words, remember_added
from shop.web.cart.delivery import delivery_of
from shop.web.cart.sessions import (
    cart_count,
    cart_token,
    contents_now,
    remember_cart,
    remember_count,
    remember_joined,
)
from shop.web.catalogue.labels import stock_words
from shop.web.kit.guards import everybody
from shop.web.kit.once import form_digest, leads_to, repeatable
from shop.web.kit.sessions import actor, reads_excluding
from shop.web.kit.site import (
    current_language,
    database,
    local_target,
    safe_back,
)


@blueprint.app_context_processor
def _count_for_the_header() -> dict[str, int]:
    return {"cart_count": cart_count()}


def _quantity(typed: str) -> int:
    """The number that was typed; -1 for anything else, which no cart allows."""
    return int(typed) if typed.isdecimal() and len(typed) < 8 else -1


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed as the quantity of each line of the cart, by reference."""

    typed: dict[str, str]

    @property
    def wanted(self) -> dict[str, int]:
        return {sku: _quantity(typed) for sku, typed in self.typed.items()}

    @property
    def wrong(self) -> set[str]:
        """The references whose quantity is none that a cart allows."""
        return {sku for sku, number in self.wanted.items() if not 0 <= number <= MAX_QUANTITY}


NOTHING = Entered({})


def _entered(*, but: str = "") -> Entered:
    """The cart's form as it was sent, without the line `but`."""
    prefix = "quantity-"
    fields = ((name, value) for name, value in request.form.items() if name.startswith(prefix))
    typed = {name.removeprefix(prefix): value.strip() for name, value in fields}
    typed.pop(but, None)
    return Entered(typed)


@blueprint.get("/panier")
@everybody
def show() -> str:
    return _cart_page(NOTHING)


def _cart_page(entered: Entered) -> str:
    """The cart; what was `entered` is shown as it was typed, with how to correct what is wrong."""
    language = current_language()
    public = reads_excluding()
    contents = _contents()
    remember_count(contents.count)
    if contents.joined:
        remember_joined()
    return render_template(
        "cart/cart.html",
        lines=[_shown(line, language, entered) for line in contents.lines],
        contents=contents,
        totals=contents.totals,
        sums=_sums(contents, language),
        delivery=delivery_of(contents),
        public=public,
        check="check" in request.args and not contents.can_be_ordered,
        undo=_undo(),
    )


def _contents() -> Contents:
    with database().reading() as connection:
        return contents_now(connection)


def _undo() -> tuple[str, int] | None:
    """The reference and quantity of the line that was just removed, so that it can be restored."""
    sku, quantity = request.args.get("undo", ""), request.args.get("quantity", "")
    if not (0 < len(sku) <= 40 and quantity.isdecimal() and len(quantity) < 5):
        return None
    return sku, int(quantity)


def _shown(line: Line, language: str, entered: Entered) -> dict[str, Any]:
    sale, fault = line.sale, ""
    if sale.sku in entered.wrong:
        fault = _("Enter a whole number from 0 to %(most)s.", most=MAX_QUANTITY)
    return {
        "url": f"/produit/{line.slug}",
        "sku": sale.sku,
        "name": sale.name,
        "picture": picture_url(line.picture, line.finish),
        "stock": stock_words(line.availability, language) if line.can_be_promised else None,
        "note": _unit_note(line, language),
        "quantity": entered.typed.get(sale.sku, str(sale.quantity))[:10],
        "excl": line.excluding.cents,
        "incl": line.including.cents,
        "action": url_for("cart.update", sku=sale.sku),
        "remove_url": url_for("cart.remove", sku=sale.sku),
        "warning": fault or _warning(line),
    }


def _unit_note(line: Line, language: str) -> str:
    sale, eco_including = line.sale, line.sale.eco_including
    if sale.unit_including is None or eco_including is None:
        price = text.unit_price(sale.unit_price.tenthousandths, language)
        each = _("%(price)s excl. VAT each", price=price)
        eco = text.unit_price(sale.eco_excluding.tenthousandths, language)
    else:
        price = text.money(sale.unit_including.cents, language)
        each = _("%(price)s incl. VAT each", price=price)
        eco = text.money(eco_including.cents, language)
    if sale.list_price is not None:
        public = text.unit_price(sale.list_price.tenthousandths, language)
        told = {"each": each, "price": public, "reference": sale.agreement}
        each = _("%(each)s by price agreement %(reference)s (public price %(price)s)", **told)
    if sale.eco_fee.tenthousandths:
        return _("%(each)s, including eco-contribution %(eco)s", each=each, eco=eco)
    return _("%(each)s, VAT %(rate)s", each=each, rate=text.percent(sale.vat_rate, language))


def _warning(line: Line) -> str:
    if line.can_be_promised:
        return ""
    if not line.published:
        return _("This product is no longer on sale: remove it to continue.")
    if line.availability.available == 0:
        return _(
            "Sold out at the moment: remove it to continue, and ask for an e-mail when it is back "
            "in stock."
        )
    return ngettext(
        "You asked for %(asked)s but %(num)s unit is available: lower the quantity to continue.",
        "You asked for %(asked)s but %(num)s units are available: lower the quantity to continue.",
        line.availability.available,
        asked=line.sale.quantity,
    )


def _sums(contents: Contents, language: str) -> list[dict[str, Any]]:
    totals = contents.totals
    if totals.basis is PriceBasis.INCLUDING:
        return _sums_including(totals, language)
    rows: list[dict[str, Any]] = [
        {"label": _("Total excl. VAT"), "amount": totals.excluding.cents, "kind": ""}
    ]
    for part in totals.vat:
        label = _(
            "VAT %(rate)s on %(base)s",
            rate=text.percent(part.rate, language),
            base=text.money(part.base.cents, language),
        )
        rows.append({"label": label, "amount": part.amount.cents, "kind": ""})
    rows.append({"label": _("Total incl. VAT"), "amount": totals.including.cents, "kind": "total"})
    return rows


def _sums_including(totals: Totals, language: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"label": _("Total incl. VAT"), "amount": totals.including.cents, "kind": "total"}
    ]
    for part in totals.vat:
        label = _("Including VAT %(rate)s", rate=text.percent(part.rate, language))
        rows.append({"label": label, "amount": part.amount.cents, "kind": ""})
    rows.append({"label": _("Total excl. VAT"), "amount": totals.excluding.cents, "kind": ""})
    return rows


@blueprint.post("/panier")
@everybody
@repeatable("the line of the cart stores the keys of the forms that added to it")
def add() -> Any:
    """Add units; from a page that shows the product, back to its place on it."""
    sku = request.form.get("sku", "")
    then = local_target(request.form.get("next"), "") or safe_back()
    at_product = request.form.get("place") == "product"
    if at_product:
        then = f"{then.partition('#')[0]}#product-{quote(sku)}"
    with database().transaction() as session:
        filled = carts.add_to_cart(
            session,
            cart_token(),
            sku,
            _wanted_units(),
            at=now(),
            user_id=actor().user_id,
            form_key=form_digest(KEY_LENGTH),
        )
    remember_cart(filled)
    said = added_words(filled, _wanted_units())
    if at_product:
        remember_added(sku, urlsplit(then).path, said)
    else:
        link = Markup('<a href="{}">{}</a>').format(url_for("cart.show"), _("See the cart"))
        flash(Markup(" ").join([*said, link]), "good")
    return redirect(then, 303)


def _wanted_units() -> int:
    return _quantity(request.form.get("quantity", "").strip() or "1")


@blueprint.post("/panier/quantites")
@everybody
@repeatable("the quantities are those that were entered, and the next page is asked for again")
def save() -> Any:
    """Set all quantities as entered; then stay, or go on to the next step."""
    entered = _entered()
    if entered.wrong:
        return _cart_page(entered), 422
    with database().transaction() as session:
        filled = carts.set_quantities(
            session, cart_token(), entered.wanted, user_id=actor().user_id
        )
    if filled is not None:
        remember_cart(filled)
    if not request.form.get("order"):
        return redirect(url_for("cart.show"), 303)
    contents = _contents()
    if not contents.can_be_ordered:
        return redirect(url_for("cart.show", check=1), 303)
    return redirect(url_for("steps.identification"), 303)


@blueprint.post("/panier/<sku>")
@everybody
def update(sku: str) -> Any:
    """Change the quantity of one line by one, and set the others as entered."""
    token, user_id = cart_token(), actor().user_id
    entered, change = _entered(), request.form.get("change", "")
    if entered.wrong or change not in ("1", "-1"):
        return _cart_page(entered), 422
    then = url_for("cart.show") + f"#line-{sku}"
    with database(then).transaction() as session:
        carts.set_quantities(session, token, entered.wanted, user_id=user_id)
        filled = carts.change_quantity(session, token, sku, int(change), user_id=user_id)
    remember_cart(filled)
    return redirect(then, 303)


@blueprint.post("/panier/<sku>/retrait")
@everybody
def remove(sku: str) -> Any:
    """Remove a line, and set the others as entered."""
    entered = _entered(but=sku)
    if entered.wrong:
        return _cart_page(entered), 422
    with database().transaction() as session:
        carts.set_quantities(session, cart_token(), entered.wanted, user_id=actor().user_id)
        filled = carts.remove_line(session, cart_token(), sku, user_id=actor().user_id)
        then = url_for("cart.show", undo=sku, quantity=filled.quantity)
        leads_to(session, then)
    remember_cart(filled)
    flash(_("Removed: %(name)s.", name=filled.name), "info")
    return redirect(then, 303)
