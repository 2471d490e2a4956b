"""Where goods are collected, and when the shop is open."""

from flask_babel import gettext as _

from shop.core.parties import Parties
from shop.core.sales import PICK_UP
from shop.web.pages.identity import shop_identity


def pick_up_place() -> str:
    """The shop's address and opening hours, as far as its letterhead has them."""
    shop = shop_identity()
    place = ", ".join(filter(None, [shop.name, shop.address_line]))
    return ". ".join(filter(None, [place, shop.hours]))


def destination_of(shipping: str, parties: Parties) -> tuple[str, list[str]]:
    """Where the goods of a sale go, as a fact of a page: the shop where they are collected, else
    the place of delivery with what its carrier needs.
    """
    if shipping == PICK_UP:
        return _("Collection"), [pick_up_place()]
    place = parties.delivery
    lines = [place.name, *place.lines]
    if place.floor:
        lines.append(_("Floor: %(floor)s", floor=place.floor))
    if place.opening_hours:
        lines.append(_("Open: %(hours)s", hours=place.opening_hours))
    if place.call_before:
        lines.append(_("Call before delivering."))
    return _("Delivery"), lines
