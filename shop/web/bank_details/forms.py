"""Another account for the shop, and why a change of it is refused."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from shop.bank_details.rules import BankAccount
from shop.web.kit.fields import stripped, words
from shop.web.kit.forms import ShopForm, at_most, required


class BankForm(ShopForm):
    """The account that is asked for."""

    holder = words(
        _l("Holder of the account"),
        missing=_l("Enter the holder of the account, as the bank knows it."),
        most=70,
    )
    iban = StringField(
        _l("IBAN"), [required(_l("Enter the IBAN.")), at_most(42)], filters=[stripped]
    )
    bic = StringField(_l("BIC"), [required(_l("Enter the BIC.")), at_most(11)], filters=[stripped])
    bank = words(_l("Name of the bank"), most=70)
    reason = words(
        _l("Reason"), missing=_l("Give the reason: the administrators are sent it."), most=500
    )

    @property
    def account(self) -> BankAccount:
        """The account as it was entered."""
        return BankAccount(
            self.holder.data or "",
            self.iban.data or "",
            self.bic.data or "",
            self.bank.data or "",
        )


class RefusalForm(ShopForm):
    """Why a change is refused."""

    reason = words(
        _l("Reason"), missing=_l("Give the reason: the administrators are sent it."), most=500
    )
