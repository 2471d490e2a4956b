"""The forms of a quote in preparation."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from quotes.client_quotes.rules import LONGEST_WORDS, QuoteLimits
from shop.cart.rules import MAX_QUANTITY
from shop.web.kit.fields import lines, words
from shop.web.kit.forms import MoneyField, ShopForm, at_most, required
from shop.web.kit.tariff import vat_choices


class ContactForm(ShopForm):
    """Who the quote is for: a member who may buy."""

    contact = RadioField(
        _l("Who is the quote for?"),
        [InputRequired(_l("Choose the person whom the quote is sent to."))],
        coerce=int,
        choices=[],
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


class FreeLineForm(ShopForm):
    """A line that is no product of the catalogue: work, a made-to-measure part."""

    name = words(_l("Description"), missing=_l("Describe the line."), most=200)
    unit_price = MoneyField(
        _l("Price excluding VAT"), [required(_l("Enter the price excluding VAT."))]
    )
    vat_rate = SelectField(
        _l("VAT rate"),
        coerce=int,
        choices=vat_choices,
    )
    units = IntegerField(
        _l("Quantity"),
        [
            InputRequired(_l("Enter a quantity.")),
            NumberRange(1, MAX_QUANTITY, _l("Enter a quantity from 1 to 9999.")),
        ],
        default=1,
    )


class OfferForm(ShopForm):
    """The way of delivery and its price by hand, the validity, the words for the client."""

    shipping = RadioField(
        _l("Delivery"), [InputRequired(_l("Choose a delivery method."))], choices=[]
    )
    price = MoneyField(
        _l("Delivery price by hand, excluding VAT"),
        [Optional()],
        description=_l("Empty: the price of the delivery table."),
    )
    reason = words(
        _l("Why this delivery price"), most=200, hint=_l("For the office: it is not printed.")
    )
    months = SelectField(_l("Validity"), coerce=int, choices=[])
    words = TextAreaField(
        _l("Words for the client"),
        [at_most(LONGEST_WORDS)],
        filters=[lines],
        description=_l("They are printed on the quote and stand in the e-mail."),
    )

    def offer_months(self, limits: QuoteLimits) -> None:
        self.months.choices = [
            (number, ngettext("%(num)d month", "%(num)d months", number))
            for number in range(1, limits.months + 1)
        ]


class IssueForm(ShopForm):
    """The seal identifies the sale that was read."""

    seal = HiddenField()
