"""Where a part of a transfer goes: to invoices, to a credit, to nobody yet."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from checkout.transfers.rules import Allotment, Rest
from checkout.web.statements.forms import SharesForm, shares_form
from shop.web.kit.fields import stripped
from shop.web.kit.forms import ShopForm, at_most, required


class AllotmentForm(SharesForm):
    """The rows of the invoices are added by `allotment_form`."""

    keep = None
    rest = RadioField(_l("What the invoices leave"), choices=[], default=Rest.STAYS.value)
    reason = StringField(
        _l("Reason"),
        [required(_l("Give the reason: it stays in the journal.")), at_most(500)],
        filters=[stripped],
    )

    @property
    def asked(self) -> Allotment:
        """What the form asks for."""
        return Allotment(self.shares, Rest(self.rest.data), self.reason.data or "")


class ReturnForm(ShopForm):
    """The account that held money is given back to."""

    account = StringField(
        _l("IBAN to pay it back to"),
        [required(_l("Enter the IBAN of the customer.")), at_most(42)],
        filters=[stripped],
    )
    reason = StringField(
        _l("Reason"),
        [required(_l("Give the reason: it stays in the journal.")), at_most(500)],
        filters=[stripped],
    )


def allotment_form(
    proposed: Sequence[tuple[str, Any]] = (), *, is_booked: bool, has_client: bool, **more: Any
) -> AllotmentForm:
    """The form with the places that the rest may go to."""
    form: AllotmentForm = shares_form(proposed, AllotmentForm, **more)
    stays = _l("stays on this invoice") if is_booked else _l("stays held")
    form.rest.choices = [SelectChoice(Rest.STAYS.value, stays)]
    if is_booked and has_client:
        label = _l("is kept as the credit of the client")
        form.rest.choices.append(SelectChoice(Rest.CREDIT.value, label))
    if is_booked or has_client:
        label = _l("is set aside: nobody knows whose it is")
        form.rest.choices.append(SelectChoice(Rest.ASIDE.value, label))
    return form
