"""Where goods are collected, and when the shop is open."""

from shop.web.pages.identity import shop_identity


def pick_up_place() -> str:
    """The shop's address and opening hours, as far as its letterhead has them."""
    shop = shop_identity()
    place = ", ".join(filter(None, [shop.name, shop.address_line]))
    return ". ".join(filter(None, [place, shop.hours]))
