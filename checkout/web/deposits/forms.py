"""What a person notes of a deposit: its flow number, a status, a reason."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from checkout.deposits.deposits import MadeByHand
from checkout.deposits.rules import STATUSES
from checkout.deposits.telling import NotedStatus
from shop.web.kit.fields import stripped
from shop.web.kit.forms import ShopForm, at_most, required


def _flow() -> StringField:
    return StringField(
        _l("Flow number"),
        [required(_l("Enter the flow number that the portal shows.")), at_most(60)],
        filters=[stripped],
        description=_l("As the portal shows it, such as CPP0011117000000000425903."),
    )


class HandForm(ShopForm):
    """A deposit that was made on the portal."""

    flow = _flow()
    deposited_on = DateField(
        _l("Deposited on"),
        [required(_l("Enter the day of the deposit, such as 31/12/2026."))],
    )

    @property
    def made(self) -> MadeByHand:
        assert self.deposited_on.data is not None
        return MadeByHand(self.flow.data or "", self.deposited_on.data)


class FlowForm(ShopForm):
    """The flow number of a deposit whose answer was lost."""

    flow = _flow()


class StatusForm(ShopForm):
    """A status that the portal shows."""

    code = SelectField(_l("Status on the portal"))
    noted_on = DateField(
        _l("Since"), [required(_l("Enter the day of the status, such as 31/12/2026."))]
    )
    reason = StringField(
        _l("Reason or comment of the public body"), [at_most(500)], filters=[stripped]
    )

    def offer_statuses(self) -> None:
        self.code.choices = [SelectChoice("", _("Choose"))] + [
            SelectChoice(code, _(status.words)) for code, status in STATUSES.items()
        ]

    @property
    def noted(self) -> NotedStatus:
        assert self.noted_on.data is not None
        return NotedStatus(self.code.data or "", self.noted_on.data, self.reason.data or "")


class AbandonForm(ShopForm):
    """Why a deposit counts no more."""

    reason = StringField(
        _l("Reason"),
        [required(_l("Give the reason why this deposit is abandoned.")), at_most(500)],
        filters=[stripped],
    )
