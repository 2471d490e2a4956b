"""The form that finds an order without an account, and the field of an order's number."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from shop.web.kit.fields import email, words
from shop.web.kit.forms import ShopForm

IN_CONFIRMATION = _l("It is in the confirmation e-mail.")


def order_number_field(*, hint: Any = IN_CONFIRMATION) -> StringField:
    """The number of an order, as it is typed."""
    missing = _l("Enter the order number: it is in the confirmation e-mail.")
    return words(_l("Order number"), missing=missing, most=40, hint=hint)


class LookupForm(ShopForm):
    """What the confirmation of an order shows: its number, and the address it was sent to."""

    number = order_number_field()
    email = email(_l("E-mail address of the order"))
