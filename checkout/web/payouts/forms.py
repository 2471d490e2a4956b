"""The fees of a payout whose report does not give them."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from checkout.payouts.fee_rules import FeesChanged
from checkout.payouts.fees import Correction
from shop.core.money import Money
from shop.web.kit.fields import stripped
from shop.web.kit.forms import MoneyField, ShopForm, at_most, required


class FeesForm(ShopForm):
    """Fees that are typed."""

    fees = MoneyField(_l("Fees that the processor kept"), [required(_l("Enter the fees."))])


class CorrectionForm(FeesForm):
    """Fees in the place of those that were `seen`, in cents."""

    seen = HiddenField()
    reason = StringField(
        _l("Reason"),
        [required(_l("Give the reason: it stays in the journal.")), at_most(500)],
        filters=[stripped],
    )

    @property
    def asked(self) -> Correction:
        """What a valid form asks. Raises FeesChanged for fees that no page showed."""
        seen = self.seen.data or ""
        if not seen.isdecimal() or len(seen) > 15:
            raise FeesChanged
        assert isinstance(self.fees.data, Money)
        return Correction(self.fees.data, Money(int(seen)), self.reason.data or "")
