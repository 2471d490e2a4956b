"""The delivery price of a cart, as far as it is known where its goods go."""

from shop.cart.contents import Contents
from shop.core.parties import Place
from shop.core.sales import price_basis
from shop.organisations.addresses import find_destination
from shop.web.kit.destinations import delivery_price, destination_or
from shop.web.kit.sessions import actor, viewer
from shop.web.kit.site import reading


def delivery_of(contents: Contents) -> str:
    """The sentence of the cart: a price to the visitor's place, or the lowest one."""
    return delivery_price(
        destination_or(_own_place),
        weight_g=contents.weight_g,
        bulky=contents.bulky,
        basis=price_basis(actor()),
    ).sentence


def _own_place() -> Place | None:
    """The place of delivery that step 3 will propose to a person with an address; None else."""
    person = viewer()
    return None if person is None else find_destination(reading(), person)
