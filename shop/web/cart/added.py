"""What was just added to the cart, said beside the product where it was added."""

from dataclasses import dataclass

from flask import request, session
from flask_babel import gettext as _

from shop.cart.carts import Filled
from shop.cart.rules import MAX_QUANTITY
from shop.core.text import number
from shop.web.cart import blueprint
from shop.web.kit.site import current_language

_ADDED = "cart_added"


@dataclass(frozen=True, slots=True)
class Added:
    """The reference of the product, and the sentences to say beside it."""

    sku: str
    said: list[str]


def added_words(filled: Filled, units: int) -> list[str]:
    """What was added and how many; how many there are by now, and whether that is too many. A line
    that is full may have taken fewer units than were asked for, or none: it says that it is full.
    """
    language = current_language()
    held = number(filled.quantity, language)
    if filled.quantity == MAX_QUANTITY != units:
        full = _(
            "Your cart contains %(quantity)s × %(name)s: it cannot contain more.",
            quantity=held,
            name=filled.name,
        )
        said = [full]
    else:
        added = number(units, language)
        said = [_("Added to the cart: %(units)s × %(name)s.", units=added, name=filled.name)]
        if filled.quantity != units:
            said.append(_("Your cart contains %(quantity)s of it.", quantity=held))
    if filled.is_short:
        available = number(filled.most or 0, language)
        said.append(_("Only %(available)s are available today.", available=available))
    return said


def remember_added(sku: str, path: str, said: list[str]) -> None:
    """For the next page, if it is the one at `path`."""
    session[_ADDED] = [sku, path, said]


@blueprint.app_template_global()
def just_added() -> Added | None:
    """What was just added from this page; None on any other one. It is said once."""
    if _ADDED not in session:
        return None
    sku, path, said = session[_ADDED]
    if path != request.path:
        return None
    session.pop(_ADDED)
    return Added(sku, said)
