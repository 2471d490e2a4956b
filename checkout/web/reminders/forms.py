"""The switch of reminders, and the lifting of a hold."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from shop.web.kit.fields import stripped
from shop.web.kit.forms import ShopForm, at_most, required

INVOICE, CLIENT = "invoice", "client"


class SwitchForm(ShopForm):
    """Reminders off or on, for the invoice or for its client."""

    scope = RadioField(
        _l("For what?"),
        choices=[
            SelectChoice(INVOICE, _l("this invoice")),
            SelectChoice(CLIENT, _l("every invoice of this client")),
        ],
        default=INVOICE,
    )
    switch = RadioField(
        _l("Reminders"),
        choices=[
            SelectChoice("off", _l("switch off")),
            SelectChoice("on", _l("switch on again")),
        ],
        default="off",
    )
    reason = StringField(
        _l("Reason"),
        [required(_l("Give the reason: it stays in the journal.")), at_most(500)],
        filters=[stripped],
    )


class LiftForm(ShopForm):
    """Why the hold of a client is lifted."""

    reason = StringField(
        _l("Reason"),
        [required(_l("Give the reason: it stays in the journal.")), at_most(500)],
        filters=[stripped],
    )
