"""The form that finds an order without an account."""

from flask_babel import lazy_gettext as _l

from shop.web.kit.fields import email, words
from shop.web.kit.forms import ShopForm


class LookupForm(ShopForm):
    """What the confirmation of an order shows: its number, and the address it was sent to."""

    number = words(
        _l("Order number"),
        missing=_l("Enter the order number, such as CO-2026-00042."),
        most=40,
        hint=_l("It begins with CO and is in the confirmation e-mail."),
    )
    email = email(_l("E-mail address of the order"))
