"""Goods of an earlier cart that joined this one at sign-in: told on every page until the person has
said whether they stay.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from shop.cart.contents import Contents
from shop.cart.joining import keep_joined, remove_joined
from shop.core.money import Money
from shop.core.sales import SaleLine
from shop.core.vat import PriceBasis
from shop.web.cart import blueprint
from shop.web.cart.sessions import (
    cart_token,
    contents_now,
    forget_joined,
    has_joined,
    remember_count,
)
from shop.web.kit.guards import everybody
from shop.web.kit.once import repeatable
from shop.web.kit.sessions import actor
from shop.web.kit.site import database, local_target, plain_database


@dataclass(frozen=True, slots=True)
class Joined:
    """The goods that joined, each with the day since which it was in the earlier cart; the amount
    of the cart without and with them, in its price basis (`excluding`).
    """

    goods: list[tuple[SaleLine, datetime | None]]
    before: Money
    after: Money
    excluding: bool


def joined_goods() -> Joined | None:
    """What the pages tell about goods that joined; None where there are none, without a
    statement.
    """
    if not has_joined():
        return None
    contents = _contents()
    if not contents.joined:
        forget_joined()
        return None
    days = {line.sale.sku: line.added_at for line in contents.lines}
    totals, before = contents.totals, contents.totals_before
    excluding = totals.basis is PriceBasis.EXCLUDING
    return Joined(
        [(line, days[line.sku]) for line in contents.joined],
        before.goods,
        totals.goods,
        excluding,
    )


@blueprint.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"joined_goods": joined_goods}


@blueprint.post("/panier/articles-ajoutes/conserver")
@everybody
@repeatable("what joined is decided once: the second form finds nothing to decide")
def keep_what_joined() -> Any:
    then = _back()
    with database(then).transaction() as session:
        keep_joined(session, cart_token(), user_id=actor().user_id)
    forget_joined()
    return redirect(then, 303)


@blueprint.post("/panier/articles-ajoutes/retirer")
@everybody
@repeatable("what joined is decided once: the second form finds nothing to decide")
def take_out_what_joined() -> Any:
    then, by = _back(), actor()
    told = [f"{line.quantity} × {line.name}" for line in _contents().joined]
    with database(then).transaction() as session:
        remove_joined(session, cart_token(), user_id=by.user_id)
    forget_joined()
    remember_count(_contents().count)
    if told:
        flash(_("Removed: %(name)s.", name=", ".join(told)), "info")
    return redirect(then, 303)


def _contents() -> Contents:
    with plain_database().reading() as connection:
        return contents_now(connection)


def _back() -> str:
    return local_target(request.form.get("next"), url_for("cart.show"))
