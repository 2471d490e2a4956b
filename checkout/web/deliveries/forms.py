"""The form of a delivery: units of each line, carrier, parcels."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange

from checkout.orders.rules import LineProgress
from shop.web.kit.fields import stripped
from shop.web.kit.forms import ShopForm, at_most, required

_UNITS = "units_"


class DeliveryForm(ShopForm):
    """A line of goods has its own field, added by `delivery_form`."""

    carrier = StringField(_l("Carrier"), [at_most(80)], filters=[stripped])
    tracking = StringField(_l("Tracking no."), [at_most(80)], filters=[stripped])
    parcels = IntegerField(
        _l("Parcels"),
        [NumberRange(1, 999, message=_l("Enter a number of parcels from 1 to 999."))],
        default=1,
    )

    @property
    def quantities(self) -> dict[int, int]:
        """Units by position."""
        return {
            int(field.name.removeprefix(_UNITS)): field.data
            for field in self
            if field.name.startswith(_UNITS)
        }

    def units_of(self, position: int) -> IntegerField:
        found: IntegerField = self[f"{_UNITS}{position}"]
        return found


class ReceiptForm(ShopForm):
    """The day on which a delivery was received. A page has one for each delivery note, with its
    number as the prefix.
    """

    received_on = DateField(
        _l("Received on"), [required(_l("Enter the day of receipt, such as 31/12/2026."))]
    )


def delivery_form(lines: Sequence[LineProgress]) -> DeliveryForm:
    """The form of an order's open lines, filled with all remaining units."""
    fields = {
        f"{_UNITS}{line.position}": IntegerField(
            line.name,
            [
                InputRequired(
                    _l("%(name)s: enter a number, or 0 if none is shipped.", name=line.name)
                ),
                NumberRange(
                    0,
                    line.remaining,
                    message=_l(
                        "%(name)s: enter a number from 0 to %(most)s.",
                        name=line.name,
                        most=line.remaining,
                    ),
                ),
            ],
            default=line.remaining,
        )
        for line in lines
        if line.remaining
    }
    form: DeliveryForm = type("OrderDeliveryForm", (DeliveryForm,), fields)()
    return form
