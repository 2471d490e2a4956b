"""The forms of a sale for a private person."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from checkout.payment_links.rules import LONGEST_WORDS, MOST_DAYS
from shop.cart.rules import MAX_QUANTITY
from shop.web.kit.fields import checked_email, email, likely_domain, lines, words
from shop.web.kit.forms import MoneyField, ShopForm, at_most


class ClientForm(ShopForm):
    """Who buys, without an account."""

    name = words(
        _l("First and last name of the client"),
        missing=_l("Enter the name of the client."),
        most=200,
    )
    email = email(
        _l("E-mail address of the client"),
        missing=_l("Enter the address that the link is sent to."),
        rule=likely_domain,
    )
    email_checked = checked_email()
    language = SelectField(
        _l("Language of the e-mails"),
        choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")],
    )


class LineForm(ShopForm):
    """A line by its reference."""

    NEVER_PRINTED = frozenset({"sku"})

    sku = words(_l("Reference"), missing=_l("Enter a reference."), most=40)
    quantity = IntegerField(
        _l("Quantity"),
        [
            InputRequired(_l("Enter a quantity.")),
            NumberRange(1, MAX_QUANTITY, _l("Enter a quantity from 1 to 9999.")),
        ],
        default=1,
    )


class OfferForm(ShopForm):
    """The way of delivery and its price by hand, the last day, the words for the client."""

    shipping = RadioField(
        _l("Delivery"), [InputRequired(_l("Choose a delivery method."))], choices=[]
    )
    price = MoneyField(
        _l("Delivery price by hand, including VAT"),
        [Optional()],
        description=_l("Empty: the price of the delivery table."),
    )
    reason = words(
        _l("Why this delivery price"), most=200, hint=_l("For the office: it is not printed.")
    )
    days = IntegerField(
        _l("Days to pay"),
        [
            InputRequired(_l("Enter a number of days.")),
            NumberRange(1, MOST_DAYS, _l("Enter a number of days from 1 to 30.")),
        ],
        description=_l("After the day on which the link is sent; the last one is included."),
    )
    words = TextAreaField(
        _l("Words for the client"),
        [at_most(LONGEST_WORDS)],
        filters=[lines],
        description=_l("They stand in the e-mail and on the page of the link."),
    )


class SendForm(ShopForm):
    """The seal identifies the sale that was read."""

    seal = HiddenField()


class RevokeForm(ShopForm):
    """Why nobody may pay from the link any more."""

    reason = words(
        _l("Reason"),
        missing=_l("Say why the link is revoked."),
        most=200,
        hint=_l("For the office: the client is told that the link is no longer valid."),
    )
