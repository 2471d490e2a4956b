"""The forms of a cancellation: the reason of a request or of an answer, the units of a decision."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange

from checkout.cancellations.rules import LONGEST
from checkout.orders.rules import LineProgress
from shop.web.kit.fields import stripped
from shop.web.kit.forms import ShopForm, at_most, required

_UNITS = "units_"


class ReasonForm(ShopForm):
    """Why an order is to be cancelled, why it is not, or why it is delivered after all."""

    reason = StringField(
        _l("Reason"),
        [required(_l("Give the reason.")), at_most(LONGEST)],
        filters=[stripped],
    )


class DecisionForm(ReasonForm):
    """The units that are not delivered any more."""

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


def decision_form(lines: Sequence[LineProgress]) -> DecisionForm:
    """The form of an order's open lines, filled with all that is left."""
    fields = {
        f"{_UNITS}{line.position}": IntegerField(
            line.name,
            [
                InputRequired(
                    _l("%(name)s: enter a number, or 0 if none is cancelled.", name=line.name)
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
    form: DecisionForm = type("OrderDecisionForm", (DecisionForm,), fields)()
    return form
