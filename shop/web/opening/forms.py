"""The first administrator, the trial of the mail server, and why the doors are closed."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from shop.web.kit.fields import email, words
from shop.web.kit.forms import ShopForm
from shop.web.people.forms import name_field, new_password_field


class FirstAdministratorForm(ShopForm):
    """The account of the first administrator."""

    name = name_field()
    email = email(_l("E-mail address"))
    password = new_password_field(_l("Password"))

    @property
    def about(self) -> tuple[str, ...]:
        """The words that are known about the person: no password is made of them."""
        return (self.name.data or "", self.email.data or "")


class MailTrialForm(ShopForm):
    """Where the message goes."""

    email = email(
        _l("E-mail address of the message"),
        missing=_l("Enter an address that you read."),
        hint=_l("An address outside the shop’s own domain shows more: use a personal mailbox."),
    )


class MailCodeForm(ShopForm):
    """The code of the latest message; `trial` is the id of the message on the page."""

    trial = HiddenField()
    code = words(_l("Code"), missing=_l("Enter the code."), most=20, hint=_l("Six figures."))


class ClosingForm(ShopForm):
    """Why the doors are closed."""

    reason = words(_l("Reason"), missing=_l("Give the reason: the journal keeps it."), most=500)
