"""A bank transfer, as the statement shows it."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField

from shop.web.kit.fields import stripped
from shop.web.kit.forms import MoneyField, ShopForm, at_most, required


class RefundForm(ShopForm):
    """A transfer to a customer whose card did not take the refund."""

    reference = StringField(
        _l("Reference of the transfer"), [required(), at_most(140)], filters=[stripped]
    )


class PaymentForm(ShopForm):
    amount = MoneyField(_l("Amount received"), [required()])
    received_on = DateField(_l("Date received"), [required()])
    reference = StringField(
        _l("Reference of the transfer"),
        [required(), at_most(140)],
        description=_l("As it appears on the bank statement."),
        filters=[stripped],
    )
