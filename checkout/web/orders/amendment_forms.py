"""The form that amends an order: a field for each term and for the price of each line."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from checkout.orders.models import OrderLine
from checkout.orders.rules import Terms
from shop.core.money import CENTS_SCALE, Money, UnitPrice
from shop.web.kit.fields import TOO_LONG, address_line, email, service_code, words
from shop.web.kit.forms import MoneyField, ShopForm


class AmendmentForm(ShopForm):
    """The fields of the prices are added by `amendment_form`, for prices in whole cents. `shown`,
    which the button of the preview sends, is what it showed.
    """

    reason = words(
        _l("Reason for the amendment"),
        missing=_l("Give the reason for the amendment: it is recorded with it."),
        most=500,
    )
    purchase_order = words(_l("Number of the purchase order"), most=60)
    purchase_order_date = DateField(_l("Date of the purchase order"), [Optional()])
    engagement = words(_l("Commitment number"), most=50)
    service = address_line(_l("Paying service"))
    code = service_code(_l("Service code"))
    to = email(_l("E-mail address of the paying service"), required=False)
    payment_delay_days = IntegerField(
        _l("Payment period, in days"),
        [
            InputRequired(_l("Enter a number of days.")),
            NumberRange(0, 60, _l("Enter a number of days from 0 to 60.")),
        ],
    )
    shown = StringField(validators=[Length(max=16, message=TOO_LONG)])

    def prices(self) -> dict[int, UnitPrice]:
        """The prices that were entered, by position."""
        typed = {
            int(field.short_name.removeprefix("price_")): field.data
            for field in self
            if field.short_name.startswith("price_")
        }
        return {
            position: UnitPrice.of(price) for position, price in typed.items() if price is not None
        }


def amendment_form(terms: Terms, lines: Sequence[OrderLine]) -> AmendmentForm:
    """The form with the terms as they stand."""
    service, dated = terms.parties.paying_service, terms.purchase_order_date
    filled: dict[str, Any] = {
        "purchase_order": terms.purchase_order,
        "purchase_order_date": date.fromisoformat(dated) if dated else None,
        "engagement": terms.engagement,
        "payment_delay_days": terms.payment_delay_days,
    }
    if service is not None:
        filled |= {"service": service.name, "code": service.service_code, "to": service.email}
    made: dict[str, Any] = {
        f"price_{line.position}": MoneyField(
            _l("Line %(line)s: %(name)s", line=line.position, name=line.name),
            [InputRequired(_l("Enter the price excluding VAT."))],
            default=Money(line.unit_price.tenthousandths // CENTS_SCALE),
        )
        for line in lines
        if line.unit_price.tenthousandths % CENTS_SCALE == 0
    }
    kind = type("AmendmentOfLines", (AmendmentForm,), made)
    form: AmendmentForm = kind(data=filled)
    return form
