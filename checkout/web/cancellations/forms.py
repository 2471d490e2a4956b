"""The forms of a cancellation: the reason of a request or of an answer, the units of a decision."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from checkout.cancellations.rules import LONGEST, NoUnitsToCancel
from checkout.orders.rules import LineProgress
from shop.web.kit.fields import stripped
from shop.web.kit.forms import ShopForm, at_most, required
from shop.web.kit.units import UnitsForm, units_field, units_name


def reason_field() -> StringField:
    """Why an order is to be cancelled, why it is not, or why it is delivered after all."""
    return StringField(
        _l("Reason"),
        [required(_l("Give the reason.")), at_most(LONGEST)],
        filters=[stripped],
    )


class ReasonForm(ShopForm):
    """The reason of a request or of an answer."""

    reason = reason_field()


class DecisionForm(UnitsForm):
    """The units that are not delivered any more, and why."""

    NOTHING = NoUnitsToCancel

    reason = reason_field()


def decision_form(lines: Sequence[LineProgress]) -> DecisionForm:
    """The form of an order's open lines, filled with all that is left."""
    fields = {
        units_name(line.position): units_field(
            line.name,
            line.remaining,
            asked=_l("%(name)s: enter a number, or 0 if none is cancelled.", name=line.name),
            default=line.remaining,
        )
        for line in lines
        if line.remaining
    }
    form: DecisionForm = type("OrderDecisionForm", (DecisionForm,), fields)()
    return form
